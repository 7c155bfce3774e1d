"""Which chats need a reply: computed from the messages, and as a column for lists.

The column `needs_reply` is `waiting_since_ms` > 0: an index that begins with it lists the chats that wait in the order of their
windows, which one that begins with a time does not.
"""

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.query_builder.functions import Max, Min
from pypika.terms import Case

from ...chat import status
from ...chat.message import INBOUND, OUTBOUND
from ...chat.recompute import Difference
from ...chat.template_batch import KEY_PREFIX
from . import database
from .database import VALUE
from .tables import CONVERSATION, MESSAGE

NEEDS_REPLY = "needs_reply"
OF_BATCHES = f"{KEY_PREFIX}%"
ANSWER_VALUES = (OUTBOUND, *status.FAILURES, OF_BATCHES)


def with_needs_reply(values: dict) -> dict:
	"""The values of a conversation, with the column that follows from them."""
	if "waiting_since_ms" not in values:
		return values
	return values | {NEEDS_REPLY: bool(values["waiting_since_ms"])}


def wrong_columns(first: str, last: str) -> list[Difference]:
	"""The conversations with names from `first` to `last` whose column `needs_reply` does not follow from the time."""
	chat = DocType(CONVERSATION)
	between = (chat.name >= VALUE) & (chat.name <= VALUE)
	is_wrong = ((chat.needs_reply == 1) & (chat.waiting_since_ms == 0)) | (
		(chat.needs_reply == 0) & (chat.waiting_since_ms > 0)
	)
	query = frappe.qb.from_(chat).select(chat.name, chat.needs_reply).where(between & is_wrong)
	return [
		Difference(name, NEEDS_REPLY, stored, 1 - stored)
		for name, stored in database.run(query, (first, last))
	]


def waiting_since(conversations: list[str]) -> dict[str, int]:
	"""By name, when the first inbound message was sent (epoch ms, UTC) that was stored after the latest answer and after
	the conversation's `done_until_ms`; those that do not wait are left out."""
	chat, message = DocType(CONVERSATION), DocType(MESSAGE)
	answers = _answers(conversations)
	unanswered = (message.direction == VALUE) & (arrival(message) > answers.answered_ms)
	query = (
		frappe.qb.from_(answers)
		.join(chat)
		.on(chat.name == answers.conversation)
		.join(message)
		.on(message.conversation == answers.conversation)
		.select(answers.conversation, Min(message.sent_at_ms))
		.where(unanswered & (arrival(message) > chat.done_until_ms))
		.groupby(answers.conversation)
	)
	return dict(database.run(query, (*ANSWER_VALUES, *conversations, INBOUND)))


def arrivals_around(conversation: str, at_ms: int) -> tuple[int, int]:
	"""As the Store port has it."""
	message = DocType(MESSAGE)
	before = Max(Case().when(message.sent_at_ms <= VALUE, arrival(message)))
	after = Min(Case().when(message.sent_at_ms > VALUE, arrival(message)))
	inbound = (message.conversation == VALUE) & (message.direction == VALUE)
	query = frappe.qb.from_(message).select(before, after).where(inbound)
	((before_ms, after_ms),) = database.run(query, (at_ms, at_ms, conversation, INBOUND))
	return before_ms or 0, after_ms or 0


def _answers(conversations: list[str]):
	"""When the latest answer of each was stored; 0 where it has none."""
	message = DocType(MESSAGE)
	answered_ms = Max(Case().when(is_answer(message), arrival(message)).else_(0))
	return (
		frappe.qb.from_(message)
		.select(message.conversation, answered_ms.as_("answered_ms"))
		.where(message.conversation.isin([VALUE] * len(conversations)))
		.groupby(message.conversation)
		.as_("answers")
	)


def is_answer(message) -> Criterion:
	"""The condition that a message of ours is an answer, with ANSWER_VALUES: a template to many is none."""
	sent = (message.direction == VALUE) & message.delivery_status.notin([VALUE] * len(status.FAILURES))
	return sent & is_single(message)


def is_single(message) -> Criterion:
	"""The condition that a message is of no batch, with OF_BATCHES as its value."""
	return message.client_key.isnull() | message.client_key.not_like(VALUE)


def arrival(message) -> Case:
	"""`Message.arrival_ms`."""
	return Case().when(message.stored_at_ms > 0, message.stored_at_ms).else_(message.sent_at_ms)
