"""For Frappe CRM's own screens."""

import frappe

from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.setup import crm_form_script


@frappe.whitelist()
@chat_errors_as_http
def assets() -> dict:
	"""`script`, `style` and `parts`: the URLs of the chat's assets; `batches` and `styles`: of templates to many, for who may send them. It
	allows POST, which CRM's own `call` uses."""
	return crm_form_script.assets()
