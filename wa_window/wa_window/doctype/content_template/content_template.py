import frappe
from frappe import _

from wa_window.frappe_host.records.documents import GuardedDocument
from wa_window.frappe_host.store.templates import FIELDS


class ContentTemplate(GuardedDocument):
	"""A content template of Twilio's, written by the sync. An admin chooses which lead fields fill its variables."""

	def validate(self):
		if not self.flags.from_sync and self._differs_from_twilio():
			frappe.throw(
				_("Templates are changed at Twilio. Here you only choose what fills their variables."),
				frappe.PermissionError,
			)

	def _differs_from_twilio(self) -> bool:
		before = self.get_doc_before_save()
		return (
			before is None
			or any(
				self.has_value_changed(field)
				for field in (*FIELDS, "last_synced_on", "approval_status_since")
			)
			or _variables(self) != _variables(before)
		)


def _variables(doc) -> list[tuple]:
	return [(row.variable, row.sample or "") for row in doc.variables]
