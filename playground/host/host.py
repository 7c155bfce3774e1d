"""The host of the panel in the playground: one user who may do everything, one worker thread."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from wa_window.chat import delivery
from wa_window.chat.catch_up import CaughtUp, catch_up
from wa_window.chat.conversations import link_lead
from wa_window.chat.errors import ChatError, InvalidMessage, NotSetUp
from wa_window.chat.media import LARGEST_SENT, fetch_files, sendable_type
from wa_window.chat.message import DONE, STORED, Conversation, Lead, Media, Message, Sender
from wa_window.chat.ports import Explanation, Fetched, Kept, LeadInTheMaking
from wa_window.chat.settle import settle
from wa_window.chat.window import inbound_bounds
from wa_window.chat.words import Words, _lt
from wa_window.twilio_channel import content, error_codes
from wa_window.twilio_channel.client import TwilioChannel
from wa_window.twilio_channel.listing import TwilioList
from wa_window.twilio_channel.media import TwilioMedia
from wa_window.twilio_channel.pace import Pace
from wa_window.twilio_channel.side_by_side import SideBySide

from .events import Events
from .leads import DOCTYPE, SqliteLeads
from .store import SqliteStore

logger = logging.getLogger(__name__)

STATUS_PATH = "/api/method/wa_window.api.webhook.status"
BATCH = 50
LOOKS_EVERY_S = 0.5
LOOKS_AT_THE_LIST_EVERY_S = 20
LARGEST_FILE = LARGEST_SENT
# The playground's worker is a thread of its own, which nobody ends.
NO_DEADLINE_MS = 10**15
FILES_PATH = "/files/"


@dataclass
class Settings:
	"""What WA Window Settings hold on a Frappe site."""

	public_url: str
	account_sid: str = ""
	auth_token: str = ""
	senders: tuple[Sender, ...] = ()
	api_base: str = ""
	closing_ms: int = 2 * 60 * 60 * 1000


class HostClock:
	"""The playground's movable clock, as the use cases ask for it."""

	def __init__(self, now_ms: Callable[[], int]):
		self.now_ms = now_ms


