import frappe
from frappe import _

from wa_window.frappe_host import template_drafts
from wa_window.frappe_host.records.documents import GuardedDocument


class ContentTemplateDraft(GuardedDocument):
	"""A template that is written here. Once it was sent to Twilio it stays as it is: WhatsApp has seen it."""

	def validate(self):
		before = self.get_doc_before_save()
		if before:
			self.owner = before.owner  # who is notified; a request may name somebody else
		if before and before.status != template_drafts.DRAFT:
			frappe.throw(
				_("This template is at Twilio already. Copy it, and change the copy."), frappe.PermissionError
			)
		for field in template_drafts.OWN_FIELDS:
			self.set(field, before.get(field) if before else None)
		self.status = template_drafts.DRAFT
		template_drafts.set_rows(self)

	def on_trash(self):
		if self.status in template_drafts.UNDER_WAY:
			frappe.throw(_("This template is on its way to Twilio. Wait until its status has changed."))
