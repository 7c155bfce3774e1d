"""Track delivery: apply the provider's status reports to our messages."""

from collections.abc import Mapping

from . import batch_failures, status
from .batch_failures import BatchFailure
from .delivery import (
	CHECK_STATUS_AFTER_MS,
	NO_ERROR,
	announce_outdated_template,
	apply_provider_verdict,
	assign_sid,
	change_message,
	error_of,
	lock_with_conversation,
	status_change,
)
from .message import OUTBOUND, TWILIO, Message, StatusReport, dated
from .ports.store import Store
from .reasons import Reason
from .service import ChatService


def track(chat: ChatService, report: StatusReport) -> None:
	"""Apply a status report to its message; a report about a message that is not ours changes nothing."""
	store, events = chat.store, chat.events
	stored = _reported(report, store)
	if stored is None:
		return
	changed, failure = {stored.conversation}, batch_failures.failure_of(stored, report)
	changes = store.transaction(lambda: _apply(chat, report, stored, failure, changed))
	if changes:
		for conversation in changed:
			events.conversation_changed(conversation)
		announce_outdated_template(stored, _reason_in(changes), events)
		batch_failures.publish(events, failure)


def _reported(report: StatusReport, store: Store) -> Message | None:
	"""The outbound message of a report: by our own name for it, which the callback's URL carries, else by its SID."""
	named = store.message(report.message) if report.message else None
	if named and named.direction == OUTBOUND and named.message_sid in ("", report.message_sid):
		return named
	stored = store.message_with_sid(report.message_sid) if report.message_sid else None
	return stored if stored and stored.direction == OUTBOUND else None


def _apply(
	chat: ChatService,
	report: StatusReport,
	stored: Message,
	failure: BatchFailure | None,
	changed: set[str],
) -> dict[str, object]:
	"""The changes of the message; other conversations that change are added to `changed`."""
	store = chat.store
	batch_failures.lock_batch(store, failure)
	locked = lock_with_conversation(stored, store)
	if locked is None:
		return {}
	conversation, message = locked
	changes = _changes(store, message, report, changed)
	change_message(message, changes, store)
	apply_provider_verdict(store, conversation, message, changes)
	if _reason_in(changes):
		batch_failures.after_failure(store, failure, chat.clock.now_ms())
	return changes


def _changes(store: Store, message: Message, report: StatusReport, changed: set[str]) -> dict[str, object]:
	changes: dict[str, object] = {}
	current = message.delivery_status
	if not message.message_sid:
		changes = assign_sid(store, message, report.message_sid, changed)
		current = status.QUEUED
	if report.created_at_ms and message.sent_at_source != TWILIO:
		changes |= dated(message, report.created_at_ms)
	reached = status.advance(current, report.status)
	if reached != message.delivery_status:
		is_final = status.is_final(reached, report.error_code)
		check_at_ms = 0 if is_final else message.sent_at_ms + CHECK_STATUS_AFTER_MS
		changes |= status_change(message, reached, report.reported_at_ms) | {
			"next_attempt_at_ms": check_at_ms
		}
	if reached in status.FAILURES and reached != current:
		changes |= error_of(report)
	elif status.adds_error_code(current, message.error_code, report.status, report.error_code):
		changes |= error_of(report) | {"next_attempt_at_ms": 0}
	elif reached not in status.FAILURES and (message.error_code or message.error_text):
		changes |= NO_ERROR
	return changes


def _reason_in(changes: Mapping[str, object]) -> str:
	return str(changes.get("error_reason", Reason.NONE))
