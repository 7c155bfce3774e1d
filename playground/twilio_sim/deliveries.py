"""Webhooks on their way: signed, posted, retried, logged - and lost, late, doubled or overtaken where a fault says so."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from urllib.parse import urldefrag

import requests
from twilio.request_validator import RequestValidator

from . import local_http
from .agenda import Agenda
from .faults import Faults
from .log import Log
from .records import Account

# How long, by the simulator's clock, a webhook waits to be overtaken before it is posted anyway.
OVERTAKEN_WITHIN_MS = 10_000

CONTENT_TYPES = {
	"inbound": "application/x-www-form-urlencoded",
	"status": "application/x-www-form-urlencoded; charset=utf-8",
}


@dataclass(frozen=True)
class Webhook:
	"""One POST to the app; a retry or a duplicate carries the same token."""

	kind: str
	url: str
	form: dict
	token: str = field(default_factory=lambda: str(uuid.uuid4()))


class Deliveries:
	"""Brings webhooks to the app by way of the agenda."""

	def __init__(self, account: Account, clock: Callable[[], int], agenda: Agenda, log: Log, random: Random):
		self.faults = Faults()
		self._account = account
		self._clock = clock
		self._agenda = agenda
		self._log = log
		self._random = random
		self._held: dict[str, Webhook] = {}
		self._lock = threading.Lock()

	def schedule(self, webhook: Webhook) -> int:
		"""Put it on the agenda; tells when it is due."""
		faults = getattr(self.faults, webhook.kind)
		due_ms = self._clock() + faults.late_ms
		if not webhook.url:
			self._note(webhook, "no address")
		elif self._random.random() < faults.lost:
			self._note(webhook, "lost")
		else:
			copies = 2 if self._random.random() < faults.twice else 1
			for _ in range(copies):
				self._queue(webhook, due_ms, faults.out_of_order)
		return due_ms

	def clear(self) -> None:
		with self._lock:
			self._held.clear()

	def _queue(self, webhook: Webhook, due_ms: int, out_of_order: bool) -> None:
		"""Out of order: every other webhook waits until the one after it has gone."""
		with self._lock:
			held = self._held.pop(webhook.kind, None)
			if out_of_order and held is None:
				self._held[webhook.kind] = webhook
				self._agenda.add(due_ms + OVERTAKEN_WITHIN_MS, partial(self._release, webhook))
				return
		for released in (webhook, held) if held else (webhook,):
			self._agenda.add(due_ms, partial(self._deliver, released))

	def _release(self, webhook: Webhook) -> None:
		with self._lock:
			if self._held.get(webhook.kind) is not webhook:
				return
			del self._held[webhook.kind]
		self._deliver(webhook)

	def _deliver(self, webhook: Webhook) -> None:
		"""Post it; Twilio tries once more, and only where the connection itself failed."""
		for attempt in (1, 2):
			started = time.perf_counter()
			answer, warning = self._post(webhook)
			if attempt == 1 and self._random.random() < getattr(self.faults, webhook.kind).cut:
				answer, warning = "connection failed", "11200"
			self._note(webhook, answer, attempt, round((time.perf_counter() - started) * 1000), warning)
			if answer != "connection failed":
				return

	def _post(self, webhook: Webhook) -> tuple[int | str, str]:
		url, _fragment = urldefrag(webhook.url)
		headers = {
			"User-Agent": "TwilioProxy/1.1",
			"Content-Type": CONTENT_TYPES[webhook.kind],
			"Accept": "*/*",
			"I-Twilio-Idempotency-Token": webhook.token,
			"X-Twilio-Signature": RequestValidator(self._account.auth_token).compute_signature(
				url, webhook.form
			),
		}
		try:
			response = local_http.post(url, webhook.form, headers)
		except local_http.NotHere as refusal:
			return "not posted", str(refusal)
		except requests.ConnectionError:
			return "connection failed", "11200"
		except requests.RequestException:
			return "no answer in time", "11200"
		return response.status_code, _warning(response)

	def _note(
		self, webhook: Webhook, answer: int | str, attempt: int = 0, ms: int = 0, warning: str = ""
	) -> None:
		self._log.add(
			"webhook",
			kind=webhook.kind,
			url=webhook.url,
			message_sid=webhook.form["MessageSid"],
			status=webhook.form["SmsStatus"],
			answer=answer,
			attempt=attempt,
			ms=ms,
			warning=warning,
		)


def _warning(response: requests.Response) -> str:
	"""What Twilio's debugger would say of the answer: 11200 not a success, 12300 not TwiML's content type."""
	if not response.ok:
		return "11200"
	content_type = response.headers.get("Content-Type", "").split(";")[0].strip()
	return "" if not response.content or content_type in ("text/xml", "application/xml") else "12300"
