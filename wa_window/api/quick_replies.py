"""Quick replies: what the user may put into a reply to a lead, and keeping a text as one."""

import frappe

from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.panel_host import panel


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def for_lead(lead_doctype: str, lead: str, conversation: str | None = None) -> list[dict]:
	"""The user's own, their teams' and everybody's, filled with the fields of this lead: `name`, `title`, `shortcut`, `text` and
	`files`, each with `name` (of its File, which `chat.reply` takes as `file`), `file_name`, `type`, `size` (bytes) and
	`problem` (why it cannot be sent, or null)."""
	return panel().quick_replies(lead_doctype, lead, conversation or "")


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def add(title: str, text: str, shortcut: str = "") -> dict:
	"""Keep a text as the user's own quick reply; returns its `name`, and `warnings` (sentences) of its placeholders."""
	return panel().add_quick_reply(title, text, shortcut)
