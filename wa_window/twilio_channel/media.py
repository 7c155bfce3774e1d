"""Customers' files: at Twilio, behind the account's credentials.

https://www.twilio.com/docs/messaging/api/media-resource: a media URL redirects to a short-lived one on Twilio's file host.
"""

import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import PurePath
from urllib.parse import urljoin

import requests

from ..chat.media import ending_of
from ..chat.ports import Fetched, FetchElsewhere, FetchFailed, FetchRefused
from .http import TIMEOUT_S

API = "https://api.twilio.com"
# Media of our own account, and nothing else of the API; the whole URL is matched: no port, no user, no dots, no query.
MEDIA_PATH = "/2010-04-01/Accounts/{}/Messages/(SM|MM)[0-9a-fA-F]{{32}}/Media/ME[0-9a-fA-F]{{32}}"
# Where Twilio redirects to: mms.twiliocdn.com, and s3-external-1.amazonaws.com (in a folder of Twilio's) for what was stored
# while the account did not enforce authentication: https://support.twilio.com/hc/en-us/articles/223183748
# media.twiliocdn.com has been seen too: https://github.com/codeforamerica/vita-min/pull/563
FILE_HOSTS = ("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com/media.twiliocdn.com")
FILE_URL = re.compile(
	f"https://({'|'.join(re.escape(host) for host in FILE_HOSTS)})" + r"(/[\w-]+)+(\?[!-~]*)?",
	re.ASCII,
)
REDIRECTS = 3
LONGEST_S = 120
PIECE = 64 * 1024
LONGEST_SENT_NAME = 20


class TwilioMedia:
	"""Fetches from Twilio's hosts only, whatever a webhook or a redirect names; the credentials go to its API alone."""

	def __init__(
		self,
		account_sid: str,
		auth_token: str,
		api_base: str = "",
		seconds: Callable[[], float] = time.monotonic,
	):
		"""`api_base`: a simulated Twilio that is asked instead; `seconds`: a clock that only goes forward."""
		self.credentials = (account_sid, auth_token)
		self.api_base = api_base.rstrip("/")
		self.seconds = seconds
		self.media_path = re.compile(MEDIA_PATH.format(re.escape(account_sid)))
		self.file_url = re.compile(re.escape(self.api_base) + "/[!-~]*") if api_base else FILE_URL

	def fetch(self, url: str, largest: int) -> Fetched:
		"""A file of at most `largest` bytes. Raises FetchFailed, FetchElsewhere or FetchRefused."""
		try:
			return self._read(self._media_url(url), largest)
		except (FetchRefused, FetchElsewhere) as known:
			raise type(known) from None
		except Exception:
			# Whatever it is: it must not carry the credentials in its frames into a log.
			raise FetchFailed from None

	def _media_url(self, url: str) -> str:
		for base in (API, self.api_base) if self.api_base else (API,):
			path = url.removeprefix(base)
			if path != url and self.media_path.fullmatch(path):
				return (self.api_base or API) + path
		raise FetchRefused

	def _read(self, url: str, largest: int) -> Fetched:
		ends, credentials = self.seconds() + LONGEST_S, self.credentials
		for _redirect in range(REDIRECTS + 1):
			with requests.get(
				url, auth=credentials, stream=True, allow_redirects=False, timeout=TIMEOUT_S
			) as response:
				if response.is_redirect:
					url, credentials = self._redirected(response), None
					continue
				if response.status_code != 200:
					raise FetchFailed
				media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
				return Fetched(media_type, self._content(response, largest, ends))
		raise FetchFailed

	def _redirected(self, response: requests.Response) -> str:
		url = urljoin(response.url, response.headers["Location"])
		if not self.file_url.fullmatch(url):
			raise FetchElsewhere
		return url

	def _content(self, response: requests.Response, largest: int, ends: float) -> bytes:
		"""Read no more than is taken, for no longer than is waited, whatever the headers say.

		`read1` returns with what has come; others wait until a whole piece has, which a server may send byte by byte.
		"""
		content = bytearray()
		while piece := response.raw.read1(PIECE, decode_content=True):
			content += piece
			if len(content) > largest:
				raise FetchRefused
			if self.seconds() > ends:
				raise FetchFailed
		return bytes(content)


def content_disposition(file_name: str, media_type: str) -> str:
	"""The header from which Twilio takes the name that the customer sees: short, without blanks and special characters.

	https://www.twilio.com/docs/messaging/guides/accepted-mime-types
	"""
	ending = ending_of(file_name, media_type)
	plain = unicodedata.normalize("NFKD", PurePath(file_name).stem).encode("ascii", "ignore").decode()
	name = re.sub("[^A-Za-z0-9]+", "-", plain)[: LONGEST_SENT_NAME - len(ending) - 1].strip("-")
	return f'inline; filename="{name or "file"}.{ending}"'
