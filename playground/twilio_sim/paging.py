"""Paging as at Twilio: a token names the record after which a page begins, so new records do not shift the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from .errors import SIMULATOR_ERROR, TwilioError

PARAMETERS = {"Page", "PageSize", "PageToken"}
DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Page:
	"""One page of a list; a token is empty where there is no such page."""

	records: Sequence
	number: int
	size: int
	start: int
	next_token: str
	previous_token: str


def page_of(records: Sequence, args: MultiDict, largest: int) -> Page:
	"""The page for PageSize, Page and PageToken; a Page above 0 needs its token, as at Twilio."""
	size = min(_number(args, "PageSize", DEFAULT_SIZE), largest)
	number = _number(args, "Page", 0)
	token = args.get("PageToken", "")
	if size < 1 or (number and not token):
		raise TwilioError(SIMULATOR_ERROR, "a PageSize is at least 1, and a Page goes with its PageToken")
	start = _start(records, token, size)
	page = records[start : start + size]
	return Page(
		page,
		number,
		size,
		start,
		"PA" + page[-1].sid if start + size < len(records) else "",
		"PB" + page[0].sid if start and page else "",
	)


def meta(address: str, key: str, page: Page, args: MultiDict) -> dict:
	"""The `meta` of a page of the newer APIs. Its URLs are absolute, on Twilio's own host: a client pointed at this simulator has to
	rewrite them."""
	kept = [(name, value) for name, value in args.items(multi=True) if name not in PARAMETERS]

	def url(number: int, token: str = "") -> str:
		place = [("PageSize", page.size), ("Page", number), *([("PageToken", token)] if token else [])]
		return f"{address}?{urlencode([*kept, *place])}"

	return {
		"key": key,
		"page": page.number,
		"page_size": page.size,
		"first_page_url": url(0),
		"previous_page_url": url(max(0, page.number - 1), page.previous_token)
		if page.previous_token
		else None,
		"next_page_url": url(page.number + 1, page.next_token) if page.next_token else None,
		"url": url(page.number, args.get("PageToken", "")),
	}


def _start(records: Sequence, token: str, size: int) -> int:
	if not token:
		return 0
	side, sid = token[:2], token[2:]
	at = next((n for n, record in enumerate(records) if record.sid == sid), None)
	if at is None or side not in ("PA", "PB"):
		raise TwilioError(20001, "Invalid PageToken")
	return at + 1 if side == "PA" else max(0, at - size)


def _number(args: MultiDict, name: str, default: int) -> int:
	text = args.get(name, str(default))
	if not text.isdigit():
		raise TwilioError(20001, f"{name} is not a number")
	return int(text)
