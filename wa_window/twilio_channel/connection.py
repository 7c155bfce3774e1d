"""Checks at Twilio: the account, its senders and their webhooks."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ..chat.errors import ChatError
from ..chat.sentences import _lt
from .client import TwilioChannel
from .content import ProviderUnreachable
from .http import Json

ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/{0}.json"
# https://www.twilio.com/docs/whatsapp/api/senders
SENDERS = "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&PageSize=100"


class NotConnected(ChatError):
	"""Twilio did not accept the account, or could not be reached."""


@dataclass(frozen=True)
class Account:
	"""`clock_ahead_ms`: by how much this server's clock is ahead of Twilio's Date header, which has whole seconds."""

	name: str
	clock_ahead_ms: int


@dataclass(frozen=True)
class ListedSender:
	"""One of the account's WhatsApp senders (`whatsapp:+E164`) and the URL of its webhook."""

	address: str
	status: str
	webhook_url: str


def account_of(channel: TwilioChannel) -> Account:
	"""The account, if Twilio accepts the credentials. Raises NotConnected, whose sentence says what to do."""
	account_sid = channel.client.username
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


def senders_of(channel: TwilioChannel) -> list[ListedSender]:
	"""The account's WhatsApp senders. Raises ProviderUnreachable."""
	return [
		ListedSender(
			sender.get("sender_id") or "",
			sender.get("status") or "",
			(sender.get("webhook") or {}).get("callback_url") or "",
		)
		for sender in _listed(channel)
	]


def _listed(channel: TwilioChannel) -> Iterator[Json]:
	url = SENDERS
	while url:
		try:
			page = json.loads(channel.client.request("GET", url).text)
			senders, url = page["senders"], page["meta"].get("next_page_url")
		except Exception:
			raise ProviderUnreachable from None
		yield from senders


def _ahead_ms(date: str, now_ms: float) -> int:
	try:
		return int(now_ms - parsedate_to_datetime(date).timestamp() * 1000)
	except (TypeError, ValueError):
		return 0
