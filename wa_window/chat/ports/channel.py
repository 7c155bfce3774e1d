"""The Channel port: sending messages to the provider, with the possible outcomes."""

from dataclasses import dataclass
from typing import Protocol

from ..reasons import Reason


@dataclass(frozen=True)
class Outgoing:
	"""A message for the channel: freeform `body` or `media` (the row of a stored file) or both, else `content_sid` with
	`content_variables`; a template's `media` fills the variable of its `media_url`."""

	message: str
	customer_address: str
	business_address: str
	body: str = ""
	media: str = ""
	content_sid: str = ""
	content_variables: str = ""
	media_url: str = ""


@dataclass(frozen=True)
class Accepted:
	"""The provider accepted it; `created_at_ms` is the provider's own time (epoch ms, UTC), 0 where it gave none."""

	message_sid: str
	status: str
	created_at_ms: int = 0


@dataclass(frozen=True)
class Rejected:
	"""The provider rejected it; sending the same message again does not help."""

	error_code: str
	error_text: str = ""
	error_reason: str = Reason.OTHER


@dataclass(frozen=True)
class Retryable:
	"""The provider did not process it; it may be tried again."""

	error_code: str
	error_text: str = ""
	error_reason: str = Reason.OTHER


@dataclass(frozen=True)
class OutcomeUnknown:
	"""It is not known whether the provider accepted it; it is never sent again automatically."""

	error_text: str = ""


Outcome = Accepted | Rejected | Retryable | OutcomeUnknown


class Channel(Protocol):
	"""The connection to the provider, for one dispatcher: a few messages are sent concurrently."""

	def places(self) -> int:
		"""How many more messages can be begun now."""

	def may_begin(self, business_address: str) -> bool:
		"""Whether this sender may send one more message now by its rate; if so, it is counted."""

	def begin(self, outgoing: Outgoing) -> None:
		"""Begin to send one message, in a free place. It never raises."""

	def ended(self) -> list[tuple[str, Outcome]]:
		"""Name and outcome of each message whose call has ended since. Waits a moment for the first.

		A call ends long before its claim's lease, at the latest with OutcomeUnknown.
		"""
