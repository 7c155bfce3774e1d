"""Delete the icon and the sidebar that v16 created for the workspace before the app had its own: an existing row takes
precedence over the app's file (modules/import_file.py, import_file_by_path)."""

from wa_window.frappe_host.setup.desktop_icon import remove_generated


def execute() -> None:
	remove_generated()
