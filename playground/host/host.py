"""The host of the panel in the playground: two agents who may do everything, one worker thread."""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from wa_window.chat import read_state
from wa_window.chat.contacts import FoundLead
from wa_window.chat.errors import ChatError, InvalidMessage, NotPermitted, NotSetUp
from wa_window.chat.inbox import Inbox
from wa_window.chat.message import STORED, Conversation, Lead, Media, Message, Record, Sender
from wa_window.chat.ports.channel import Channel
from wa_window.chat.ports.files import FetchedFile, StoredFile
from wa_window.chat.presence import MemoryPresence
from wa_window.chat.quick_reply import QuickReply
from wa_window.chat.received import Received
from wa_window.chat.sendable_media import sendable_type
from wa_window.chat.sentences import Explanation, Locale, _lt
from wa_window.chat.service import ChatService
from wa_window.twilio_channel import content, error_codes, typing_indicator
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.concurrent_calls import ConcurrentChannel
from wa_window.twilio_channel.rate_limit import RateLimit
from wa_window.twilio_channel.received import stored_received

from ..translations import APP, catalogue
from .details import Details
from .documents import Documents
from .events import ServerSentEvents
from .leads import COUNTRY, DOCTYPE, SqliteLeads
from .store.inbox import SqliteInboxStore
from .store.read_states import SqliteReadStates
from .store.store import SqliteStore
from .worker import Worker

logger = logging.getLogger(__name__)

STATUS_PATH = "/api/method/wa_window.api.webhook.status"
FILES_PATH = "/files/"


AGENT = "agent@playground.example"
NAMES = {AGENT: "Andi", "rina@playground.example": "Rina"}


@dataclass
class Settings:
	"""The values of WA Window Settings on a Frappe site."""

	public_url: str
	account_sid: str = ""
	auth_token: str = ""
	senders: tuple[Sender, ...] = ()
	api_base: str = ""
	closing_ms: int = 2 * 60 * 60 * 1000
	show_typing: bool = False


class HostClock:
	"""The Clock port on the playground's movable clock."""

	def __init__(self, now_ms: Callable[[], int]):
		self.now_ms = now_ms


