import frappe
from frappe import _

from wa_window.frappe_host.records.documents import GuardedDocument
from wa_window.frappe_host.template_drafts import at_twilio, stored, written


class ContentTemplateDraft(GuardedDocument):
	"""A template that is written here. Once it was sent to Twilio it stays as it is: WhatsApp has seen it."""

	def validate(self):
		before = self.get_doc_before_save()
		if before:
			self.owner = before.owner  # who is notified; a request may name somebody else
		if before and before.status != stored.DRAFT:
			frappe.throw(
				_("This template is at Twilio already. Copy it, and change the copy."), frappe.PermissionError
			)
		for field in stored.OWN_FIELDS:
			self.set(field, before.get(field) if before else None)
		self.status = stored.DRAFT
		written.set_rows(self)
		if written.is_like_html(written.written(self)):
			frappe.throw(_(written.LIKE_HTML))

	def on_trash(self):
		if self.status in stored.UNDER_WAY:
			frappe.throw(_("This template is on its way to Twilio. Wait until its status has changed."))
		if at_twilio.is_at_twilio(self):
			frappe.throw(
				_(
					"This template is at Twilio. Open the template and press Delete at Twilio: this draft goes with it."
				)
			)
