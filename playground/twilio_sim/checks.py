"""The checks that Twilio makes before it accepts a message. Each error has Twilio's own code.

What Twilio would silently ignore - an unknown parameter, a body beside a content template - is rejected with the simulator's
own code 90000, so that a mistake is found here and not in production.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from .errors import SIMULATOR_ERROR, TwilioError
from .records import CHANNEL, Sender

PARAMETERS = {
	"To",
	"From",
	"MessagingServiceSid",
	"Body",
	"MediaUrl",
	"ContentSid",
	"ContentVariables",
	"StatusCallback",
	"ValidityPeriod",
}
ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{4,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})")
VARIABLE_NAME = re.compile(r"\w{1,16}")
BODY_LIMIT = 1600
VALUE_LIMIT = 1600
VARIABLES_LIMIT = 100
MEDIA_LIMIT = 10


@dataclass(frozen=True)
class Request:
	"""A checked request to create a message."""

	to: str
	sender: Sender
	named_from: str
	messaging_service_sid: str
	body: str = ""
	media_url: str = ""
	content_sid: str = ""
	content_variables: dict[str, str] = field(default_factory=dict)
	status_callback: str = ""


def read_request(form: MultiDict, senders: dict[str, Sender], content_sids) -> Request:
	"""Check the form of a message to create; raises TwilioError."""
	known_only(form, PARAMETERS)
	_validity(form.get("ValidityPeriod"))
	to = form.get("To", "")
	sender = _sender(form, senders)
	_pair(to, sender)
	content = _content(form, content_sids) if form.get("ContentSid") else _freeform(form)
	return Request(
		to,
		sender,
		form.get("From", ""),
		form.get("MessagingServiceSid", ""),
		status_callback=_callback(form.get("StatusCallback", "")),
		**content,
	)


def known_only(form: MultiDict, known: set[str]) -> None:
	"""Reject a parameter that this resource does not have."""
	for name in form:
		if name not in known:
			raise TwilioError(SIMULATOR_ERROR, f"there is no parameter {name}")


def _sender(form: MultiDict, senders: dict[str, Sender]) -> Sender:
	"""Twilio answers an unknown sender at once, with 400 and 63007."""
	if not form.get("To"):
		raise TwilioError(21604)
	address, service = form.get("From", ""), form.get("MessagingServiceSid", "")
	if not address and not service:
		raise TwilioError(21603)
	in_service = [s for s in senders.values() if not service or s.messaging_service_sid == service]
	if not in_service:
		raise TwilioError(21701)
	if not address:
		return in_service[0]
	if address.startswith(CHANNEL) != form["To"].startswith(CHANNEL):
		raise TwilioError(21910)
	if address not in senders:
		raise TwilioError(63007)
	if senders[address] not in in_service:
		raise TwilioError(SIMULATOR_ERROR, f"{address} is not a sender of {service}")
	return senders[address]


def _pair(to: str, sender: Sender) -> None:
	if not to.startswith(CHANNEL):
		raise TwilioError(21910)
	if not ADDRESS.fullmatch(to):
		raise TwilioError(21211, to)
	if to == sender.address:
		raise TwilioError(63031)


def _freeform(form: MultiDict) -> dict:
	if form.get("ContentVariables"):
		raise TwilioError(21654)
	body, media = form.get("Body", ""), form.getlist("MediaUrl")
	if not body and not media:
		raise TwilioError(21619)
	if len(body) > BODY_LIMIT:
		raise TwilioError(21617)
	if len(media) > MEDIA_LIMIT:
		raise TwilioError(21623)
	for url in media:
		if not _absolute(url):
			raise TwilioError(21620, url)
	return {"body": body, "media_url": media[0] if media else ""}


def _content(form: MultiDict, content_sids) -> dict:
	if form.get("Body") or form.get("MediaUrl"):
		raise TwilioError(SIMULATOR_ERROR, "a content template is sent without Body and without MediaUrl")
	if form["ContentSid"] not in content_sids:
		raise TwilioError(21655, form["ContentSid"])
	return {
		"content_sid": form["ContentSid"],
		"content_variables": _variables(form.get("ContentVariables", "{}")),
	}


def _variables(text: str) -> dict[str, str]:
	try:
		variables = json.loads(text)
	except ValueError as error:
		raise TwilioError(21656, "not JSON") from error
	if not isinstance(variables, dict):
		raise TwilioError(21656, "not an object")
	if len(variables) > VARIABLES_LIMIT:
		raise TwilioError(21656, f"more than {VARIABLES_LIMIT} variables")
	for name, value in variables.items():
		if not VARIABLE_NAME.fullmatch(name):
			raise TwilioError(21656, f"a variable cannot be called {name!r}")
		if not isinstance(value, str) or len(value) > VALUE_LIMIT:
			raise TwilioError(21656, f"the value of {name} is not a string of up to {VALUE_LIMIT} characters")
	return variables


def _callback(url: str) -> str:
	"""https://www.twilio.com/docs/api/errors/21609: absolute, and no underscore in the host name."""
	if url and (not _absolute(url) or "_" in (urlsplit(url).hostname or "")):
		raise TwilioError(21609, url)
	return url


def _absolute(url: str) -> bool:
	try:
		parts = urlsplit(url)
		return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
	except ValueError:
		return False


def _validity(period: str | None) -> None:
	if period is not None and not (period.isdigit() and 1 <= int(period) <= 36000):
		raise TwilioError(SIMULATOR_ERROR, "ValidityPeriod is 1 to 36000 seconds")
