"""Whom a template to many is for, page by page: records or chats that the session's user lists, their numbers, chats and permissions.

A page takes a few queries, however many rows it has. What a user may write is decided for all records of a page at once where Frappe
decides it by role, and record by record where it is not that simple.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import frappe
from frappe.model import no_value_fields
from frappe.permissions import get_role_permissions
from frappe.share import get_shared
from frappe.utils import cstr

from ...chat.address import canonical_phone, customer_with
from ...chat.arguments import from_json
from ...chat.errors import InvalidArgument, NotPermitted
from ...chat.message import Conversation, Lead
from ...chat.sentences import _lt
from ...chat.template_batch import Batch, Choice, History, Recipient, Row
from ..clock import SystemClock
from ..store.store import FrappeStore
from . import leads
from .permissions import (
	CONVERSATION,
	count_listed,
	filters_on_chats,
	has_chat_permission,
	has_lead_permission,
	has_role,
)
from .record_types import is_record_type

# Not their values, but stars or rows.
UNREADABLE = (*no_value_fields, "Password")
NOBODY = ("", "")


def choice_of(doctype: str, names: list[str] | None, filters: list | dict | str | None) -> Choice:
	"""What a request chose. Raises InvalidArgument."""
	if names is not None:
		return Choice(doctype, tuple(dict.fromkeys(names)))
	given = from_json(filters) if isinstance(filters, str) else filters
	if isinstance(given, dict):
		given = [
			[doctype, field, *(value if isinstance(value, list) else ["=", value])]
			for field, value in given.items()
		]
	if not (isinstance(given, list) and all(isinstance(each, list) for each in given)):
		raise InvalidArgument(_lt("Choose records, or give the filters of their list."))
	return Choice(doctype, filters=tuple(given))


def count(choice: Choice) -> int:
	"""Raises InvalidArgument or NotPermitted."""
	require_listable(choice)
	if choice.names is not None:
		return len(choice.names)
	return count_listed(choice.doctype, list(choice.filters))


def page(choice: Choice, batch: Batch, after: str, limit: int) -> tuple[list[Recipient], str]:
	"""As BatchHost.chosen has it. Names that were given are taken in their order, and `after` is how many were taken."""
	require_listable(choice)
	if choice.names is not None:
		begin = int(after or 0)
		names = list(choice.names[begin : begin + limit])
		end = begin + limit
		return of_names(choice.doctype, names, batch), str(end) if end < len(choice.names) else ""
	further = [*choice.filters, [choice.doctype, "name", ">", after]] if after else list(choice.filters)
	names = _listed(choice.doctype, further, limit)
	return of_names(choice.doctype, names, batch), names[-1] if len(names) == limit else ""


def of_rows(rows: list[Row], batch: Batch) -> list[Recipient]:
	"""Those of rows as they are now, in their order."""
	if batch.record_doctype == CONVERSATION:
		return _of_chats([row.conversation for row in rows], batch)
	return of_names(batch.record_doctype, [row.record for row in rows], batch)


def of_names(doctype: str, names: list[str], batch: Batch) -> list[Recipient]:
	"""The records or chats with these names, in their order; one that the user may not read is among them, without its title."""
	if doctype == CONVERSATION:
		return _of_chats(names, batch)
	records = _records(doctype, names, batch)
	writable = _writable(doctype, list(records))
	phones = leads.phones_of(doctype, list(records))
	found = _chats_of(doctype, phones, batch.business_address)
	histories = _histories(found.values())
	find = cache(leads.find_lead)
	recipients = []
	for name in names:
		record, chat = records.get(name), found.get(name)
		if record is None:
			recipients.append(Recipient(Lead(doctype, name), may_write=False))
			continue
		may_write = name in writable
		is_own = chat is not None and (not chat.name or (chat.lead_doctype, chat.lead) == (doctype, name))
		recipients.append(
			Recipient(
				Lead(doctype, name, phones.get(name, ""), title=_title(doctype, record)),
				may_write=may_write,
				chat=chat,
				may_write_chat=chat is not None
				and (may_write if is_own else has_chat_permission(chat, "write", find=find)),
				history=histories.get(chat.customer, History()) if chat else History(),
				values=_values(record, batch),
			)
		)
	return recipients


def _of_chats(names: list[str], batch: Batch) -> list[Recipient]:
	"""Chats themselves, with the values of their own records where the user may read these."""
	chats = {row.name: row for row in FrappeStore().conversations_named(names)}
	histories = _histories(chats.values())
	records: dict[tuple[str, str], dict] = {}
	writable: set[tuple[str, str]] = set()
	for doctype in {chat.lead_doctype for chat in chats.values() if is_record_type(chat.lead_doctype)}:
		linked = [chat.lead for chat in chats.values() if chat.lead_doctype == doctype]
		found = _records(doctype, linked, batch)
		records |= {(doctype, name): record for name, record in found.items()}
		writable |= {(doctype, name) for name in _writable(doctype, list(found))}
	find = cache(leads.find_lead)
	recipients = []
	for name in names:
		chat = chats.get(name)
		own = (chat.lead_doctype, chat.lead) if chat else NOBODY
		may_write = own in writable or (chat is not None and has_chat_permission(chat, "write", find=find))
		if chat is None or not may_write:
			recipients.append(Recipient(Lead("", ""), may_write=False))
			continue
		record = records.get(own, {})
		title = _title(own[0], record) if record else chat.profile_name
		of, named = own if record else NOBODY
		lead = Lead(of, named, chat.customer_phone, title=title)
		history = histories.get(chat.customer, History())
		recipients.append(Recipient(lead, True, chat, True, history, _values(record, batch)))
	return recipients


def require_listable(choice: Choice) -> None:
	"""Raises InvalidArgument for a DocType without chats, NotPermitted for what the user may not list or ask."""
	if choice.doctype != CONVERSATION and not is_record_type(choice.doctype):
		raise InvalidArgument(_lt("Records of this type have no chats."))
	if not frappe.has_permission(choice.doctype, "read"):
		raise NotPermitted
	# They would reveal what stands in chats that the user may not read; the list's own DocType is filtered by permissions.
	if filters_on_chats([each for each in choice.filters if not _is_of(each, choice.doctype)]):
		raise NotPermitted


def _is_of(condition: object, doctype: str) -> bool:
	return isinstance(condition, list | tuple) and bool(condition) and condition[0] == doctype


def _listed(doctype: str, filters: list, limit: int) -> list[str]:
	"""A filter on a child table finds a record once for each row."""
	found = frappe.get_list(
		doctype, filters=filters, fields=["name"], order_by="name asc", group_by="name", limit=limit
	)
	return [row.name for row in found]


def _records(doctype: str, names: list[str], batch: Batch) -> dict[str, dict]:
	"""Those that the session's user may read, with the fields that the batch names, as far as they may see them."""
	# Frappe raises where the user may list none at all.
	if not (names and frappe.has_permission(doctype, "read")):
		return {}
	meta = frappe.get_meta(doctype)
	fields = {value.field for value in batch.values.values()}
	shown = [field.fieldname for field in meta.fields if field.fieldname in fields]
	readable = [name for name in shown if meta.get_field(name).fieldtype not in UNREADABLE]
	columns = {"name", meta.get_title_field(), *readable}
	rows = frappe.get_list(
		doctype, filters={"name": ("in", names)}, fields=sorted(columns), order_by=None, limit=0
	)
	return {row.name: row for row in rows}


