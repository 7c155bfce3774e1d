import frappe
from frappe import _

from wa_window.chat.message import OUTBOUND
from wa_window.chat.recompute import recompute
from wa_window.frappe_host.desk import outbound_documents
from wa_window.frappe_host.records import erase
from wa_window.frappe_host.records.documents import GuardedDocument
from wa_window.frappe_host.settings import kept_since_ms
from wa_window.frappe_host.store.store import FrappeStore


class ChatMessage(GuardedDocument):
	"""A message of a conversation. Only outbound ones can be created as documents, and none can be changed as one."""

	def before_insert(self):
		outbound_documents.prepare_outbound(self)

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A message cannot be changed."), frappe.PermissionError)

	def after_insert(self):
		if self.direction == OUTBOUND:
			outbound_documents.announce(self)

	def notify_update(self):
		"""Frappe's own publishes the name of this message to all who list messages; `announce` notifies users who have the
		chat open."""

	def on_trash(self):
		erase.delete_files([self.name])
		erase.add_tombstones([self.message_sid])
		erase.delete_restorable_copies(self.doctype, self.name)

	def after_delete(self):
		chat = FrappeStore().conversation(self.conversation)
		if chat:
			erase.delete_bell_entries(chat)
		recompute(self.conversation, FrappeStore(), kept_since_ms=kept_since_ms())


def on_doctype_update():
	frappe.db.add_index("Chat Message", ["conversation", "sent_at_ms", "creation"], "wa_window_message_order")
	frappe.db.add_index("Chat Message", ["delivery_status", "next_attempt_at_ms"], "wa_window_message_outbox")
	frappe.db.add_index("Chat Message", ["follow_up", "creation"], "wa_window_message_follow_up")
	frappe.db.add_index("Chat Message", ["sent_at"], "wa_window_message_sent_at")
