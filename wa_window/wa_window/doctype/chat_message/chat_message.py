import frappe
from frappe import _

from wa_window.chat.message import OUTBOUND
from wa_window.chat.rebuild import rebuild
from wa_window.site import erasing, outbox
from wa_window.site.documents import GuardedDocument
from wa_window.site.settings import kept_since_ms
from wa_window.site.store import FrappeStore


class ChatMessage(GuardedDocument):
	"""A message of a conversation. Only outbound ones are made as documents, and none is changed as one."""

	def before_insert(self):
		outbox.admit(self)

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A message cannot be changed."), frappe.PermissionError)

	def after_insert(self):
		if self.direction == OUTBOUND:
			outbox.announce(self)

	def notify_update(self):
		"""Frappe's own tells all who list messages the name of this one; who has the chat open hears of it by `announce`."""

	def on_trash(self):
		erasing.forget_files([self.name])
		erasing.bury([self.message_sid])
		erasing.leave_nothing_to_restore(self.doctype, self.name)

	def after_delete(self):
		rebuild(self.conversation, FrappeStore(), kept_since_ms=kept_since_ms())


def on_doctype_update():
	frappe.db.add_index("Chat Message", ["conversation", "sent_at_ms", "creation"], "wa_window_message_order")
	frappe.db.add_index("Chat Message", ["delivery_status", "next_attempt_at_ms"], "wa_window_message_outbox")
	frappe.db.add_index("Chat Message", ["follow_up", "creation"], "wa_window_message_follow_up")
	frappe.db.add_index("Chat Message", ["sent_at"], "wa_window_message_sent_at")
