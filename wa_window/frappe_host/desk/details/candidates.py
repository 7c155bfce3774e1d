"""A chat without a record: the records that may be its customer's, linking one, and creating one."""

from collections.abc import Iterator

import frappe
from frappe import _

from ....chat.address import canonical_phone
from ....chat.conversations import link_lead
from ....chat.errors import ChangedMeanwhile, InvalidMessage
from ....chat.message import Conversation
from ....chat.ports.leads import LeadCreationInProgress
from ....chat.sentences import _lt
from ...bootstrap import chat_service
from ...records.leads import FrappeLeads, phone_of, show_on_chats
from ...records.permissions import (
	CONVERSATION,
	full_name,
	has_lead_permission,
	require_chat,
	require_linkable,
	require_manager,
)
from ...records.record_types import RecordType, existing_record_types, record_types
from ...store import database
from ...store.raw_rows import lock
from ...store.store import FrappeStore
from .listed import listed

MOST = 5


def candidates(chat: Conversation) -> list[dict]:
	"""The records with the customer's number, then those with their name, that the session's user may link: `doctype`,
	`name`, `title`, `label` (of the DocType), `phone`, `owner` (full name) and `by` (number or name)."""
	found: dict[tuple[str, str], dict] = {}
	for by, doctype, name in _similar(chat):
		if len(found) < MOST and (doctype, name) not in found and has_lead_permission(doctype, name, "write"):
			found[doctype, name] = _candidate(by, frappe.get_doc(doctype, name))
	return list(found.values())


def link(conversation: str, lead_doctype: str, lead: str) -> None:
	"""Link a chat that has no record to this one.

	Raises NotPermitted, or ChangedMeanwhile where another manager has linked it to another record.
	"""
	require_manager()
	require_chat(FrappeStore().conversation(conversation), "write")
	require_linkable(lead_doctype, lead)
	database.transaction(lambda: _link(conversation, lead_doctype, lead))


def _link(conversation: str, lead_doctype: str, lead: str) -> None:
	lock(CONVERSATION, conversation)
	doc = frappe.get_doc(CONVERSATION, conversation)
	if (doc.lead_doctype, doc.lead) == (lead_doctype, lead):
		return
	if doc.lead:
		raise ChangedMeanwhile(_lt("This chat was just linked to {0}."), doc.lead_title or doc.lead)
	doc.update({"lead_doctype": lead_doctype, "lead": lead})
	doc.save()


def create_lead(conversation: str) -> dict:
	"""Create a lead for a conversation that the session's user may change, and link it, as post-processing does.

	Raises NotPermitted, or InvalidMessage with the reason.
	"""
	chat, leads = chat_service(), FrappeLeads(by_hand=True)
	phone = require_chat(chat.store.conversation(conversation), "write").customer_phone
	# The one that has the number already would be linked.
	for lead in leads.find(phone)[:1] if phone else ():
		require_linkable(lead.doctype, lead.name)
	try:
		link_lead(chat, conversation, leads)
	except LeadCreationInProgress as error:
		raise InvalidMessage(_lt("A lead is being created. Try again in a moment.")) from error
	row = chat.store.conversation(conversation)
	if row is None:
		raise InvalidMessage(_lt("No lead could be created: the chat no longer exists."))
	if not row.lead:
		raise InvalidMessage(_lt("No lead could be created: {0}"), row.lead_problem)
	database.transaction(lambda: show_on_chats(frappe.get_doc(row.lead_doctype, row.lead)))
	return {"doctype": row.lead_doctype, "name": row.lead}


def _similar(chat: Conversation) -> Iterator[tuple[str, str, str]]:
	types = existing_record_types()
	if chat.customer_phone:
		number = {"wa_phone": canonical_phone(chat.customer_phone)}
		for of_type in types:
			yield from (("number", of_type.doctype, name) for name in _names(of_type, number))
	if chat.profile_name:
		for of_type in types:
			for field in _name_fields(of_type):
				named = _names(of_type, {field: chat.profile_name})
				yield from (("name", of_type.doctype, name) for name in named)


def _names(of_type: RecordType, filters: dict) -> list[str]:
	rows = listed(of_type.doctype, filters, ["name"], order_by="creation desc", limit=MOST)
	return [row.name for row in rows or []]


def _name_fields(of_type: RecordType) -> list[str]:
	meta = frappe.get_meta(of_type.doctype)
	return [field for field in of_type.name_fields if meta.has_field(field)]


def _candidate(by: str, doc) -> dict:
	doc.apply_fieldlevel_read_permissions()
	owner = doc.get(record_types()[doc.doctype].owner_field) or ""
	return {
		"doctype": doc.doctype,
		"name": doc.name,
		"label": _(doc.doctype),
		"title": doc.get_title() or doc.name,
		"phone": phone_of(doc.doctype, doc),
		"owner": full_name(owner),
		"by": by,
	}
