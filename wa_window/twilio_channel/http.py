"""The one way out to Twilio over HTTP: finite, and if need be to a simulated Twilio."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TIMEOUT_S = 10
# Not processed, for now: https://www.twilio.com/docs/api/errors/20429
ASK_AGAIN = (429, 503)
PAUSES_S = (1, 2, 4, 8)


class ChannelHttpClient(TwilioHttpClient):
	"""The library's own default is no timeout at all, and no second try: whoever reads waits and asks again.

	`api_base` replaces scheme and host of every request. Setting the library's base_url instead would break at the absolute
	`next_page_url` of a listing.
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
			if response.status_code not in ASK_AGAIN:
				break
			self.pause(pause_s)
			response = super().request(method, url, *args, **kwargs)
		return response


def twilio_client(account_sid: str, auth_token: str, api_base: str = "") -> Client:
	"""Twilio's own client with our timeouts; `api_base` replaces https://api.twilio.com and the other hosts, for a simulator."""
	return Client(account_sid, auth_token, http_client=ChannelHttpClient(api_base))
