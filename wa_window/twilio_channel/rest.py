"""Twilio's REST APIs for which not every supported version of its library has classes: 8.5 has none for senders."""

import json
from collections.abc import Iterator

from ..chat.errors import ChatError
from ..chat.sentences import _lt
from .client import TwilioChannel
from .content import ProviderUnreachable
from .http import JSON_TYPE, Json


class NotAllowed(ChatError):
	"""Twilio did not accept the credentials, or the API key lacks a permission: it does not say which of both."""

	text = _lt(
		"Twilio refused. Check the credentials in WA Window Settings; an API key needs the permission for this too."
	)


class Refused(ChatError):
	"""Twilio did not do what was asked, and said why."""


def read(channel: TwilioChannel, url: str) -> Json:
	"""Raises NotAllowed, Refused or ProviderUnreachable."""
	return _asked(channel, "GET", url)


def listed(channel: TwilioChannel, url: str, key: str) -> Iterator[Json]:
	"""The items of all pages of a list. Raises NotAllowed, Refused or ProviderUnreachable."""
	while url:
		page = read(channel, url)
		if not (isinstance(page.get(key), list) and isinstance(page.get("meta"), dict)):
			raise ProviderUnreachable
		yield from page[key]
		url = page["meta"].get("next_page_url") or ""


def change(channel: TwilioChannel, url: str, values: Json, *, as_json: bool) -> None:
	"""Change a resource: Senders take JSON, older APIs a form. Raises NotAllowed, Refused or ProviderUnreachable."""
	if as_json:
		_asked(channel, "POST", url, data=json.dumps(values), headers={"Content-Type": JSON_TYPE})
	else:
		_asked(channel, "POST", url, data=values)


def _asked(channel: TwilioChannel, method: str, url: str, **request: object) -> Json:
	try:
		response = channel.client.request(method, url, **request)
		answer = json.loads(response.text)
	except Exception:
		# Any exception: its frames hold the credentials, which must not reach a log.
		raise ProviderUnreachable from None
	if response.status_code in (401, 403):
		raise NotAllowed
	if not isinstance(answer, dict) or response.status_code >= 500:
		raise ProviderUnreachable
	if response.status_code >= 400:
		raise Refused(
			_lt("Twilio refused this: {0} ({1})"), answer.get("message") or "", answer.get("code") or ""
		)
	return answer