def _title(doctype: str, record: dict) -> str:
	return cstr(record.get(frappe.get_meta(doctype).get_title_field())) or record["name"]


def _values(record: dict, batch: Batch) -> dict[str, str]:
	fields = {value.field for value in batch.values.values() if value.field}
	return {field: cstr(record.get(field)) for field in fields}


def _writable(doctype: str, listed: list[str]) -> set[str]:
	"""Those of these records, which the user may list, to whose chats they may write."""
	user = frappe.session.user
	if not has_role(user):
		return set()
	rights = get_role_permissions(frappe.get_meta(doctype), user=user)
	hooks = frappe.get_hooks("has_permission")
	by_role = rights.get("write") and not rights.get("has_if_owner_enabled")
	if by_role and doctype not in hooks and "*" not in hooks:
		# Who may list one since it was shared with them may not write it by their role.
		unclear = set(get_shared(doctype, user)) & {*listed}
	else:
		unclear = {*listed}
	return {name for name in listed if name not in unclear or has_lead_permission(doctype, name, "write")}


def _chats_of(doctype: str, phones: dict[str, str], business_address: str) -> dict[str, Conversation]:
	"""By record, its chat with this sender: by its number, else the one that is linked to it. Where there is none, an unsaved one with
	its number."""
	store = FrappeStore()
	keys = {name: canonical_phone(phone) for name, phone in phones.items() if phone}
	known = store.conversations_of_leads("", [], list({*keys.values()}))
	of_number = {row.customer: row for row in known if row.business_address == business_address}
	found = {name: of_number[key] for name, key in keys.items() if key in of_number}
	without = [name for name in phones if name not in keys]
	linked = store.conversations_of_leads(doctype, without, [])
	found |= {row.lead: row for row in linked if row.business_address == business_address}
	new = {name: phones[name] for name in keys if name not in found}
	opt_outs = store.preserved_opt_outs({keys[name] for name in new}, business_address)
	for name, phone in new.items():
		customer = customer_with(phone)
		row = Conversation(customer.key, business_address, customer.address, customer_phone=customer.phone)
		choice = opt_outs.get(row.customer)
		found[name] = replace(row, **vars(choice)) if choice else row
	return found


def _histories(chats: Iterable[Conversation]) -> dict[str, History]:
	return FrappeStore().histories({chat.customer for chat in chats}, SystemClock().now_ms())
