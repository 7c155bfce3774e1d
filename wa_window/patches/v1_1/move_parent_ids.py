import frappe

from wa_window.frappe_host.store.store import FrappeStore
from wa_window.frappe_host.store.tables import CONVERSATION


def execute() -> None:
	"""Move ids that linked businesses share to `customer_parent_id`: they were stored as the id at one business, where they
	are not found any more.

	The patch is idempotent: run again after an interruption, it continues.
	"""
	shared = {"customer_user_id": ("like", "__.ENT.%")}
	for name, parent_id in frappe.get_all(CONVERSATION, shared, ["name", "customer_user_id"], as_list=True):
		FrappeStore().change_conversation(name, customer_user_id="", customer_parent_id=parent_id)
