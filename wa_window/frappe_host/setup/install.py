"""Installation: add the WhatsApp tab to the lead DocTypes of this site. Every step is idempotent."""

from functools import partial

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.utils import update_progress_bar

from ...chat.address import canonical_phone
from ..records.leads import CONVERSATION, add_rows, default_country, phone_of, unlink_missing_types
from ..records.record_types import existing_record_types, log_skipped_entries, record_types
from ..settings import SETTINGS, note
from ..store import database
from ..store.exact_comparison import compare_customers_exactly
from ..time_limit import JobClock, alarm_passes
from . import scheduled_jobs
from .crm_form_script import add_form_scripts
from .custom_fields import custom_fields

BATCH = 200  # so many rows of other apps' tables are locked at once: for a tenth of a second
LONGEST_INDEX_NAME = 64
# InnoDB's longest key has 3072 bytes, and a link up to 560:
# https://mariadb.com/kb/en/innodb-limitations/
MOST_COLUMNS = 4
LIST_SETTINGS = "List View Settings"
FILLED = "wa_window_numbers_of_"
GLOBAL = "__global"
MODULE = "WA Window"
FILL_ANEW = "wa_window.frappe_host.setup.install.fill_wa_phone_anew"


def after_install() -> None:
	compare_customers_exactly()
	fill_in_default_settings()
	disable_recency_filter()
	extend_lead_doctypes()


def after_app_install(app: str) -> None:
	"""Hook: extend the lead DocTypes of an app that is installed later."""
	extend_lead_doctypes()


def after_app_uninstall(app: str) -> None:
	"""Hook: unlink the chats of a CRM that was uninstalled, so that managers see them; not after a dry run, which leaves
	the CRM installed."""
	# Frappe 15 clears it before its commit (installer.py, remove_from_installed_apps): a request between the two has cached the app again.
	frappe.clear_cache()
	if app not in ("wa_window", *frappe.get_installed_apps()):
		unlink_deleted_types()


def after_migrate() -> None:
	scheduled_jobs.list_anew()
	compare_customers_exactly()
	fill_in_default_settings()
	disable_recency_filter()
	unlink_deleted_types()
	extend_lead_doctypes()


def extend_lead_doctypes() -> None:
	log_skipped_entries()
	extend_lead_types()
	add_form_scripts()


def fill_in_default_settings() -> None:
	"""Set the defaults of new fields in Settings; Frappe sets them for new documents only."""
	stored = frappe.db.get_singles_dict(SETTINGS)
	defaults = {
		field.fieldname: field.default
		for field in frappe.get_meta(SETTINGS).fields
		if field.default and field.fieldname not in stored
	}
	if defaults:
		note(defaults)


def disable_recency_filter() -> None:
	"""Show all chats in the list: for a large table Frappe lists only recently modified rows, and a chat's `modified` does
	not follow its messages. An admin's choice stays."""
	if not frappe.db.exists(LIST_SETTINGS, CONVERSATION):
		chosen = {"name": CONVERSATION, "disable_automatic_recency_filters": 1}
		frappe.get_doc({"doctype": LIST_SETTINGS, **chosen}).insert()


def extend_lead_types() -> None:
	"""Add missing custom fields and form scripts to the DocTypes that have chats; an admin's changes stay."""
	for lead_type in existing_record_types():
		create_custom_fields({lead_type.doctype: custom_fields(lead_type)}, update=False)
		index = f"wa_window_{frappe.scrub(lead_type.doctype)}_phone"
		frappe.db.add_index(lead_type.doctype, ["wa_phone", "creation"], index)
		_index_permissions(lead_type.doctype)
		_fill_once(lead_type.doctype)
	frappe.db.add_index("ToDo", ["allocated_to", "status"], "wa_window_todo_allocated_to")


