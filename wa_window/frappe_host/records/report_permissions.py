"""Reports on chats, which show each user what they may read.

Frappe can prepare a report: it runs as who asks for it, whether or not the report is permitted to them (prepared_report.py,
make_prepared_report), and its result is given to whoever names its user or its name (query_report.py, get_prepared_report_result). So
none of these is ever prepared. It also mails a report to anybody, as the Administrator sees it, or as any user whom it is told
(auto_email_report.py, get_report_content): so whoever has one of these mailed may read all chats.
"""

import frappe
from frappe import _

from ..store import database
from .own_doctypes import DOCTYPES
from .permissions import may_read_all_chats


def is_on_chats(report: str) -> bool:
	"""Whether the DocType of this report, by name, is one of this app's."""
	return frappe.db.get_value("Report", report, "ref_doctype") in DOCTYPES


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


def run_anew(report: str) -> None:
	"""Frappe switches preparing on by itself for a report that has once taken 15 seconds (report.py, execute_script_report)."""
	if frappe.db.get_value("Report", report, "prepared_report"):
		database.transaction(lambda: frappe.db.set_value("Report", report, "prepared_report", 0))
