"""The playground's work beside its pages: one thread that does what is due."""

import logging
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from wa_window.chat import dispatch
from wa_window.chat.catch_up import CatchUpResult, catch_up
from wa_window.chat.conversations import link_lead
from wa_window.chat.errors import ChatError, NotSetUp
from wa_window.chat.fetch_files import fetch_files
from wa_window.chat.handing_over import HandingOver
from wa_window.chat.message import DONE
from wa_window.chat.ports.leads import LeadCreationInProgress
from wa_window.chat.reconcile import reconcile
from wa_window.chat.referrals import keep_referral
from wa_window.chat.sendable_media import LARGEST_SENT
from wa_window.chat.sent_outside import receive_sent_outside
from wa_window.chat.window import inbound_bounds
from wa_window.twilio_channel.listing import TwilioList
from wa_window.twilio_channel.media import TwilioMedia
from wa_window.twilio_channel.rate_limit import PER_SECOND
from wa_window.twilio_channel.received import referral

from .batches import in_the_name_of

if TYPE_CHECKING:
	from .host import EmbeddedHost

logger = logging.getLogger(__name__)

BATCH = 50
POLL_S = 0.5
CATCH_UP_EVERY_S = 20
# The playground's worker is a thread without a deadline.
NO_DEADLINE_MS = 10**15


def _log_error() -> None:
	logger.exception("A template to many could not be handed over.")


class Worker:
	def __init__(self, host: "EmbeddedHost"):
		self.host = host
		self.templates_outdated = False
		self._work_to_do = threading.Event()
		self._stopped = threading.Event()

	def notify(self) -> None:
		self._work_to_do.set()

	def work(self) -> None:
		"""Process everything that is due: post-processing, dispatch, files."""
		for message in self.host.store.pending(BATCH):
			try:
				if ad := referral(message.raw):
					keep_referral(self.host.chat, message.conversation, ad, message.sent_at_ms)
				link_lead(self.host.chat, message.conversation, self.host.leads)
			except LeadCreationInProgress:
				continue
			self.host.store.change_message(message.name, follow_up=DONE)
			self.host.page_events.publish()
		with suppress(NotSetUp):
			if self.templates_outdated:
				self.templates_outdated = False
				self.host.sync_templates()
			rows = HandingOver(self.host.chat, partial(in_the_name_of, self.host), PER_SECOND, _log_error)
			dispatch.dispatch(self.host.chat, until_ms=NO_DEADLINE_MS, refill=rows)
			fetcher = self._fetcher()
			while fetch_files(
				self.host.chat, fetcher, self.host, largest=LARGEST_SENT, until_ms=NO_DEADLINE_MS
			):
				pass

	def catch_up(self, reconcile_since_ms: int = 0) -> CatchUpResult:
		"""Receive messages of Twilio's list that never arrived or were sent outside, and reconcile those that were sent."""
		provider = TwilioList(self.host.channel())
		still_open = inbound_bounds(closes_after_ms=self.host.clock.now_ms())
		result = catch_up(self.host.chat, provider, still_open.after_ms, until_ms=NO_DEADLINE_MS)
		reconcile(self.host.chat, provider, until_ms=NO_DEADLINE_MS, since_ms=reconcile_since_ms)
		receive_sent_outside(self.host.chat, provider, still_open.after_ms, until_ms=NO_DEADLINE_MS)
		return result

	def _fetcher(self) -> TwilioMedia:
		settings = self.host.settings
		return TwilioMedia(settings.account_sid, settings.auth_token, settings.api_base)

	def run(self) -> None:
		"""The worker thread: runs at once on an event, and periodically for what is due later or never arrived."""
		caught_up_at = time.monotonic()
		while not self._stopped.is_set():
			self._work_to_do.wait(POLL_S)
			self._work_to_do.clear()
			try:
				self.work()
				if time.monotonic() - caught_up_at > CATCH_UP_EVERY_S:
					caught_up_at = time.monotonic()
					self.catch_up()
			except ChatError as error:
				logger.warning("%s", error)
			except Exception:
				logger.exception("The playground's worker failed; it continues with the next task.")

	def stop(self) -> None:
		self._stopped.set()
		self._work_to_do.set()
