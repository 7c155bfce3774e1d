"""Remove all traces of the app from the site, also those that uninstalling leaves: else new patches would count as done."""

from pathlib import Path

import frappe
from connection import connected, run

APP, SETTINGS = "wa_window", "WA Window Settings"
LEFT_BEHIND = {
	"Patch Log": {"patch": ("like", f"{APP}.%")},
	"Scheduled Job Type": {"method": ("like", f"{APP}.%")},
	"List View Settings": {"name": ("in", ("Chat Conversation", "Chat Message", "Content Template"))},
	"Singles": {"doctype": SETTINGS},
	"__Auth": {"doctype": SETTINGS},
	"Has Role": {"role": ("like", "WA Window %")},
	"Role": {"name": ("like", "WA Window %")},
}


def main(site: str, folder: Path) -> None:
	with connected(site):
		if APP in frappe.get_installed_apps():
			raise SystemExit(f"{APP} could not be uninstalled.")
		for table, filters in LEFT_BEHIND.items():
			frappe.db.delete(table, filters)
		frappe.clear_cache()


if __name__ == "__main__":
	run(main)
