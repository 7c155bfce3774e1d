"""Faults that can be injected."""

from dataclasses import dataclass, field, fields


@dataclass
class WebhookFaults:
	"""Faults of one kind of webhook. `lost`, `twice` and `cut` are shares: 0 none, 1 all. The first connection of a `cut`
	webhook breaks after the app has answered, so that it is posted again."""

	lost: float = 0.0
	twice: float = 0.0
	cut: float = 0.0
	late_ms: int = 0
	out_of_order: bool = False


@dataclass
class Faults:
	"""All faults. Integer faults count down: they apply to the next n calls.

	`too_many_requests` and `server_errors` answer 429 and 500 to any REST call, before anything is accepted; `cut_before_accept`
	cuts the connection of one that would change something.
	`daily_limit` answers 429 with the code 63038 to new messages, as a captured answer does
	(https://github.com/twilio/twilio-php/issues/661).
	`server_error_after_accept` accepts a message or a template and answers the same 500, as Twilio may
	(https://www.twilio.com/docs/api/errors/20500); `unavailable_after_accept` accepts it, and a gateway answers 503.
	`cut_after_accept` and `hang_after_accept` accept it and never answer: the connection is cut, or stays open without
	an answer. `slow_ms` is the delay, in real time, of the answer to an accepted message. `fail_next` makes messages fail with
	`fail_code` after they were accepted. `code_later`: a message that fails is reported `undelivered` without a code, and then
	`failed` with it, as captured callbacks show.
	"""

	inbound: WebhookFaults = field(default_factory=WebhookFaults)
	status: WebhookFaults = field(default_factory=WebhookFaults)
	too_many_requests: int = 0
	server_errors: int = 0
	cut_before_accept: int = 0
	daily_limit: int = 0
	server_error_after_accept: int = 0
	unavailable_after_accept: int = 0
	cut_after_accept: int = 0
	hang_after_accept: int = 0
	slow_ms: int = 0
	fail_next: int = 0
	fail_code: int = 63016
	code_later: int = 0

	def change(self, changes: dict) -> None:
		"""Set the faults in `changes`; raises ValueError for an unknown fault or an invalid value."""
		change(self, changes)


def change(record, changes: dict) -> None:
	"""Set the fields of a dataclass from JSON, strictly."""
	known = {f.name for f in fields(record)}
	for name, value in changes.items():
		if name not in known:
			raise ValueError(f"there is no {name!r}; there are {', '.join(sorted(known))}")
		old = getattr(record, name)
		if isinstance(value, dict):
			change(old, value)
		else:
			setattr(record, name, _like(old, name, value))


def _like(old, name: str, value):
	if isinstance(old, (bool, str)):
		if type(value) is type(old):
			return value
	elif type(value) in (int, float) and value >= 0:
		return type(old)(value)
	raise ValueError(f"{name} cannot be {value!r}")
