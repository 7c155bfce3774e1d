"""v16 made up an icon and a sidebar for the workspace before the app had its own, and a row that is there wins over the app's file
(modules/import_file.py, import_file_by_path)."""

from wa_window.site.desktop import remove_generated


def execute() -> None:
	remove_generated()
