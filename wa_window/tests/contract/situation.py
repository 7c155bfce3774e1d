"""Base of the contract tests: a customer of their own, a clock, fakes of the ports, and shortcuts for the use cases."""

import secrets
from contextlib import nullcontext
from dataclasses import replace

from wa_window.chat import conversations, dispatch, inbound, outbound, read_state, tracking
from wa_window.chat.address import Customer, customer_at
from wa_window.chat.message import Conversation, InboundMessage, Lead, StatusReport
from wa_window.chat.outbound import SendRequest
from wa_window.chat.ports.channel import Accepted, Rejected
from wa_window.chat.ports.leads import LeadNotCreated
from wa_window.chat.service import ChatService
from wa_window.chat.window import State
from wa_window.twilio_channel.error_codes import reason_of

HOUR_MS = 60 * 60 * 1000
BUSINESS = "whatsapp:+6281100000001"
OTHER_BUSINESS = "whatsapp:+6281100000002"
TEMPLATE = "HX" + "0" * 31 + "1"
AGENT = "agent@example.com"
NO_DEADLINE_MS = 10**15


class Clock:
	def __init__(self, now_ms: int = 1_795_400_000_000):
		self.at_ms = now_ms

	def now_ms(self) -> int:
		return self.at_ms

	def forward(self, ms: int) -> None:
		self.at_ms += ms


class EventPublisher:
	"""Records published events."""

	def __init__(self):
		self.changed, self.received, self.read, self.outbox, self.syncs = [], [], [], 0, 0
		self.batches = []

	def conversation_changed(self, conversation: str) -> None:
		self.changed.append(conversation)

	def read_state_changed(self, user: str, conversation: str) -> None:
		self.read.append((user, conversation))

	def message_received(self, message) -> None:
		self.received.append(message.name)

	def outbox_filled(self) -> None:
		self.outbox += 1

	def files_waiting(self) -> None:
		pass

	def batch_progressed(self, batch: str) -> None:
		pass

	def batch_changed(self, batch: str) -> None:
		self.batches.append(batch)

	def templates_outdated(self) -> None:
		self.syncs += 1


class Channel:
	"""A channel that records messages and returns scripted outcomes in turn, else accepts."""

	def __init__(self, *answers):
		self.answers, self.sent, self.outcomes = list(answers), [], []

	def places(self) -> int:
		return 10

	def may_begin(self, business_address: str) -> bool:
		return True

	def begin(self, outgoing) -> None:
		self.outcomes.append((outgoing.message, self.send(outgoing)))

	def ended(self) -> list:
		ended, self.outcomes = self.outcomes, []
		return ended

	def send(self, outgoing):
		self.sent.append(outgoing)
		return self.answers.pop(0) if self.answers else Accepted(new_sid(), "queued")


class ProviderList:
	"""A fake of the provider's list, the newest first."""

	def __init__(self, *, inbound=(), outbound=(), media=()):
		self.inbound, self.outbound, self.media = inbound, outbound, tuple(media)
		self.asked_for_media, self.outbound_reads = [], []

	def inbound_since(self, since_ms: int):
		return iter([message for message in self.inbound if message.sent_at_ms >= since_ms])

	def with_media(self, inbound):
		media = self.media_of(inbound.message_sid)
		return replace(inbound, media=media, kind="image" if media else inbound.kind)

	def media_of(self, message_sid: str):
		self.asked_for_media.append(message_sid)
		return self.media

	def outbound_since(self, since_ms: int):
		self.outbound_reads.append(since_ms)
		return iter([message for message in self.outbound if message.sent_at_ms >= since_ms])


class Leads:
	"""`existing` are the leads with the customer's number; those in `newer` got it after the chat began."""

	def __init__(
		self, *existing: Lead, newer: tuple[Lead, ...] = (), refuses: str = "", creates: bool = True
	):
		self.newer, self.existing = newer, existing
		self.refuses, self.creates = refuses, creates
		self.named = []

	def exists(self, lead: Lead) -> bool:
		return lead.name != "vanished"

	def find(self, phone: str) -> list[Lead]:
		return [*self.newer, *self.existing]

	def had_number_before(self, lead: Lead, conversation: Conversation) -> bool:
		return lead not in self.newer

	def create(self, phone: str, profile_name: str, ad: str, linked) -> Lead | None:
		if self.refuses:
			raise LeadNotCreated(self.refuses)
		return linked(lambda: Lead("Chat Lead", f"made for {phone}", phone)) if self.creates else None

	def fill_placeholder_name(self, lead: Lead, phone: str, profile_name: str) -> None:
		self.named.append((lead.name, profile_name))

	def translate(self, text: str) -> str:
		return text


