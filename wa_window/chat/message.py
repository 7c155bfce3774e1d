"""The values of a chat: conversations, messages, and what is told of them."""

from dataclasses import dataclass, field, replace

from .address import Customer

INBOUND = "Inbound"
OUTBOUND = "Outbound"

TEXT = "text"
TEMPLATE = "template"
UNSUPPORTED = "unsupported"

# Where a message's sent_at comes from: Twilio's date_created, the receipt of the webhook, our own record of it.
TWILIO = "twilio"
RECEIPT = "receipt"
RECORD = "record"

PENDING = "pending"
DONE = "done"

# A file of a message, beside PENDING: here, not fetched after several attempts, kept by Twilio where this site does not
# follow, not taken for its type or size.
STORED = "stored"
FAILED = "failed"
ELSEWHERE = "elsewhere"
REFUSED = "refused"

PREVIEW_LENGTH = 140


@dataclass(frozen=True)
class Media:
	"""A file of a message; `url` is Twilio's and needs credentials, `file` is the host's copy of it.

	`row` is the name under which it is stored, `name` the file's own. `size` is in bytes.
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
	raw: dict = field(default_factory=dict)


@dataclass(frozen=True)
class StatusReport:
	"""A delivery status as the channel reported it; `message` is our own name for the message, where it is known.

	`created_at_ms`: when the provider took the message, where it is told; `reported_at_ms`: when the report came (epoch ms,
	UTC).
	"""

	message_sid: str
	status: str
	message: str = ""
	error_code: str = ""
	error_text: str = ""
	created_at_ms: int = 0
	reported_at_ms: int = 0


@dataclass(frozen=True)
class ListedMessage:
	"""An outbound message as the provider's own list has it; `sent_at_ms` is the provider's time (epoch ms, UTC)."""

	message_sid: str
	customer: Customer
	business_address: str
	body: str
	sent_at_ms: int
	status: str
	error_code: str = ""
	error_text: str = ""


@dataclass(frozen=True)
class Lead:
	"""The host's lead: `phone` is E.164, as it would be dialled.

	`conversation` is set where a conversation stands for itself, such as one that has no lead yet: then only it is meant.
	"""

	doctype: str
	name: str
	phone: str = ""
	conversation: str = ""


@dataclass(frozen=True)
class Sender:
	"""One of our business numbers (`whatsapp:+E164`); `advanced_opt_out`: whether its Messaging Service obeys STOP and START."""

	address: str
	label: str = ""
	messaging_service_sid: str = ""
	is_default: bool = False
	advanced_opt_out: bool = False


@dataclass(frozen=True)
class OptOut:
	"""Whether a customer wants to hear from one of our senders. Times are epoch ms, UTC; 0 means never."""

	opted_out: bool = False
	opt_out_changed_at_ms: int = 0
	blocked_at_ms: int = 0

	def joined(self, other: "OptOut") -> "OptOut":
		"""A later STOP or START overrules an earlier one; a block is known as long as one of both knows it."""
		last = max(self, other, key=lambda choice: choice.opt_out_changed_at_ms)
		return replace(last, blocked_at_ms=max(self.blocked_at_ms, other.blocked_at_ms))


@dataclass(frozen=True)
class Conversation:
	"""A number pair and what is known of it. Times are epoch ms, UTC; 0 means absent.

	`lead_claimed_at_ms`: since when a worker creates its lead.
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
	unread_count: int = 0

	@property
	def keys(self) -> set[str]:
		"""All by which its customer is known."""
		return {self.customer, *(self.customer_phone, self.customer_user_id, self.customer_parent_id)} - {""}

	@property
	def known_customer(self) -> Customer:
		"""Its customer, at the address to answer to."""
		return Customer(
			self.customer_address, self.customer_phone, self.customer_user_id, self.customer_parent_id
		)

	@property
	def opt_out(self) -> OptOut:
		return OptOut(self.opted_out, self.opt_out_changed_at_ms, self.blocked_at_ms)


@dataclass(frozen=True)
class Times:
	"""What a conversation's messages say of it (epoch ms, UTC; 0 means never).

	`refused_at_ms`: the latest freeform message that failed for being outside the window; `blocked_at_ms`: the latest one that
	failed since the customer has blocked us.
	"""

	last_inbound_at_ms: int = 0
	last_message_at_ms: int = 0
	refused_at_ms: int = 0
	blocked_at_ms: int = 0


@dataclass(frozen=True)
class Message:
	"""A stored message. Times are epoch ms, UTC; 0 means absent. `content_variables` is a JSON string.

	`status_times` tells when it reached each delivery status, as this site was told; `raw` is not read back.
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
	content_template: str = ""
	content_variables: str = ""
	replied_to_sid: str = ""
	client_key: str = ""
	attempts: int = 0
	claimed_at_ms: int = 0
	next_attempt_at_ms: int = 0
	follow_up: str = DONE
	media: tuple[Media, ...] = ()
	status_times: dict[str, int] = field(default_factory=dict)
	raw: dict = field(default_factory=dict)

	@property
	def freeform(self) -> bool:
		return self.direction == OUTBOUND and not self.content_template

	@property
	def preview(self) -> str:
		return self.body[:PREVIEW_LENGTH] or f"[{self.kind}]"


def latest(conversation: Conversation, sent_at_ms: int, preview: str) -> dict:
	"""What a message changes in the conversation's summary: nothing where a later message is known."""
	if sent_at_ms < conversation.last_message_at_ms:
		return {}
	return {"last_message_at_ms": sent_at_ms, "last_message_preview": preview}
