"""Delivery of webhooks: signed, posted, retried, logged; lost, late, duplicated or out of order by a fault."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from urllib.parse import urldefrag, urlencode

import requests
from twilio.request_validator import RequestValidator

from . import local_http
from .event_queue import EventQueue
from .faults import Faults
from .log import Log
from .records import Account, Alert, new_sid

# The maximum time (simulator's clock) for which a webhook waits for a later one to be posted first.
OVERTAKEN_WITHIN_MS = 10_000

CONTENT_TYPES = {
	"inbound": "application/x-www-form-urlencoded",
	"status": "application/x-www-form-urlencoded; charset=utf-8",
}


@dataclass(frozen=True)
class Webhook:
	"""One request to the app; a retry or a duplicate carries the same token. A GET has its parameters in the URL."""

	kind: str
	url: str
	form: dict
	method: str = "POST"
	token: str = field(default_factory=lambda: str(uuid.uuid4()))


class Deliveries:
	"""Posts webhooks to the app through the event queue."""

	def __init__(
		self, account: Account, clock: Callable[[], int], event_queue: EventQueue, log: Log, random: Random
	):
		self.faults = Faults()
		self.alerts: list[Alert] = []
		self._account = account
		self._clock = clock
		self._event_queue = event_queue
		self._log = log
		self._random = random
		self._held: dict[str, Webhook] = {}
		self._lock = threading.Lock()

	def schedule(self, webhook: Webhook) -> int:
		"""Add a webhook to the event queue; returns when it is due."""
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
			self.alerts.clear()

	def _queue(self, webhook: Webhook, due_ms: int, out_of_order: bool) -> None:
		"""Out of order: every second webhook waits until the next one was posted."""
		with self._lock:
			held = self._held.pop(webhook.kind, None)
			if out_of_order and held is None:
				self._held[webhook.kind] = webhook
				self._event_queue.add(due_ms + OVERTAKEN_WITHIN_MS, partial(self._release, webhook))
				return
		for released in (webhook, held) if held else (webhook,):
			self._event_queue.add(due_ms, partial(self._deliver, released))

	def _release(self, webhook: Webhook) -> None:
		with self._lock:
			if self._held.get(webhook.kind) is not webhook:
				return
			del self._held[webhook.kind]
		self._deliver(webhook)

	def _deliver(self, webhook: Webhook) -> None:
		"""Post it; Twilio retries once, and only where the connection failed."""
		for attempt in (1, 2):
			started = time.perf_counter()
			response = self._post(webhook)
			answer, warning = _outcome(response)
			if attempt == 1 and self._random.random() < getattr(self.faults, webhook.kind).cut:
				answer, warning = "connection failed", "11200"
			self._note(webhook, answer, attempt, round((time.perf_counter() - started) * 1000), warning)
			if warning.isdigit():
				self._alert(webhook, warning, response)
			if answer != "connection failed":
				return

	def _post(self, webhook: Webhook) -> requests.Response | Exception:
		url, form = urldefrag(webhook.url).url, webhook.form
		if webhook.method == "GET":
			url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", {}
		headers = {
			"User-Agent": "TwilioProxy/1.1",
			"Content-Type": CONTENT_TYPES[webhook.kind],
			"Accept": "*/*",
			"I-Twilio-Idempotency-Token": webhook.token,
			"X-Twilio-Signature": RequestValidator(self._account.auth_token).compute_signature(url, form),
		}
		try:
			return local_http.send(webhook.method, url, form, headers)
		except (local_http.NotHere, requests.RequestException) as error:
			return error

	def _alert(self, webhook: Webhook, code: str, response: requests.Response | Exception) -> None:
		"""As captured alerts have it: https://www.twilio.com/docs/usage/monitor-alert; `httpResponse` is a gateway's status where the site
		did not answer."""
		answer = response if isinstance(response, requests.Response) else None
		url = urldefrag(webhook.url).url
		text = {
			"sourceComponent": "14100",
			"httpResponse": answer.status_code if answer is not None else 502,
			"url": url,
			"ErrorCode": code,
			"LogLevel": "WARN" if code == "12300" else "ERROR",
			"Msg": answer.reason if answer is not None else "HTTP connection failure",
			"EmailNotification": "false",
		}
		self.alerts.append(
			Alert(
				sid=new_sid("NO"),
				error_code=code,
				alert_text=urlencode(text),
				request_method=webhook.method,
				request_url=url,
				resource_sid=webhook.form["MessageSid"],
				created_ms=self._clock(),
				request_variables=urlencode(webhook.form),
				response_headers=urlencode(dict(answer.headers)) if answer is not None else "",
				response_body=answer.text if answer is not None else "",
			)
		)

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


def _outcome(response: requests.Response | Exception) -> tuple[int | str, str]:
	"""What the log says of an answer, and Twilio's warning about it."""
	if isinstance(response, requests.Response):
		return response.status_code, _warning(response)
	if isinstance(response, local_http.NotHere):
		return "not posted", str(response)
	failed = isinstance(response, requests.ConnectionError)
	return ("connection failed" if failed else "no answer in time"), "11200"


def _warning(response: requests.Response) -> str:
	"""The warning of Twilio's debugger about the answer: 11200 not a success, 12300 not TwiML's content type."""
	if not response.ok:
		return "11200"
	content_type = response.headers.get("Content-Type", "").split(";")[0].strip()
	return "" if not response.content or content_type in ("text/xml", "application/xml") else "12300"
