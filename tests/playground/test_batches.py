"""A template to many, from the calls of its screens to the customers' phones at the simulated Twilio, which also refuses."""

import json

import pytest

from playground.twilio_sim import Customer

FOLLOW_UP = "HX" + "0" * 31 + "1"
VALUES = {"1": {"field": "lead_name", "text": "Bapak/Ibu"}, "2": {"text": "rumah"}}


@pytest.fixture
def crowd(site):
	"""Five leads whose customers are on WhatsApp."""
	for number in range(5):
		phone = f"+628120000{number:04d}"
		site.sim.add_customer(Customer(f"c{number}", f"Orang {number}", phone))
		site.host.leads.add(f"Orang {number}", phone)
	return site


def leads_of(site) -> list[str]:
	return [row["name"] for row in site.host.leads.all() if row["lead_name"].startswith("Orang")]


def answer(response) -> dict:
	assert response.status_code == 200, response.text
	return response.json()["message"]


def prepared(site) -> dict:
	asked = {"content_sid": FOLLOW_UP, "record_doctype": "Chat Lead", "records": json.dumps(leads_of(site))}
	return answer(site.post("batches.prepare", values=json.dumps(VALUES), **asked))


def sent(site) -> str:
	batch = prepared(site)["batch"]
	answer(site.post("batches.send", batch=batch, count="5"))
	return batch


def progress(site, batch: str) -> dict:
	return answer(site.get("batches.progress", batch=batch))


def test_each_customer_gets_the_text_that_was_shown_and_the_document_counts_it(crowd):
	batch = prepared(crowd)
	assert (batch["status"], batch["counts"]["to_send"]) == ("Draft", 5)
	shown = answer(crowd.get("batches.rows", batch=batch["batch"]))["rows"]
	answer(crowd.post("batches.send", batch=batch["batch"], count="5"))
	crowd.process_all()
	arrived = {message.customer: message.body for message in crowd.sim.messages.values()}
	assert sorted(arrived.values()) == sorted(row["text"] for row in shown)
	crowd.sim.clock.advance(60_000)
	crowd.sim.customer_sends("c3", body="Masih, Kak.")
	crowd.process_all()
	done = progress(crowd, batch["batch"])
	assert (done["status"], done["counts"]["delivered"], done["counts"]["answered"]) == ("Done", 5, 1)
	(row,) = answer(crowd.get("batches.rows", batch=batch["batch"], kind="answered"))["rows"]
	assert row["title"] == "Orang 3"
	listed = answer(crowd.get("inbox.chats", queue="all", batch=batch["batch"]))["chats"]
	assert [chat["title"] for chat in listed] == ["Orang 3"]


def test_another_number_on_the_button_is_answered_with_a_conflict(crowd):
	batch = prepared(crowd)["batch"]
	refused = crowd.post("batches.send", batch=batch, count="4")
	assert (refused.status_code, refused.json()["exc_type"]) == (409, "ChangedMeanwhile")
	crowd.process_all()
	assert not crowd.sim.messages


def test_the_limit_of_a_day_pauses_it_until_a_person_resumes(crowd):
	batch = sent(crowd)
	crowd.sim.faults.change({"daily_limit": 5})
	crowd.process_all()
	assert not crowd.sim.messages
	paused = progress(crowd, batch)
	assert (paused["status"], paused["counts"]["put_aside"]) == ("Paused", 5)
	assert "limit of messages for a day" in paused["paused"]
	crowd.process_all()
	assert not crowd.sim.messages
	answer(crowd.post("batches.resume", batch=batch))
	crowd.process_all()
	assert len(crowd.sim.messages) == 5
	assert progress(crowd, batch)["counts"]["delivered"] == 5


def test_too_many_requests_slow_it_down_and_leave_nobody_out(crowd):
	batch = sent(crowd)
	crowd.sim.faults.change({"too_many_requests": 3})
	crowd.process_all()
	assert len(crowd.sim.messages) == 2
	crowd.sim.clock.advance(20_000)
	crowd.process_all()
	assert len(crowd.sim.messages) == 5
	assert progress(crowd, batch)["status"] == "Done"


def test_a_rate_limit_that_whatsapp_reports_slows_it_down_and_leaves_nobody_out(crowd):
	batch = sent(crowd)
	crowd.sim.faults.change({"fail_next": 1, "fail_code": 63018})
	crowd.process_all()
	shown = progress(crowd, batch)
	assert (shown["status"], shown["counts"]["to_send"]) == ("Sending", 1)
	crowd.sim.clock.advance(30_000)
	crowd.process_all()
	shown = progress(crowd, batch)
	assert (shown["status"], shown["counts"]["delivered"], shown["counts"]["failed"]) == ("Done", 5, 0)


@pytest.mark.parametrize(("code", "status"), [(63041, "Paused"), (30002, "Paused"), (63049, "Done")])
def test_a_limit_that_whatsapp_reports_pauses_it_and_a_declined_message_does_not(crowd, code, status):
	batch = sent(crowd)
	crowd.sim.faults.change({"fail_next": 1, "fail_code": code})
	crowd.process_all()
	shown = progress(crowd, batch)
	assert shown["status"] == status
	counts = (shown["counts"]["put_aside"], shown["counts"]["failed"])
	assert counts == ((1, 0) if status == "Paused" else (0, 1))
