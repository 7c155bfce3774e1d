"""The HTTP client for Twilio: with a timeout, and optionally for a simulated Twilio."""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.util.retry import Retry

# A parsed JSON object of Twilio's.
Json = dict[str, Any]

# From version 9 on the library encodes data itself where the type is exactly "application/json" (http/http_client.py), 8.5 never does.
JSON_TYPE = "application/json; charset=utf-8"

TIMEOUT_S = 10
TWILIO = re.compile(r"https://([a-z0-9-]+\.)+twilio\.com/", re.ASCII)
# A GET is retried after 0, 2, 4 and 8 seconds where Twilio did not process the request:
# https://www.twilio.com/docs/api/errors/20429
RETRIES = Retry(
	total=None,
	connect=0,
	read=False,
	redirect=0,
	other=0,
	status=4,
	status_forcelist=(429, 503),
	allowed_methods=("GET",),
	backoff_factor=1,
	raise_on_status=False,
	respect_retry_after_header=False,
)


class ChannelHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the library has no py.typed
	"""A client with a timeout, which the library does not set by default, and retries.

	`api_base` replaces scheme and host of every request. The library's base_url does not change the absolute `next_page_url`
	of a list.

	Every request has the account's credentials: none is made to another host than Twilio's, whatever an answer names.
	"""

	def __init__(self, api_base: str = ""):
		super().__init__(timeout=TIMEOUT_S)
		# The library's own `max_retries` accepts a number only, and applies to https only.
		for scheme in ("https://", "http://"):
			self.session.mount(scheme, HTTPAdapter(max_retries=RETRIES))
		self.api_base = urlsplit(api_base) if api_base else None

	def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
		if self.api_base:
			url = urlunsplit(urlsplit(url)._replace(scheme=self.api_base.scheme, netloc=self.api_base.netloc))
		elif not TWILIO.match(url):
			raise ValueError("not an address of Twilio's")
		return super().request(method, url, *args, **kwargs)


def twilio_client(account_sid: str, secret: str, api_base: str = "", api_key_sid: str = "") -> Client:
	"""Twilio's client with our timeout. `secret` is the account's auth token, or with `api_key_sid` that of the API key.
	`api_base` replaces https://api.twilio.com and the other hosts, for a simulator."""
	return Client(api_key_sid or account_sid, secret, account_sid, http_client=ChannelHttpClient(api_base))
