import frappe
from frappe.model.document import Document

from wa_window.frappe_host.records.documents import StoreRow
from wa_window.frappe_host.store.tables import MEDIA, MESSAGE


class ChatMessageMedia(StoreRow):
	@Document.parent_doc.getter
	def parent_doc(self):
		"""Frappe checks permission on this document, and without one the role only
		(frappe.permissions.has_child_permission). For a row whose message was deleted: an empty message, which nobody may
		read."""
		message = super().parent_doc
		if message:
			return message
		name = frappe.db.get_value(MEDIA, self.name, "parent")
		stored = name and frappe.db.exists(MESSAGE, name)
		return frappe.get_doc(MESSAGE, name) if stored else frappe.new_doc(MESSAGE)


def on_doctype_update():
	frappe.db.add_index("Chat Message Media", ["state", "next_attempt_at_ms"], "wa_window_media_waiting")
