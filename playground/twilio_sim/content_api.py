"""https://content.twilio.com/v1: content templates and their approvals."""

import json
from datetime import datetime, timezone
from functools import partial

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import paging
from .checks import known_only
from .contents import Content
from .errors import TwilioError
from .new_contents import content_from, submit
from .rest import accepted, answer
from .simulator import SimulatedTwilio

HOST = "https://content.twilio.com"
LARGEST_PAGE = 500
ROUTES = Map(
	[
		Rule("/v1/Content", endpoint="contents", methods=["GET"]),
		Rule("/v1/Content", endpoint="create", methods=["POST"]),
		Rule("/v1/ContentAndApprovals", endpoint="contents_and_approvals", methods=["GET"]),
		Rule("/v1/Content/<sid>", endpoint="content", methods=["GET"]),
		Rule("/v1/Content/<sid>", endpoint="delete", methods=["DELETE"]),
		Rule("/v1/Content/<sid>/ApprovalRequests", endpoint="approval", methods=["GET"]),
		Rule("/v1/Content/<sid>/ApprovalRequests/whatsapp", endpoint="submit", methods=["POST"]),
	]
)


class ContentApi:
	"""The endpoints; each gets the request and the parameters of its path."""

	routes = ROUTES

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def contents(self, request: Request) -> Response:
		return self._list(request, lambda content: {**self._payload(content), **self._links(content)})

	def contents_and_approvals(self, request: Request) -> Response:
		"""The approval is not nested here, unlike in ApprovalRequests."""
		return self._list(
			request, lambda content: {**self._payload(content), "approval_requests": self._approval(content)}
		)

	def create(self, request: Request) -> Response:
		content = content_from(_json(request), self.sim.clock())
		self.sim.contents[content.sid] = content
		return accepted(self.sim, request, lambda: {**self._payload(content), **self._links(content)})

	def content(self, request: Request, sid: str) -> Response:
		content = self._found(request, sid)
		return answer({**self._payload(content), **self._links(content)})

	def delete(self, request: Request, sid: str) -> Response:
		self._found(request, sid)
		del self.sim.contents[sid]
		return Response(status=204)

	def submit(self, request: Request, sid: str) -> Response:
		"""WhatsApp decides later: see the control API."""
		content = self._found(request, sid)
		submit(content, _json(request))
		return accepted(self.sim, request, partial(self._approval, content))

	def approval(self, request: Request, sid: str) -> Response:
		content = self._found(request, sid)
		return answer(
			{
				"sid": sid,
				"account_sid": self.sim.account.sid,
				"url": f"{HOST}/v1/Content/{sid}/ApprovalRequests",
				"whatsapp": {"type": "whatsapp", **self._approval(content)},
			}
		)

	def _found(self, request: Request, sid: str) -> Content:
		if sid not in self.sim.contents:
			raise TwilioError(20404, request.path)
		return self.sim.contents[sid]

	def _list(self, request: Request, payload) -> Response:
		known_only(request.args, paging.PARAMETERS)
		page = paging.page_of(list(self.sim.contents.values()), request.args, LARGEST_PAGE)
		meta = paging.meta(HOST + request.path, "contents", page, request.args)
		return answer({"contents": [payload(c) for c in page.records], "meta": meta})

	def _payload(self, content: Content) -> dict:
		created = iso8601(content.created_ms)
		return {
			"sid": content.sid,
			"account_sid": self.sim.account.sid,
			"friendly_name": content.friendly_name,
			"language": content.language,
			"variables": content.variables,
			"types": content.types,
			"date_created": created,
			"date_updated": created,
		}

	def _links(self, content: Content) -> dict:
		url = f"{HOST}/v1/Content/{content.sid}"
		return {
			"url": url,
			"links": {
				"approval_create": f"{url}/ApprovalRequests/whatsapp",
				"approval_fetch": f"{url}/ApprovalRequests",
			},
		}

	def _approval(self, content: Content) -> dict:
		submitted = content.approval_status != "unsubmitted"
		return {
			"name": content.friendly_name if submitted else "",
			"category": content.category,
			"content_type": content.type if submitted else "",
			"status": content.approval_status,
			"rejection_reason": content.rejection_reason,
			"allow_category_change": True,
		}


def _json(request: Request) -> dict:
	if request.mimetype != "application/json":
		raise TwilioError(20001, "send application/json")
	try:
		given = json.loads(request.get_data())
	except ValueError as error:
		raise TwilioError(20001, "not JSON") from error
	if not isinstance(given, dict):
		raise TwilioError(20001, "send a JSON object")
	return given


def iso8601(ms: int) -> str:
	"""A time in the format of content.twilio.com."""
	return datetime.fromtimestamp(ms // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
