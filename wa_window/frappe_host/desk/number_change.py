"""What a form says before a record's number is changed."""

from collections.abc import Mapping

import frappe

from ...chat.address import canonical_phone
from ...chat.arguments import from_json
from ...chat.errors import InvalidArgument, NotPermitted
from ...chat.sentences import _lt
from ..records.leads import CONVERSATION, phone_of
from ..records.permissions import find_lead, has_lead_permission, has_role
from ..store import chat_records
from ..store.tables import MESSAGE


def messages_of_number(doctype: str, name: str, values: dict | str) -> dict:
	"""The `number` that a record has, and how many `messages` its chats with it have, if it has another one with these new values of
	its phone fields; else 0. Raises NotPermitted or InvalidArgument."""
	if not (has_role(frappe.session.user) and has_lead_permission(doctype, name, "read")):
		raise NotPermitted
	given = from_json(values) if isinstance(values, str) else values
	if not isinstance(given, Mapping):
		raise InvalidArgument(_lt("Invalid input: {0}"), "values")
	stored = find_lead(doctype, name)
	number = phone_of(doctype, stored) if stored else ""
	if not number or canonical_phone(phone_of(doctype, given)) == canonical_phone(number):
		return {"number": number, "messages": 0}
	of_number = {"customer": canonical_phone(number)}
	further = [row.conversation for row in chat_records.of_records(doctype, [name])]
	names = [
		chat
		for linked in ({"lead_doctype": doctype, "lead": name}, {"name": ("in", further or [""])})
		for chat in frappe.get_all(CONVERSATION, linked | of_number, pluck="name")
	]
	return {
		"number": number,
		"messages": frappe.db.count(MESSAGE, {"conversation": ("in", names)}) if names else 0,
	}
