"""For Frappe CRM's own screens."""

import frappe

from ..site import crm
from ..site.refusals import in_words


@frappe.whitelist()
@in_words
def assets() -> dict:
	"""`script` and `style`: where the chat is loaded from. CRM's own `call` posts."""
	return crm.assets()
