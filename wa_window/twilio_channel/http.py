"""The HTTP client for Twilio: with a timeout, and optionally for a simulated Twilio."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TIMEOUT_S = 10
# Not processed, may be retried: https://www.twilio.com/docs/api/errors/20429
RETRY_STATUSES = (429, 503)
PAUSES_S = (1, 2, 4, 8)


class ChannelHttpClient(TwilioHttpClient):
	"""The library's default is no timeout and no retry: here every request has a timeout, and a GET is retried.

	`api_base` replaces scheme and host of every request. The library's base_url does not change the absolute `next_page_url`
	of a list.
	"""

	def __init__(self, api_base: str = "", pause: Callable[[float], None] = time.sleep):
		super().__init__(timeout=TIMEOUT_S)
		self.api_base = urlsplit(api_base) if api_base else None
		self.pause = pause

	def request(self, method, url, *args, **kwargs) -> Response:
		if self.api_base:
			url = urlunsplit(urlsplit(url)._replace(scheme=self.api_base.scheme, netloc=self.api_base.netloc))
		response = super().request(method, url, *args, **kwargs)
		for pause_s in PAUSES_S if method == "GET" else ():
			if response.status_code not in RETRY_STATUSES:
				break
			self.pause(pause_s)
			response = super().request(method, url, *args, **kwargs)
		return response


def twilio_client(account_sid: str, auth_token: str, api_base: str = "") -> Client:
	"""Twilio's client with our timeout; `api_base` replaces https://api.twilio.com and the other hosts, for a simulator."""
	return Client(account_sid, auth_token, http_client=ChannelHttpClient(api_base))
