"""After a customer's message was stored: its lead, other apps' document events, notifications."""

import json

import frappe

from ...chat.conversations import link_lead
from ...chat.message import DONE, INBOUND, PENDING
from ...chat.ports.leads import LeadCreationInProgress
from ...chat.referrals import keep_referral
from ...twilio_channel.received import referral
from ..bootstrap import chat_service
from ..clock import SystemClock
from ..desk.notifications import message_received
from ..events import (
	FETCH,
	POST_PROCESS,
	SHARDS_BEGIN,
	enqueue_once,
	extend_claim,
	publish_doc_changed,
	publish_lists_changed,
	release_claim,
)
from ..records.leads import FrappeLeads, fill_title, lead_to_show
from ..store import chat_records, database
from ..store.raw_rows import lock
from ..store.store import FrappeStore
from ..time_limit import JobClock, alarm_passes

BATCH = 50
MAX_ATTEMPTS = 5
RETRY_MS = 60 * 1000
LONGEST_RETRY_MS = RETRY_MS * 2**MAX_ATTEMPTS


@alarm_passes()
def post_process_messages(shard: int = 0) -> None:
	"""Job: post-process the inbound messages of this shard, which is slow or may fail: their leads, and other apps' document
	events.

	One worker does this for a whole shard: a job for each message would cost more than its work.
	"""
	frappe.set_user("Administrator")
	try:
		_post_process_all(shard)
	finally:
		release_claim(POST_PROCESS, shard=shard)
	frappe.db.rollback()  # to see messages that came in meanwhile without a job being enqueued
	if pending(shard):
		enqueue_once(POST_PROCESS, shard=shard)
	if FrappeStore().media_due(SystemClock().now_ms(), 1):
		enqueue_once(FETCH)


def _post_process_all(shard: int) -> None:
	"""Post-process all due messages; one that fails is retried later and does not delay the others."""
	clock = JobClock()
	while names := pending(shard):
		for name in names:
			if clock.is_over():
				return
			extend_claim(POST_PROCESS, shard=shard)
			post_process(name)


def post_process(message: str) -> None:
	"""Effects in the database happen once, effects outside of it at least once. A failure is retried a few times, with
	increasing delays."""
	try:
		stored = frappe.db.get_value("Chat Message", message, ["conversation", "raw", "sent_at_ms"])
		if stored is None:
			return  # erased meanwhile
		conversation, raw, sent_at_ms = stored
		if ad := referral(json.loads(raw or "{}")):
			keep_referral(chat_service(), conversation, ad, sent_at_ms)
		link_lead(chat_service(), conversation, FrappeLeads())
		fill_lead_name(conversation)
		database.transaction(lambda: _complete(message))
		publish_lists_changed()
		_publish_records_changed(conversation)
	except LeadCreationInProgress:
		database.transaction(lambda: _postpone(message, failures=0))
	except Exception:
		database.transaction(lambda: _count_failure(message))
	except BaseException:
		# The job's timeout is not a failure of this message; but the next job must not begin with it.
		database.reconnect()
		database.transaction(lambda: _postpone(message, failures=0))
		raise


def pending(shard: int) -> list[str]:
	"""Messages due for post-processing; also those that are due later than the longest delay, which were postponed before
	the clock was set back."""
	first, *rest = SHARDS_BEGIN[shard:]
	now_ms = SystemClock().now_ms()
	filters = [
		["follow_up", "=", PENDING],
		["direction", "=", INBOUND],
		["conversation", ">=", first],
		*([["conversation", "<", rest[0]]] if rest else []),
	]
	is_due = [
		["next_attempt_at_ms", "<=", now_ms],
		["next_attempt_at_ms", ">", now_ms + LONGEST_RETRY_MS],
	]
	return frappe.get_all(
		"Chat Message", filters, or_filters=is_due, order_by="creation asc", limit=BATCH, pluck="name"
	)


def _complete(message: str) -> None:
	"""The part that happens once for a message. Other apps' document events may take long: they run while no row is locked.
	The first commit, theirs or ours, marks the message as done; if another job did so first, the transaction is rolled
	back."""
	conversation = frappe.db.get_value(
		"Chat Message", {"name": message, "follow_up": PENDING}, "conversation"
	)
	if conversation:
		frappe.db.before_commit.add(lambda: _mark_done(message))
		_run_document_events(message)
		message_received(message)


def _mark_done(message: str) -> None:
	"""By a current read of the row, not by the transaction's snapshot."""
	pending = {"name": message, "follow_up": PENDING}
	if not frappe.db.get_value("Chat Message", pending, for_update=True):
		raise database.Conflict
	FrappeStore().change_message(message, follow_up=DONE)


def _run_document_events(message: str) -> None:
	doc = frappe.get_doc("Chat Message", message)
	doc.flags.in_insert = True
	for event in ("after_insert", "on_update", "on_change"):
		doc.run_method(event)


def _count_failure(message: str) -> None:
	_postpone(message, failures=1)
	frappe.log_error(
		"WA Window: the post-processing of a received message failed",
		reference_doctype="Chat Message",
		reference_name=message,
	)


def _postpone(message: str, *, failures: int) -> None:
	"""Only a pending message: if an event was committed and a later one failed, the events do not run again."""
	lock("Chat Message", message)
	pending = {"name": message, "follow_up": PENDING}
	attempts = frappe.db.get_value("Chat Message", pending, "attempts")
	if attempts is None:
		return
	attempts += failures
	FrappeStore().change_message(
		message,
		attempts=attempts,
		follow_up=DONE if attempts >= MAX_ATTEMPTS else PENDING,
		next_attempt_at_ms=SystemClock().now_ms() + RETRY_MS * 2**attempts,
	)


def fill_lead_name(conversation: str) -> None:
	"""In a transaction of its own, and only where there is something to write."""
	if lead_to_show(conversation):
		database.transaction(lambda: fill_title(conversation))


def _publish_records_changed(conversation: str) -> None:
	chat = FrappeStore().conversation(conversation)
	own = [(chat.lead_doctype, chat.lead)] if chat and chat.lead else []
	for doctype, name in [*own, *((row.doctype, row.name) for row in chat_records.of_chats([conversation]))]:
		publish_doc_changed(doctype, name)