class EmbeddedHost:
	user = "agent@playground.example"

	def __init__(
		self, store: SqliteStore, now_ms: Callable[[], int], settings: Settings, words: Words | None = None
	):
		self.store = store
		self.clock = HostClock(now_ms)
		self.settings = settings
		self.leads = SqliteLeads(store)
		self.events = Events()
		self.announcer = self
		self.pace = Pace()
		self._words = words or Words(translate=str, moment=_local_time)
		self._work_to_do = threading.Event()
		self._templates_outdated = False
		self._stopped = threading.Event()

	# Announcer

	def conversation_changed(self, conversation: str) -> None:
		self.events.tell(conversation)

	def message_received(self, message: Message) -> None:
		self.events.tell(message.conversation)
		self._work_to_do.set()

	def outbox_filled(self) -> None:
		self._work_to_do.set()

	def files_waiting(self) -> None:
		self._work_to_do.set()

	def templates_outdated(self) -> None:
		self._templates_outdated = True
		self._work_to_do.set()

	# Files

	def write(self, file_name: str, fetched: Fetched) -> Kept:
		name = self.store.transaction(lambda: self.store.keep_file(file_name, fetched.type, fetched.content))
		return Kept(file_url(name, file_name), fetched.type, len(fetched.content))

	def discard(self, kept: Kept) -> None:
		self.store.transaction(lambda: self.store.drop_file(file_of(kept.file)))

	def log_failure(self, message: Message) -> None:
		logger.exception("A customer's file could not be kept.")

	def upload(self, file_name: str, content: bytes) -> str:
		"""A file of the agent's, to be sent; its name."""
		media_type = sendable_type(file_name, content, len(content))
		return self.store.transaction(lambda: self.store.keep_file(file_name, media_type, content))

	def attachment(self, file: str) -> Media:
		row = self.store.file(file)
		if row is None:
			raise InvalidMessage(_lt("This file is not on this site: upload it, then send it."))
		return Media(
			type=row["type"],
			size=len(row["content"]),
			file=file_url(file, row["file_name"]),
			state=STORED,
			name=row["file_name"],
		)

	def assign(self, message: Message, file_name: str, kept: Kept) -> None:
		"""It is found by its URL."""

	def attach(self, message: Message, source: str = "") -> None:
		"""The playground has one user, to whom all files belong."""

	def has_same_content(self, one: Media, other: Media) -> bool:
		kept, sent = (self.store.file(file_of(each.file)) for each in (one, other))
		return bool(kept and sent) and kept["content"] == sent["content"]

	# Host of the panel

	def may_lead(self, doctype: str, name: str, ptype: str) -> bool:
		return doctype == DOCTYPE and self.leads.row(name) is not None

	def may(self, conversation: Conversation, ptype: str) -> bool:
		return True

	def lead(self, doctype: str, name: str) -> Lead:
		return self.leads.lead(name)

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		return self.leads.values(name)

	def require_set_up(self) -> None:
		if not (self.settings.account_sid and self.settings.auth_token):
			raise NotSetUp(_lt("Twilio is not set up: fill in the account SID and the auth token."))
		self.default_sender()

	def default_sender(self) -> Sender:
		if not self.settings.senders:
			raise NotSetUp(_lt("No sender is set up: add your WhatsApp number."))
		return self.settings.senders[0]

	def require_sender(self, business_address: str) -> None:
		if business_address not in {sender.address for sender in self.settings.senders}:
			raise NotSetUp(
				_lt("This chat came to a number that is not among your senders: add it, then reply.")
			)

	def label_of(self, business_address: str) -> str:
		labels = {sender.address: sender.label for sender in self.settings.senders}
		return labels.get(business_address) or business_address.removeprefix("whatsapp:")

	def closing_ms(self) -> int:
		return self.settings.closing_ms

	def explain(self, message: Message) -> Explanation:
		return error_codes.explain(message)

	def words(self) -> Words:
		return self._words

	# Work

	def channel(self) -> TwilioChannel:
		self.require_set_up()
		return TwilioChannel(
			self.settings.account_sid,
			self.settings.auth_token,
			list(self.settings.senders),
			lambda message: f"{self.settings.public_url}{STATUS_PATH}?message={message}",
			lambda row: self.settings.public_url + self.store.media(row).file,
			api_base=self.settings.api_base,
		)

	def sync_templates(self) -> dict:
		"""As `wa_window.api.templates.sync` answers."""
		try:
			templates = content.content_templates(self.channel())
		except ChatError as error:
			return {"synced": 0, "removed": 0, "errors": [error.sentence.told(self.words())]}
		self.store.replace_templates(templates)
		return {"synced": len(templates), "removed": 0, "errors": []}

	def work(self) -> None:
		"""Do all that is to be done now: follow up what came in, send what waits."""
		for message in self.store.pending(BATCH):
			try:
				link_lead(message.conversation, store=self.store, leads=self.leads, clock=self.clock)
			except LeadInTheMaking:
				continue
			self.store.change_message(message.name, follow_up=DONE)
			self.events.tell()
		with suppress(NotSetUp):
			outside = self._outside()
			if self._templates_outdated:
				self._templates_outdated = False
				self.sync_templates()
			with SideBySide(self.channel(), self.pace) as channel:
				delivery.dispatch(channel=channel, **outside)
			while fetch_files(fetcher=self._fetcher(), files=self, largest=LARGEST_FILE, **outside):
				pass

	def catch_up(self, settle_since_ms: int = 0) -> CaughtUp:
		"""Take from Twilio's list what never arrived, and settle what was sent."""
		provider = TwilioList(self.channel())
		still_open = inbound_bounds(closes_after_ms=self.clock.now_ms())
		result = catch_up(provider, still_open.after_ms, **self._outside())
		settle(provider, since_ms=settle_since_ms, **self._outside())
		return result

	def _outside(self) -> dict:
		return {"store": self.store, "announcer": self, "clock": self.clock, "until_ms": NO_DEADLINE_MS}

	def _fetcher(self) -> TwilioMedia:
		settings = self.settings
		return TwilioMedia(settings.account_sid, settings.auth_token, settings.api_base)

	def run(self) -> None:
		"""The worker: at once when it is woken, and now and then for what is due later or never arrived."""
		looked_at = time.monotonic()
		while not self._stopped.is_set():
			self._work_to_do.wait(LOOKS_EVERY_S)
			self._work_to_do.clear()
			try:
				self.work()
				if time.monotonic() - looked_at > LOOKS_AT_THE_LIST_EVERY_S:
					looked_at = time.monotonic()
					self.catch_up()
			except ChatError as refusal:
				logger.warning("%s", refusal)
			except Exception:
				logger.exception("The playground's worker stumbled; it goes on with what is next.")

	def stop(self) -> None:
		self._stopped.set()
		self._work_to_do.set()


def file_url(name: str, file_name: str) -> str:
	return f"{FILES_PATH}{name}/{quote(file_name)}"


def file_of(url: str) -> str:
	return url.removeprefix(FILES_PATH).split("/")[0]


def _local_time(at_ms: int) -> str:
	return datetime.fromtimestamp(at_ms / 1000).strftime("%a %d %b %H:%M")
