"""A template to many, sent by a person: its values and states, and the words for why a recipient is skipped.

Nothing here sends by itself: a batch is a draft until its owner presses Send, and goes on after an interruption only when its owner
presses Resume.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import status
from .message import Conversation, Lead, Message
from .reasons import Reason
from .sentences import Sentence, _lt
from .text_enum import TextEnum

MARKETING = "MARKETING"
DAY_MS = 24 * 3600 * 1000
WEEK_MS = 7 * DAY_MS
# A failure is known for so long: numbers come to WhatsApp, and change their owners.
FAILURE_KNOWN_MS = 90 * DAY_MS
# A batch that has not moved for so long waits for a person: what was meant for the morning is not for the evening.
LATE_AFTER_MS = 3 * 3600 * 1000
MOST_RECIPIENTS = 10_000
# What a customer writes later is no answer to it any more.
ANSWERS_WITHIN_MS = WEEK_MS
KEY_PREFIX = "batch."
# Failures that say the number has no WhatsApp.
UNREACHABLE = (Reason.NOT_ON_WHATSAPP, Reason.NUMBER)


class Status(TextEnum):
	"""Of a batch. PREPARING becomes DRAFT; SENDING ends DONE, or is STOPPED, or PAUSED until a person presses Resume."""

	PREPARING = "Preparing"
	DRAFT = "Draft"
	SENDING = "Sending"
	PAUSED = "Paused"
	STOPPED = "Stopped"
	DONE = "Done"


class RowState(TextEnum):
	"""Of a recipient. HANDED_OVER: there is a message, whose own status says what became of it. PUT_ASIDE: not sent, Resume sends it."""

	TO_SEND = "to_send"
	SKIPPED = "skipped"
	HANDED_OVER = "handed_over"
	PUT_ASIDE = "put_aside"


class Skip(TextEnum):
	"""Why a recipient is skipped."""

	NONE = ""
	NO_RIGHT = "no_right"
	NO_NUMBER = "no_number"
	OTHER_CHAT = "other_chat"
	OTHER_SENDER = "other_sender"
	NUMBER_CHANGED = "number_changed"
	OPTED_OUT = "opted_out"
	BLOCKED = "blocked"
	NOT_ON_WHATSAPP = "not_on_whatsapp"
	IN_CONVERSATION = "in_conversation"
	RECENT_MARKETING = "recent_marketing"
	MANY_TEMPLATES = "many_templates"
	TWICE = "twice"
	MISSING_VALUE = "missing_value"
	TOO_LONG = "too_long"
	DAILY_MAXIMUM = "daily_maximum"
	CHANGED = "changed"


SKIP_WORDS = {
	Skip.NO_RIGHT: _lt("You may not write to this record's chat."),
	Skip.NO_NUMBER: _lt("No valid phone number."),
	Skip.OTHER_CHAT: _lt("This number's chat belongs to another record that you may not write to."),
	Skip.OTHER_SENDER: _lt("This chat is with another of your numbers."),
	Skip.NUMBER_CHANGED: _lt("The number was changed after this was prepared."),
	Skip.OPTED_OUT: _lt("Opted out."),
	Skip.BLOCKED: _lt("Blocked your number."),
	Skip.NOT_ON_WHATSAPP: _lt("The last message could not be delivered: not on WhatsApp."),
	Skip.IN_CONVERSATION: _lt("In conversation: the 24-hour window is open. Reply in the chat instead."),
	Skip.RECENT_MARKETING: _lt("Got a marketing template recently."),
	Skip.MANY_TEMPLATES: _lt("Got enough templates this week."),
	Skip.TWICE: _lt("The same number is in this list already."),
	Skip.MISSING_VALUE: _lt("No value for {0}."),
	Skip.TOO_LONG: _lt("The text would be too long."),
	Skip.DAILY_MAXIMUM: _lt("More than you may send in a day."),
	Skip.CHANGED: _lt("The template or the chat was changed after this was prepared."),
}


class Pause(TextEnum):
	"""Why a batch does not go on by itself."""

	NONE = ""
	DAILY_LIMIT = "daily_limit"
	RATE_LIMITED = "rate_limited"
	TEMPLATE = "template"
	ACCOUNT = "account"
	LATE = "late"
	NO_CONNECTION = "no_connection"
	NO_PERMISSION = "no_permission"
	NOT_SET_UP = "not_set_up"
	ERROR = "error"


PAUSE_WORDS = {
	Pause.DAILY_LIMIT: _lt("Twilio's limit of messages for a day is reached. Resume tomorrow."),
	Pause.RATE_LIMITED: _lt(
		"WhatsApp's limit for this sender is reached. Resume later; starting chats may take 24 hours."
	),
	Pause.TEMPLATE: _lt("WhatsApp does not accept this template any more. Resume when it is approved."),
	Pause.ACCOUNT: _lt("Twilio refuses this account or sender. An administrator must check it; then resume."),
	Pause.LATE: _lt("Sending was interrupted for hours. Resume it if this is still to be sent."),
	Pause.NO_CONNECTION: _lt(
		"Twilio could not be reached for a long time. Resume it if this is still to be sent."
	),
	Pause.NO_PERMISSION: _lt("{0} may not send to many any more."),
	Pause.NOT_SET_UP: _lt("Sending is not set up: see WA Window Settings. Then resume."),
	Pause.ERROR: _lt(
		"This site could not send it, several times: an administrator finds why in the Error Log. Then resume."
	),
}
HELD = _lt("Nothing more is sent for some minutes, after a limit or an error. It goes on by itself.")
# A failure for these reasons is one of all recipients: what follows would fail too. What failed was not sent, so that Resume sends it. At
# RATE_LIMITED the batch slows down first (batch_failures.py).
PAUSING = {
	Reason.DAILY_LIMIT: Pause.DAILY_LIMIT,
	Reason.RATE_LIMITED: Pause.RATE_LIMITED,
	Reason.TEMPLATE: Pause.TEMPLATE,
	# Of a template: it is not approved any more, see delivery.OUTDATED_TEMPLATE.
	Reason.OUTSIDE_WINDOW: Pause.TEMPLATE,
	Reason.ACCOUNT: Pause.ACCOUNT,
	Reason.SENDER: Pause.ACCOUNT,
	Reason.SET_UP: Pause.ACCOUNT,
}


@dataclass(frozen=True)
class Value:
	"""What fills a variable: a field of the record, and the text where there is none or it is empty."""

	field: str = ""
	text: str = ""


@dataclass(frozen=True)
class Batch:
	"""A template to many. Times are epoch ms, UTC; 0 means absent.

	`total` recipients were chosen, `prepared` of them examined: `to_send` and `skipped`. `pressed_at_ms`: when its owner pressed Send;
	`progress_at_ms`: when it last moved, or began to wait for its preparation; `leased_until_ms`: until when one worker alone hands over its
	rows; `held_until_ms`: until when nothing more is handed over, for the time in a row that `holds` says (batch_failures.py).
	"""

	content_template: str
	business_address: str
	owner: str
	name: str = ""
	status: str = Status.PREPARING
	pause_reason: str = Pause.NONE
	template_name: str = ""
	record_doctype: str = ""
	values: Mapping[str, Value] = field(default_factory=dict)
	total: int = 0
	prepared: int = 0
	to_send: int = 0
	skipped: int = 0
	pressed_at_ms: int = 0
	progress_at_ms: int = 0
	leased_until_ms: int = 0
	held_until_ms: int = 0
	holds: int = 0


@dataclass(frozen=True)
class Row:
	"""A recipient of a batch: a record, or a chat without one, with the text as it will be sent.

	`customer` is the canonical number or id of the chat's pair; `content_variables` a JSON string. `attempt` counts how often it was resumed:
	batch, position and attempt are the idempotency key.
	"""

	batch: str
	position: int
	record_doctype: str = ""
	record: str = ""
	record_title: str = ""
	conversation: str = ""
	customer: str = ""
	phone: str = ""
	state: str = RowState.TO_SEND
	reason: str = Skip.NONE
	reason_detail: str = ""
	body: str = ""
	content_variables: str = ""
	message: str = ""
	handed_over_at_ms: int = 0
	attempt: int = 0
	name: str = ""

	@property
	def client_key(self) -> str:
		return f"{KEY_PREFIX}{self.batch}.{self.position}.{self.attempt}"

	@property
	def lead(self) -> Lead:
		return Lead(self.record_doctype, self.record, self.phone)


def handed_over_as(message: Message) -> dict[str, object]:
	"""The changes of a row whose message this is now."""
	return {
		"state": RowState.HANDED_OVER,
		"message": message.name,
		"conversation": message.conversation,
		"handed_over_at_ms": message.sent_at_ms,
	}


def has_gone_out(row: Row, message: Message | None) -> bool:
	"""Whether the message of a row was sent, or may have been."""
	if message is None or row.state != RowState.HANDED_OVER:
		return False
	return message.delivery_status not in status.FAILURES


@dataclass(frozen=True)
class History:
	"""What a customer got from us: templates this week, when the last marketing one was sent, and whether the latest decided message
	failed since the number is not on WhatsApp. Epoch ms, UTC; 0: never."""

	templates_this_week: int = 0
	last_marketing_at_ms: int = 0
	not_on_whatsapp: bool = False


@dataclass(frozen=True)
class Recipient:
	"""One whom the user chose, as the host knows them now.

	`may_write`: whether the user may write to the record; `chat`: their conversation with the batch's sender, an unsaved one where there is
	none, None without a number; `may_write_chat`: whether the user may write there. `values`: of the fields that the batch names.
	"""

	lead: Lead
	may_write: bool
	chat: Conversation | None = None
	may_write_chat: bool = False
	history: History = History()
	values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
	"""From Settings; 0: no limit."""

	marketing_days: int = 0
	templates_per_week: int = 0
	per_day: int = 0


def is_of_batch(client_key: str) -> bool:
	"""Whether the message with this idempotency key was handed over from a batch: nobody else may give such a key."""
	return client_key.startswith(KEY_PREFIX)


def row_of_key(client_key: str) -> tuple[str, int, int] | None:
	"""Batch, position and attempt of a row's idempotency key."""
	parts = client_key.removeprefix(KEY_PREFIX).split(".")
	if not is_of_batch(client_key) or len(parts) != 3:
		return None
	batch, position, attempt = parts
	return (batch, int(position), int(attempt)) if position.isdigit() and attempt.isdigit() else None


def skip_words(reason: Skip, detail: str) -> Sentence:
	"""Why a recipient is skipped; `detail` is the name of a variable, or empty."""
	return Sentence(SKIP_WORDS[reason], (detail,) if "{0}" in SKIP_WORDS[reason] else ())


def pause_words(batch: Batch, owner: str) -> Sentence:
	"""Why it waits for a person. `owner`: the full name of who sends it."""
	words = PAUSE_WORDS[Pause(batch.pause_reason)]
	return Sentence(words, (owner,) if "{0}" in words else ())


@dataclass(frozen=True)
class Outcome:
	"""How many rows of a batch are alike: in state and reason, and in what became of their messages. `answered`: the customer wrote
	within ANSWERS_WITHIN_MS after a message that has not failed."""

	state: str
	reason: str
	reason_detail: str
	delivery_status: str
	error_code: str
	answered: bool
	count: int


@dataclass(frozen=True)
class Choice:
	"""Whom the user chose: the records or chats of a DocType with these names, else those that its list shows with these filters of the
	host's."""

	doctype: str
	names: tuple[str, ...] | None = None
	filters: tuple[object, ...] = ()
