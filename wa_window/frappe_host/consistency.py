"""Compare what is stored with what is recomputed from it: conversations with their messages, messages with Twilio's list.

The command `wa-window verify` prints the differences, or fixes them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

import frappe

from ..chat import status
from ..chat.message import IMPORT, TWILIO, ListedMessage, Message
from ..chat.recompute import Difference
from ..twilio_channel.listing import TwilioList
from .channel import twilio_channel
from .clock import SystemClock
from .jobs.catch_up import catch_up_days
from .records.leads import fill_title
from .settings import kept_since_ms
from .store import database, record_rows
from .store.exact_comparison import compare_customers_exactly, comparison_differences
from .store.recompute import BATCH, compare_all
from .store.store import FrappeStore
from .store.tables import CONVERSATION

T = TypeVar("T")


def compare_conversations(
	*, fix: bool = False, on_progress: Callable[[int, float], None]
) -> list[Difference]:
	"""The differences between conversations and their messages, and columns without exact comparison; with `fix` they are
	fixed."""
	total, differences = max(1, frappe.db.count(CONVERSATION)), comparison_differences()
	if fix:
		compare_customers_exactly()
	for number, found in enumerate(compare_all(kept_since_ms=kept_since_ms(), fix=fix), start=1):
		differences += found
		compared = min(number * BATCH, total)
		on_progress(compared, compared / total)
	return differences


def compare_records(*, fix: bool = False) -> list[str]:
	"""What is wrong with the records of chats and with the conversions that were seen, in words; with `fix` it is mended."""
	orphaned, missing = record_rows.orphaned_rows(), record_rows.missing_rows()
	if fix:
		database.transaction(partial(_mend_records, orphaned, missing))
	found = [f"{row.doctype} {row.name}: there is no {row.missing[0]} {row.missing[1]}." for row in orphaned]
	return found + [
		f"{row.conversation}: {' '.join(row.record)}, which came from its {' '.join(row.source)}, does not show it."
		for row in missing
	]


def _mend_records(orphaned: list[record_rows.OrphanedRow], missing: list[record_rows.MissingRow]) -> None:
	record_rows.mend(orphaned, missing)
	for row in missing:
		fill_title(row.conversation)


def compare_with_twilio(days: int, *, fix: bool = False) -> list[Difference]:
	"""The differences between this site and Twilio's list of the last `days` days; with `fix` the site is brought up to date.

	Raises ChatError where Twilio cannot be read.
	"""
	since_ms = SystemClock().now_ms() - int(timedelta(days=days).total_seconds() * 1000)
	provider, store = TwilioList(twilio_channel()), FrappeStore()
	found = _inbound(provider, max(since_ms, kept_since_ms()), store) + _outbound(provider, since_ms, store)
	if fix and found:
		catch_up_days(days)
	return found


def _inbound(provider: TwilioList, since_ms: int, store: FrappeStore) -> list[Difference]:
	found = []
	for listed in _fresh(provider.inbound_since(since_ms)):
		stored = store.message_with_sid(listed.message_sid)
		if stored is None and not store.erased(listed.message_sid):
			found.append(Difference(listed.message_sid, "message_sid", None, listed.message_sid))
		elif stored and stored.sent_at_ms > listed.sent_at_ms:
			found.append(Difference(listed.message_sid, "sent_at_ms", stored.sent_at_ms, listed.sent_at_ms))
	return found


def _outbound(provider: TwilioList, since_ms: int, store: FrappeStore) -> list[Difference]:
	"""Messages that were not sent by this site are ignored."""
	found = []
	for listed in _fresh(provider.outbound_since(since_ms)):
		stored = store.message_with_sid(listed.message_sid)
		if stored is None:
			continue
		if status.advance(stored.delivery_status, listed.status) != stored.delivery_status:
			found.append(
				Difference(listed.message_sid, "delivery_status", stored.delivery_status, listed.status)
			)
		elif stored.sent_at_source != TWILIO and not _is_exact_import(stored, listed):
			found.append(Difference(listed.message_sid, "sent_at_ms", stored.sent_at_ms, listed.sent_at_ms))
	return found


def _is_exact_import(stored: Message, listed: ListedMessage) -> bool:
	return stored.sent_at_source == IMPORT and stored.sent_at_ms == listed.sent_at_ms


def _fresh(listed: Iterable[T]) -> Iterator[T]:
	"""Reading a long list takes minutes: each message is compared with a fresh snapshot of the database."""
	for message in listed:
		frappe.db.rollback()
		yield message
