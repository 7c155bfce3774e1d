"""Whether Twilio accepts the account and its auth token, and what time it has."""

import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ..chat.errors import ChatError
from ..chat.sentences import _lt
from .client import TwilioChannel

ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/{0}.json"


class NotConnected(ChatError):
	"""Twilio did not accept the account, or could not be reached."""


@dataclass(frozen=True)
class Account:
	"""`clock_ahead_ms`: by how much this server's clock is ahead of Twilio's Date header, which has whole seconds."""

	name: str
	clock_ahead_ms: int


def account_of(channel: TwilioChannel) -> Account:
	"""The account, if Twilio accepts its auth token: an API key may not read it
	(https://www.twilio.com/docs/iam/api-keys/restricted-api-keys). Raises NotConnected, whose sentence says what to do."""
	account_sid = channel.client.account_sid
	try:
		response = channel.client.request("GET", ACCOUNT.format(account_sid))
		now_ms = time.time() * 1000
	except Exception:
		raise NotConnected(
			_lt("Twilio could not be reached. Check this server's internet connection.")
		) from None
	if response.status_code in (401, 403, 404):
		raise NotConnected(_lt("Twilio refused the credentials. Copy Account SID and Auth Token again."))
	if response.status_code != 200:
		raise NotConnected(_lt("Twilio error ({0}). Try again later."), response.status_code)
	name = json.loads(response.text).get("friendly_name") or account_sid
	return Account(name, _ahead_ms(dict(response.headers or {}).get("Date", ""), now_ms))


def _ahead_ms(date: str, now_ms: float) -> int:
	try:
		return int(now_ms - parsedate_to_datetime(date).timestamp() * 1000)
	except (TypeError, ValueError):
		return 0