def new_sid() -> str:
	return "SM" + secrets.token_hex(16)


def new_phone() -> str:
	return f"+62812{secrets.randbelow(10**8):08d}"


def chat_on(store, read_states=None) -> ChatService:
	"""The use cases on a store, with fakes for the rest."""
	return ChatService(store, EventPublisher(), Clock(), Channel, read_states)


def rejected(code: str, text: str = "") -> Rejected:
	"""The outcome of Twilio's channel for this error code."""
	return Rejected(code, text, reason_of(code))


class Situation:
	"""A customer of the test's own, a clock, and shortcuts for the use cases."""

	def setUp(self):
		super().setUp()
		self.clock, self.events, self.channel = Clock(), EventPublisher(), Channel()
		self.phone = new_phone()
		self.customer = customer_at(f"whatsapp:{self.phone}")

	def written(
		self, body="Halo", *, hours_ago: float = 0, to=BUSINESS, customer: Customer | None = None, **more
	):
		"""Receive a message of the customer; returns the stored one, or None for a duplicate."""
		message = InboundMessage(
			message_sid=more.pop("sid", new_sid()),
			customer=customer or self.customer,
			business_address=to,
			kind=more.pop("kind", "text"),
			body=body,
			sent_at_ms=self.clock.at_ms - int(hours_ago * HOUR_MS),
			**more,
		)
		return inbound.receive(self.chat, message)

	def pair(self, customer: Customer | None = None, to=BUSINESS):
		rows = self.store.transaction(lambda: self.store.lock_pair(customer or self.customer, to))
		return rows[0] if rows else None

	def unread(self, user: str = AGENT, to=BUSINESS) -> int:
		"""The messages of the customer's chat that a user has not seen."""
		row = self.pair(to=to)
		return read_state.unread_counts(self.chat, user, [row])[row.name]

	def state(self, to=BUSINESS) -> State:
		return conversations.window(self.pair(to=to), self.clock.at_ms, closing_ms=2 * HOUR_MS).state

	@property
	def chat(self) -> ChatService:
		channel = lambda: nullcontext(self.channel)  # noqa: E731 - the port's own shape
		return ChatService(self.store, self.events, self.clock, channel, self.read_states)

	def reply(self, body="Masih ada, Pak.", *, key: str = "", **more):
		key = key or secrets.token_hex(10)
		request = SendRequest(key, **{"author": AGENT} | more)
		return outbound.reply(self.chat, self.pair().name, body, request)

	def again(self, message):
		return outbound.send_again(self.chat, message.name, SendRequest(secrets.token_hex(8), AGENT))

	def send_template(self, variables=None, content_sid=TEMPLATE, *, key: str = "", **more):
		variables = {"1": "Pak Budi", "2": "rumah"} if variables is None else variables
		key = key or secrets.token_hex(10)
		request = SendRequest(key, **{"author": AGENT} | more)
		return outbound.send_template(self.chat, self.pair().name, content_sid, variables, request)

	def dispatch(self, *answers) -> Channel:
		channel = Channel(*answers)
		self.dispatch_by(channel)
		return channel

	def dispatch_by(self, channel, until_ms: int = NO_DEADLINE_MS) -> None:
		dispatch.dispatch(replace(self.chat, channel=lambda: nullcontext(channel)), until_ms=until_ms)

	def linked(self, conversation: str, leads: Leads):
		conversations.link_lead(self.chat, conversation, leads)
		return self.store.conversation(conversation)

	def track(self, message, status: str, *, code: str = "", by_name: bool = False) -> None:
		current = self.store.message(message.name)
		sid = current.message_sid or f"SM{message.name:0<32}"[:34]
		report = StatusReport(
			sid,
			status,
			message=message.name if by_name else "",
			error_code=code,
			error_reason=reason_of(code),
		)
		tracking.track(self.chat, report)

	def stored(self, message):
		return self.store.message(message.name)

	def messages(self, to=BUSINESS) -> list:
		return self.store.messages(self.pair(to=to).name, limit=200)
