"""Is what this site knows so? Compared with its own messages, and with Twilio's list."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

import frappe

from ...chat import status
from ...chat.message import TWILIO
from ...chat.recompute import Difference
from ...twilio_channel.listing import TwilioList
from ..channel import twilio_channel
from ..clock import SystemClock
from ..settings import kept_since_ms
from ..store.exact_comparison import compare_customers_exactly, comparison_differences
from ..store.recompute import BATCH, verify
from ..store.store import CONVERSATION, FrappeStore
from .catch_up import catch_up_days

T = TypeVar("T")


def conversations(*, fix: bool = False, on_progress: Callable[[int, float], None]) -> list[Difference]:
	"""Where conversations differ from their messages, or are not compared exactly; with `fix` they were set right."""
	total, differences = max(1, frappe.db.count(CONVERSATION)), comparison_differences()
	if fix:
		compare_customers_exactly()
	for number, found in enumerate(verify(fix=fix), start=1):
		differences += found
		looked_at = min(number * BATCH, total)
		on_progress(looked_at, looked_at / total)
	return differences


def twilio(days: int, *, fix: bool = False) -> list[Difference]:
	"""Where this site differs from Twilio's list of the last `days` days; with `fix` it is brought up to date.

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
	for listed in _seen_anew(provider.inbound_since(since_ms)):
		known = store.message_with_sid(listed.message_sid)
		if known is None and not store.erased(listed.message_sid):
			found.append(Difference(listed.message_sid, "message_sid", None, listed.message_sid))
		elif known and known.sent_at_ms > listed.sent_at_ms:
			found.append(Difference(listed.message_sid, "sent_at_ms", known.sent_at_ms, listed.sent_at_ms))
	return found


def _outbound(provider: TwilioList, since_ms: int, store: FrappeStore) -> list[Difference]:
	"""Messages that were sent from elsewhere are not this site's."""
	found = []
	for listed in _seen_anew(provider.outbound_since(since_ms)):
		known = store.message_with_sid(listed.message_sid)
		if known is None:
			continue
		if status.advance(known.delivery_status, listed.status) != known.delivery_status:
			found.append(
				Difference(listed.message_sid, "delivery_status", known.delivery_status, listed.status)
			)
		elif known.sent_at_source != TWILIO:
			found.append(Difference(listed.message_sid, "sent_at_ms", known.sent_at_ms, listed.sent_at_ms))
	return found


def _seen_anew(listed: Iterable[T]) -> Iterator[T]:
	"""Reading a long list takes minutes: each of its messages is compared with what the site knows by then."""
	for message in listed:
		frappe.db.rollback()
		yield message
