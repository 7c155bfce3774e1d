"""What jobs have to do, as queries: messages to be sent, claims to expire, statuses to reconcile, files to fetch."""

from collections.abc import Collection
from functools import lru_cache

import frappe
from frappe.query_builder import Criterion, DocType
from pypika.terms import ExistsCriterion

from ...chat import status
from ...chat.delivery import CLAIM_LEASE_MS
from ...chat.dispatch import LONGEST_RETRY_MS
from ...chat.fetch_files import LONGEST_RETRY_MS as LONGEST_FETCH_RETRY_MS
from ...chat.message import PENDING, Media, Message
from . import database
from .database import VALUE
from .media_rows import media_from
from .messages import message_by, messages_where
from .tables import CONVERSATION, MEDIA, MEDIA_FIELDS, MESSAGE
from .waiting import OF_BATCHES, is_single

# More than a chat ever has of them.
WITHOUT_SID = 100
# The values of `_first_of_its_conversation`.
BLOCKING = (status.QUEUED, status.SENDING, status.SENDING, OF_BATCHES)


class WorkQueues:
	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		table = DocType(MESSAGE)
		come = (
			(table.attempts == 0) | (table.next_attempt_at_ms <= VALUE) | (table.next_attempt_at_ms > VALUE)
		)
		waiting = (
			(table.delivery_status == VALUE)
			& (table.next_attempt_at_ms > 0)
			& come
			& table.message_sid.isnull()
		)
		first, of_conversation = _first_of_its_conversation(table)
		if held:
			waiting &= _of_none_of(held, table)
		values = (status.QUEUED, now_ms, now_ms + LONGEST_RETRY_MS, *held, *of_conversation)
		# In the order of the index: with any other the whole outbox would be sorted for a few rows.
		order = (table.next_attempt_at_ms, table.name)
		return messages_where(waiting & first, values, limit=limit, order=order)

	def is_blocked_by_earlier(self, message: Message) -> bool:
		values = (message.name, *BLOCKING)
		return not database.run(_first_statement(frappe.db.db_type), values)

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		claimed = (table.delivery_status == VALUE) & table.message_sid.isnull()
		outside = (table.claimed_at_ms < VALUE) | (table.claimed_at_ms > VALUE)
		values = (status.SENDING, since_ms, until_ms)
		return messages_where(claimed & outside, values, limit=limit, order=(table.claimed_at_ms, table.name))

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		table = DocType(MESSAGE)
		to_look_up = (
			table.delivery_status.isin([VALUE] * len(status.RECONCILABLE))
			& (table.next_attempt_at_ms > 0)
			& ((table.next_attempt_at_ms <= VALUE) | (table.claimed_at_ms > VALUE))
			& (table.message_sid.isnotnull() | (table.delivery_status == VALUE))
		)
		values = (*status.RECONCILABLE, now_ms, now_ms + CLAIM_LEASE_MS, status.UNKNOWN)
		return messages_where(to_look_up, values, limit=limit, order=(table.next_attempt_at_ms, table.name))

	def without_sid(self, conversation: str) -> list[Message]:
		table = DocType(MESSAGE)
		tried = table.delivery_status.isin([VALUE, VALUE]) | (
			(table.delivery_status == VALUE) & (table.attempts > 0)
		)
		of_chat = (table.conversation == VALUE) & table.message_sid.isnull()
		values = (conversation, status.SENDING, status.UNKNOWN, status.QUEUED)
		return messages_where(of_chat & tried, values, limit=WITHOUT_SID)

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		table = DocType(MEDIA)
		come = (table.next_attempt_at_ms <= VALUE) | (table.next_attempt_at_ms > VALUE)
		due = (table.state == VALUE) & come
		query = frappe.qb.from_(table).select("parent", *MEDIA_FIELDS).where(due)
		query = query.orderby(table.next_attempt_at_ms).orderby(table.creation).limit(limit)
		rows = database.run(query, (PENDING, now_ms, now_ms + LONGEST_FETCH_RETRY_MS), as_dict=True)
		found = [(message_by("name", row.pop("parent")), media_from(row)) for row in rows]
		return [(message, media) for message, media in found if message]


@lru_cache
def _first_statement(_db_type: str) -> str:
	table = DocType(MESSAGE)
	first, _values = _first_of_its_conversation(table)
	return frappe.qb.from_(table).select(table.name).where((table.name == VALUE) & first).get_sql()


def _first_of_its_conversation(table) -> tuple[Criterion, tuple]:
	"""The condition that no earlier message of the same conversation is queued or being sent; one of a batch only while it is being
	sent."""
	earlier = DocType(MESSAGE).as_("earlier")
	same_moment = (earlier.sent_at_ms == table.sent_at_ms) & (
		(earlier.creation < table.creation)
		| ((earlier.creation == table.creation) & (earlier.name < table.name))
	)
	blocking = (
		frappe.qb.from_(earlier)
		.select(earlier.name)
		.where(earlier.delivery_status.isin([VALUE, VALUE]) & earlier.message_sid.isnull())
		.where((earlier.delivery_status == VALUE) | is_single(earlier))
		.where(earlier.conversation == table.conversation)
		.where((earlier.sent_at_ms < table.sent_at_ms) | same_moment)
	)
	return ExistsCriterion(blocking).negate(), BLOCKING


def _of_none_of(senders: Collection[str], table) -> Criterion:
	"""By the conversation's primary key: a list of a sender's conversations would be read as a whole."""
	conversation = DocType(CONVERSATION)
	theirs = (
		frappe.qb.from_(conversation)
		.select(conversation.name)
		.where(
			(conversation.name == table.conversation)
			& conversation.business_address.isin([VALUE] * len(senders))
		)
	)
	return ExistsCriterion(theirs).negate()
