"""The app's place on v16's desktop: its icon, and the sidebar of its workspace. v15 has neither.

They are files of the app (desktop_icon/, workspace_sidebar/), which Frappe imports on install and migrate. Each time an app is
installed, Frappe makes up what is missing: a link for each workspace, of its name, and an icon of the type App for each app of the
apps screen, of its title (desktop_icon.py, create_desktop_icons). For us both would have one name, which must be unique. So the
link is the icon that people see, and "WA Window App", which is hidden, keeps Frappe from making up the other.
"""

import json

import frappe

from .erasing import delete_rows

APP = "wa_window"
WORKSPACE = "WA Window"
ICON = "Desktop Icon"
LAYOUT = "Desktop Layout"
SIDEBAR = "Workspace Sidebar"


def remove_generated() -> None:
	"""Delete the icon and the sidebar that Frappe made up for the workspace: they name no app."""
	if has_desktop():
		for doctype in (ICON, SIDEBAR):
			delete_rows(doctype, {"name": WORKSPACE, "app": ("is", "not set")})


def remove_all() -> None:
	"""Delete the icons, also from the layouts that people have saved, and the sidebar with their copies of it.

	Rows only: with a document, a bench in developer mode deletes the app's file too (workspace_sidebar.py, on_trash).
	"""
	if not has_desktop():
		return
	_remove_from_layouts(set(frappe.get_all(ICON, {"app": APP}, pluck="name")) | {WORKSPACE})
	for doctype in (ICON, SIDEBAR):
		delete_rows(doctype, {"app": APP})
		delete_rows(doctype, {"name": WORKSPACE})
	delete_rows(SIDEBAR, {"name": ("like", f"{WORKSPACE}-%"), "for_user": ("is", "set")})


def has_desktop() -> bool:
	"""Whether this Frappe has v16's desktop. v15 has a Desktop Icon too, which is another thing."""
	return frappe.db.table_exists(SIDEBAR)


def _remove_from_layouts(labels: set[str]) -> None:
	if not frappe.db.table_exists(LAYOUT):  # younger than the desktop
		return
	for row in frappe.get_all(LAYOUT, {"layout": ("like", f"%{WORKSPACE}%")}, ["name", "layout"]):
		kept = [icon for icon in json.loads(row.layout) if icon["label"] not in labels]
		frappe.db.set_value(LAYOUT, row.name, "layout", json.dumps(kept), update_modified=False)