def _index_permissions(doctype: str) -> None:
	"""Index the fields by which this site permits records, so that the inbox of a user who may read few of them finds these: the
	user who made it, and links that User Permissions limit. A link has the others beside it, by which Frappe limits at the same time:
	so the records themselves are not read. Of two columns at least: Frappe drops an index of one field alone."""
	links = [
		field.fieldname
		for field in frappe.get_meta(doctype).get_link_fields()
		if not field.get("ignore_user_permissions")
		and frappe.db.exists("User Permission", {"allow": field.options})
	]
	of_links = [[link, *(other for other in links if other != link)][:MOST_COLUMNS] for link in links]
	for columns in (["owner"], *of_links):
		index = f"wa_window_{frappe.scrub(doctype)}_{'_'.join(columns)}"[:LONGEST_INDEX_NAME]
		frappe.db.add_index(doctype, [*columns, "creation"], index)


def unlink_deleted_types() -> None:
	"""Also of an app whose hook is gone with it: Frappe leaves our custom fields of the DocTypes that it drops."""
	unlink_missing_types()
	extended = frappe.get_all("Custom Field", {"module": MODULE}, pluck="dt", distinct=True)
	for doctype in extended:
		if not frappe.db.exists("DocType", doctype):
			frappe.db.delete("Custom Field", {"dt": doctype, "module": MODULE})
			frappe.defaults.clear_default(key=filled_key(doctype), parent=GLOBAL)


def filled_key(doctype: str) -> str:
	"""The key of Frappe's global default that holds the country with which all numbers of a lead DocType were normalised."""
	return f"{FILLED}{frappe.scrub(doctype)}"


def _fill_once(doctype: str) -> None:
	"""Later, document events update each lead's number, until the site's country changes."""
	country = frappe.db.get_global(filled_key(doctype))
	if country != _country():
		fill_wa_phone(doctype, anew=bool(country))


def _country() -> str:
	return default_country() or "none"


@alarm_passes()
def fill_wa_phone_anew(doctype: str, after: str = "") -> None:
	"""Job: normalise all numbers after the country has changed, of leads with names after `after`; at its time limit it
	enqueues another job."""
	left_after = fill_wa_phone(doctype, anew=True, after=after, clock=JobClock())
	if left_after:
		frappe.enqueue(FILL_ANEW, queue="long", doctype=doctype, after=left_after)


def fill_wa_phone(doctype: str, *, anew: bool = False, after: str = "", clock: JobClock | None = None) -> str:
	"""Normalise the numbers of leads that were created before the app was installed, or of all (`anew`) after the country
	has changed; only names after `after`. Returns the last name where the job's `clock` was over, and there may be more."""
	country = _country()
	filters = {} if anew else {"wa_phone": ("is", "not set")}
	total, done = frappe.db.count(doctype, filters), 0
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - each batch begins with a rollback
	while not (clock and clock.is_over()):
		names = database.transaction(partial(_fill_batch, doctype, filters, after))
		if not names:
			database.transaction(partial(frappe.db.set_global, filled_key(doctype), country))
			return ""
		after, done = names[-1], done + len(names)
		update_progress_bar(f"Normalising numbers of {doctype}", min(done, total) - 1, total)
	return after


def _fill_batch(doctype: str, filters: dict, after: str) -> list[str]:
	fields = record_types()[doctype].phone_fields
	own = [field for field in fields if "." not in field]
	further = {**filters, "name": (">", after)}
	leads = frappe.get_all(doctype, further, ["name", "wa_phone", *own], order_by="name asc", limit=BATCH)
	for field in fields:
		if "." in field:
			add_rows(doctype, leads, *field.split("."))
	numbers = {lead.name: canonical_phone(phone_of(doctype, lead)) for lead in leads}
	changes = {
		lead.name: {"wa_phone": numbers[lead.name]}
		for lead in leads
		if numbers[lead.name] != (lead.wa_phone or "")
	}
	frappe.db.bulk_update(doctype, changes, update_modified=False)
	return list(numbers)
