"""Frappe's list of scheduled jobs after a migration.

Frappe makes it from the hooks of all apps, which it caches for all processes (frappe/__init__.py, get_hooks). A worker that still
runs the version before can cache its own hooks during the migration: Frappe then deletes the jobs that only the new ones name
(scheduled_job_type.py, clear_events), and nothing makes them again before the next migration.
"""

import json

import frappe
from frappe.core.doctype.deleted_document.deleted_document import restore
from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs

JOB = "Scheduled Job Type"


def list_anew() -> None:
	"""List this app's jobs by its hooks of today; a job that was stopped before it was deleted stays stopped."""
	frappe.clear_cache()
	frappe.get_hooks()  # caches those of this version
	missing = _methods() - set(frappe.get_all(JOB, pluck="method"))
	if missing:
		_restore(missing)
		sync_jobs()


def _methods() -> set[str]:
	"""The methods that this app's hooks schedule."""
	events = frappe.get_hooks("scheduler_events", app_name="wa_window")
	lists = [events[frequency] for frequency in events if frequency != "cron"]
	return {method for methods in (*lists, *events["cron"].values()) for method in methods}


def _restore(missing: set[str]) -> None:
	deleted = frappe.get_all(
		"Deleted Document",
		{"deleted_doctype": JOB, "restored": 0, "data": ("like", "%wa_window.%")},
		["name", "data"],
		order_by="creation desc",
	)
	for document in deleted:
		method = json.loads(document.data)["method"]
		if method in missing:
			missing.remove(method)
			restore(document.name, alert=False)
