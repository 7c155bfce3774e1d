"""What can be attached from the CRM. All calls need the right to answer the chat, and each answers what the user may read or print."""

import frappe

from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.documents import printing, record_files
from ..frappe_host.panel_host import panel


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def files(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""The files of the chat's record; `file` is what `chat.reply` and `chat.send_template` take."""
	return record_files.record_files(panel().records(lead_doctype, lead, conversation or ""))


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def printable(lead_doctype: str, lead: str, conversation: str | None = None) -> dict:
	"""The quotations, orders and invoices of the chat's record, its customer and its deals, with the print formats and languages to
	choose from."""
	return printing.choices(panel().records(lead_doctype, lead, conversation or ""))


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def pdf(
	lead_doctype: str,
	lead: str,
	doctype: str,
	name: str,
	print_format: str,
	language: str,
	conversation: str | None = None,
) -> dict:
	"""Print one of them into a private file of the user, which is sent as an uploaded one is: nothing is sent by this call."""
	records = panel().records(lead_doctype, lead, conversation or "")
	return printing.print_to_file(records, doctype, name, print_format, language)
