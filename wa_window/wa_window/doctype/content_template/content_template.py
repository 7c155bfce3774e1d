import frappe
from frappe import _

from wa_window.frappe_host.desk import batch_fields
from wa_window.frappe_host.records.documents import GuardedDocument
from wa_window.frappe_host.store.templates import FIELDS
from wa_window.frappe_host.template_drafts import at_twilio


class ContentTemplate(GuardedDocument):
	"""A content template of Twilio's, written by the sync. An admin chooses which lead fields fill its variables."""

	def onload(self):
		self.set_onload("can_be_copied", at_twilio.can_be_copied(self))
		fields = batch_fields.of_chats()
		# With the names: two fields may have the same label.
		self.set_onload(
			"lead_fields", [{"value": name, "label": f"{label} ({name})"} for name, label in fields.items()]
		)

	def validate(self):
		if not self.flags.from_sync and self._differs_from_twilio():
			frappe.throw(
				_("Templates are changed at Twilio. Here you only choose what fills their variables."),
				frappe.PermissionError,
			)

		if not self.flags.from_sync:
			self._require_known_fields()

	def _require_known_fields(self) -> None:
		"""Those that were there before stay: another app's, or of a record type that is no longer used."""
		before, known = _lead_fields(self.get_doc_before_save()), batch_fields.of_chats()
		for variable, field in _lead_fields(self).items():
			if field and field != before.get(variable) and field not in known:
				frappe.throw(_("{0}: there is no field {1} that you may read.").format(variable, field))

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


def _lead_fields(doc) -> dict[str, str]:
	return {row.variable: row.lead_field for row in doc.variables}
