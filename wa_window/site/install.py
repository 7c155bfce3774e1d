"""Installation: the lead DocTypes of this site get their WhatsApp tab. Every step may be run again."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import update_progress_bar

from ..chat.address import fold
from .crm import extend_crm
from .custom_fields import CUSTOM_FIELDS
from .exactness import compare_customers_exactly
from .leads import (
	CONVERSATION,
	LEAD_TYPES,
	default_country,
	lead_types,
	phone_of,
	unlink_missing_types,
)
from .settings import SETTINGS, note
from .time_limit import JobClock, alarm_passes

BATCH = 1000
LIST_SETTINGS = "List View Settings"
CRM_APPS = ("erpnext", "crm")
FILLED = "wa_window_numbers_of_"
GLOBAL = "__global"
FILL_ANEW = "wa_window.site.install.fill_wa_phone_anew"


def after_install() -> None:
	compare_customers_exactly()
	fill_in_default_settings()
	list_all_chats()
	extend_hosts()


def after_app_install(app: str) -> None:
	"""A CRM installed later gets its WhatsApp tab then."""
	if app in CRM_APPS:
		extend_hosts()


def after_app_uninstall(app: str) -> None:
	"""The chats of a CRM that is gone are the managers'; not after a dry run, which leaves the CRM installed."""
	if app in CRM_APPS and app not in frappe.get_installed_apps():
		let_go_of_missing_types()


def after_migrate() -> None:
	compare_customers_exactly()
	fill_in_default_settings()
	list_all_chats()
	let_go_of_missing_types()
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
		_fill_once(lead_type.doctype)


def let_go_of_missing_types() -> None:
	unlink_missing_types()
	existing = [lead_type.doctype for lead_type in lead_types()]
	for doctype in set(LEAD_TYPES) - set(existing):
		frappe.defaults.clear_default(key=filled_key(doctype), parent=GLOBAL)


def filled_key(doctype: str) -> str:
	"""Under which Frappe's global defaults hold the country by which all numbers of a lead DocType were normalised."""
	return f"{FILLED}{frappe.scrub(doctype)}"


def _fill_once(doctype: str) -> None:
	"""From then on each lead's own events keep its number; until the site's country is another one."""
	country = frappe.db.get_global(filled_key(doctype))
	if country != _country():
		fill_wa_phone(doctype, anew=bool(country))


def _country() -> str:
	return default_country() or "none"


@alarm_passes()
def fill_wa_phone_anew(doctype: str, after: str = "") -> None:
	"""Job: normalise all numbers after the country has changed, from the lead named `after` on; another one goes on where the
	time does not suffice."""
	left_after = fill_wa_phone(doctype, anew=True, after=after, clock=JobClock())
	if left_after:
		frappe.enqueue(FILL_ANEW, queue="long", doctype=doctype, after=left_after)


def fill_wa_phone(doctype: str, *, anew: bool = False, after: str = "", clock: JobClock | None = None) -> str:
	"""Normalise the numbers of leads that were there before the app, or of all `anew` after the country has changed; those
	whose names come after `after`. Where the job's `clock` ended it: the name after which there may be more."""
	country = _country()
	filters = {} if anew else {"wa_phone": ("is", "not set")}
	fields = ["name", "wa_phone", *LEAD_TYPES[doctype].phone_fields]
	total, done = frappe.db.count(doctype, filters), 0
	while leads := frappe.get_all(
		doctype, {**filters, "name": (">", after)}, fields, order_by="name asc", limit=BATCH
	):
		if clock and clock.is_over():
			return after
		for lead in leads:
			_fill(doctype, lead)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: run again, it goes on after it
		after, done = leads[-1].name, done + len(leads)
		update_progress_bar(f"Normalising numbers of {doctype}", min(done, total) - 1, total)
	frappe.db.set_global(filled_key(doctype), country)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - the batches are committed: so is that they are complete
	return ""


def _fill(doctype: str, lead) -> None:
	phone = fold(phone_of(doctype, lead))
	if phone != (lead.wa_phone or ""):
		frappe.db.set_value(doctype, lead.name, "wa_phone", phone, update_modified=False)
