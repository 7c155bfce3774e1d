"""What Frappe leaves behind when an app is uninstalled (installer.py, remove_app): the auth token, Settings, jobs, list settings,
whatever refers to a DocType that is gone, and customers' files.

The two roles and whom they were given to stay, an admin's choice; so do the columns on other apps' leads, as with every app.
"""

import frappe

from . import bells
from .crm import leave_crm
from .doctypes import DOCTYPES
from .erasing import DELETED, TRACES, delete_rows
from .install import FILLED
from .settings import SETTINGS

APP = "wa_window"
MODULE = "WA Window"
OURS = list(DOCTYPES)
BATCH = 1000
# Rows that name a DocType of ours: logs of its documents, and what an admin made for it, which cannot work without it. Business
# documents that refer to one (an appointment, a mail account) are not ours to delete.
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
# What v16 makes up by itself for a workspace, with no word of the app that it belongs to.
MADE_UP = ("Desktop Icon", "Workspace Sidebar")


def before_uninstall() -> None:
	"""Rows only, and no commit: Frappe runs this in a dry run too, and then rolls back."""
	leave_crm()
	bells.forget_all()
	_delete_settings()
	_delete_jobs_and_steps()
	_delete_what_refers_to_our_doctypes()


def after_uninstall() -> None:
	"""What cannot be rolled back, and what uninstalling itself wrote; not after a dry run."""
	if APP in frappe.get_installed_apps():
		return
	while names := frappe.get_all("File", {"attached_to_doctype": ("in", OURS)}, pluck="name", limit=BATCH):
		for name in names:
			_delete_file(name)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: its files are deleted, which no rollback undoes
	frappe.db.delete(DELETED, {"deleted_doctype": ("in", OURS)})
	frappe.db.delete(DELETED, {"deleted_doctype": "DocType", "deleted_name": ("in", OURS)})
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - Frappe has made its last commit before it calls this hook


def _delete_settings() -> None:
	"""Deleting a Single's DocType deletes neither its values nor its passwords."""
	frappe.db.delete("__Auth", {"doctype": ("in", OURS)})
	frappe.db.delete("Singles", {"doctype": SETTINGS})
	frappe.db.delete("DefaultValue", {"defkey": ("like", f"{FILLED}%")})
	frappe.db.delete("__UserSettings", {"doctype": ("in", OURS)})
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def _delete_jobs_and_steps() -> None:
	jobs = frappe.get_all("Scheduled Job Type", {"method": ("like", f"{APP}.%")}, pluck="name")
	frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("in", jobs)})
	frappe.db.delete("Scheduled Job Type", {"name": ("in", jobs)})
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	for doctype in MADE_UP:
		if frappe.db.table_exists(doctype):
			delete_rows(doctype, {"name": MODULE})
	steps = frappe.get_all("Onboarding Step Map", {"parent": MODULE}, pluck="step")
	frappe.db.delete("Onboarding Step", {"name": ("in", steps)})


def _delete_what_refers_to_our_doctypes() -> None:
	"""A mail is unlinked, as Frappe does with those of a deleted document."""
	unlinked = {"reference_doctype": None, "reference_name": None}
	frappe.db.set_value("Communication", {"reference_doctype": ("in", OURS)}, unlinked, update_modified=False)
	for doctype, field in REFERRING:
		if frappe.db.table_exists(doctype):
			delete_rows(doctype, {field: ("in", OURS)})


def _delete_file(name: str) -> None:
	"""Detached first: deleting it would note that in a message which is gone."""
	detached = {"attached_to_doctype": None, "attached_to_name": None, "attached_to_field": None}
	frappe.db.set_value("File", name, detached, update_modified=False)
	frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)
