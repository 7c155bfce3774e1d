"""The one way out to Twilio over HTTP: finite, and if need be to a simulated Twilio."""

from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

TIMEOUT_S = 10


class ChannelHttpClient(TwilioHttpClient):
	"""The library's own default is no timeout at all. `api_base` replaces scheme and host of every request.

	Setting the library's base_url instead would break at the absolute `next_page_url` of a listing.
	"""

	def __init__(self, api_base: str = ""):
		super().__init__(timeout=TIMEOUT_S)
		self.api_base = urlsplit(api_base) if api_base else None

	def request(self, method, url, *args, **kwargs):
		if self.api_base:
			url = urlunsplit(urlsplit(url)._replace(scheme=self.api_base.scheme, netloc=self.api_base.netloc))
		return super().request(method, url, *args, **kwargs)


def twilio_client(account_sid: str, auth_token: str, api_base: str = "") -> Client:
	return Client(account_sid, auth_token, http_client=ChannelHttpClient(api_base))
