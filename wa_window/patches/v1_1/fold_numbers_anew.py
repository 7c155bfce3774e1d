import frappe

from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.frappe_host.setup.install import fill_wa_phone
from wa_window.patches.backfill import update_customer_keys


def execute() -> None:
	"""Update leads and chats to the current canonical form of numbers: Benin's and Ivory Coast's numbers exist in two forms.

	Each batch is committed and the patch is idempotent: run again, it continues. A record type that this version adds has no numbers
	yet.
	"""
	for lead_type in existing_record_types():
		if frappe.db.has_column(lead_type.doctype, "wa_phone"):
			fill_wa_phone(lead_type.doctype, anew=True)
	update_customer_keys()
