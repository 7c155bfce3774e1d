"""Twilio's alerts about webhooks that it could not deliver: https://www.twilio.com/docs/usage/monitor-alert"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from operator import attrgetter
from urllib.parse import parse_qs

from . import rest
from .client import TwilioChannel
from .http import Json

ALERTS = "https://monitor.twilio.com/v1/Alerts"
PAGE_SIZE = 1000
LONGEST_EXCERPT = 200
TAGS = re.compile("<(script|style).*?</\\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Alert:
	"""One alert; `http_status` is empty where Twilio names none. `at_ms`: epoch ms, UTC."""

	sid: str
	url: str
	code: str
	http_status: str
	text: str
	at_ms: int


@dataclass(frozen=True)
class AlertGroup:
	"""Alerts of the same kind about one URL: how many, when the first and the last one was (epoch ms, UTC), and the beginning of
	the site's answer to the last one, as plain text."""

	last: Alert
	count: int
	first_at_ms: int
	excerpt: str


def alerts_about(channel: TwilioChannel, url_prefix: str, since_ms: int) -> list[AlertGroup]:
	"""The alerts about URLs that begin so, in groups, the largest first. Each group costs one request: a list has no answers.

	Raises NotAllowed, Refused or ProviderUnreachable.
	"""
	since = datetime.fromtimestamp(since_ms / 1000, timezone.utc)
	url = f"{ALERTS}?StartDate={since:%Y-%m-%dT%H:%M:%SZ}&PageSize={PAGE_SIZE}"
	found = (_alert(alert) for alert in rest.listed(channel, url, "alerts"))
	groups = _grouped(alert for alert in found if alert.url.startswith(url_prefix))
	return [_described(channel, group) for group in sorted(groups, key=len, reverse=True)]


def _grouped(alerts: Iterable[Alert]) -> Iterable[list[Alert]]:
	groups: dict[tuple[str, str, str], list[Alert]] = {}
	for alert in alerts:
		groups.setdefault((alert.url, alert.code, alert.http_status), []).append(alert)
	return groups.values()


def _described(channel: TwilioChannel, alerts: list[Alert]) -> AlertGroup:
	first, last = (choose(alerts, key=attrgetter("at_ms")) for choose in (min, max))
	answer = rest.read(channel, f"{ALERTS}/{last.sid}").get("response_body")
	text = " ".join(TAGS.sub(" ", str(answer or "")).split())
	return AlertGroup(last, len(alerts), first.at_ms, text[:LONGEST_EXCERPT])


def _alert(alert: Json) -> Alert:
	"""`alert_text` is a query string, such as `httpResponse=502&url=…&ErrorCode=11200&Msg=…`."""
	fields = {name: values[0] for name, values in parse_qs(str(alert.get("alert_text") or "")).items()}
	url = str(alert.get("request_url") or fields.get("url") or "")
	return Alert(
		sid=str(alert.get("sid") or ""),
		url=re.split("[?#]", url, maxsplit=1)[0],
		code=str(alert.get("error_code") or fields.get("ErrorCode") or ""),
		http_status=fields.get("httpResponse", ""),
		text=fields.get("Msg", ""),
		at_ms=_epoch_ms(str(alert.get("date_generated") or alert.get("date_created") or "")),
	)


def _epoch_ms(moment: str) -> int:
	try:
		return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000)
	except ValueError:
		return 0
