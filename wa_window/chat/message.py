"""The values of a chat: conversations, messages, media, status reports."""

from dataclasses import dataclass, field, replace

from .address import Customer
from .reasons import Reason
from .sentences import _lt

INBOUND = "Inbound"
OUTBOUND = "Outbound"

TEXT = "text"
TEMPLATE = "template"
BUTTON = "button"
UNSUPPORTED = "unsupported"

# Where a message's sent_at comes from: Twilio's date_created, the receipt of the webhook, our own record of it, an imported file.
TWILIO = "twilio"
RECEIPT = "receipt"
RECORD = "record"
IMPORT = "import"

PENDING = "pending"
DONE = "done"

# The state of a file, beside PENDING: stored here, not fetched after several attempts, redirected by Twilio to a host that is
# not allowed, rejected for its type or size.
STORED = "stored"
FAILED = "failed"
REDIRECTED = "elsewhere"
REJECTED = "refused"

PREVIEW_LENGTH = 140

# What stands for a message without a text, by its kind; as media.js says it.
KIND_LABELS = {
	"image": _lt("Photo"),
	"audio": _lt("Voice message or audio"),
	"video": _lt("Video"),
	"document": _lt("Document"),
	"location": _lt("Location"),
	"contact": _lt("Contact card"),
}
OTHER_LABEL = _lt("Message")


@dataclass(frozen=True)
class Media:
	"""A file of a message; `url` is Twilio's and needs credentials, `file` is the host's copy of it.

	`row` is the name of its database row, `name` the file name. `size` is in bytes.
	"""

	url: str = ""
	type: str = ""
	size: int = 0
	file: str = ""
	state: str = PENDING
	name: str = ""
	row: str = ""
	attempts: int = 0
	next_attempt_at_ms: int = 0


@dataclass(frozen=True)
class InboundMessage:
	"""A customer's message as the channel brought it; `opt_out` is STOP, START or empty."""

	message_sid: str
	customer: Customer
	business_address: str
	kind: str
	body: str
	sent_at_ms: int
	sent_at_source: str = RECEIPT
	media: tuple[Media, ...] = ()
	profile_name: str = ""
	replied_to_sid: str = ""
	opt_out: str = ""
	raw: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusReport:
	"""A delivery status as the channel reported it; `message` is our own name for the message, where it is known.

	`created_at_ms`: when the provider created the message, 0 where the report does not say; `reported_at_ms`: when the report came (epoch ms,
	UTC).
	"""

	message_sid: str
	status: str
	message: str = ""
	error_code: str = ""
	error_text: str = ""
	created_at_ms: int = 0
	reported_at_ms: int = 0
	error_reason: str = Reason.NONE


@dataclass(frozen=True)
class ListedMessage:
	"""An outbound message as the provider's own list has it. Times are the provider's (epoch ms, UTC): `sent_at_ms` is when it was
	created, `handed_over_at_ms` when it went to WhatsApp, 0 before that. `media_count`: how many files it has."""

	message_sid: str
	customer: Customer
	business_address: str
	body: str
	sent_at_ms: int
	status: str
	error_code: str = ""
	error_text: str = ""
	error_reason: str = Reason.NONE
	handed_over_at_ms: int = 0
	media_count: int = 0


@dataclass(frozen=True)
class Lead:
	"""A lead of the host; `phone` is E.164.

	`conversation` is set where a conversation is opened on its own, such as one without a lead: then only this one is meant.
	`people` are the contacts of a deal or a customer, whose chats are shown with its own; `title` is what the user may call one of them,
	empty where they may not read it.
	"""

	doctype: str
	name: str
	phone: str = ""
	conversation: str = ""
	title: str = ""
	people: "tuple[Lead, ...]" = ()


@dataclass(frozen=True)
class Record:
	"""What a row shows of a chat's own record: its title, its owner (a user, or empty), and the users it is assigned to."""

	title: str = ""
	owner: str = ""
	assigned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sender:
	"""One of our business numbers (`whatsapp:+E164`); `advanced_opt_out`: whether its Messaging Service has Advanced Opt-Out."""

	address: str
	label: str = ""
	messaging_service_sid: str = ""
	is_default: bool = False
	advanced_opt_out: bool = False


@dataclass(frozen=True)
class OptOut:
	"""Whether a customer has opted out of one of our senders, or blocked it. Times are epoch ms, UTC; 0 means never."""

	opted_out: bool = False
	opt_out_changed_at_ms: int = 0
	blocked_at_ms: int = 0

	def merged_with(self, other: "OptOut") -> "OptOut":
		"""A later STOP or START overrules an earlier one; the later block stays."""
		last = max(self, other, key=lambda choice: choice.opt_out_changed_at_ms)
		return replace(last, blocked_at_ms=max(self.blocked_at_ms, other.blocked_at_ms))


