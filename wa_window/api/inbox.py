"""The inbox, whose the chats are, and the Desk's lists of chats."""

import frappe

from ..chat.arguments import names_in
from ..chat.chat_list import NEEDS_REPLY
from ..chat.inbox import ROWS
from ..frappe_host.batch_host import batches
from ..frappe_host.desk import list_filters
from ..frappe_host.desk.details import candidates, fields, sections
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.panel_host import inbox
from ..frappe_host.records import assignments
from ..frappe_host.records.permissions import require_manager


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def chats(
	queue: str = NEEDS_REPLY,
	state: str = "",
	sender: str = "",
	search: str = "",
	after: str = "",
	limit: int = ROWS,
	conversations: str | None = None,
	*,
	batch: str = "",
) -> dict:
	"""A page of the chats in one queue (needs_reply, mine, unassigned or all) that the session's user may read, with the
	counts of all queues; see Inbox.chats. `state` is closing, closed, failed or empty, `after` the `next` of the page before;
	`conversations`: a JSON list of names, to get the rows of those that are in the queue. `batch`: a Template Batch, to get those that
	answered it."""
	names = names_in(conversations) if conversations else None
	if batch:
		batches().require_shown(batch)
	return inbox().chats(queue, state, sender, search, after, limit, names, batch=batch)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def done(conversation: str, seen: str | None = None) -> dict:
	"""No answer is needed to the messages up to `seen`, the newest one that the user saw, or to all. Returns the chat's row."""
	return inbox().done(conversation, seen or "")


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def snooze(conversation: str, until_ms: int) -> dict:
	"""Take the chat out of the queue until `until_ms` (epoch ms, UTC), or until the customer writes; 0 ends it. Returns its
	row."""
	return inbox().snooze(conversation, until_ms)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def consent(conversation: str) -> dict:
	"""How the customer agreed to be written to: `source`, `at_ms` (epoch ms, UTC), `note`, `by` (who recorded it), and the `sources` to
	choose from."""
	return inbox().consent(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def set_consent(conversation: str, source: str, at_ms: int = 0, note: str = "") -> dict:
	"""Record how and when (epoch ms, UTC) the customer agreed to be written to; an empty `source` removes it. Returns as `consent`."""
	return inbox().set_consent(conversation, source, at_ms, note)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def mark_unread(conversation: str) -> dict:
	"""Mark the customer's latest message as unread for the session's user. Returns the chat's row."""
	return inbox().mark_unread(conversation)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def filters(kind: str, doctype: str) -> dict:
	"""Filters for Frappe's list of chats or leads, `kind` being open, closing, closed, unread or mine; `latest`: the number
	of listed records where there are more."""
	return list_filters.list_filters(kind, doctype)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def create_lead(conversation: str) -> dict:
	"""A new lead for a conversation that has none: its `doctype` and `name`, beside the chat's row."""
	require_manager()
	lead = candidates.create_lead(conversation)
	return {**inbox().row(conversation), **lead}


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def take(conversation: str) -> dict:
	"""Assign the chat's lead to the session's user, and to nobody else. Returns the chat's row."""
	assignments.take(conversation)
	return inbox().row(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def assign(conversation: str, user: str, note: str = "") -> dict:
	"""Hand the chat over: assign its lead to this user and to nobody else, with a note for them. Returns the chat's
	row."""
	assignments.assign(conversation, user, note)
	return inbox().row(conversation)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def assignable(conversation: str) -> list[dict]:
	"""The users to whom the chat may be handed over: `user` and `full_name`."""
	return assignments.assignable(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def note(conversation: str, text: str) -> dict:
	"""Comment on the chat's lead, or on a chat without one; it is never sent. Returns the chat's row."""
	assignments.note(conversation, text)
	return inbox().row(conversation)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def record(conversation: str) -> dict:
	"""What the inbox shows beside a chat, in sections, without those that the session's user may not read: `record`, `fields`,
	`tasks`, `event`, `related`, or `candidates` and `may_create` where there is no record; `notes`, `files`."""
	return sections.record(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def set_field(conversation: str, field: str, value: str, was: str | None = None) -> dict:
	"""Change a field of the chat's record, by the record's own rules; `was` is the value that the user saw. Returns the
	record's `fields`."""
	return fields.set_field(conversation, field, value, was)


@frappe.whitelist(methods=["GET"])
@chat_errors_as_http
def choices(conversation: str, field: str) -> list[dict]:
	"""The values for a field that is a link: `value` and `label`."""
	return fields.choices(conversation, field)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def link(conversation: str, lead_doctype: str, lead: str) -> dict:
	"""Link a chat without a lead to this one. Returns the chat's row."""
	candidates.link(conversation, lead_doctype, lead)
	return inbox().row(conversation)
