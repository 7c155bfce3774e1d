"""Is a webhook Twilio's? https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

import re
from collections.abc import Iterable, Mapping

from twilio.request_validator import RequestValidator

HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,4}|:[1-5]\d{4})?")


def is_genuine(form: Mapping, signature: str | None, urls: Iterable[str], auth_tokens: Iterable[str]) -> bool:
	"""Whether `signature` (the X-Twilio-Signature header) was made by one of the tokens over one of the URLs and the form.

	`form` is the raw form, a MultiDict with its repeated keys. Without a header or without a token nothing is genuine.
	"""
	if not signature:
		return False
	urls = list(urls)
	validators = (RequestValidator(token) for token in auth_tokens if token)
	return any(_validates(validator, url, form, signature) for validator in validators for url in urls)


def _validates(validator: RequestValidator, url: str, form: Mapping, signature: str) -> bool:
	try:
		return validator.validate(url, form, signature)
	except ValueError:  # no URL, such as a mistyped Public URL
		return False


def candidate_urls(
	public_url: str, path_and_query: str, request_url: str, headers: Mapping[str, str]
) -> list[str]:
	"""The URLs that Twilio may have signed: the public one as set up, else what a proxy in front of us tells.

	Twilio signs the exact URL that it was given, so behind a proxy the scheme and the host have to be rebuilt.
	"""
	hosts = [_first(headers.get("X-Forwarded-Host", "")), _first(headers.get("Host", ""))]
	schemes = [_first(headers.get("X-Forwarded-Proto", "")), "https", request_url.split(":", maxsplit=1)[0]]
	rebuilt = [
		f"{scheme}://{host}{path_and_query}"
		for host in hosts
		for scheme in schemes
		if HOST.fullmatch(host) and scheme in ("http", "https")
	]
	return list(dict.fromkeys([public_url.rstrip("/") + path_and_query, *rebuilt]))


def _first(header: str) -> str:
	"""Of a header to which several proxies added, what the first one said."""
	return header.split(",", maxsplit=1)[0].strip()
