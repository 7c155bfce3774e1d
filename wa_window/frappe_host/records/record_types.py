"""Which DocTypes have a chat: one table, to which other apps add by the hook `wa_window_record_types`.

It is read by hooks.py (forms, lists, document events), the browser (`boot`), installation (custom fields), Frappe CRM's form
scripts, notifications and Settings.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

import frappe

HOOK = "wa_window_record_types"


@dataclass(frozen=True)
class RecordType:
	"""A DocType whose records have a chat. The number of a record is the first valid one in `phone_fields`; "phone_nos.phone" is
	the field `phone` of the rows of its child table `phone_nos`, in their order. The first of `name_fields` gets the name of a new
	record. `owner_field` is empty where its records are nobody's until they are assigned. `reply_fields` are those that quick
	replies may name; where it has none, `name_fields`.

	`tab_after` is the field after which the WhatsApp tab is inserted; empty where the DocType has the tab's fields itself.
	`in_crm`: Frappe CRM's own screens show it, by a CRM Form Script. `can_be_new`: a record may be
	created for an unknown number. `has_ad`: it has a field for the ad that brought its customer.

	A record shows the chats of its contacts too: of those in `contact_fields`, written as `phone_fields` are, and of those that
	Frappe's Dynamic Links link to it. `linked_to` names the fields of the records, by DocType and name, that these link to:
	("doctype", "name") are its own.

	`came_from`: the Links and Dynamic Links that name the record which this one was made from; its chats go along
	(conversions.py). `keeps_chats`: they never move away from it: an opportunity of a customer is no conversion of them.

	`copies_numbers`: its numbers are those of its primary contact, copied whenever it is saved, so nobody edits them.
	"""

	doctype: str
	phone_fields: tuple[str, ...]
	name_fields: tuple[str, ...]
	owner_field: str = "owner"
	tab_after: str = ""
	in_crm: bool = False
	can_be_new: bool = True
	has_ad: bool = True
	reply_fields: tuple[str, ...] = ()
	contact_fields: tuple[str, ...] = ()
	linked_to: tuple[tuple[str, str], ...] = ()
	came_from: tuple[str, ...] = ()
	keeps_chats: bool = False
	copies_numbers: bool = False

	@property
	def phone_field(self) -> str:
		return "mobile_no" if "mobile_no" in self.phone_fields else self.phone_fields[0]

	@property
	def has_people(self) -> bool:
		"""Whether its records are of several people, such as a deal."""
		return bool(self.contact_fields or self.linked_to)


def values_of(fields, path: str) -> list:
	"""The value of a field, or those of "table.field" in the rows of a child table, in a document or a dict of its fields."""
	table, _dot, column = path.rpartition(".")
	rows = (fields.get(table) or []) if table else [fields]
	return [row.get(column) for row in rows]


OWN = ("doctype", "name")
PERSON = ("salutation", "first_name", "last_name", "job_title")
# In the order in which a number's record is looked for, after the type of new records, and in which "automatic" in Settings looks
# for that one: what is being sold comes before whom it is sold to.
OURS = (
	RecordType(
		"Lead",
		phone_fields=("whatsapp_no", "mobile_no", "phone"),
		name_fields=("first_name", "lead_name", "title"),
		owner_field="lead_owner",
		tab_after="notes",
		reply_fields=(*PERSON, "lead_name", "company_name", "city"),
	),
	RecordType(
		"CRM Lead",
		phone_fields=("mobile_no", "phone"),
		name_fields=("first_name", "lead_name"),
		owner_field="lead_owner",
		tab_after="status_change_log",
		in_crm=True,
		reply_fields=(*PERSON, "lead_name", "organization", "territory"),
	),
	RecordType(
		"CRM Deal",
		phone_fields=("mobile_no", "phone"),
		name_fields=("lead_name", "first_name"),
		owner_field="deal_owner",
		tab_after="status_change_log",
		in_crm=True,
		can_be_new=False,
		reply_fields=(*PERSON, "lead_name", "organization", "territory"),
		contact_fields=("contacts.contact",),
		linked_to=(OWN,),
		came_from=("lead",),
		# crm/fcrm/doctype/crm_deal/crm_deal.py, set_primary_email_mobile_no
		copies_numbers=True,
	),
	RecordType(
		"Opportunity",
		phone_fields=("whatsapp", "contact_mobile", "phone"),
		name_fields=("customer_name",),
		owner_field="opportunity_owner",
		tab_after="notes",
		can_be_new=False,
		has_ad=False,
		reply_fields=("customer_name", "job_title", "city", "territory"),
		contact_fields=("contact_person",),
		linked_to=(OWN, ("opportunity_from", "party_name")),
		came_from=("party_name",),
	),
	RecordType(
		"Customer",
		phone_fields=("mobile_no",),
		name_fields=("customer_name",),
		owner_field="account_manager",
		tab_after="portal_users",
		can_be_new=False,
		has_ad=False,
		reply_fields=("salutation", "customer_name", "territory"),
		contact_fields=("customer_primary_contact",),
		linked_to=(OWN,),
		came_from=("lead_name", "opportunity_name", "crm_deal"),
		keeps_chats=True,
	),
	RecordType(
		"Contact",
		# The primary ones, which Frappe copies from the table, come first.
		phone_fields=("mobile_no", "phone", "phone_nos.phone"),
		name_fields=("first_name", "full_name"),
		owner_field="",
		tab_after="unsubscribed",
		in_crm=True,
		can_be_new=False,
		has_ad=False,
		reply_fields=("salutation", "first_name", "last_name", "full_name", "company_name", "designation"),
		keeps_chats=True,
	),
	RecordType("Chat Lead", phone_fields=("phone",), name_fields=("lead_name",), owner_field="lead_owner"),
)


def record_types() -> dict[str, RecordType]:
	"""All record types of this site's apps, by DocType, also those whose DocType does not exist."""
	of_other_apps, _skipped = _from_hook(frappe.get_hooks(HOOK))
	return {row.doctype: row for row in (*OURS, *of_other_apps)}


