"""For Frappe CRM's own screens."""

import frappe

from ..site import crm


@frappe.whitelist()
def assets() -> dict:
	"""`script` and `style`: where the chat is loaded from. CRM's own `call` posts."""
	return crm.assets()
