"""Is the customer service window open? The only place that decides it.

Meta lets a business write freely during the 24 hours after the customer's last message; later only approved
templates may be sent. All arithmetic is on integers: epoch milliseconds, UTC.
"""

from dataclasses import dataclass

from .sentences import Sentence, Timestamp, _lt
from .text_enum import TextEnum

# https://www.twilio.com/docs/whatsapp/key-concepts: "24 hours after the last inbound message you receive from a user"
WINDOW_MS = 24 * 60 * 60 * 1000


class State(TextEnum):
	"""The states of a window; REASONS has a sentence for each."""

	NEVER = "never"
	OPEN = "open"
	CLOSING = "closing"
	CLOSED = "closed"
	PROVIDER_CLOSED = "refused"
	OPTED_OUT = "opted_out"
	BLOCKED = "blocked"


# Nothing may be sent in these, not even a template.
SENDING_FORBIDDEN = (State.OPTED_OUT, State.BLOCKED)

REASONS = {
	State.NEVER: _lt("No message from this customer yet. Send a template to start this chat."),
	State.OPEN: _lt("Open until {0}."),
	State.CLOSING: _lt("Closes soon, at {0}."),
	State.CLOSED: _lt("Closed since {0}, by the messages received. Send a template to restart this chat."),
	State.PROVIDER_CLOSED: _lt(
		"Closed by WhatsApp: it refused the last reply. Send a template to restart this chat."
	),
	State.OPTED_OUT: _lt(
		"Opted out. You can message this customer again after they send START or a manager records their opt-in."
	),
	State.BLOCKED: _lt("This customer blocked your number. You can reply when they write again."),
}


@dataclass(frozen=True)
class Window:
	"""The window of a number pair at `now_ms`; `last_inbound_at_ms` and `closes_at_ms` are 0 where there is none."""

	state: State
	last_inbound_at_ms: int
	closes_at_ms: int
	now_ms: int

	@property
	def freeform_allowed(self) -> bool:
		return self.state in (State.OPEN, State.CLOSING)

	@property
	def reason(self) -> Sentence:
		return Sentence(REASONS[self.state], (Timestamp(self.closes_at_ms),))


@dataclass(frozen=True)
class InboundBounds:
	"""Bounds for the last inbound message (epoch ms, UTC): after `after_ms`, and not after `until_ms`, if that is given."""

	after_ms: int
	until_ms: int | None


def inbound_bounds(*, closes_after_ms: int = 0, closes_until_ms: int | None = None) -> InboundBounds:
	"""`window_at` for queries: bounds for the pairs whose 24 hours end after `closes_after_ms` and not after `closes_until_ms`
	(epoch ms, UTC).

	Open windows close after now; closed ones until now. A customer who never wrote is never among them.
	"""
	until_ms = None if closes_until_ms is None else closes_until_ms - WINDOW_MS
	return InboundBounds(max(0, closes_after_ms - WINDOW_MS), until_ms)


def closes_at(last_inbound_at_ms: int) -> int:
	"""When the 24 hours after a customer's message end (epoch ms, UTC)."""
	return last_inbound_at_ms + WINDOW_MS


def is_blocked(blocked_at_ms: int, last_inbound_at_ms: int) -> bool:
	"""Whether the customer, who had a message blocked at `blocked_at_ms`, has not written since (epoch ms, UTC; 0 means never)."""
	return bool(blocked_at_ms) and blocked_at_ms >= last_inbound_at_ms


def window_at(
	last_inbound_at_ms: int | None,
	now_ms: int,
	*,
	provider_closed_at_ms: int = 0,
	blocked_at_ms: int = 0,
	opted_out: bool = False,
	closing_ms: int = 0,
) -> Window:
	"""The window at `now_ms` of a pair whose latest inbound message was sent at `last_inbound_at_ms`.

	Open if and only if `now_ms < last_inbound_at_ms + 24 h`: at exactly 24 hours it is closed. All times are epoch
	milliseconds, UTC; 0 or None means "none". `provider_closed_at_ms` is the time of the latest freeform message that
	WhatsApp rejected as outside the window, which counts until a later inbound message; `blocked_at_ms` that of the latest
	message of any kind that failed because the customer has blocked us, likewise. `closing_ms`: how long before its end an open window is called
	closing.
	"""
	last_inbound_at_ms = last_inbound_at_ms or 0
	closes_at_ms = closes_at(last_inbound_at_ms) if last_inbound_at_ms else 0
	if opted_out:
		state = State.OPTED_OUT
	elif is_blocked(blocked_at_ms, last_inbound_at_ms):
		state = State.BLOCKED
	elif not last_inbound_at_ms:
		state = State.NEVER
	elif now_ms >= closes_at_ms:
		state = State.CLOSED
	elif provider_closed_at_ms and provider_closed_at_ms >= last_inbound_at_ms:
		state = State.PROVIDER_CLOSED
	elif closes_at_ms - now_ms <= closing_ms:
		state = State.CLOSING
	else:
		state = State.OPEN
	return Window(state, last_inbound_at_ms, closes_at_ms, now_ms)
