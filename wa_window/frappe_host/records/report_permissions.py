"""Reports on chats, which show each user what they may read.

Frappe can prepare a report: it runs as who asks for it, whether or not the report is permitted to them (prepared_report.py,
make_prepared_report), and its result is given to whoever names its user or its name (query_report.py, get_prepared_report_result). So
none of these is ever prepared. It also mails a report to anybody, as the Administrator sees it, or as any user whom it is told
(auto_email_report.py, get_report_content): so whoever has one of these mailed may read all chats.
"""

import frappe
from frappe import _

from ..store import database
from .permissions import contains_chats, may_read_all_chats


def is_on_chats(report: str) -> bool:
	"""Whether this report, by name, or the one that it shows with other columns, is on a DocType that contains chats."""
	fields = ["ref_doctype", "report_type", "reference_report"]
	found = frappe.db.get_value("Report", report, fields, as_dict=True)
	if found and found.report_type == "Custom Report" and found.reference_report != report:
		return contains_chats(found.ref_doctype) or is_on_chats(found.reference_report)
	return bool(found) and contains_chats(found.ref_doctype)


def refuse_preparing(doc, method: str | None = None) -> None:
	"""Document event of Prepared Report."""
	if is_on_chats(doc.report_name):
		frappe.throw(
			_("This report shows each user the chats that they may read, and cannot be prepared."),
			frappe.PermissionError,
		)


def refuse_mailing(doc, method: str | None = None) -> None:
	"""Document event of Auto Email Report."""
	if is_on_chats(doc.report) and not may_read_all_chats():
		frappe.throw(_("Only who may read all chats can have this report emailed."), frappe.PermissionError)


def refuse_mailing_changed(doc, method: str | None = None) -> None:
	"""Document event of Report, when it is stored: one that is mailed may be on another DocType now."""
	if frappe.db.exists("Auto Email Report", {"report": doc.name}):
		refuse_mailing(frappe._dict(report=doc.name))


def stop_preparing(report: str) -> None:
	"""Frappe switches preparing on by itself for a report that has once taken 15 seconds (report.py, execute_script_report)."""
	if frappe.db.get_value("Report", report, "prepared_report"):
		database.transaction(lambda: frappe.db.set_value("Report", report, "prepared_report", 0))
