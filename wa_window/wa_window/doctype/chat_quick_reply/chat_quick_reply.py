import frappe
from frappe import _

from wa_window.chat.quick_reply import fields_without_fallback, unknown_fields
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
		known = quick_replies.known_fields()
		unknown = unknown_fields(self.text, known)
		if unknown:
			_warn(
				_("No lead has the field {0}: only its fallback will stand there. There are: {1}."),
				unknown,
				known,
			)
		gaps = fields_without_fallback(self.text)
		if gaps:
			_warn(
				_("{0} has no fallback for a lead where it is empty. Write it so: {1}."),
				gaps,
				["{{ %s | … }}" % gaps[0]],  # noqa: UP031 - braces
			)


def _warn(sentence: str, *names: list[str]) -> None:
	texts = [frappe.utils.escape_html(", ".join(each)) for each in names]
	frappe.msgprint(sentence.format(*texts), indicator="orange", title=_("Placeholders"))
