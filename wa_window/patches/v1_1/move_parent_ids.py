import frappe

from wa_window.site.store import CONVERSATION, FrappeStore


def execute() -> None:
	"""A customer's id that linked businesses share was kept as their id at one business, by which it is not looked for any more.

	What is left when it breaks off is found again.
	"""
	shared = {"customer_user_id": ("like", "__.ENT.%")}
	for name, parent_id in frappe.get_all(CONVERSATION, shared, ["name", "customer_user_id"], as_list=True):
		FrappeStore().change_conversation(name, customer_user_id="", customer_parent_id=parent_id)
