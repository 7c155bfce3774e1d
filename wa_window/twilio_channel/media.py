"""Fetch customers' files from Twilio, with the account's credentials, and the pictures of ads from Meta.

https://www.twilio.com/docs/messaging/api/media-resource: a media URL redirects to a short-lived one on Twilio's file host.
"""

import re
import time
import unicodedata
from collections.abc import Callable, Collection
from pathlib import PurePath
from urllib.parse import urljoin, urlsplit

import requests

from ..chat.media_types import PICTURES, ending_of
from ..chat.ports.files import FetchedFile, FetchFailed, FetchRedirected, FetchRejected
from .http import TIMEOUT_S

API = "https://api.twilio.com"
# Only media of our own account. The whole URL is matched: no port, no user, no dots, no query.
MEDIA_PATH = "/2010-04-01/Accounts/{}/Messages/(SM|MM)[0-9a-fA-F]{{32}}/Media/ME[0-9a-fA-F]{{32}}"
# The hosts to which Twilio redirects: mms.twiliocdn.com, and s3-external-1.amazonaws.com (in a folder of Twilio's) for files
# stored while the account did not enforce authentication: https://support.twilio.com/hc/en-us/articles/223183748
# media.twiliocdn.com has been seen too: https://github.com/codeforamerica/vita-min/pull/563
FILE_HOSTS = ("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com/media.twiliocdn.com")
FILE_URL = re.compile(
	f"https://({'|'.join(re.escape(host) for host in FILE_HOSTS)})" + r"(/[\w-]+)+(\?[!-~]*)?",
	re.ASCII,
)
# Of ReferralMediaUrl Twilio says only that it leads to the ad's media (https://www.twilio.com/docs/messaging/guides/webhook-request), and
# Meta of its image_url that it is the raw image (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/image).
# Neither names a host. Ads' pictures have been seen below these two domains of Meta's, such as at scontent.xx.fbcdn.net; they expire.
AD_PICTURE_URL = re.compile(r"https://([a-z0-9-]+\.)+(fbcdn\.net|cdninstagram\.com)/[!-;=?-~]*", re.ASCII)
REDIRECTS = 3
MAX_SECONDS = 120
CHUNK_SIZE = 64 * 1024
MAX_NAME_LENGTH = 20


class TwilioMedia:
	"""Fetches from Twilio's hosts, and ads' pictures from Meta's, whatever URL a webhook or a redirect contains; the credentials are
	sent to Twilio's API only."""

	def __init__(
		self,
		account_sid: str,
		secret: str,
		api_base: str = "",
		api_key_sid: str = "",
		seconds: Callable[[], float] = time.monotonic,
	):
		"""`secret`: the auth token, or with `api_key_sid` that of the API key; `api_base`: the URL of a simulated Twilio; `seconds`: a
		monotonic clock."""
		self.credentials = (api_key_sid or account_sid, secret)
		self.api_base = api_base.rstrip("/")
		self.seconds = seconds
		self.media_path = re.compile(MEDIA_PATH.format(re.escape(account_sid)))
		self.file_url = re.compile(re.escape(self.api_base) + "/[!-~]*") if api_base else FILE_URL

	def fetch(self, url: str, largest: int) -> FetchedFile:
		"""A file of at most `largest` bytes. Raises FetchFailed, FetchRedirected or FetchRejected."""
		try:
			if AD_PICTURE_URL.fullmatch(url):
				return self._ad_picture(url, largest)
			return self._read(self._media_url(url), largest)
		except (FetchRejected, FetchRedirected) as error:
			raise type(error) from None
		except Exception:
			# Any exception: its frames hold the credentials, which must not reach a log.
			raise FetchFailed from None

	def is_protected(self, url: str) -> bool:
		"""Whether Twilio demands credentials for this file of ours. Raises FetchFailed or FetchRejected."""
		try:
			with requests.get(
				self._media_url(url), stream=True, allow_redirects=False, timeout=TIMEOUT_S
			) as response:
				if response.status_code == 401 or response.is_redirect or response.ok:
					return response.status_code == 401
		except requests.RequestException:
			raise FetchFailed from None
		raise FetchFailed

	def _media_url(self, url: str) -> str:
		for base in (API, self.api_base) if self.api_base else (API,):
			path = url.removeprefix(base)
			if path != url and self.media_path.fullmatch(path):
				return (self.api_base or API) + path
		raise FetchRejected

	def _read(self, url: str, largest: int) -> FetchedFile:
		ends = self.seconds() + MAX_SECONDS
		credentials: tuple[str, str] | None = self.credentials
		for _redirect in range(REDIRECTS + 1):
			with requests.get(
				url, auth=credentials, stream=True, allow_redirects=False, timeout=TIMEOUT_S
			) as response:
				if response.is_redirect:
					url, credentials = self._redirected(response), None
					continue
				return self._fetched(response, largest, ends)
		raise FetchFailed

	def _ad_picture(self, url: str, largest: int) -> FetchedFile:
		"""A simulated Twilio has it at the same path."""
		ends = self.seconds() + MAX_SECONDS
		asked = self.api_base + urlsplit(url).path if self.api_base else url
		with requests.get(asked, stream=True, allow_redirects=False, timeout=TIMEOUT_S) as response:
			return self._fetched(response, largest, ends, PICTURES)

	def _fetched(
		self, response: requests.Response, largest: int, ends: float, types: Collection[str] = ()
	) -> FetchedFile:
		"""The file in an answer; `types`: those that are accepted, else all."""
		if response.status_code != 200:
			raise FetchFailed
		media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
		if types and media_type not in types:
			raise FetchRejected
		return FetchedFile(media_type, self._content(response, largest, ends))

	def _redirected(self, response: requests.Response) -> str:
		url = urljoin(response.url, response.headers["Location"])
		if not self.file_url.fullmatch(url):
			raise FetchRedirected
		return url

	def _content(self, response: requests.Response, largest: int, ends: float) -> bytes:
		"""Read at most `largest` bytes, until `ends` at the latest, whatever the headers say.

		`read1` returns the bytes that have arrived; other methods wait for a whole chunk, which a server may send byte by
		byte.
		"""
		content = bytearray()
		while chunk := response.raw.read1(CHUNK_SIZE, decode_content=True):
			content += chunk
			if len(content) > largest:
				raise FetchRejected
			if self.seconds() > ends:
				raise FetchFailed
		return bytes(content)


def content_disposition(file_name: str, media_type: str) -> str:
	"""The header from which Twilio takes the file name that the customer sees: short, without blanks and special characters.

	https://www.twilio.com/docs/messaging/guides/accepted-mime-types
	"""
	ending = ending_of(file_name, media_type)
	plain = unicodedata.normalize("NFKD", PurePath(file_name).stem).encode("ascii", "ignore").decode()
	name = _short(re.sub("[^A-Za-z0-9]+", "-", plain), MAX_NAME_LENGTH - len(ending) - 1)
	return f'inline; filename="{name or "file"}.{ending}"'


def _short(name: str, length: int) -> str:
	"""Of a name that ends with a number, as those of documents do (Quotation-SAL-QTN-2026-00012), the end is kept."""
	while len(name) > length and "-" in name and name[-1].isdigit():
		name = name.partition("-")[2]
	return name[:length].strip("-")
