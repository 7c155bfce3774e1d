"""The oracle finds each kind of damage; and a small chaos run."""

from dataclasses import replace

import pytest

from playground.chaos.embedded import EmbeddedApp
from playground.chaos.oracle import compare
from playground.chaos.run import Run
from playground.chaos.traffic import Plan, SendRequest
from playground.twilio_sim import SimulatedTwilio, serve
from playground.twilio_sim.records import INBOUND, OUTBOUND, Message

NOW = 1_795_400_000_000
DAY_MS = 24 * 60 * 60 * 1000
BUDI, SALES = "whatsapp:+6281234567890", "whatsapp:+622150001234"


def received(sid="SM1", created_ms=NOW):
	return Message(sid, INBOUND, BUDI, SALES, "Halo", "received", created_ms, "budi", SALES)


def sent(sid="SM2", body="Jawaban 1", created_ms=NOW + 1000, **more):
	return Message(sid, OUTBOUND, SALES, BUDI, body, "delivered", created_ms, "budi", SALES, **more)


def row(message: Message, **more) -> dict:
	outbound = message.direction == OUTBOUND
	return {
		"name": message.sid,
		"direction": "Outbound" if outbound else "Inbound",
		"message_sid": message.sid,
		"client_key": "key" if outbound else "",
		"delivery_status": message.status,
		"error_code": "",
		"follow_up": "done",
	} | more


REQUESTS = [SendRequest("key", "Jawaban 1", accepted=True)]
CHAT = {"customer_address": BUDI, "business_address": SALES, "last_inbound_at_ms": NOW}


def damage(twilio, messages, *, chats=(CHAT,), requests=REQUESTS, errors=()) -> set[str]:
	app = {"conversations": list(chats), "messages": messages, "batches": ["Done"]}
	return {name for name, found in compare(twilio, app, requests, list(errors)).wrong.items() if found}


def test_what_is_right_passes():
	assert damage([received(), sent()], [row(received()), row(sent())]) == set()


@pytest.mark.parametrize(
	("status", "found"), [("failed", {"recipients of a batch left out"}), ("unknown", set())]
)
def test_a_recipient_of_a_batch_whose_message_never_arrived_is_left_out_unless_that_is_not_certain(
	status, found
):
	requests = [SendRequest("batch.B.0.0", "Penerima 0!", accepted=True)]
	stored = row(sent(), client_key="batch.B.0.1", message_sid="", delivery_status=status)
	first = stored | {"client_key": "batch.B.0.0", "delivery_status": "failed"}
	assert damage([received()], [row(received()), first, stored], requests=requests) == found


@pytest.mark.parametrize(
	("found", "twilio", "messages", "more"),
	[
		("inbound lost", [received(), sent()], [row(sent())], {}),
		("inbound stored twice", [received(), sent()], [row(received())] * 2 + [row(sent())], {}),
		("inbound that nobody sent", [sent()], [row(received("SM9")), row(sent())], {"chats": []}),
		("outbound lost", [received()], [row(received())], {}),
		("statuses wrong", [received(), sent()], [row(received()), row(sent(), delivery_status="sent")], {}),
		("statuses wrong", [received()], [row(received()), row(sent())], {}),
		("rows left in between", [received()], [row(received(), follow_up="pending")], {"requests": []}),
		("windows wrong", [received(), received("SM3", NOW + 5000)], [], {"requests": []}),
		("conversations twice", [received()], [row(received())], {"requests": [], "chats": [CHAT, CHAT]}),
		("errors that reached a caller", [], [], {"requests": [], "chats": [], "errors": ["500"]}),
	],
)
def test_each_kind_of_damage_is_found(found, twilio, messages, more):
	assert found in damage(twilio, messages, **more)


def test_a_message_sent_twice_is_found_by_its_text_whatever_the_app_calls_it():
	twilio = [received(), sent(), sent("SM3")]
	assert damage(twilio, [row(received()), row(sent())]) == {"outbound sent twice"}


def test_freeform_outside_the_window_is_found_and_a_template_is_not():
	late = sent(created_ms=NOW + DAY_MS + 5000)
	messages = [row(received()), row(sent())]
	assert damage([received(), late], messages) == {"freeform outside the window"}
	template = replace(late, content_sid="HX1")
	assert damage([received(), template], messages) == set()


def test_a_small_run_with_duplicates_losses_and_double_presses_ends_well(monkeypatch):
	monkeypatch.setattr(Run, "_in_turn", lambda run: [lambda: run._inject(run.app.kill_web_worker)])
	# The claims of killed workers last for two minutes.
	monkeypatch.setattr(EmbeddedApp, "kill_workers", lambda app: "the workers live on")
	monkeypatch.setattr("playground.chaos.run.LEASE_S", 0)
	sim = SimulatedTwilio(step_ms=20)
	with serve(sim, workers=4) as twilio:
		app = EmbeddedApp(sim, twilio.url)
		try:
			plan = Plan(messages=200, sends=40, customers=20, agents=4, seconds=3, recipients=400)
			figures = Run(sim, app, plan, lambda words: None)()
		finally:
			app.stop()
	assert figures.wrong == {name: [] for name in figures.wrong}
	assert figures.counted["inbound stored"] == 200
