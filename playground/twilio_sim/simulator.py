"""The simulated Twilio: one account with its senders, and the customers on the other side of them.

Everything that takes time is in an event queue: `pump()` runs the actions that are due. Tests call it; the demo has worker
threads. The lock guards the state and is never held while a webhook is posted.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from random import Random

from werkzeug.datastructures import MultiDict

from . import forms, outbound, sample_data
from .checks import read_request
from .clock import Clock
from .deliveries import Deliveries, Webhook
from .errors import message_of
from .event_queue import EventQueue
from .extended_kinds import NEW_NUMBER, extended
from .faults import Faults
from .log import Log
from .new_messages import inbound_message, outbound_message
from .records import (
	CHANNEL,
	INBOUND,
	Account,
	Alert,
	Customer,
	Media,
	Message,
	MessagingService,
	Sender,
)
from .samples import Upload, sample

DAY_MS = 24 * 60 * 60 * 1000
REPLY_CONTEXT_MS = 7 * DAY_MS
# https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource: or until the answer is delivered.
TYPING_MS = 25 * 1000
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: its default keywords
KEYWORDS = {
	"STOP": {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"},
	"START": {"START", "UNSTOP", "YES"},
	"HELP": {"HELP", "INFO"},
}


class SimulatedTwilio:
	"""`step_ms` is the time between two delivery statuses; `seed` determines which webhooks are lost where the fault is a
	share."""

	def __init__(
		self,
		clock: Clock | None = None,
		*,
		account: Account | None = None,
		step_ms: int = 0,
		seed: int = 0,
	):
		self.clock = clock or Clock()
		self.account = account or Account()
		self.step_ms = step_ms
		self.media_base = "https://api.twilio.com"
		self.senders: dict[str, Sender] = {sender.address: sender for sender in sample_data.senders()}
		self.services: dict[str, MessagingService] = {each.sid: each for each in sample_data.services()}
		self.log = Log(self.clock)
		self._event_queue = EventQueue()
		self._lock = threading.RLock()
		self._deliveries = Deliveries(self.account, self.clock, self._event_queue, self.log, Random(seed))
		self.reset()

	def reset(self) -> None:
		"""Delete messages, windows, faults, additions, alerts and the log; keep senders and services with their webhook URLs."""
		with self._lock:
			self._event_queue.clear()
			self._deliveries.clear()
			self._deliveries.faults = Faults()
			self.customers: dict[str, Customer] = {
				customer.id: customer for customer in sample_data.customers()
			}
			self.contents = {content.sid: content for content in sample_data.contents()}
			self.messages: dict[str, Message] = {}
			self.last_inbound_ms: dict[tuple[str, str], int] = {}
			self.opted_out: set[tuple[str, str]] = set()
			self.typing_until_ms: dict[tuple[str, str], int] = {}
			self.log.clear()

	@property
	def faults(self) -> Faults:
		return self._deliveries.faults

	@property
	def alerts(self) -> list[Alert]:
		"""What the webhooks could not deliver, the oldest first."""
		return self._deliveries.alerts

	def consume_fault(self, fault: str) -> bool:
		"""Whether a counted fault applies now; if so, its count is reduced by one."""
		with self._lock:
			left = getattr(self.faults, fault)
			setattr(self.faults, fault, max(0, left - 1))
		if left:
			self.log.add("fault", fault=fault)
		return left > 0

	@property
	def waiting(self) -> int:
		"""The number of pending actions, due or not."""
		return len(self._event_queue)

	def pump(self) -> int:
		"""Run all due actions; returns how many."""
		done = 0
		while action := self._event_queue.pop_due(self.clock()):
			action()
			done += 1
		return done

	# The business's side

	def create_message(self, form) -> Message:
		"""Accept a message as POST Messages.json does; raises TwilioError."""
		with self._lock:
			request = read_request(form, self.senders, self.contents)
			content = self.contents.get(request.content_sid)
			message = outbound_message(request, content, self.customer_at(request.to), self.clock())
			self.messages[message.sid] = message
			self.log.add(
				"outbound",
				sid=message.sid,
				to=message.to,
				business_address=message.sender,
				body=message.body,
				content_sid=message.content_sid,
				content_variables=message.content_variables,
				media_url=message.media_url,
				status_callback=message.status_callback,
			)
			self._later(partial(self._send, message))
			return message

	def console_sends(self, customer: str, sender: str, body: str) -> Message:
		"""Somebody writes to a customer in Twilio's console: the app has no part in it, and gets no status."""
		with self._lock:
			form = {"To": self.customers[customer].address, "From": sender, "Body": body}
			return self.create_message(MultiDict(form))

	def business_types(self, message_sid: str) -> None:
		"""The customer sees that an answer to their message is being written, and that what they wrote was read."""
		with self._lock:
			answered = self.messages[message_sid]
			if answered.direction != INBOUND:
				return
			self.typing_until_ms[answered.pair] = self.clock() + TYPING_MS
			for message in self.messages.values():
				is_earlier = message.direction == INBOUND and message.created_ms <= answered.created_ms
				if message.pair == answered.pair and is_earlier:
					message.read_ms = message.read_ms or self.clock()
			self.log.add("typing", sid=message_sid)

	def is_typing(self, customer: str, sender: str) -> bool:
		with self._lock:
			return self.clock() < self.typing_until_ms.get((customer, sender), 0)

	def _send(self, message: Message) -> None:
		"""Hand it to WhatsApp, which may reject it."""
		content = self.contents.get(message.content_sid)
		code = outbound.fetch_media(message, content) if message.media_url else 0
		with self._lock:
			message.from_ = message.sender
			code = (
				(self.faults.fail_code if self.consume_fault("fail_next") else 0)
				or outbound.failure(self, message)
				or code
			)
			message.sent_ms = self.clock()
			if code and self.consume_fault("code_later"):
				self._progress(message, "undelivered")
				self._later(partial(self._fail, message, code))
			elif code:
				self._progress(message, "undelivered" if code == 63016 else "failed", code)
			else:
				self._progress(message, "sent")
				self._later(partial(self._arrive, message))

	def _fail(self, message: Message, code: int) -> None:
		with self._lock:
			self._progress(message, "failed", code)

	def _arrive(self, message: Message) -> None:
		with self._lock:
			if message.status == "sent":
				self.typing_until_ms.pop(message.pair, None)
				self._progress(message, "delivered")

	def _progress(self, message: Message, status: str, code: int = 0) -> None:
		message.status, message.updated_ms = status, self.clock()
		message.error_code, message.error_message = code, message_of(code) if code else ""
		self.log.add("status", sid=message.sid, status=status, error_code=code)
		url, method = self._status_callback(message)
		if url:
			form = forms.status_form(self.account.sid, message, self.customers[message.customer])
			self._deliveries.schedule(Webhook("status", url, form, method=method))

	def _status_callback(self, message: Message) -> tuple[str, str]:
		"""The message's own URL, else that of its Messaging Service, else that of its sender."""
		service, sender = self.services.get(message.messaging_service_sid), self.senders[message.sender]
		own = message.status_callback or (service.status_callback if service else "")
		return (own, "POST") if own else (sender.status_url, sender.status_method)

	def _later(self, action: Callable[[], None]) -> None:
		self._event_queue.add(self.clock() + self.step_ms, action)

	# The customer's side

	def customer_sends(
		self,
		customer: str,
		to: str = "",
		*,
		body: str = "",
		kind: str = "text",
		media: Upload | None = None,
		location: dict | None = None,
		button: str = "",
		replied_to: str = "",
		profile_name: str | None = None,
		hide_number: bool | None = None,
		extra: dict[str, str] | None = None,
	) -> Message:
		"""The customer with this id writes to a sender (the first, if none is given).

		`kind`: text, image, audio, video, document, location, contact, button, unsupported, or one of extended_kinds.py; the kinds with a file send a
		sample if no `media` is given. `button` is the id of a button of the message `replied_to`. `location` has Latitude and
		Longitude, and may have Address and Label. `extra` are further parameters of the webhook.
		"""
		with self._lock:
			person = self.customers[customer]
			sender = self.senders[to or next(iter(self.senders))]
			if hide_number is not None:
				person.hide_number = hide_number
			if kind == NEW_NUMBER and person.phone:
				person.phone = self._free_number(person.phone)
			media = media or sample(kind, person.name)
			kind, body, fields = extended(kind, body)
			message = inbound_message(
				person, sender, self.clock(), body=body, kind=kind, media=media, location=location
			)
			reply = self._reply(message, self.messages[replied_to], button) if replied_to else {}
			self._receive(message, sender)
			more = {**fields, **reply, **self._opt_out(message, sender), **(extra or {})}
			self._announce(message, sender, profile_name, more)
			return message

	def _free_number(self, phone: str) -> str:
		"""The next number that no customer has."""
		taken = {customer.phone for customer in self.customers.values()}
		numbers = (f"+{number}" for number in count(int(phone) + 1))
		return next(number for number in numbers if number not in taken)

	def _reply(self, message: Message, original: Message, button: str) -> dict:
		message.replied_to_sid = original.sid
		fields = (
			forms.reply_fields(original) if self.clock() - original.created_ms <= REPLY_CONTEXT_MS else {}
		)
		if button:
			tapped = next(b for b in original.buttons if b["id"] == button)
			message.body = tapped["title"]
			content = self.contents.get(original.content_sid)
			fields |= forms.button_fields(tapped, bool(content and content.approved))
		return fields

	def _receive(self, message: Message, sender: Sender) -> None:
		self.messages[message.sid] = message
		self.last_inbound_ms[message.pair] = message.created_ms
		self.log.add(
			"inbound",
			sid=message.sid,
			customer_address=message.from_,
			business_address=sender.address,
			kind=message.kind,
			body=message.body,
			created_ms=message.created_ms,
		)

	def _opt_out(self, message: Message, sender: Sender) -> dict:
		word = message.body.strip().upper()
		found = next((name for name, words in KEYWORDS.items() if word in words), "")
		if not (found and sender.advanced_opt_out):
			return {}
		if found == "STOP":
			self.opted_out.add(message.pair)
		elif found == "START":
			self.opted_out.discard(message.pair)
		return {"OptOutType": found}

	def _announce(self, message: Message, sender: Sender, profile_name: str | None, more: dict) -> None:
		person = self.customers[message.customer]
		name = person.name if profile_name is None else profile_name
		urls = [self.media_base + media_path(self.account.sid, message, media) for media in message.media]
		form = forms.inbound_form(self.account.sid, message, person, name, urls)
		url, method = self._inbound_webhook(sender)
		webhook = Webhook("inbound", url, {**form, **more}, method=method)
		message.sent_ms = self._deliveries.schedule(webhook)

	def _inbound_webhook(self, sender: Sender) -> tuple[str, str]:
		"""That of the sender, or of its Messaging Service: https://www.twilio.com/docs/messaging/api/service-resource"""
		service = self.services.get(sender.messaging_service_sid)
		if service and not service.use_inbound_webhook_on_number:
			return service.inbound_request_url, service.inbound_method
		return sender.inbound_url, sender.inbound_method

	def customer_reads(self, customer: str, sender: str = "") -> int:
		"""The customer opens the chat with a sender: delivered messages become read. Returns how many."""
		sender = sender or next(iter(self.senders))
		with self._lock:
			unread = [
				m for m in self.messages.values() if m.pair == (customer, sender) and m.status == "delivered"
			]
			for message in unread:
				self._progress(message, "read")
			return len(unread)

	def customer_at(self, address: str) -> Customer:
		"""The customer of an address; an unknown number becomes a new customer."""
		with self._lock:
			found = next((c for c in self.customers.values() if c.answers_to(address)), None)
			if not found:
				bare = address.removeprefix(CHANNEL)
				has_phone = bare.startswith("+")
				known_by = (
					Customer(bare, bare, phone=bare) if has_phone else Customer(bare, bare, user_id=bare)
				)
				found = self.add_customer(known_by)
			return found

	def add_customer(self, customer: Customer) -> Customer:
		with self._lock:
			self.customers[customer.id] = customer
			return customer

	def set_sender(self, sender: Sender) -> None:
		"""Add a business number, or replace the one with this address."""
		with self._lock:
			self.senders[sender.address] = replace(sender)

	def window_open(self, customer: str, sender: str) -> bool:
		"""Whether WhatsApp would accept a freeform message now: less than 24 hours after the customer's last one."""
		last_ms = self.last_inbound_ms.get((customer, sender), 0)
		return bool(last_ms) and self.clock() < last_ms + DAY_MS

	def snapshot(self) -> list[Message]:
		"""All messages, oldest first."""
		with self._lock:
			return list(self.messages.values())


def media_path(account_sid: str, message: Message, media: Media) -> str:
	return f"/2010-04-01/Accounts/{account_sid}/Messages/{message.sid}/Media/{media.sid}"
