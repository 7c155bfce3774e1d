"""What a form asks before a record's number is changed."""

from collections.abc import Mapping

import frappe
from frappe.model.document import Document

from ...chat.address import canonical_phone
from ...chat.arguments import from_json
from ...chat.errors import InvalidArgument, NotPermitted
from ...chat.number_change import question
from ...chat.sentences import _lt
from ..clock import current_locale
from ..records.leads import CONVERSATION, phone_of
from ..records.permissions import find_lead, has_lead_permission, has_role
from ..records.record_types import record_types
from ..store import chat_records
from ..store.tables import MESSAGE


def number_question(doctype: str, name: str, values: dict | str) -> str:
	"""What to ask before a record gets these values of its phone fields and of their child tables: how many messages belong to the number
	that it has. Empty where there are none, or it keeps the number, as one that copies its contact's does. Raises NotPermitted or
	InvalidArgument."""
	if not (has_role(frappe.session.user) and has_lead_permission(doctype, name, "read")):
		raise NotPermitted
	given = from_json(values) if isinstance(values, str) else values
	if not isinstance(given, Mapping):
		raise InvalidArgument(_lt("Invalid input: {0}"), "values")
	record = find_lead(doctype, name)
	number = phone_of(doctype, record) if record and not record_types()[doctype].copies_numbers else ""
	if not (number and _has_another(number, record, given)):
		return ""
	return question(number, _messages_of(doctype, name, number), current_locale())


def _has_another(number: str, record: Document, given: Mapping) -> bool:
	"""Whether the record, which gets the values, has another number with them."""
	for path in record_types()[record.doctype].phone_fields:
		field, is_in_table = path.partition(".")[:2]
		if field in given:
			record.set(field, _rows(given[field] or []) if is_in_table else given[field])
	if record.doctype == "Contact":
		# Copies of the table's primary numbers, which Frappe renews when it saves (frappe/contacts/doctype/contact/contact.py).
		record.set_primary("mobile_no")
		record.set_primary("phone")
	return canonical_phone(phone_of(record.doctype, record)) != canonical_phone(number)


def _rows(value: object) -> list[dict]:
	if not (isinstance(value, list) and all(isinstance(row, dict) for row in value)):
		raise InvalidArgument(_lt("Invalid input: {0}"), "values")
	return value


def _messages_of(doctype: str, name: str, number: str) -> int:
	of_number = {"customer": canonical_phone(number)}
	further = [row.conversation for row in chat_records.of_records(doctype, [name])]
	names = [
		chat
		for linked in ({"lead_doctype": doctype, "lead": name}, {"name": ("in", further or [""])})
		for chat in frappe.get_all(CONVERSATION, linked | of_number, pluck="name")
	]
	return frappe.db.count(MESSAGE, {"conversation": ("in", names)}) if names else 0
