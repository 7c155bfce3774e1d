"""Installation: the lead DocTypes of this site get their WhatsApp tab. Every step may be run again."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import update_progress_bar

from ..chat.address import fold
from .crm import extend_crm
from .custom_fields import CUSTOM_FIELDS
from .exactness import compare_customers_exactly
from .leads import CONVERSATION, LEAD_TYPES, lead_types, phone_of
from .settings import SETTINGS, note

BATCH = 1000
LIST_SETTINGS = "List View Settings"
CRM_APPS = ("erpnext", "crm")


def after_install() -> None:
	compare_customers_exactly()
	fill_in_default_settings()
	list_all_chats()
	extend_hosts()


def after_app_install(app: str) -> None:
	"""A CRM installed later gets its WhatsApp tab then."""
	if app in CRM_APPS:
		extend_hosts()


def after_migrate() -> None:
	compare_customers_exactly()
	fill_in_default_settings()
	list_all_chats()
	extend_hosts()


def extend_hosts() -> None:
	extend_lead_types()
	extend_crm()


def fill_in_default_settings() -> None:
	"""Settings that a new version brought have their defaults; Frappe gives them to new documents only."""
	known = frappe.db.get_singles_dict(SETTINGS)
	defaults = {
		field.fieldname: field.default
		for field in frappe.get_meta(SETTINGS).fields
		if field.default and field.fieldname not in known
	}
	if defaults:
		note(defaults)


def list_all_chats() -> None:
	"""Of a large table Frappe lists only what was changed lately, which says nothing of a chat; what an admin chose stays."""
	if not frappe.db.exists(LIST_SETTINGS, CONVERSATION):
		chosen = {"name": CONVERSATION, "disable_automatic_recency_filters": 1}
		frappe.get_doc({"doctype": LIST_SETTINGS, **chosen}).insert()


def extend_lead_types() -> None:
	"""Add what is missing to the lead DocTypes that exist; what an admin changed stays."""
	for lead_type in lead_types():
		fields = CUSTOM_FIELDS.get(lead_type.doctype)
		if fields:
			create_custom_fields({lead_type.doctype: fields}, update=False)
		index = f"wa_window_{frappe.scrub(lead_type.doctype)}_phone"
		frappe.db.add_index(lead_type.doctype, ["wa_phone", "creation"], index)
		fill_wa_phone(lead_type.doctype)


def fill_wa_phone(doctype: str, *, anew: bool = False) -> None:
	"""Normalise the numbers of leads that were there before the app, or of all `anew` after the country has changed."""
	filters = {} if anew else {"wa_phone": ("is", "not set")}
	fields = ["name", "wa_phone", *LEAD_TYPES[doctype].phone_fields]
	total, done, after = frappe.db.count(doctype, filters), 0, ""
	while leads := frappe.get_all(
		doctype, {**filters, "name": (">", after)}, fields, order_by="name asc", limit=BATCH
	):
		for lead in leads:
			_fill(doctype, lead)
		frappe.db.commit()
		after, done = leads[-1].name, done + len(leads)
		update_progress_bar(f"Normalising numbers of {doctype}", min(done, total) - 1, total)


def _fill(doctype: str, lead) -> None:
	phone = fold(phone_of(doctype, lead))
	if phone != (lead.wa_phone or ""):
		frappe.db.set_value(doctype, lead.name, "wa_phone", phone, update_modified=False)
