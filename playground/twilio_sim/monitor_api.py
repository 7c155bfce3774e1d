"""https://monitor.twilio.com/v1: alerts about webhooks that could not be delivered.

https://www.twilio.com/docs/usage/monitor-alert
"""

from collections.abc import Callable
from datetime import datetime, timezone

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import paging
from .checks import known_only
from .content_api import iso8601
from .errors import TwilioError
from .forms import API_VERSION
from .records import Alert
from .rest import answer
from .simulator import SimulatedTwilio

HOST = "https://monitor.twilio.com"
LARGEST_PAGE = 1000
FILTERS = {"LogLevel", "StartDate", "EndDate"}
ROUTES = Map(
	[
		Rule("/v1/Alerts", endpoint="alerts", methods=["GET"]),
		Rule("/v1/Alerts/<sid>", endpoint="alert", methods=["GET"]),
	]
)


class MonitorApi:
	"""The endpoints; each gets the request and the parameters of its path."""

	routes = ROUTES

	def __init__(self, sim: SimulatedTwilio):
		self.sim = sim

	def alerts(self, request: Request) -> Response:
		"""The newest first."""
		known_only(request.args, paging.PARAMETERS | FILTERS)
		fits = _filter(request)
		page = paging.page_of(
			[alert for alert in reversed(self.sim.alerts) if fits(alert)], request.args, LARGEST_PAGE
		)
		meta = paging.meta(HOST + request.path, "alerts", page, request.args)
		return answer({"meta": meta, "alerts": [self._listed(alert) for alert in page.records]})

	def alert(self, request: Request, sid: str) -> Response:
		for alert in self.sim.alerts:
			if alert.sid == sid:
				return answer(
					{
						**self._listed(alert),
						"request_variables": alert.request_variables,
						"request_headers": "",
						"response_headers": alert.response_headers,
						"response_body": alert.response_body,
					}
				)
		raise TwilioError(20404, request.path)

	def _listed(self, alert: Alert) -> dict:
		created = iso8601(alert.created_ms)
		return {
			"account_sid": self.sim.account.sid,
			"alert_text": alert.alert_text,
			"api_version": API_VERSION,
			"date_created": created,
			"date_generated": created,
			"date_updated": created,
			"error_code": alert.error_code,
			"log_level": _level(alert),
			"more_info": f"https://www.twilio.com/docs/errors/{alert.error_code}",
			"request_method": alert.request_method,
			"request_url": alert.request_url,
			"resource_sid": alert.resource_sid,
			"sid": alert.sid,
			"url": f"{HOST}/v1/Alerts/{alert.sid}",
			"service_sid": None,
		}


def _level(alert: Alert) -> str:
	return "warning" if alert.error_code == "12300" else "error"


def _filter(request: Request) -> Callable[[Alert], bool]:
	level = request.args.get("LogLevel", "")
	since_ms, until_ms = _ms(request, "StartDate", 0), _ms(request, "EndDate", 10**15)
	return lambda alert: level in ("", _level(alert)) and since_ms <= alert.created_ms <= until_ms


def _ms(request: Request, name: str, default: int) -> int:
	text = request.args.get(name, "")
	if not text:
		return default
	try:
		moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
	except ValueError as error:
		raise TwilioError(20001, f"{name} is not a date") from error
	return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)
