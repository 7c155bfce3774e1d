import frappe
from frappe.model.document import Document


class ChatMessageMedia(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Chat Message Media", ["state", "next_attempt_at_ms"], "wa_window_media_waiting")
