"""Customers' files: at Twilio, behind the account's credentials.

https://www.twilio.com/docs/messaging/api/media-resource: a media URL redirects to a short-lived one on Twilio's file host.
"""

import re
import time
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from ..chat.ports import Fetched, FetchFailed, FetchRefused
from .http import TIMEOUT_S

API = "https://api.twilio.com"
# Our own account's media, and nothing else of the API: no dots, no query, no name or port in the host.
MEDIA_PATH = r"/2010-04-01/Accounts/{account_sid}/Messages/(SM|MM)[0-9a-fA-F]{{32}}/Media/ME[0-9a-fA-F]{{32}}"
# Where Twilio redirects to: mms.twiliocdn.com, and s3-external-1.amazonaws.com for what was stored while an account did not
# enforce authentication (https://support.twilio.com/hc/en-us/articles/223183748). There it is Twilio's folder of Amazon's host;
# media.twiliocdn.com has been seen as a host of its own (https://github.com/codeforamerica/vita-min/pull/563).
FILE_URL = re.compile(
	r"https://((mms|media)\.twiliocdn\.com|s3-external-1\.amazonaws\.com/media\.twiliocdn\.com)"
	r"/AC[0-9a-fA-F]{32}/[0-9a-zA-Z_-]+(\?[!-~]*)?"
)
REDIRECTS = 3
LONGEST_S = 120
CHUNK = 64 * 1024


class TwilioMedia:
	"""Fetches from Twilio's hosts only, whatever a webhook or a redirect names; the credentials go to its API alone."""

	def __init__(
		self,
		account_sid: str,
		auth_token: str,
		api_base: str = "",
		seconds: Callable[[], float] = time.monotonic,
	):
		self.credentials = (account_sid, auth_token)
		self.api_base = api_base.rstrip("/")
		self.seconds = seconds
		media_url = re.escape(API) + MEDIA_PATH.format(account_sid=re.escape(account_sid))
		simulated = f"({re.escape(self.api_base)}|{re.escape(API)})" if api_base else ""
		self.media_url = re.compile(media_url)

	def fetch(self, url: str, largest: int) -> Fetched:
		"""A file of at most `largest` bytes. Raises FetchFailed or FetchRefused."""
		if not self._is_media(url):
			raise FetchRefused
		try:
			return self._read(url, largest)
		except FetchRefused:
			raise FetchRefused from None
		except Exception:
			# Whatever it is: it must not carry the credentials in its frames into a log.
			raise FetchFailed from None

	def _is_media(self, url: str) -> bool:
		parts = urlsplit(url)
		ours = parts.path.startswith(f"/2010-04-01/Accounts/{self.account_sid}/Messages/")
		at_twilio = (parts.scheme, parts.netloc) == ("https", API_HOST)
		return ours and (at_twilio or self._is_simulated(url))

	def _is_simulated(self, url: str) -> bool:
		return bool(self.api_base) and urlsplit(url)[:2] == self.api_base[:2]

	def _read(self, url: str, largest: int) -> Fetched:
		for _redirect in range(REDIRECTS + 1):
			with self._get(url) as response:
				if response.is_redirect:
					url = self._allowed(urljoin(response.url, response.headers["Location"]))
					continue
				if response.status_code != 200:
					raise FetchFailed
				media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
				return Fetched(media_type, _content(response, largest))
		raise FetchRefused

	def _get(self, url: str) -> requests.Response:
		credentials = (self.account_sid, self.auth_token) if self._is_media(url) else None
		if self.api_base:
			url = urlunsplit(urlsplit(url)._replace(scheme=self.api_base.scheme, netloc=self.api_base.netloc))
		return requests.get(url, auth=credentials, stream=True, allow_redirects=False, timeout=TIMEOUT_S)

	def _allowed(self, url: str) -> str:
		parts = urlsplit(url)
		at_twilio = parts.scheme == "https" and bool(FILE_HOST.fullmatch(parts.netloc))
		if not (self._is_simulated(url) if self.api_base else at_twilio):
			raise FetchRefused
		return url


def _content(response: requests.Response, largest: int) -> bytes:
	"""Read no more than is taken, for no longer than is waited, whatever the headers say."""
	content, started = bytearray(), time.monotonic()
	for chunk in response.iter_content(CHUNK):
		content += chunk
		if len(content) > largest:
			raise FetchRefused
		if time.monotonic() - started > LONGEST_S:
			raise FetchFailed
	return bytes(content)
