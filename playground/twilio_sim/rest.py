"""https://api.twilio.com/2010-04-01: the account, messages, media."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import connection, paging
from .checks import known_only
from .errors import TwilioError
from .forms import API_VERSION
from .records import Media, Message
from .simulator import SimulatedTwilio, media_path

FILTERS = {"To", "From", "DateSent", "DateSent<", "DateSent>"}
LARGEST_PAGE = 1000
DAY_SECONDS = 24 * 60 * 60
NEVER_MS = 10**15

ACCOUNT = f"/{API_VERSION}/Accounts/<account_sid>"
ROUTES = Map(
	[
		Rule(f"{ACCOUNT}.json", endpoint="account", methods=["GET"]),
		Rule(f"{ACCOUNT}/Messages.json", endpoint="messages", methods=["GET"]),
		Rule(f"{ACCOUNT}/Messages.json", endpoint="create", methods=["POST"]),
		Rule(f"{ACCOUNT}/Messages/<sid>.json", endpoint="message", methods=["GET"]),
		Rule(f"{ACCOUNT}/Messages/<sid>/Media.json", endpoint="media_list", methods=["GET"]),
		Rule(f"{ACCOUNT}/Messages/<sid>/Media/<media_sid>.json", endpoint="media", methods=["GET"]),
		Rule(f"{ACCOUNT}/Messages/<sid>/Media/<media_sid>", endpoint="file", methods=["GET"]),
	]
)


class Rest:
	"""The endpoints; each gets the request and the parameters of its path."""

	routes = ROUTES

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def account(self, request: Request) -> Response:
		account, uri = self.sim.account, self._uri(".json")
		created = rfc2822(self.sim.clock())
		return answer(
			{
				"auth_token": account.auth_token,
				"date_created": created,
				"date_updated": created,
				"friendly_name": account.friendly_name,
				"owner_account_sid": account.sid,
				"sid": account.sid,
				"status": "active",
				"subresource_uris": {"messages": self._uri("/Messages.json")},
				"type": "Full",
				"uri": uri,
			}
		)

	def create(self, request: Request) -> Response:
		if self.sim.consume_fault("daily_limit"):
			raise TwilioError(63038)
		message = self.sim.create_message(request.form)
		return accepted(self.sim, request, partial(self._payload, message))

	def message(self, request: Request, sid: str) -> Response:
		return answer(self._payload(self._found(request, sid)))

	def messages(self, request: Request) -> Response:
		known_only(request.args, FILTERS | paging.PARAMETERS)
		page = paging.page_of(self._listed(message_filter(request.args)), request.args, LARGEST_PAGE)
		return answer(
			self._page(
				"/Messages.json", "messages", page, [self._payload(m) for m in page.records], request.args
			)
		)

	def _listed(self, fits: Callable[[Message], bool]) -> list[Message]:
		"""By DateSent, the latest first (https://www.twilio.com/docs/messaging/api/message-resource); the page does not say
		where messages without one are: here they come first."""
		now_ms = self.sim.clock()
		found = [message for message in reversed(self.sim.snapshot()) if fits(message)]
		return sorted(found, key=lambda message: date_sent_ms(message, now_ms) or NEVER_MS, reverse=True)

	def media_list(self, request: Request, sid: str) -> Response:
		message = self._found(request, sid)
		page = paging.page_of(message.media, request.args, LARGEST_PAGE)
		payloads = [self._media_payload(message, m) for m in page.records]
		return answer(self._page(f"/Messages/{sid}/Media.json", "media_list", page, payloads, request.args))

	def media(self, request: Request, sid: str, media_sid: str) -> Response:
		message = self._found(request, sid)
		return answer(self._media_payload(message, self._found_media(request, message, media_sid)))

	def file(self, request: Request, sid: str, media_sid: str) -> Response:
		"""The file; Twilio would redirect to another host of its own."""
		media = self._found_media(request, self._found(request, sid), media_sid)
		return Response(media.data, content_type=media.content_type)

	def _found(self, request: Request, sid: str) -> Message:
		if sid not in self.sim.messages:
			raise TwilioError(20404, request.path)
		return self.sim.messages[sid]

	def _found_media(self, request: Request, message: Message, media_sid: str) -> Media:
		for media in message.media:
			if media.sid == media_sid:
				return media
		raise TwilioError(20404, request.path)

	def _uri(self, rest: str) -> str:
		return f"/{API_VERSION}/Accounts/{self.sim.account.sid}{rest}"

	def _payload(self, message: Message) -> dict:
		uri = self._uri(f"/Messages/{message.sid}")
		return {
			"account_sid": self.sim.account.sid,
			"api_version": API_VERSION,
			"body": message.body,
			"date_created": rfc2822(message.created_ms),
			"date_sent": rfc2822(date_sent_ms(message, self.sim.clock())),
			"date_updated": rfc2822(message.updated_ms),
			"direction": message.direction,
			"error_code": message.error_code or None,
			"error_message": message.error_message or None,
			"from": message.from_ or None,
			"messaging_service_sid": message.messaging_service_sid or None,
			"num_media": str(int(message.num_media)),
			"num_segments": "1",
			"price": None,
			"price_unit": "USD",
			"sid": message.sid,
			"status": message.status,
			"subresource_uris": {"media": f"{uri}/Media.json"},
			"to": message.to,
			"uri": f"{uri}.json",
		}

	def _media_payload(self, message: Message, media: Media) -> dict:
		return {
			"account_sid": self.sim.account.sid,
			"content_type": media.content_type,
			"date_created": rfc2822(message.created_ms),
			"date_updated": rfc2822(message.created_ms),
			"parent_sid": message.sid,
			"sid": media.sid,
			"uri": media_path(self.sim.account.sid, message, media) + ".json",
		}

	def _page(self, path: str, key: str, page: paging.Page, payloads: list[dict], args: MultiDict) -> dict:
		kept = [(name, value) for name, value in args.items(multi=True) if name not in paging.PARAMETERS]

		def uri(number: int, token: str = "") -> str:
			place = [("PageSize", page.size), ("Page", number), *([("PageToken", token)] if token else [])]
			return f"{self._uri(path)}?{urlencode([*kept, *place])}"

		return {
			"end": page.start + len(payloads) - 1,
			"first_page_uri": uri(0),
			"next_page_uri": uri(page.number + 1, page.next_token) if page.next_token else None,
			"page": page.number,
			"page_size": page.size,
			"previous_page_uri": uri(max(0, page.number - 1), page.previous_token)
			if page.previous_token
			else None,
			key: payloads,
			"start": page.start,
			"uri": uri(page.number, args.get("PageToken", "")),
		}


def date_sent_ms(message: Message, now_ms: int) -> int:
	"""When the message was sent; for an inbound one, when its webhook was called. 0 until then."""
	return message.sent_ms if message.sent_ms <= now_ms else 0


def message_filter(query: MultiDict) -> Callable[[Message], bool]:
	"""The filter of a message list. DateSent means a whole day, UTC; its bounds are inclusive and to the second."""
	tests: list[Callable[[Message], bool]] = []
	if query.get("To"):
		tests.append(lambda m: m.to == query["To"])
	if query.get("From"):
		tests.append(lambda m: m.from_ == query["From"])
	for name, fits in (
		("DateSent", lambda at, asked: at // DAY_SECONDS == asked // DAY_SECONDS),
		("DateSent<", lambda at, asked: at <= asked),
		("DateSent>", lambda at, asked: at >= asked),
	):
		if query.get(name):
			asked = _second(query[name])
			tests.append(partial(_sent, fits, asked))
	return lambda message: all(test(message) for test in tests)


def _sent(fits: Callable[[int, int], bool], asked: int, message: Message) -> bool:
	return fits((message.sent_ms or message.created_ms) // 1000, asked)


def _second(text: str) -> int:
	"""The epoch second of a date (its midnight) or a time."""
	try:
		moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
	except ValueError as error:
		raise TwilioError(20001, f"{text} is not a date") from error
	return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def rfc2822(ms: int) -> str | None:
	"""A time in the format of api.twilio.com, in whole seconds; None where there is none."""
	return format_datetime(datetime.fromtimestamp(ms // 1000, timezone.utc)) if ms else None


def accepted(sim: SimulatedTwilio, request: Request, payload: Callable[[], dict]) -> Response:
	"""The answer to what was accepted and stored, unless a fault withholds it."""
	if sim.consume_fault("hang_after_accept"):
		connection.wait_for_hangup(request.environ)
	if sim.consume_fault("cut_after_accept"):
		connection.cut(request.environ)
	if sim.consume_fault("server_error_after_accept"):
		raise TwilioError(20500)
	if sim.consume_fault("unavailable_after_accept"):
		return Response("<html>503 Service Temporarily Unavailable</html>", 503, content_type="text/html")
	time.sleep(sim.faults.slow_ms / 1000)
	return answer(payload(), 201)


def answer(payload: dict, status: int = 200) -> Response:
	return Response(json.dumps(payload), status=status, content_type="application/json;charset=utf-8")
