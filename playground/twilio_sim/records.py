"""The records of the simulated Twilio: account, senders, customers, messages and media."""

import uuid
from dataclasses import dataclass, field

CHANNEL = "whatsapp:"
INBOUND = "inbound"
OUTBOUND = "outbound-api"


def new_sid(prefix: str) -> str:
	return prefix + uuid.uuid4().hex


@dataclass
class Account:
	"""Made-up credentials, valid for this simulator only."""

	sid: str = "AC" + "5" * 32
	auth_token: str = "0123456789abcdef" * 2
	friendly_name: str = "WA Window simulation"
	api_key_sid: str = "SK" + "5" * 32
	api_key_secret: str = "fedcba9876543210" * 2
	# The beginning of the paths for which the API key has no permission; empty: it has all.
	api_key_lacks: str = ""
	# "Enforce HTTP auth on media": https://support.twilio.com/hc/en-us/articles/223183748
	media_needs_auth: bool = True


@dataclass
class Sender:
	"""A business number. `inbound_url` is what an admin enters in Twilio's console for incoming messages.

	Advanced Opt-Out is a feature of Messaging Services: without one a STOP is an ordinary text.
	"""

	address: str
	label: str = ""
	inbound_url: str = ""
	inbound_method: str = "POST"
	fallback_url: str = ""
	fallback_method: str = "POST"
	status_url: str = ""
	status_method: str = "POST"
	messaging_service_sid: str = ""
	advanced_opt_out: bool = False
	status: str = "ONLINE"
	offline_reason: str = ""
	quality_rating: str = "HIGH"
	messaging_limit: str = "10K Customers/24hr"

	@property
	def sid(self) -> str:
		return "XE" + self.address[-10:].rjust(32, "0")


@dataclass
class MessagingService:
	"""A Messaging Service. While `use_inbound_webhook_on_number` is off, its own URL gets the incoming messages of its senders; without
	one they are not received at all."""

	sid: str
	friendly_name: str
	inbound_request_url: str = ""
	inbound_method: str = "POST"
	fallback_url: str = ""
	fallback_method: str = "POST"
	status_callback: str = ""
	use_inbound_webhook_on_number: bool = True


@dataclass(frozen=True)
class Alert:
	"""A log entry of Twilio's about a webhook that it could not deliver; the request and the answer are in the single entry only."""

	sid: str
	error_code: str
	alert_text: str
	request_method: str
	request_url: str
	resource_sid: str
	created_ms: int
	request_variables: str
	response_headers: str
	response_body: str


@dataclass
class Customer:
	"""A customer. `user_id` is WhatsApp's business-scoped id, `CC.` and up to 128 letters and digits; `parent_user_id` is
	`CC.ENT.…`, the same for all linked businesses of an owner."""

	id: str
	name: str
	phone: str = ""
	user_id: str = ""
	parent_user_id: str = ""
	hide_number: bool = False
	on_whatsapp: bool = True
	blocked: bool = False

	@property
	def address(self) -> str:
		"""The value of `From` for the business."""
		return CHANNEL + (self.user_id if self.hide_number or not self.phone else self.phone)

	def answers_to(self, address: str) -> bool:
		return address.removeprefix(CHANNEL) in {self.phone, self.user_id, self.parent_user_id} - {""}


@dataclass
class Media:
	"""A file of a message."""

	sid: str
	content_type: str
	data: bytes
	name: str = ""


@dataclass
class Message:
	"""A Message resource, with the data for the customer's phone. Times are epoch ms, UTC; 0 means none."""

	sid: str
	direction: str
	from_: str
	to: str
	body: str
	status: str
	created_ms: int
	customer: str
	sender: str
	kind: str = "text"
	sent_ms: int = 0
	updated_ms: int = 0
	messaging_service_sid: str = ""
	media: list[Media] = field(default_factory=list)
	error_code: int = 0
	error_message: str = ""
	status_callback: str = ""
	media_url: str = ""
	content_sid: str = ""
	content_variables: dict[str, str] = field(default_factory=dict)
	buttons: list[dict] = field(default_factory=list)
	replied_to_sid: str = ""
	location: dict = field(default_factory=dict)
	# A customer's message: when the business has read it, and showed that it types an answer.
	read_ms: int = 0

	@property
	def pair(self) -> tuple[str, str]:
		return self.customer, self.sender

	@property
	def num_media(self) -> int:
		return len(self.media) or bool(self.media_url)
