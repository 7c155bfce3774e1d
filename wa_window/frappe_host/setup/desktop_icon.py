"""The app's place on v16's desktop: its icon, and the sidebar of its workspace. v15 has neither.

They are files of the app (desktop_icon/, workspace_sidebar/), which Frappe imports on install and migrate. Each time an app is
installed, Frappe creates missing ones: a link for each workspace, with its name, and an icon of the type App for each app of
the apps screen, with its title (desktop_icon.py, create_desktop_icons). Ours would both have the same name, which must be
unique. So the link is the visible icon, and the hidden "WA Window App" prevents Frappe from creating the other.
"""

import json

import frappe

from ..records.erase import delete_rows

APP = "wa_window"
WORKSPACE = "WA Window"
ICON = "Desktop Icon"
LAYOUT = "Desktop Layout"
SIDEBAR = "Workspace Sidebar"


def remove_generated() -> None:
	"""Delete the icon and the sidebar that Frappe created for the workspace, without an app."""
	if has_desktop():
		for doctype in (ICON, SIDEBAR):
			delete_rows(doctype, {"name": WORKSPACE, "app": ("is", "not set")})


def remove_all() -> None:
	"""Delete the icons, also from users' saved layouts, and the sidebar with users' copies of it.

	Only rows: deleting the document on a bench in developer mode also deletes the app's file (workspace_sidebar.py, on_trash).
	"""
	if not has_desktop():
		return
	_remove_from_layouts(set(frappe.get_all(ICON, {"app": APP}, pluck="name")) | {WORKSPACE})
	for doctype in (ICON, SIDEBAR):
		delete_rows(doctype, {"app": APP})
		delete_rows(doctype, {"name": WORKSPACE})
	delete_rows(SIDEBAR, {"name": ("like", f"{WORKSPACE}-%"), "for_user": ("is", "set")})


def has_desktop() -> bool:
	"""Whether this Frappe has v16's desktop. v15 has a DocType Desktop Icon too, with another meaning."""
	return frappe.db.table_exists(SIDEBAR)


def _remove_from_layouts(labels: set[str]) -> None:
	if not frappe.db.table_exists(LAYOUT):  # added later than the desktop
		return
	for row in frappe.get_all(LAYOUT, {"layout": ("like", f"%{WORKSPACE}%")}, ["name", "layout"]):
		kept = [icon for icon in json.loads(row.layout) if icon["label"] not in labels]
		frappe.db.set_value(LAYOUT, row.name, "layout", json.dumps(kept), update_modified=False)
