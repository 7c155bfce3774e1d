"""The oracle: compares the simulated Twilio's records with the app's. It uses none of the app's code."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ..twilio_sim.records import INBOUND, Message

DAY_MS = 24 * 60 * 60 * 1000
# A reply that is sent just before its window closes may arrive just after.
ON_ITS_WAY_MS = 2_000
ON_THE_WAY = ("queued", "accepted", "scheduled", "sending")


@dataclass
class Figures:
	"""`wrong` are the counts that must be 0, with an example of each."""

	counted: dict[str, int] = field(default_factory=dict)
	wrong: dict[str, list[str]] = field(default_factory=dict)

	@property
	def passed(self) -> bool:
		return not any(self.wrong.values())


def compare(twilio: list[Message], app: dict, requests: list, errors: list[str]) -> Figures:
	"""`app`: its conversations and messages as plain rows, and the status of each batch; `requests`: what agents sent, also by batches;
	`errors`: the wrong answers."""
	figures = Figures()
	_inbound(figures, [m for m in twilio if m.direction == INBOUND], app)
	_outbound(figures, [m for m in twilio if m.direction != INBOUND], app, requests)
	_freeform(figures, twilio)
	_windows(figures, twilio, app)
	figures.wrong["rows left in between"] = [
		row["name"]
		for row in app["messages"]
		if row["follow_up"] == "pending" or (not row["message_sid"] and row["delivery_status"] in ON_THE_WAY)
	]
	figures.wrong["batches not finished"] = [status for status in app["batches"] if status != "Done"]
	figures.wrong["errors that reached a caller"] = errors
	return figures


def _inbound(figures: Figures, sent: list[Message], app: dict) -> None:
	stored = Counter(row["message_sid"] for row in app["messages"] if row["direction"] == "Inbound")
	sids = {message.sid for message in sent}
	figures.counted |= {"inbound at Twilio": len(sids), "inbound stored": sum(stored.values())}
	figures.wrong["inbound lost"] = sorted(sids - set(stored))
	figures.wrong["inbound stored twice"] = [sid for sid, count in stored.items() if count > 1]
	figures.wrong["inbound that nobody sent"] = sorted(set(stored) - sids)


def _outbound(figures: Figures, at_twilio: list[Message], app: dict, requests: list) -> None:
	outbound = [row for row in app["messages"] if row["direction"] == "Outbound" and row["client_key"]]
	# Of a batch's row the last attempt.
	outbound.sort(key=lambda row: (len(row["client_key"]), row["client_key"]))
	ours = {_request_of(row["client_key"]): row for row in outbound}
	arrived = {
		_request_of(request.client_key): [m for m in at_twilio if request.text in m.body]
		for request in requests
	}
	rows = {key: ours[key] for key in arrived if key in ours}
	states = Counter(row["delivery_status"] for row in rows.values())
	failed = Counter(
		row["error_code"]
		for key, row in rows.items()
		if row["delivery_status"] == "failed" and not arrived[key]
	)
	figures.counted |= {
		"buttons pressed": len(requests),
		"sendings accepted": sum(request.accepted for request in requests),
		"sendings refused, window closed": sum(
			request.refused and not request.accepted for request in requests
		),
		"outbound at Twilio": len(at_twilio),
		"outbound offered to be sent again": states["unknown"],
		**{f"outbound failed here, {code}": count for code, count in sorted(failed.items())},
	}
	figures.wrong["outbound lost"] = [
		request.client_key
		for request in requests
		if request.accepted and _request_of(request.client_key) not in ours
	]
	figures.wrong["outbound sent twice"] = [
		f"{key}: {[message.sid for message in messages]}"
		for key, messages in arrived.items()
		if len(messages) > 1
	]
	figures.wrong["recipients of a batch left out"] = [
		key
		for key, row in rows.items()
		if key.startswith("batch.") and not arrived[key] and row["delivery_status"] != "unknown"
	]
	figures.wrong["statuses wrong"] = [
		f"{row['delivery_status']} instead of {[message.status for message in arrived[key]]}"
		for key, row in rows.items()
		if not _status_is_right(row, arrived[key])
	]


def _request_of(client_key: str) -> str:
	"""The request that a message answers: for a row of a batch without the attempt, the key's last part."""
	return client_key.rpartition(".")[0] if client_key.startswith("batch.") else client_key


def _status_is_right(row: dict, messages: list[Message]) -> bool:
	"""A message that Twilio never got may be unknown or failed; every other one has Twilio's status."""
	if not messages:
		return row["delivery_status"] in ("unknown", "failed")
	return (row["delivery_status"], row["message_sid"]) == (messages[0].status, messages[0].sid)


def _freeform(figures: Figures, twilio: list[Message]) -> None:
	times = defaultdict(list)
	for message in twilio:
		if message.direction == INBOUND:
			times[message.pair].append(message.created_ms)
	figures.wrong["freeform outside the window"] = [
		message.sid
		for message in twilio
		if message.direction != INBOUND
		and not message.content_sid
		and not any(
			at_ms <= message.created_ms < at_ms + DAY_MS + ON_ITS_WAY_MS for at_ms in times[message.pair]
		)
	]


def _windows(figures: Figures, twilio: list[Message], app: dict) -> None:
	"""Twilio's times are in whole seconds."""
	newest: dict[tuple[str, str], int] = {}
	for message in twilio:
		if message.direction == INBOUND:
			pair = message.from_, message.sender
			newest[pair] = max(newest.get(pair, 0), message.created_ms // 1000 * 1000)
	known = {
		(row["customer_address"], row["business_address"]): row["last_inbound_at_ms"]
		for row in app["conversations"]
	}
	figures.counted["number pairs"] = len(newest)
	figures.wrong["windows wrong"] = [
		f"{pair}: {known.get(pair)} instead of {at_ms}"
		for pair, at_ms in newest.items()
		if known.get(pair) != at_ms
	]
	figures.wrong["conversations twice"] = (
		[]
		if len(known) == len(app["conversations"])
		else [f"{len(app['conversations'])} rows for {len(known)} pairs"]
	)
