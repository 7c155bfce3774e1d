"""The one way out to Twilio over HTTP: finite, and if need be to a simulated Twilio."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.util.retry import Retry

# An object of Twilio's as it was parsed: nothing is known of it before it is read.
Json = dict[str, Any]

TIMEOUT_S = 10
# Reading is repeated after 0, 2, 4 and 8 seconds where Twilio did not process the request: https://www.twilio.com/docs/api/errors/20429
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
	"""The library's own default is no timeout at all.

	`api_base` replaces scheme and host of every request. Setting the library's base_url instead would break at the absolute
	`next_page_url` of a listing.
	"""

	def __init__(self, api_base: str = ""):
		super().__init__(timeout=TIMEOUT_S)
		# The library's own max_retries is a number, and of https alone.
		for scheme in ("https://", "http://"):
			self.session.mount(scheme, HTTPAdapter(max_retries=RETRIES))
		self.api_base = urlsplit(api_base) if api_base else None

	def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
		if self.api_base:
			url = urlunsplit(urlsplit(url)._replace(scheme=self.api_base.scheme, netloc=self.api_base.netloc))
		return super().request(method, url, *args, **kwargs)


def twilio_client(account_sid: str, auth_token: str, api_base: str = "") -> Client:
	"""Twilio's own client with our timeouts; `api_base` replaces https://api.twilio.com and the other hosts, for a simulator."""
	return Client(account_sid, auth_token, http_client=ChannelHttpClient(api_base))
