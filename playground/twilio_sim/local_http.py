"""The simulator's own HTTP calls, to this computer only."""

import ipaddress
import socket
from urllib.parse import urlsplit

import requests

# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides: connect 5 s, read 15 s
TIMEOUT = (5, 15)


class NotHere(Exception):
	"""The address is not on this computer."""


def session() -> requests.Session:
	"""A session that ignores the environment's proxies."""
	made = requests.Session()
	made.trust_env = False
	return made


def send(method: str, url: str, form: dict, headers: dict) -> requests.Response:
	_require_loopback(url)
	with session() as caller:
		return caller.request(method, url, data=form, headers=headers, timeout=TIMEOUT, allow_redirects=False)


def fetch(url: str, method: str = "GET") -> requests.Response:
	_require_loopback(url)
	with session() as caller:
		return caller.request(method, url, timeout=TIMEOUT, allow_redirects=False)


def _require_loopback(url: str) -> None:
	try:
		parts = urlsplit(url)
		found = socket.getaddrinfo(parts.hostname or "", parts.port or 80, proto=socket.IPPROTO_TCP)
	except (OSError, ValueError) as error:
		raise NotHere(f"{url} was not found") from error
	if not all(ipaddress.ip_address(address[0]).is_loopback for *_, address in found):
		raise NotHere(f"{parts.hostname} is not on this computer, and nothing of a simulation leaves it")
