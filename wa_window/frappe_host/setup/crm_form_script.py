"""The CRM Form Scripts that add the window's state and the chat to Frappe CRM's Leads, Deals and Contacts. CRM's small screens show no
button of a script on a Contact (its frontend/src/pages/MobileContact.vue).

CRM's own WhatsApp tab is not used: it cannot lock its composer, fill in a template's variables or show the window.
"""

import frappe
from frappe.utils.jinja_globals import bundled_asset

from ..records.record_types import record_types

FORM_SCRIPT = "CRM Form Script"
SCRIPT = """class {class_name} {{
	async onLoad() {{
		const {{ script, style, parts }} = await call("wa_window.api.crm.assets");
		await import(script);
		wa_window.show_in_crm(this, {{ socket, router, style, parts }});
	}}
{phone_fields}}}
"""
# CRM calls it when the field was changed, before it saves, and undoes the change where it rejects (its frontend/src/data/document.js,
# triggerOnChange). Its page of a Contact changes numbers without any call (its frontend/src/pages/Contact.vue).
PHONE_FIELD = """
	{field}() {{
		return window.wa_window?.ask_in_crm?.(this, "{field}", call);
	}}
"""


def assets() -> dict:
	"""The URLs of the chat's built scripts and stylesheet."""
	return {
		"script": bundled_asset("wa_window_crm.bundle.js"),
		"style": bundled_asset("wa_window.bundle.css"),
		"parts": bundled_asset("wa_window_parts.bundle.js"),
	}


def add_form_scripts() -> None:
	"""Add the form scripts where Frappe CRM is installed; one that an admin has disabled stays disabled."""
	if not frappe.db.exists("DocType", FORM_SCRIPT):
		return
	for doctype in _doctypes():
		name, script = _name(doctype), _script(doctype)
		if frappe.db.exists(FORM_SCRIPT, name):
			frappe.db.set_value(FORM_SCRIPT, name, "script", script, update_modified=False)
			continue
		values = {
			"name": name,
			"dt": doctype,
			"view": "Form",
			"enabled": 1,
			"is_standard": 1,
			"script": script,
		}
		frappe.get_doc({"doctype": FORM_SCRIPT, **values}).insert(ignore_permissions=True)


def remove_form_scripts() -> None:
	if frappe.db.exists("DocType", FORM_SCRIPT):
		frappe.db.delete(FORM_SCRIPT, {"name": ("in", [_name(doctype) for doctype in _doctypes()])})


def _script(doctype: str) -> str:
	fields = [field for field in record_types()[doctype].phone_fields if "." not in field]
	asking = "".join(PHONE_FIELD.format(field=field) for field in fields)
	return SCRIPT.format(class_name=doctype.replace(" ", ""), phone_fields=asking)


def _doctypes() -> list[str]:
	return [row.doctype for row in record_types().values() if row.in_crm]


def _name(doctype: str) -> str:
	return f"WA Window: {doctype}"