@dataclass(frozen=True)
class Conversation:
	"""A number pair and its state. Times are epoch ms, UTC; 0 means absent.

	`lead_claimed_at_ms`: when a worker began to create its lead. `waiting_since_ms`: when the first message was sent that nobody
	has answered; 0: none needs a reply. `done_until_ms`: no answer is needed to messages that were stored until then.
	`last_stored_at_ms`: when its last message was stored. `failed_at_ms`: when its newest message was sent, if that is one
	of ours that failed. `earlier_number`: its lead has another number now (leads.mark_earlier_numbers). `ad_title`: the first ad or post
	from which the customer wrote, at `ad_at_ms`. `consent_…`: see consent.py.
	"""

	customer: str
	business_address: str
	customer_address: str
	name: str = ""
	customer_phone: str = ""
	customer_user_id: str = ""
	customer_parent_id: str = ""
	profile_name: str = ""
	lead_doctype: str = ""
	lead: str = ""
	lead_problem: str = ""
	lead_claimed_at_ms: int = 0
	last_inbound_at_ms: int = 0
	last_message_at_ms: int = 0
	last_message_preview: str = ""
	provider_closed_at_ms: int = 0
	blocked_at_ms: int = 0
	opted_out: bool = False
	opt_out_changed_at_ms: int = 0
	waiting_since_ms: int = 0
	done_until_ms: int = 0
	snoozed_until_ms: int = 0
	last_stored_at_ms: int = 0
	failed_at_ms: int = 0
	earlier_number: bool = False
	ad_title: str = ""
	ad_id: str = ""
	ad_at_ms: int = 0
	ad_url: str = ""
	ad_click_id: str = ""
	consent_source: str = ""
	consent_at_ms: int = 0
	consent_note: str = ""
	consent_by: str = ""

	@property
	def keys(self) -> set[str]:
		"""All keys of its customer."""
		return {self.customer, *(self.customer_phone, self.customer_user_id, self.customer_parent_id)} - {""}

	@property
	def known_customer(self) -> Customer:
		"""Its customer, with the address to reply to."""
		return Customer(
			self.customer_address, self.customer_phone, self.customer_user_id, self.customer_parent_id
		)

	@property
	def opt_out(self) -> OptOut:
		return OptOut(self.opted_out, self.opt_out_changed_at_ms, self.blocked_at_ms)


@dataclass(frozen=True)
class MessageTimes:
	"""The times of a conversation, computed from its messages (epoch ms, UTC; 0 means never).

	`provider_closed_at_ms`: the latest freeform message that failed with "outside the window"; `blocked_at_ms`: the latest one
	that failed because the customer has blocked us; `latest_failed_at_ms`: the latest one that failed for any reason;
	`waiting_since_ms`: the first inbound message that was stored after the latest answer (see work_state.py) and after the
	conversation's `done_until_ms`.
	"""

	last_inbound_at_ms: int = 0
	last_message_at_ms: int = 0
	provider_closed_at_ms: int = 0
	blocked_at_ms: int = 0
	latest_failed_at_ms: int = 0
	waiting_since_ms: int = 0

	@property
	def failed_at_ms(self) -> int:
		"""The newest message, if it failed."""
		return self.latest_failed_at_ms if self.latest_failed_at_ms >= self.last_message_at_ms else 0


@dataclass(frozen=True)
class Message:
	"""A stored message. Times are epoch ms, UTC; 0 means absent. `content_variables` is a JSON string.

	`status_times` has the time at which each delivery status was reported; `raw` is read back by name, and with the messages of a page.
	`stored_at_ms`: when it was stored here, later than all other messages of its conversation; 0 for one of earlier versions and for an
	imported one. `sent_outside`: another program sent it from our number (sent_outside.py); then `stored_at_ms` is its place among the
	customer's messages. An imported message has its time as its place, and where it was imported without a SID, one made of its content.
	`no_answer_needed`: a user said so (work_state.done) when this was the newest message that they saw.
	"""

	conversation: str
	direction: str
	kind: str
	body: str
	sent_at_ms: int
	sent_at_source: str
	delivery_status: str
	name: str = ""
	owner: str = ""
	message_sid: str = ""
	error_code: str = ""
	error_text: str = ""
	error_reason: str = Reason.NONE
	content_template: str = ""
	content_variables: str = ""
	replied_to_sid: str = ""
	client_key: str = ""
	attempts: int = 0
	claimed_at_ms: int = 0
	next_attempt_at_ms: int = 0
	stored_at_ms: int = 0
	follow_up: str = DONE
	media: tuple[Media, ...] = ()
	status_times: dict[str, int] = field(default_factory=dict)
	raw: dict[str, object] = field(default_factory=dict)
	sent_outside: bool = False
	no_answer_needed: bool = False

	@property
	def freeform(self) -> bool:
		"""Of what another program sent it is not known: the provider's list does not name the template."""
		return self.direction == OUTBOUND and not (self.content_template or self.sent_outside)

	@property
	def arrival_ms(self) -> int:
		"""Its place in the order in which the conversation's messages were stored (epoch ms, UTC)."""
		return self.stored_at_ms or self.sent_at_ms

	@property
	def preview(self) -> str:
		return self.body[:PREVIEW_LENGTH] or f"[{self.kind}]"


def kind_label(kind: str) -> str:
	"""To be translated."""
	return KIND_LABELS.get(kind, OTHER_LABEL)


def has_author(message: Message) -> bool:
	"""Whether a user of this site wrote it."""
	return message.direction == OUTBOUND and not message.sent_outside


def dated(message: Message, sent_at_ms: int) -> dict[str, object]:
	"""The changes that give a message the provider's time; its place in the order of storing stays."""
	return {"sent_at_ms": sent_at_ms, "sent_at_source": TWILIO, "stored_at_ms": message.arrival_ms}


def latest(conversation: Conversation, sent_at_ms: int, preview: str) -> dict[str, object]:
	"""The changes of the conversation's latest message: none where a later one is stored."""
	if sent_at_ms < conversation.last_message_at_ms:
		return {}
	return {"last_message_at_ms": sent_at_ms, "last_message_preview": preview}
