from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.frappe_host.setup.install import fill_wa_phone
from wa_window.patches.backfill import update_customer_keys


def execute() -> None:
	"""Leads and chats are found by numbers as they are read and folded now: Benin's and Ivory Coast's in both their forms.

	Each batch is committed, and what is done already changes nothing: run again, it goes on with what is left.
	"""
	for lead_type in existing_record_types():
		fill_wa_phone(lead_type.doctype, anew=True)
	update_customer_keys()
