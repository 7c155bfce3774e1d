import frappe
from frappe import _

from wa_window.chat.quick_reply import warnings
from wa_window.frappe_host.clock import current_locale
from wa_window.frappe_host.records import quick_replies
from wa_window.frappe_host.records.documents import GuardedDocument


class ChatQuickReply(GuardedDocument):
	"""A text that its owner, a team or everybody may put into a reply."""

	shortcut: str | None

	def validate(self):
		before = self.get_doc_before_save()
		if before:
			self.owner = before.owner  # a request may name another one
		if self.visible_to != quick_replies.TEAM:
			self.team = None
		elif not self.team:
			frappe.throw(_("Choose the team."), frappe.MandatoryError)
		quick_replies.require_scope(self)
		self.shortcut = "-".join((self.shortcut or "").replace("/", " ").split())
		self._warn_of_placeholders()

	def _warn_of_placeholders(self):
		for sentence in warnings(self.text, quick_replies.known_fields()):
			# It names words and fields only.
			frappe.msgprint(sentence.render(current_locale()), indicator="orange", title=_("Placeholders"))
