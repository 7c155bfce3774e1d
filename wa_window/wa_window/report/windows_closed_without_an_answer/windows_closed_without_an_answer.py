from frappe import _

from wa_window.frappe_host.desk import missed_windows
from wa_window.frappe_host.desk.http_errors import chat_errors_as_http


@chat_errors_as_http
def execute(filters: dict) -> tuple[list[dict], list[dict], str]:
	words = _("Only each chat's latest window counts.")
	return columns(), missed_windows.rows(filters.get("from_date"), filters.get("to_date")), words


def columns() -> list[dict]:
	return [
		{"fieldname": "lead_title", "label": _("Lead Name"), "fieldtype": "Data", "width": 180},
		{
			"fieldname": "lead",
			"label": _("Lead"),
			"fieldtype": "Dynamic Link",
			"options": "lead_doctype",
			"width": 150,
		},
		{
			"fieldname": "lead_owner",
			"label": _("Lead Owner"),
			"fieldtype": "Link",
			"options": "User",
			"width": 180,
		},
		{"fieldname": "last_inbound_at", "label": _("Last Received"), "fieldtype": "Datetime", "width": 170},
		{"fieldname": "unanswered_for", "label": _("Waited"), "fieldtype": "Duration", "width": 140},
		{"fieldname": "last_message_preview", "label": _("Last Message"), "fieldtype": "Data", "width": 260},
		{
			"fieldname": "conversation",
			"label": _("Chat"),
			"fieldtype": "Link",
			"options": "Chat Conversation",
			"width": 150,
		},
	]
