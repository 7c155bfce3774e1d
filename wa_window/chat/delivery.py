"""What an answer or a report of the provider changes: the outbound message and its conversation.

While a message has no SID, only dispatch.py moves it between queued, sending and unknown; once it has a SID, only status
reports (tracking.py) change it, and only forward.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from . import status, work_state
from .conversations import summarise
from .message import Conversation, Message, StatusReport
from .ports.channel import Rejected, Retryable
from .ports.runtime import EventPublisher
from .ports.store import Store
from .reasons import Reason

# For a template these reasons mean that the provider has another version of it, or that its kind cannot start a chat.
OUTDATED_TEMPLATE = (Reason.TEMPLATE, Reason.OUTSIDE_WINDOW)
# Our own error codes, beside the provider's.
WINDOW_CLOSED = "window_closed"
OPTED_OUT = "opted_out"
CUSTOMER_BLOCKED = "customer_blocked"
OUTCOME_UNKNOWN_CODE = "no_answer"
NOT_LISTED = "not_listed"
LATE = "late"
NO_ERROR = {"error_code": "", "error_text": "", "error_reason": Reason.NONE}
# A dispatcher without a recorded outcome after this time has died; it is many times the channel's timeout.
CLAIM_LEASE_MS = 2 * 60 * 1000
MAX_ATTEMPTS = 8
# Usually the last status callback of a message has come long before.
CHECK_STATUS_AFTER_MS = 5 * 60 * 1000


def lock_with_conversation(stored: Message, store: Store) -> tuple[Conversation, Message] | None:
	"""Lock and read the conversation and its message; None where they were erased.

	Where two conversations were merged meanwhile, the message is in the one that was kept.
	"""
	conversation = store.lock(stored.conversation)
	if conversation is None:
		moved = store.message(stored.name)
		conversation = store.lock(moved.conversation) if moved else None
	# Its files are those of `stored`: a message of ours gets none later.
	message = store.message(stored.name, with_media=False) if conversation else None
	return (conversation, replace(message, media=stored.media)) if conversation and message else None


def status_change(message: Message, delivery_status: str, at_ms: int) -> dict[str, object]:
	"""The changes that set the status, reached at `at_ms` (epoch ms, UTC; 0: not known)."""
	times = message.status_times | ({delivery_status: at_ms} if at_ms else {})
	return {"delivery_status": delivery_status, "status_times": times}


def mark_outcome_unknown(store: Store, message: Message, error_text: str = "") -> None:
	"""Once its lease has ended, reconcile.py looks for it in the provider's list."""
	changes = {
		"delivery_status": status.UNKNOWN,
		"error_code": OUTCOME_UNKNOWN_CODE,
		"error_text": error_text,
		"next_attempt_at_ms": message.claimed_at_ms + CLAIM_LEASE_MS,
	}
	change_message(message, changes, store)


def assign_sid(store: Store, message: Message, message_sid: str, changed: set[str]) -> dict[str, object]:
	"""The changes that give the message its SID. Another message to which reconcile.py had assigned that SID is unknown again; one
	that was taken for another program's was this one: its conversation is added to `changed`, those to be published."""
	other = store.message_with_sid(message_sid)
	if other:
		changed.add(other.conversation)
	if other and other.sent_outside:
		store.delete_message(other.name)
		summarise(other.conversation, store)
		work_state.refresh(other.conversation, store)
	elif other and other.name != message.name:
		store.change_message(other.name, message_sid="")
		mark_outcome_unknown(store, other)
	return {"message_sid": message_sid, **NO_ERROR}


def error_of(failure: Rejected | Retryable | StatusReport) -> dict[str, str]:
	"""The changes that store why the message failed."""
	return {
		"error_code": failure.error_code,
		"error_text": failure.error_text,
		"error_reason": failure.error_reason,
	}


def change_message(message: Message, changes: Mapping[str, object], store: Store) -> None:
	"""Store the changes; with another `sent_at_ms` the conversation is summarised again."""
	store.change_message(message.name, **changes)
	newest = summarise(message.conversation, store) if "sent_at_ms" in changes else None
	work_state.after_status(message, changes, newest, store)


def apply_provider_verdict(
	store: Store, conversation: Conversation, message: Message, changes: Mapping[str, Any]
) -> None:
	"""Apply the reason of a failure to the conversation: "outside the window" closes the window for freeform, a block forbids all
	sending, both until the next inbound message; an opt-out forbids all sending until the customer opts in. `changes` are those of the
	message: its failure, or the provider's time of one that has failed before."""
	sent_at_ms: int = changes.get("sent_at_ms", message.sent_at_ms)
	known_before = message.error_reason if "sent_at_ms" in changes else Reason.NONE
	reason = changes.get("error_reason", known_before)
	if reason == Reason.OUTSIDE_WINDOW and message.freeform:
		closed_at_ms = max(conversation.provider_closed_at_ms, sent_at_ms)
		store.change_conversation(conversation.name, provider_closed_at_ms=closed_at_ms)
	elif reason == Reason.BLOCKED:
		blocked_at_ms = max(conversation.blocked_at_ms, sent_at_ms)
		store.change_conversation(conversation.name, blocked_at_ms=blocked_at_ms)
	elif reason == Reason.OPTED_OUT and sent_at_ms >= conversation.opt_out_changed_at_ms:
		store.change_conversation(conversation.name, opted_out=True, opt_out_changed_at_ms=sent_at_ms)


def announce_outdated_template(message: Message, reason: str, events: EventPublisher) -> None:
	"""Publish that a template is outdated, if that is why the message failed."""
	if message.content_template and reason in OUTDATED_TEMPLATE:
		events.templates_outdated()
