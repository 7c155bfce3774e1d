from datetime import time

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import comma_or, get_time

from wa_window.chat.address import business_address, parse_phone
from wa_window.frappe_host import settings
from wa_window.frappe_host.desk import webhook_log
from wa_window.frappe_host.desk.details.fields import is_shown
from wa_window.frappe_host.desk.working_hours import holiday_list_type, holiday_lists
from wa_window.frappe_host.records.leads import default_country
from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.frappe_host.setup.install import FILL_ANEW


class WAWindowSettings(Document):
	@property
	def inbound_webhook_url(self) -> str:
		return settings.inbound_webhook_url()

	@property
	def status_callback_url(self) -> str:
		return settings.status_callback_url()

	def onload(self):
		self.set_onload("new_lead_types", self._new_lead_types())
		self.set_onload("holiday_lists", holiday_lists() if holiday_list_type() else None)
		self.update(webhook_log.refused_counts())

	def validate(self):
		for sender in self.senders:
			self._write_as_address(sender)
		if sum(bool(sender.is_default) for sender in self.senders) > 1:
			frappe.throw(_("Only one sender can be the default."))
		new_lead_types = self._new_lead_types()
		if self.has_value_changed("lead_doctype") and self.lead_doctype not in ("", None, *new_lead_types):
			frappe.throw(
				_("{0} cannot be made for a new customer: choose one of {1}.").format(
					_(self.lead_doctype), comma_or([_(doctype) for doctype in new_lead_types])
				)
			)
		if self.has_value_changed("inbox_fields"):
			self._require_inbox_fields()
		self._require_working_hours()
		if self.api_key_sid and not self.api_key_secret:
			frappe.throw(_("Fill in the API Key Secret too, or empty API Key SID."))
		if self.public_url and not self.public_url.startswith(("https://", "http://")):
			frappe.throw(_("Public URL must begin with https://, such as https://crm.example.com"))

	def _require_inbox_fields(self):
		types = [row.doctype for row in existing_record_types()]
		for doctype, fieldname in settings.parsed_inbox_fields(self.inbox_fields):
			if doctype not in types or not is_shown(doctype, fieldname):
				frappe.throw(
					_("No field {0} to show beside a chat. Write it as {1}.").format(
						frappe.bold(frappe.utils.escape_html(f"{doctype}.{fieldname}")),
						frappe.bold(f"{types[0]}.email"),
					)
				)

	def _require_working_hours(self):
		begins, ends = (get_time(at or "00:00") for at in (self.work_begins, self.work_ends))
		if time() < ends <= begins:
			frappe.throw(_("Working hours end after they begin."))
		if self.has_value_changed("holiday_list") and self.holiday_list not in ("", None, *holiday_lists()):
			frappe.throw(_("There is no Holiday List of this name that you may read."))

	@staticmethod
	def _new_lead_types() -> list[str]:
		return [row.doctype for row in existing_record_types() if row.can_be_new]

	def on_update(self):
		if self.has_value_changed("default_country"):
			for lead_type in existing_record_types():
				frappe.enqueue(
					FILL_ANEW,
					queue="long",
					enqueue_after_commit=True,
					doctype=lead_type.doctype,
				)

	def _write_as_address(self, sender) -> None:
		address = business_address(parse_phone(sender.address, default_country()) or sender.address)
		if not address:
			frappe.throw(
				_(
					"{0} in row {1} is not a phone number: write it with its country code, such as +62 812 3456 7890."
				).format(frappe.bold(frappe.utils.escape_html(sender.address)), sender.idx)
			)
		sender.address = address
