"""The CRM Form Scripts that add the window's state and the chat to Frappe CRM's Leads, Deals and Contacts, and to their lists that a
template is sent to those that are selected. CRM's small screens show no button of a script on a Contact (its
frontend/src/pages/MobileContact.vue).

CRM's own WhatsApp tab is not used: it cannot lock its composer, fill in a template's variables or show the window.
"""

import frappe
from frappe import _
from frappe.utils.jinja_globals import bundled_asset

from ..records.batch_permissions import may_send_to_many
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
# CRM calls setupList for its list and shows `bulk_actions` for the selected rows (its frontend/src/utils/index.js,
# setupListCustomizations, and src/components/ListBulkActions.vue).
LIST_SCRIPT = """async function setupList({{ call, $socket: socket }}) {{
	const {{ batches, label, styles, parts }} = await call("wa_window.api.crm.assets");
	if (!batches) return {{}};
	const onClick = async ({{ list, selections, unselectAll }}) => {{
		await import(batches);
		const names = [...selections];
		const given = {{ doctype: "{doctype}", names, list, socket, styles, parts, onPrepared: unselectAll }};
		wa_window.batches.sendFromCrm(given);
	}};
	return {{ bulk_actions: [{{ label, onClick }}] }};
}}
"""


def assets() -> dict:
	"""The URLs of the built scripts and stylesheets; those of templates to many, and what it is called, for who may send them."""
	style = bundled_asset("wa_window.bundle.css")
	to_many = {
		"batches": bundled_asset("wa_window_batches.bundle.js"),
		"label": _("Send Template…"),
		"styles": [style, bundled_asset("wa_window_batches.bundle.css")],
	}
	return {
		"script": bundled_asset("wa_window_crm.bundle.js"),
		"style": style,
		"parts": bundled_asset("wa_window_parts.bundle.js"),
		**(to_many if may_send_to_many(frappe.session.user) else {}),
	}


def add_form_scripts() -> None:
	"""Add the form scripts where Frappe CRM is installed; one that an admin has disabled stays disabled."""
	if not frappe.db.exists("DocType", FORM_SCRIPT):
		return
	for values in _scripts():
		name, script = values["name"], values["script"]
		if frappe.db.exists(FORM_SCRIPT, name):
			frappe.db.set_value(FORM_SCRIPT, name, "script", script, update_modified=False)
			continue
		standard = {"doctype": FORM_SCRIPT, "enabled": 1, "is_standard": 1}
		frappe.get_doc(standard | values).insert(ignore_permissions=True)


def remove_form_scripts() -> None:
	if frappe.db.exists("DocType", FORM_SCRIPT):
		frappe.db.delete(FORM_SCRIPT, {"name": ("in", [values["name"] for values in _scripts()])})


def _scripts() -> list[dict]:
	doctypes = [row.doctype for row in record_types().values() if row.in_crm]
	forms = [
		{"name": f"WA Window: {doctype}", "dt": doctype, "view": "Form", "script": _form_script(doctype)}
		for doctype in doctypes
	]
	lists = [
		{
			"name": f"WA Window: {doctype} (list)",
			"dt": doctype,
			"view": "List",
			"script": LIST_SCRIPT.format(doctype=doctype),
		}
		for doctype in doctypes
	]
	return forms + lists


def _form_script(doctype: str) -> str:
	row = record_types()[doctype]
	fields = [] if row.copies_numbers else [field for field in row.phone_fields if "." not in field]
	asking = "".join(PHONE_FIELD.format(field=field) for field in fields)
	return SCRIPT.format(class_name=doctype.replace(" ", ""), phone_fields=asking)
