import frappe
from frappe import _
from frappe.model.document import Document

from wa_window.chat.address import business_address, typed_number
from wa_window.site import settings, webhook_log
from wa_window.site.install import FILL_ANEW
from wa_window.site.leads import default_country, lead_types


class WAWindowSettings(Document):
	@property
	def inbound_webhook_url(self) -> str:
		return settings.inbound_webhook_url()

	@property
	def status_callback_url(self) -> str:
		return settings.status_callback_url()

	def onload(self):
		self.update(webhook_log.refused_so_far())

	def validate(self):
		for sender in self.senders:
			sender.address = self._whatsapp_number(sender)
		if sum(bool(sender.is_default) for sender in self.senders) > 1:
			frappe.throw(_("Only one sender can be the default: untick the others."))
		if self.public_url and not self.public_url.startswith(("https://", "http://")):
			frappe.throw(_("Public URL must begin with https://, such as https://crm.example.com"))

	def on_update(self):
		if self.has_value_changed("default_country"):
			for lead_type in lead_types():
				frappe.enqueue(
					FILL_ANEW,
					queue="long",
					enqueue_after_commit=True,
					doctype=lead_type.doctype,
				)

	def _whatsapp_number(self, sender) -> str:
		address = business_address(typed_number(sender.address, default_country()) or sender.address)
		if not address:
			frappe.throw(
				_(
					"{0} in row {1} is not a phone number: write it with its country code, such as +62 812 3456 7890."
				).format(frappe.bold(frappe.utils.escape_html(sender.address)), sender.idx)
			)
		return address
