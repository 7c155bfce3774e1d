"""The app's place on v16's desktop: its icon, and the sidebar of its workspace. v15 has neither.

The icon and the sidebar are files of the app (desktop_icon/, workspace_sidebar/), which Frappe imports on install and migrate. The
icon is of the type App and named like the app, so that Frappe makes up none of its own (desktop_icon.py,
create_desktop_icons_from_installed_apps); its link type is the sidebar's, so that it opens in the same tab (desktop.js, get_route).
"""

import json

import frappe

from .erasing import delete_rows

APP = "wa_window"
TITLE = "WA Window"
ICON = "Desktop Icon"
LAYOUT = "Desktop Layout"
SIDEBAR = "Workspace Sidebar"


def remove_generated() -> None:
	"""Delete the icon and the sidebar that Frappe made up for the workspace: those name no app (create_desktop_icons_from_workspace,
	create_workspace_sidebar_for_workspaces)."""
	if has_desktop():
		for doctype in (ICON, SIDEBAR):
			delete_rows(doctype, {"name": TITLE, "app": ("is", "not set")})


def remove_all() -> None:
	"""Delete the icon, also from the layouts that people have saved, and the sidebar with their copies of it.

	Rows only: on deleting a document, a bench in developer mode deletes the app's file too.
	"""
	if not has_desktop():
		return
	for doctype in (ICON, SIDEBAR):
		delete_rows(doctype, {"name": TITLE})
		delete_rows(doctype, {"app": APP})
	delete_rows(SIDEBAR, {"name": ("like", f"{TITLE}-%"), "for_user": ("is", "set")})
	if frappe.db.table_exists(LAYOUT):
		_remove_from_layouts()


def has_desktop() -> bool:
	"""Whether this Frappe has the desktop of v16. v15 has a Desktop Icon too, which is another thing."""
	return frappe.db.table_exists(SIDEBAR)


def _remove_from_layouts() -> None:
	for row in frappe.get_all(LAYOUT, {"layout": ("like", f"%{TITLE}%")}, ["name", "layout"]):
		icons = json.loads(row.layout)
		kept = [icon for icon in icons if icon.get("label") != TITLE]
		frappe.db.set_value(LAYOUT, row.name, "layout", json.dumps(kept), update_modified=False)