class EmbeddedHost:
	user = AGENT

	def __init__(
		self, store: SqliteStore, now_ms: Callable[[], int], settings: Settings, locale: Locale | None = None
	):
		self.store = store
		self.clock = HostClock(now_ms)
		self.chat = ChatService(store, self, self.clock, self.open_channel, SqliteReadStates(store))
		self.settings = settings
		self.leads = SqliteLeads(store)
		self.page_events = ServerSentEvents()
		self.rate_limit = RateLimit()
		# Not by the playground's clock, which people move.
		self.presence = MemoryPresence(lambda: time.monotonic_ns() // 1_000_000)
		# Whom each conversation is assigned to.
		self.assigned: dict[str, str] = {}
		self.inbox_store = SqliteInboxStore(store, self.assigned)
		self.details = Details(self)
		self.documents = Documents(self)
		self._locale = locale or Locale(translate=str, format_time=_local_time)
		self.worker = Worker(self)
		for user in NAMES:
			read_state.opened(self.chat, user)

	def seen_by(self, name: str, language: str = "") -> "EmbeddedHost":
		"""The same host for another of its agents, by first name, in a language; for an unknown one, the usual agent, in English."""
		user = next((user for user, known in NAMES.items() if known.lower() == name), AGENT)
		other = copy(self)
		other.user = user
		texts = catalogue(APP, language)
		other._locale = replace(self._locale, translate=lambda text: texts.get(text, text))
		other.details, other.documents = copy(self.details), copy(self.documents)
		other.details.host = other.documents.host = other
		return other

	# Events

	def conversation_changed(self, conversation: str) -> None:
		self.page_events.publish(conversation)

	def read_state_changed(self, user: str, conversation: str) -> None:
		self.page_events.publish(conversation, "read_state")

	def message_received(self, message: Message) -> None:
		self.page_events.publish(message.conversation)
		self.worker.notify()

	def outbox_filled(self) -> None:
		self.worker.notify()

	def files_waiting(self) -> None:
		self.worker.notify()

	def batch_progressed(self, batch: str) -> None:
		self.batch_changed(batch)

	def batch_changed(self, batch: str) -> None:
		self.page_events.publish(batch, "batch")

	def templates_outdated(self) -> None:
		self.worker.templates_outdated = True
		self.worker.notify()

	# Files

	def write(self, file_name: str, fetched: FetchedFile) -> StoredFile:
		name = self.store.transaction(lambda: self.store.keep_file(file_name, fetched.type, fetched.content))
		return StoredFile(file_url(name, file_name), fetched.type, len(fetched.content))

	def discard(self, written: StoredFile) -> None:
		self.store.transaction(lambda: self.store.drop_file(file_of(written.file)))

	def log_failure(self, message: Message) -> None:
		logger.exception("A customer's file could not be stored.")

	def upload(self, file_name: str, content: bytes) -> str:
		"""Store an agent's file; returns its name."""
		media_type = sendable_type(file_name, content, len(content))
		return self.store.transaction(lambda: self.store.keep_file(file_name, media_type, content))

	def file_address(self) -> str:
		return self.settings.public_url + FILES_PATH

	def attachment(self, file: str) -> Media:
		row = self.store.file(file)
		if row is None:
			raise InvalidMessage(_lt("File not found. Upload it, then send it."))
		return Media(
			type=row["type"],
			size=len(row["content"]),
			file=file_url(file, row["file_name"]),
			state=STORED,
			name=row["file_name"],
		)

	def assign(self, message: Message, file_name: str, written: StoredFile) -> None:
		"""Nothing to do: the file is found by its URL."""

	def attach(self, message: Message, source: str = "") -> None:
		"""Nothing to check: the playground has one user, who owns all files."""

	def has_same_content(self, one: Media, other: Media) -> bool:
		own, sent = self.store.file(file_of(one.file)), self.store.file(file_of(other.file))
		return own is not None and sent is not None and own["content"] == sent["content"]

	# Host of the panel

	def has_lead_permission(self, doctype: str, name: str, ptype: str) -> bool:
		return doctype == DOCTYPE and self.leads.row(name) is not None

	def has_chat_permission(self, conversation: Conversation, ptype: str) -> bool:
		return True

	def lead(self, doctype: str, name: str) -> Lead:
		return self.leads.lead(name)

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		return self.leads.values(name)

	def lead_label(self, doctype: str, name: str, field: str) -> str:
		return field.replace("_", " ").capitalize()

	def reply_fields(self, doctype: str, name: str) -> list[str]:
		return self.known_reply_fields()

	def known_reply_fields(self) -> list[str]:
		return ["lead_name"]

	def quick_replies(self) -> list[QuickReply]:
		return self.store.quick_replies(self.user)

	def add_quick_reply(self, title: str, text: str, shortcut: str) -> str:
		return self.store.add_quick_reply(title, text, shortcut, owner=self.user)

	def require_configured(self) -> None:
		if not (self.settings.account_sid and self.settings.auth_token):
			raise NotSetUp(
				_lt(
					"Twilio is not set up. Ask an administrator to fill in Account SID and Auth Token in WA Window Settings."
				)
			)
		self.default_sender()

	def default_sender(self) -> Sender:
		if not self.settings.senders:
			raise NotSetUp(
				_lt("No sender yet. Ask an administrator to add your WhatsApp number in WA Window Settings.")
			)
		return self.settings.senders[0]

	def require_sender(self, business_address: str) -> None:
		if business_address not in {sender.address for sender in self.settings.senders}:
			raise NotSetUp(
				_lt("{0} is not among your senders. Ask an administrator to add it in WA Window Settings."),
				business_address.removeprefix("whatsapp:"),
			)

	def label_of(self, business_address: str) -> str:
		labels = {sender.address: sender.label for sender in self.settings.senders}
		return labels.get(business_address) or business_address.removeprefix("whatsapp:")

	def senders(self) -> list[Sender]:
		return list(self.settings.senders)

	def midnight_ms(self) -> int:
		today = datetime.fromtimestamp(self.clock.now_ms() / 1000).replace(
			hour=0, minute=0, second=0, microsecond=0
		)
		return int((today + timedelta(days=1)).timestamp() * 1000)

	def closing_ms(self) -> int:
		return self.settings.closing_ms

	def received(self, messages: list[Message]) -> dict[str, Received]:
		return stored_received(messages)

	def explain(self, message: Message) -> Explanation:
		return error_codes.explain(message)

	def locale(self) -> Locale:
		return self._locale

	def records(self, conversations: list[Conversation]) -> dict[str, Record]:
		return {chat.name: self._record(chat) for chat in conversations}

	def shown_records(self, conversations: list[Conversation]) -> dict[str, Lead]:
		"""No chat has several records: nothing is converted in the playground."""
		return {}

	def earlier_numbers(self, conversations: list[Conversation], shown: dict[str, Lead]) -> set[str]:
		return {chat.name for chat in conversations if chat.earlier_number}

	def _record(self, chat: Conversation) -> Record:
		lead = self.leads.row(chat.lead) if chat.lead else None
		user = self.assigned.get(chat.name)
		return Record(lead["lead_name"] if lead else "", "", (user,) if user else ())

	def presence_changed(self, conversation: str) -> None:
		self.page_events.publish(conversation, "presence")

	def shows_typing(self) -> bool:
		return self.settings.show_typing

	def show_typing(self, message_sid: str) -> None:
		with suppress(NotSetUp):
			typing_indicator.show_typing(self.channel(), message_sid)

	def hand_over(self, conversation: str, user: str, note: str = "") -> dict[str, object]:
		"""Kept in memory, as is a note for them; returns the chat's row."""
		if self.store.conversation(conversation) is None or user not in NAMES:
			raise NotPermitted
		self.assigned[conversation] = user
		if note.strip():
			self.details.note(conversation, note)
		self.page_events.publish(conversation)
		return Inbox(self).row(conversation)

	def full_name(self, user: str) -> str:
		return NAMES.get(user, "")

	# Contact cards

	def content_of(self, media: Media) -> bytes:
		row = self.store.file(file_of(media.file))
		return row["content"] if row else b""

	def default_country(self) -> str:
		return COUNTRY

	def leads_with(self, phones: Collection[str]) -> dict[str, list[FoundLead]]:
		return {phone: [self._found(lead) for lead in self.leads.find(phone)] for phone in phones}

	def _found(self, lead: Lead) -> FoundLead:
		title = str(self.leads.values(lead.name)("lead_name"))
		return FoundLead(lead.doctype, lead.name, title, readable=True)

	def may_create_leads(self) -> bool:
		return True

	def may_merge(self, lead: Lead, other: FoundLead) -> bool:
		return False

	def insert_lead(self, lead_name: str, phone: str) -> FoundLead:
		self.store.transaction(lambda: self.leads.add(lead_name, phone))
		return self._found(self.leads.find(phone)[0])

	# Work

	def channel(self) -> TwilioChannel:
		self.require_configured()
		return TwilioChannel(
			self.settings.account_sid,
			self.settings.auth_token,
			list(self.settings.senders),
			lambda message: f"{self.settings.public_url}{STATUS_PATH}?message={message}",
			self._media_link,
			api_base=self.settings.api_base,
		)

	def _media_link(self, row: str) -> str:
		media = self.store.media(row)
		if media is None:
			raise LookupError(row)
		return self.settings.public_url + media.file

	@contextmanager
	def open_channel(self) -> Iterator[Channel]:
		with ConcurrentChannel(self.channel(), self.rate_limit) as channel:
			yield channel

	def sync_templates(self) -> dict:
		"""Answers as `wa_window.api.templates.sync` does."""
		try:
			templates = content.content_templates(self.channel())
		except ChatError as error:
			return {"synced": 0, "removed": 0, "errors": [error.sentence.render(self.locale())]}
		self.store.replace_templates(templates)
		return {"synced": len(templates), "removed": 0, "errors": []}


def person(user: str) -> dict[str, str]:
	return {"user": user, "full_name": NAMES[user]}


def file_url(name: str, file_name: str) -> str:
	return f"{FILES_PATH}{name}/{quote(file_name)}"


def file_of(url: str) -> str:
	return url.removeprefix(FILES_PATH).split("/")[0]


def _local_time(at_ms: int) -> str:
	return datetime.fromtimestamp(at_ms / 1000).strftime("%a %d %b %H:%M")
