"""Send messages through Twilio, and turn its answer into an outcome."""

import json
import threading
from collections.abc import Callable
from datetime import timezone
from functools import partial

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from ..chat.message import Sender
from ..chat.ports.channel import Accepted, Outcome, OutcomeUnknown, Outgoing, Rejected, Retryable
from ..chat.reasons import Reason
from ..chat.template_file import FileVariable, file_variable
from .error_codes import reason_of
from .http import twilio_client

# Twilio's own error codes have five digits (https://www.twilio.com/docs/api/errors). Where the answer is not an error of
# Twilio's, the library puts the HTTP status in place of the code: then a proxy may have answered, and Twilio may have accepted
# the message.
FIRST_CODE = 10_000
# https://www.twilio.com/docs/api/errors/20429: over a rate limit, not processed.
TOO_MANY_REQUESTS = 429
# https://www.twilio.com/docs/api/errors/20503: "temporarily unavailable, try again a few times". That it was not processed is
# our assumption; the page does not say so.
UNAVAILABLE = (503, 20503)
# Whatever its code, it is about the account or its key, not about one message: https://www.twilio.com/docs/api/errors/403
NOT_AUTHORIZED = (401, 403)
# Beside Twilio's codes: nothing was sent.
TEMPLATE_CHANGED = Rejected(
	"template_file", "The template's media URL does not lead to this site's file.", Reason.TEMPLATE
)


class TwilioChannel:
	"""Our account at Twilio. `secret` is its auth token, or with `api_key_sid` the secret of that API key.

	`status_callback` returns the callback URL for a message's name: since Twilio has no idempotency key, only this URL
	identifies a message whose answer got lost. `media_link` returns the URL at which Twilio fetches a stored file, by its row.
	"""

	def __init__(
		self,
		account_sid: str,
		secret: str,
		senders: list[Sender],
		status_callback: Callable[[str], str],
		media_link: Callable[[str], str],
		api_base: str = "",
		api_key_sid: str = "",
	):
		self.account = account_sid, secret, api_base, api_key_sid
		self.thread_local = threading.local()
		self.senders = {sender.address: sender for sender in senders}
		self.status_callback = status_callback
		self.media_link = media_link

	@property
	def client(self) -> Client:
		"""One client for each thread: TwilioHttpClient.request stores the answer in an attribute and returns that
		attribute, which between threads may be the answer to another message."""
		if not hasattr(self.thread_local, "client"):
			self.thread_local.client = twilio_client(*self.account)
		return self.thread_local.client

	def call(self, outgoing: Outgoing) -> Callable[[], Outcome]:
		"""A function that sends one message, for any thread: the host's data are read now. It returns the outcome and never
		raises.

		A template is not sent without its file, nor with a link that would lead to another site: it, or this site's address, may have
		changed since the message was written.
		"""
		file = file_variable(outgoing.media_url)
		link = self.media_link(outgoing.media) if outgoing.media else ""
		if outgoing.content_sid and link and not (file and file.takes(link)):
			return lambda: TEMPLATE_CHANGED
		return partial(self._create, self._parameters(outgoing, file, link))

	def _create(self, parameters: dict[str, object]) -> Outcome:
		try:
			sent = self.client.messages.create(**parameters)
		except TwilioRestException as error:
			return outcome_of(error)
		except (ConnectTimeout, NotConnected) as failure:
			return not_connected(failure)
		except Exception as failure:
			# Any exception: its frames hold the credentials, which must not reach a log.
			return OutcomeUnknown(type(failure).__name__)
		if not sent.sid:
			return OutcomeUnknown("answered without a SID")
		created = sent.date_created
		created_at_ms = int(created.replace(tzinfo=timezone.utc).timestamp() * 1000) if created else 0
		return Accepted(sent.sid, str(sent.status), created_at_ms)

	def _parameters(self, outgoing: Outgoing, file: FileVariable | None, link: str) -> dict[str, object]:
		"""Freeform text, or a content template: never both. `link` is the URL of its file, empty where it has none."""
		parameters: dict[str, object] = {
			"to": outgoing.customer_address,
			"from_": outgoing.business_address,
			"status_callback": self.status_callback(outgoing.message),
		}
		sender = self.senders.get(outgoing.business_address)
		if sender and sender.messaging_service_sid:
			parameters["messaging_service_sid"] = sender.messaging_service_sid
		if outgoing.content_sid:
			return parameters | {
				"content_sid": outgoing.content_sid,
				"content_variables": _variables(outgoing, file, link),
			}
		if link:
			parameters["media_url"] = [link]
		if outgoing.body:
			parameters["body"] = outgoing.body
		return parameters


def _variables(outgoing: Outgoing, file: FileVariable | None, link: str) -> str:
	"""A template's variables, with the link to its file: MediaUrl would be ignored beside a template."""
	if not (file and link):
		return outgoing.content_variables
	values = json.loads(outgoing.content_variables)
	return json.dumps(values | {file.name: file.value(link)}, ensure_ascii=False)


def outcome_of(error: TwilioRestException) -> Outcome:
	"""Only an error of Twilio's own says that nothing was sent; a 500 does not: Twilio warns that a retried message may be
	delivered twice (https://www.twilio.com/docs/api/errors/20500)."""
	status, code, text = error.status, error.code, str(error.msg or "")
	if not (isinstance(code, int) and code >= FIRST_CODE):
		return OutcomeUnknown(text)
	reason = reason_of(str(code))
	if reason == Reason.OTHER and status in NOT_AUTHORIZED:
		reason = Reason.ACCOUNT
	# The day's limit is a 429 too, but retries within the hour do not help: https://github.com/twilio/twilio-php/issues/661
	if reason != Reason.DAILY_LIMIT and (status == TOO_MANY_REQUESTS or (status, code) == UNAVAILABLE):
		return Retryable(str(code), text, reason)
	return Rejected(str(code), text, reason) if 400 <= status < 500 else OutcomeUnknown(text)


def not_connected(failure: RequestException) -> Outcome:
	"""Where no connection was made nothing was sent; where one broke the message may have been sent."""
	reason = getattr(failure.args[0] if failure.args else None, "reason", None)
	cause = getattr(
		reason, "original_error", reason
	)  # why the proxy could not be reached, where there is one
	if isinstance(failure, ConnectTimeout) or isinstance(cause, NewConnectionError):
		return Retryable("no_connection", type(failure).__name__, Reason.PROVIDER)
	return OutcomeUnknown(type(failure).__name__)
