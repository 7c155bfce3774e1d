import frappe

NEW_PATHS = {
	"wa_window.site.jobs.sweep": "wa_window.frappe_host.jobs.sweep.sweep",
	"wa_window.site.catching_up.catch_up_messages": "wa_window.frappe_host.jobs.catch_up.catch_up_messages",
	"wa_window.site.notifying.remind_of_closing_windows": (
		"wa_window.frappe_host.desk.notifications.remind_of_closing_windows"
	),
	"wa_window.site.template_sync.sync_daily": "wa_window.frappe_host.jobs.template_sync.sync_daily",
	"wa_window.site.erasing.drop_old_messages": "wa_window.frappe_host.records.erase.delete_expired_messages",
}


def execute() -> None:
	"""A scheduled job stays stopped, and keeps its log, under its method's new path: after the patches Frappe deletes the jobs of
	paths that the hooks no longer name (scheduled_job_type.py, clear_events)."""
	for old, new in NEW_PATHS.items():
		name = frappe.db.exists("Scheduled Job Type", {"method": old})
		if name:
			frappe.db.set_value("Scheduled Job Type", name, "method", new)