def existing_record_types() -> list[RecordType]:
	"""Those whose DocType exists on this site."""
	return [row for row in record_types().values() if frappe.db.exists("DocType", row.doctype, cache=True)]


def is_record_type(doctype: str | None) -> bool:
	"""Whether the DocType has chats and exists on this site."""
	return doctype in record_types() and bool(frappe.db.exists("DocType", doctype, cache=True))


def doctypes_on_bench() -> tuple[str, ...]:
	"""The DocTypes of all apps on this bench, for hooks.py, which Frappe loads once for all sites."""
	return tuple(row.doctype for row in (*OURS, *_types_on_bench()))


def log_skipped_entries() -> None:
	"""Log which entries of other apps' hooks are skipped, and why: when they are taken up, by installing or migrating."""
	_types, skipped = _from_hook(frappe.get_hooks(HOOK))
	for reason in skipped:
		frappe.log_error("WA Window: an app's record type was skipped", reason)


def extend_bootinfo(bootinfo) -> None:
	"""Hook: pass the existing DocTypes to the browser."""
	bootinfo.wa_window_record_types = [row.doctype for row in existing_record_types()]
	bootinfo.wa_window_phone_fields = {row.doctype: row.phone_fields for row in existing_record_types()}


class BadEntry(Exception):
	"""An entry of the hook that describes no record type; the text says why."""


def _texts(value: Any) -> bool:
	return isinstance(value, list | tuple) and all(isinstance(text, str) for text in value)


# What the types of RecordType's fields are called, and the check of a hook's value.
CHECKS: dict[Any, tuple[str, Callable[[Any], bool]]] = {
	str: ("a text", lambda value: isinstance(value, str)),
	bool: ("True or False", lambda value: value in (True, False)),
	tuple[str, ...]: ("a list of texts", _texts),
	tuple[tuple[str, str], ...]: (
		"a list of pairs of texts",
		lambda value: isinstance(value, list | tuple) and all(_texts(row) and len(row) == 2 for row in value),
	),
}
REQUIRED = ("doctype", "phone_fields", "name_fields")


def _from_hook(value: Any) -> tuple[list[RecordType], list[str]]:
	"""The record types of a hook's value, and why entries are skipped: one app's mistake must not take all chats away."""
	types, skipped = [], []
	for entry in value if isinstance(value, list | tuple) else [value]:
		try:
			types.append(_record_type(entry))
		except BadEntry as error:
			skipped.append(str(error))
	return types, skipped


def _record_type(entry: Any) -> RecordType:
	if not isinstance(entry, dict):
		raise BadEntry(f"An entry of {HOOK} is {entry!r}, not a dict.")
	about = f"The entry {entry.get('doctype')!r} of {HOOK}"
	for key, value in entry.items():
		_check(about, key, value)
	for key in REQUIRED:
		if not entry.get(key):
			raise BadEntry(f"{about} has no {key!r}.")
	return RecordType(**{key: _as_tuples(value) for key, value in entry.items()})


def _check(about: str, key: str, value: Any) -> None:
	types = {field.name: field.type for field in fields(RecordType)}
	if key not in types:
		raise BadEntry(f"{about} has the unknown key {key!r}; there are {', '.join(types)}.")
	wanted, fits = CHECKS[types[key]]
	if not fits(value):
		raise BadEntry(f"{about} has {value!r} as {key!r}, which is to be {wanted}.")


def _as_tuples(value: Any) -> Any:
	return tuple(_as_tuples(row) for row in value) if isinstance(value, list | tuple) else value


def _types_on_bench() -> Iterator[RecordType]:
	for app in frappe.get_all_apps():
		if app in ("frappe", "wa_window"):
			continue
		with suppress(Exception):  # an app that cannot be loaded reports that where it is installed
			yield from _from_hook(getattr(import_module(f"{app}.hooks"), HOOK, ()))[0]
