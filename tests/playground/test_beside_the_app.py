"""What is written beside the app, and what the customer sees while an agent writes: the embedded host with the simulated Twilio."""

import time

SALES = "whatsapp:+622150001234"
MINUTE_MS = 60 * 1000


def conversation_of(site) -> str:
	return site.open()["conversation"]


def test_what_is_sent_in_twilios_console_is_shown_and_is_an_answer(site):
	site.written()
	site.sim.clock.advance(MINUTE_MS)
	site.sim.console_sends("budi", SALES, "Dari konsol")
	site.process_all()
	site.sim.clock.advance(5 * MINUTE_MS)
	site.host.worker.catch_up()
	*_, shown = site.open()["messages"]
	assert (shown["body"], shown["sent_outside"]) == ("Dari konsol", True)
	assert (shown["author"], shown["is_mine"], shown["may_send_again"]) == ("", False, False)
	assert shown["delivery_status"] == "delivered"
	assert site.get("inbox.chats").json()["message"]["counts"]["needs_reply"] == 0
	site.process_all()
	assert len(site.sent()) == 1


def test_a_file_that_another_program_sent_is_shown(site):
	site.written()
	name = site.host.upload("denah.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)
	message = site.sim.console_sends("budi", SALES, "Denah")
	message.media_url = f"{site.url}/files/{name}/denah.png"
	site.process_all()
	site.sim.clock.advance(5 * MINUTE_MS)
	site.host.worker.catch_up()
	site.process_all()
	*_, shown = site.open()["messages"]
	assert (shown["kind"], shown["media"][0]["state"]) == ("image", "stored")


def test_while_an_agent_writes_the_customer_sees_it_where_settings_say_so(site):
	site.written()
	typing = {"conversation": conversation_of(site), "writing": "1"}
	site.post("chat.presence", **typing)
	assert site.sim.log.entries("typing") == []
	site.host.settings.show_typing = True
	site.host.presence.stop_writing(conversation_of(site), site.host.user)
	assert site.post("chat.presence", **typing).status_code == 200
	_wait_until(lambda: site.sim.is_typing("budi", SALES))
	site.post("chat.presence", **typing)
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	assert len(site.sim.log.entries("typing")) == 1
	assert not site.sim.is_typing("budi", SALES)


def _wait_until(is_so) -> None:
	for _ in range(200):
		if is_so():
			return
		time.sleep(0.05)
	raise AssertionError("it never was")
