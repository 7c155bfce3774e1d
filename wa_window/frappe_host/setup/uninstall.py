"""Delete what Frappe leaves when an app is uninstalled (installer.py, remove_app): the auth token, Settings, jobs, list
settings, rows that refer to a dropped DocType, and customers' files.

The two roles and their assignments stay, as an admin's choice; so do the columns on other apps' leads, as with every app.
"""

import frappe

from ..jobs.work_states import SINCE, UNTIL
from ..records import record_notifications
from ..records.erase import DELETED, TRACES, delete_rows
from ..records.own_doctypes import DOCTYPES
from ..settings import SETTINGS
from ..store.read_states import FIRST_OPENING
from . import desktop_icon
from .crm_form_script import remove_form_scripts
from .install import FILLED

APP = "wa_window"
MODULE = "WA Window"
OURS = list(DOCTYPES)
BATCH = 1000
# Rows that refer to a DocType of ours: logs of its documents, and an admin's configuration that cannot work without it.
# Business documents that refer to one (an appointment, an email account) are not deleted.
REFERRING = (
	*((trace, of_doctype) for trace, of_doctype, _name in TRACES),
	("Assignment Rule", "document_type"),
	("Client Script", "dt"),
	("Custom DocPerm", "parent"),
	("Custom Field", "dt"),
	("Dashboard Chart", "document_type"),
	("Data Import", "reference_doctype"),
	("DocType Link", "link_doctype"),
	("Document Naming Rule", "document_type"),
	("Dynamic Link", "link_doctype"),
	("Global Search DocType", "document_type"),
	("Kanban Board", "reference_doctype"),
	("List Filter", "reference_doctype"),
	("List View Settings", "name"),
	("Logs To Clear", "ref_doctype"),
	("Notification", "document_type"),
	("Notification Subscribed Document", "document"),
	("Number Card", "document_type"),
	("Print Format", "doc_type"),
	("Property Setter", "doc_type"),
	("Report", "ref_doctype"),
	("Server Script", "reference_doctype"),
	("User Permission", "allow"),
	("User Permission", "applicable_for"),
	("Webhook", "webhook_doctype"),
	("Workflow", "document_type"),
	("Workspace Link", "link_to"),
	("Workspace Quick List", "document_type"),
	("Workspace Shortcut", "link_to"),
	("Workspace Sidebar Item", "link_to"),
)


def before_uninstall() -> None:
	"""Only rows, without a commit: Frappe runs this in a dry run too, and then rolls back."""
	remove_form_scripts()
	record_notifications.delete_all_entries()
	desktop_icon.remove_all()
	_delete_settings()
	_delete_jobs_and_steps()
	_delete_what_refers_to_our_doctypes()


def after_uninstall() -> None:
	"""What cannot be rolled back, and rows written by the uninstallation itself; not after a dry run."""
	frappe.clear_cache()  # see install.py, after_app_uninstall
	if APP in frappe.get_installed_apps():
		return
	while names := frappe.get_all("File", {"attached_to_doctype": ("in", OURS)}, pluck="name", limit=BATCH):
		for name in names:
			_delete_file(name)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: deleted files cannot be rolled back
	frappe.db.delete(DELETED, {"deleted_doctype": ("in", OURS)})
	frappe.db.delete(DELETED, {"deleted_doctype": "DocType", "deleted_name": ("in", OURS)})
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - Frappe has made its last commit before it calls this hook


def _delete_settings() -> None:
	"""Frappe deletes neither the values nor the passwords of a deleted Single DocType."""
	frappe.db.delete("__Auth", {"doctype": ("in", OURS)})
	frappe.db.delete("Singles", {"doctype": SETTINGS})
	frappe.db.delete("DefaultValue", {"defkey": ("like", f"{FILLED}%")})
	frappe.db.delete("DefaultValue", {"defkey": ("in", (FIRST_OPENING, SINCE, UNTIL))})
	frappe.db.delete("__UserSettings", {"doctype": ("in", OURS)})
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def _delete_jobs_and_steps() -> None:
	jobs = frappe.get_all("Scheduled Job Type", {"method": ("like", f"{APP}.%")}, pluck="name")
	frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("in", jobs)})
	frappe.db.delete("Scheduled Job Type", {"name": ("in", jobs)})
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	steps = frappe.get_all("Onboarding Step Map", {"parent": MODULE}, pluck="step")
	frappe.db.delete("Onboarding Step", {"name": ("in", steps)})


def _delete_what_refers_to_our_doctypes() -> None:
	"""Emails are unlinked, as Frappe does for a deleted document."""
	unlinked = {"reference_doctype": None, "reference_name": None}
	frappe.db.set_value("Communication", {"reference_doctype": ("in", OURS)}, unlinked, update_modified=False)
	for doctype, field in REFERRING:
		if frappe.db.table_exists(doctype):
			delete_rows(doctype, {field: ("in", OURS)})


def _delete_file(name: str) -> None:
	"""Detached first: deleting an attached file adds a comment to its document, which does not exist any more."""
	detached = {"attached_to_doctype": None, "attached_to_name": None, "attached_to_field": None}
	frappe.db.set_value("File", name, detached, update_modified=False)
	frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)
