import frappe

CHAT_LEAD = "Chat Lead"


def execute() -> None:
	"""A Chat Lead's first status is New: beside a chat, "Open" is said of its window. An admin's own list of statuses stays."""
	options = {"doc_type": CHAT_LEAD, "field_name": "status", "property": "options"}
	if not frappe.db.exists("Property Setter", options):
		frappe.db.set_value(CHAT_LEAD, {"status": "Open"}, "status", "New", update_modified=False)
