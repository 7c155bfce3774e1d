"""The main story over HTTP: the embedded host with the simulated Twilio, at a clock that only the test moves."""

import json

import pytest
import requests
from twilio.request_validator import RequestValidator

from playground.twilio_sim import Upload
from wa_window.chat.message import Sender
from wa_window.chat.ports.channel import OutcomeUnknown

HOUR_MS = 60 * 60 * 1000
BUDI = "+6281234567890"
FOLLOW_UP = "HX" + "0" * 31 + "1"


def sentence(response) -> str:
	(message,) = json.loads(response.json()["_server_messages"])
	return json.loads(message)["message"]


def test_sentences_are_in_the_language_of_the_page(site):
	site.written()
	site.sim.clock.advance(25 * HOUR_MS)
	for language, words in (("id", "Tertutup sejak"), ("en", "Closed since"), ("xx", "Closed since")):
		site.headers = {"Accept-Language": language}
		assert site.get("chat.window").json()["message"]["reason"].startswith(words)
		assert sentence(site.post("chat.reply", body="Halo")).startswith(words)


def test_from_the_first_message_to_the_reply(site):
	assert site.get("chat.window").json()["message"]["state"] == "never"

	site.written()
	opened = site.open()
	assert opened["window"]["state"] == "open"
	assert [message["body"] for message in opened["messages"]] == ["Halo, apakah rumahnya masih ada?"]

	assert site.post("chat.reply", body="Masih ada, Pak.").status_code == 200
	site.process_all()
	assert site.open()["messages"][-1]["delivery_status"] == "delivered"
	site.sim.customer_reads("budi")
	site.process_all()
	assert site.open()["messages"][-1]["delivery_status"] == "read"

	site.sim.clock.advance(25 * HOUR_MS)
	refused = site.post("chat.reply", body="Halo lagi")
	assert (refused.status_code, refused.json()["exc_type"]) == (409, "WindowClosed")
	assert "Send a template" in sentence(refused)
	site.process_all()
	assert (len(site.open()["messages"]), len(site.sent())) == (2, 1)

	sent = site.post(
		"chat.send_template", content_sid=FOLLOW_UP, variables={"1": "Pak Budi", "2": "rumah di Depok"}
	)
	assert sent.status_code == 200
	site.process_all()
	last = site.open()["messages"][-1]
	assert (
		last["body"]
		== "Halo Pak Budi, terima kasih sudah menghubungi kami tentang rumah di Depok. Boleh kami lanjutkan?"
	)
	assert last["delivery_status"] == "delivered"
	assert site.open()["window"]["state"] == "closed"

	site.written("Ya, masih berminat")
	assert site.open()["window"]["state"] == "open"
	assert site.post("chat.reply", body="Baik, Pak.").status_code == 200


def test_63016_that_comes_with_a_second_report_closes_the_window_too(site):
	site.written()
	site.sim.faults.change({"fail_next": 1, "fail_code": 63016, "code_later": 1})
	site.sim.clock.advance(1000)
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	opened = site.open()
	assert (opened["window"]["state"], opened["messages"][-1]["error_code"]) == ("refused", "63016")


def test_a_message_twilio_accepts_and_fails_later_with_63016_closes_the_window(site):
	site.written()
	site.sim.faults.change({"fail_next": 1, "fail_code": 63016})
	site.sim.clock.advance(1000)
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	opened = site.open()
	assert opened["window"]["state"] == "refused"
	assert opened["messages"][-1]["error_code"] == "63016"
	assert "template" in opened["messages"][-1]["error_text"]


def test_an_unknown_number_becomes_a_lead_and_a_hidden_one_too(site):
	site.sim.customer_sends("dewi", body="Halo")
	site.process_all()
	assert "Dewi Lestari" in [row["lead_name"] for row in site.host.leads.all()]


@pytest.mark.parametrize(
	"fault", ["cut_after_accept", "server_error_after_accept", "unavailable_after_accept"]
)
def test_a_message_whose_answer_was_lost_gets_its_status_by_the_callback_and_is_sent_once(site, fault):
	site.written()
	site.sim.faults.change({fault: 1})
	site.post("chat.reply", body="Masih ada, Pak.")
	for _ in range(3):
		site.process_all()
		site.sim.clock.advance(60_000)
	assert len(site.sent()) == 1
	assert site.open()["messages"][-1]["delivery_status"] == "delivered"


def test_too_many_requests_are_tried_again_later(site):
	site.written()
	site.sim.faults.change({"too_many_requests": 1})
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	assert site.open()["messages"][-1]["delivery_status"] == "queued"
	site.sim.clock.advance(60_000)
	site.process_all()
	assert site.open()["messages"][-1]["delivery_status"] == "delivered"


def test_unsigned_and_wrongly_signed_webhooks_are_403_and_nothing_is_stored(site):
	form = {
		"MessageSid": "SM" + "a" * 32,
		"From": f"whatsapp:{BUDI}",
		"To": "whatsapp:+622150001234",
		"Body": "x",
	}
	url = f"{site.url}/api/method/wa_window.api.webhook.inbound"
	wrong = RequestValidator("another token").compute_signature(url, form)
	for headers in ({}, {"X-Twilio-Signature": wrong}, {"X-Twilio-Signature": "garbage"}):
		assert requests.post(url, data=form, headers=headers, timeout=10).status_code == 403
	assert site.open()["messages"] == []


@pytest.mark.parametrize("form", [{}, {"From": "x"}, {"MessageSid": "y", "From": "z", "To": "w"}])
def test_garbage_forms_are_never_a_5xx(site, form):
	for endpoint in ("inbound", "status"):
		url = f"{site.url}/api/method/wa_window.api.webhook.{endpoint}"
		signature = RequestValidator(site.sim.account.auth_token).compute_signature(url, form)
		answer = requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=10)
		assert answer.status_code < 500


def test_bad_input_is_one_clear_sentence_each(site):
	site.written()
	silent = site.host.leads.add("A lead without a number")
	cases = {
		"1600": site.post("chat.reply", body="x" * 1601),
		"Sync the templates": site.post("chat.send_template", content_sid="HX" + "f" * 32, variables={}),
		"Fill in 2": site.post("chat.send_template", content_sid=FOLLOW_UP, variables={"1": "Budi"}),
		"no valid phone number": site.get("chat.window", lead=silent),
		"Write a message first": site.post("chat.reply"),
	}
	site.host.settings.account_sid = ""
	cases["Twilio is not set up"] = site.post("chat.reply", body="Halo")
	for words, response in cases.items():
		assert response.status_code in (409, 417), response.text
		assert words in sentence(response)
		assert "Traceback" not in response.text
	assert len(site.open()["messages"]) == 1


def test_a_lead_that_does_not_exist_is_403_and_an_unknown_method_404(site):
	assert site.get("chat.open", lead="nobody").status_code == 403
	assert site.get("chat.nothing").status_code == 404


def test_templates_of_all_pages_are_synced_and_a_failed_sync_keeps_the_old_list(site):
	known = len(site.host.store.templates())
	assert known == len(site.sim.contents)
	site.sim.faults.change({"server_errors": 50})
	answer = site.post("templates.sync").json()["message"]
	assert answer["errors"]
	assert len(site.host.store.templates()) == known


def test_a_page_gets_an_event_when_a_conversation_changes(site):
	site.host.page_events.publish("before anybody listens")
	stream = site.host.page_events.stream()
	assert next(stream) == ": connected\n\n"
	site.host.page_events.publish("a conversation")
	assert json.loads(next(stream).removeprefix("data: ")) == {
		"conversation": "a conversation",
		"about": "chat",
	}


def test_a_customers_photo_is_fetched_and_shown(site):
	photo = Upload("rumah.jpg", "image/jpeg", b"\xff\xd8\xff a photo")
	site.sim.customer_sends("budi", kind="image", media=photo)
	site.process_all()
	(media,) = site.open()["messages"][-1]["media"]
	assert (media["state"], media["type"], media["size"]) == ("stored", "image/jpeg", len(photo.data))
	shown = requests.get(site.url + media["file"], timeout=10)
	assert (shown.content, shown.headers["Content-Type"]) == (photo.data, "image/jpeg")
	assert shown.headers["Content-Security-Policy"] == "sandbox"


def test_a_file_that_could_not_be_fetched_can_be_tried_again(site):
	site.sim.faults.change({"server_errors": 5})
	site.sim.customer_sends("budi", kind="document")
	for _ in range(5):
		site.process_all()
		site.sim.clock.advance(3 * HOUR_MS)
	failed = site.open()["messages"][-1]
	assert failed["media"][0]["state"] == "failed"
	assert site.post("chat.fetch_media", message=failed["name"]).status_code == 200
	site.process_all()
	assert site.open()["messages"][-1]["media"][0]["state"] == "stored"


def test_an_agents_photo_arrives_at_the_customer(site):
	site.written()
	upload = requests.post(
		f"{site.url}/api/method/upload_file",
		files={"file": ("denah.png", b"\x89PNG a plan", "image/png")},
		data={"is_private": "1"},
		timeout=10,
	)
	file = upload.json()["message"]["name"]
	sent = site.post("chat.reply", body="Denahnya", file=file)
	assert sent.status_code == 200, sent.text
	site.process_all()
	message = site.open()["messages"][-1]
	assert (message["kind"], message["body"], message["delivery_status"]) == (
		"image",
		"Denahnya",
		"delivered",
	)
	(arrived,) = [m for m in site.sim.snapshot() if m.media_url]
	assert (arrived.media[0].data, arrived.media[0].content_type) == (b"\x89PNG a plan", "image/png")
	assert arrived.media[0].name == "denah.png"
	unknown = site.post("chat.reply", file="nothing")
	assert unknown.status_code == 417
	assert "Upload it" in sentence(unknown)


def test_another_file_of_the_same_size_is_not_taken_for_the_one_that_was_sent(site):
	site.written()
	sent = []
	for content in (b"plan A", b"plan A", b"plan B"):
		upload = requests.post(
			f"{site.url}/api/method/upload_file",
			files={"file": ("denah.pdf", content, "application/pdf")},
			data={"is_private": "1"},
			timeout=10,
		)
		file = upload.json()["message"]["name"]
		sent.append(site.post("chat.reply", body="", file=file, client_key="one-key"))
	assert [answer.status_code for answer in sent] == [200, 200, 417]
	assert sent[0].json()["message"]["name"] == sent[1].json()["message"]["name"]
	assert "already sent with other content" in sentence(sent[2])


def test_a_lost_webhook_and_a_cut_connection_are_reconciled_with_the_list(site):
	site.written()
	site.sim.faults.change({"inbound": {"lost": 1.0}, "status": {"lost": 1.0}, "cut_after_accept": 1})
	site.sim.customer_sends("budi", body="lost")
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	opened = site.open()["messages"]
	assert [(m["body"], m["delivery_status"]) for m in opened[1:]] == [("Masih ada, Pak.", "unknown")]
	assert opened[-1]["may_send_again"] is False
	site.sim.clock.advance(5 * 60 * 1000)
	assert site.host.worker.catch_up().received == 1
	opened = site.open()["messages"]
	assert {(m["body"], m["delivery_status"]) for m in opened[1:]} == {
		("lost", "received"),
		("Masih ada, Pak.", "delivered"),
	}
	assert len(site.sent()) == 1


def test_what_twilio_never_got_is_offered_to_be_sent_again(site, monkeypatch):
	site.written()
	monkeypatch.setattr(
		"wa_window.twilio_channel.client.TwilioChannel._create", lambda self, _: OutcomeUnknown("ReadTimeout")
	)
	site.post("chat.reply", body="Masih ada, Pak.")
	site.process_all()
	monkeypatch.undo()
	site.sim.clock.advance(11 * 60 * 1000)
	site.host.worker.catch_up()
	lost = site.open()["messages"][-1]
	assert (lost["error_code"], lost["may_send_again"]) == ("not_listed", True)
	assert "has no such message" in lost["error_text"]
	assert site.post("chat.send_again", message=lost["name"]).status_code == 200
	site.process_all()
	assert (len(site.sent()), site.open()["messages"][-1]["delivery_status"]) == (1, "delivered")


def test_from_a_number_that_is_no_sender_nothing_can_be_sent_until_it_is_one(site):
	site.written()
	senders, site.host.settings.senders = site.host.settings.senders, (Sender("whatsapp:+6281100000009"),)
	opened = site.open()
	assert (len(opened["messages"]), "add it" in opened["sender_problem"]) == (1, True)
	refused = site.post("chat.reply", body="Masih ada, Pak.")
	assert (refused.status_code, refused.json()["exc_type"]) == (417, "NotSetUp")
	site.host.settings.senders = senders
	assert site.open()["sender_problem"] is None
	assert site.post("chat.reply", body="Masih ada, Pak.").status_code == 200


def test_a_template_that_was_deleted_at_twilio_is_refused_at_once_and_goes_from_the_list(site):
	"""https://www.twilio.com/docs/api/errors/21655"""
	site.written()
	site.sim.contents.pop(FOLLOW_UP)
	variables = {"1": "Pak Budi", "2": "rumah"}
	assert site.post("chat.send_template", content_sid=FOLLOW_UP, variables=variables).status_code == 200
	site.process_all()
	refused = site.open()["messages"][-1]
	assert (refused["delivery_status"], refused["error_code"]) == ("failed", "21655")
	assert "deleted at Twilio" in refused["error_text"]
	assert not refused["may_send_again"]
	listed = site.get("templates.usable").json()["message"]
	assert listed
	assert FOLLOW_UP not in [template["content_sid"] for template in listed]


def test_a_start_lifts_an_opt_out_also_where_the_sender_has_no_advanced_opt_out_any_more(site):
	sender = next(iter(site.sim.senders.values()))
	site.written("STOP")
	assert site.open()["window"]["state"] == "opted_out"
	sender.advanced_opt_out = False
	site.sim.clock.advance(1000)
	site.written("Yes")
	assert site.open()["window"]["state"] == "opted_out"
	site.sim.clock.advance(1000)
	site.written("Start")
	assert site.open()["window"]["state"] == "open"


def test_a_form_larger_than_any_of_twilios_is_413(site):
	form = {"From": f"whatsapp:{BUDI}", "Body": "x" * 1000 * 1000}
	answer = requests.post(f"{site.url}/api/method/wa_window.api.webhook.inbound", data=form, timeout=10)
	assert answer.status_code == 413


@pytest.mark.parametrize("given", [{"lead": 5}, {"lead": "\ud800"}, {"body": ["a"]}, {"client_key": "a\x00"}])
def test_arguments_that_are_no_texts_are_refused_with_a_sentence(site, given):
	answer = site.post("chat.reply", **{"body": "Halo"} | given)
	assert (answer.status_code, answer.json()["exc_type"]) == (417, "InvalidArgument")


def test_a_contact_card_is_read_and_becomes_a_lead(site):
	site.written(body="", kind="contact")
	[message] = site.open()["messages"]
	found = site.get("chat.contacts", message=message["name"]).json()["message"]
	budi, siti = found["contacts"]
	assert budi["numbers"][0]["lead"]["name"] == site.lead
	assert (siti["name"], siti["numbers"][0]["label"]) == ("Siti Rahma", "Ponsel")
	assert (siti["numbers"][0]["is_lead"], found["may_create"]) == (False, True)
	person = {"lead_name": siti["name"], "phone": siti["numbers"][0]["phone"]}
	created = site.post("chat.create_lead", **person).json()["message"]
	assert site.post("chat.create_lead", **person).json()["message"] == created
	found = site.get("chat.contacts", message=message["name"]).json()["message"]
	assert found["contacts"][1]["numbers"][0]["lead"] == created


def test_a_hostile_card_is_no_error(site):
	site.written(body="", kind="contact", media=Upload("x.vcf", "text/vcard", b"BEGIN:VCARD\r\n" * 99))
	[message] = site.open()["messages"]
	found = site.get("chat.contacts", message=message["name"])
	assert (found.status_code, found.json()["message"]["contacts"]) == (200, [])
	assert site.post("chat.create_lead", lead_name="x", phone="112").status_code == 417


def test_the_ad_of_a_first_message_is_shown_and_put_on_its_lead(site):
	site.sim.customer_sends("siti", kind="ad")
	site.process_all()
	[chat] = site.host.store.conversations_of(site.host.leads.lead(site.host.leads.all()[0]["name"]))
	assert (chat.ad_title, chat.ad_id) == ("Cluster Melati, mulai 500 juta", "120210000000000001")
	assert site.host.leads.row(chat.lead)["wa_ad"] == chat.ad_title
	[message] = site.get("chat.open", lead=chat.lead).json()["message"]["messages"]
	ad = message["received"]["referral"]
	assert chat.ad_at_ms == message["sent_at_ms"]
	assert ad["click_id"].startswith("ARAk")
	assert (message["media"], ad["picture"]["name"]) == ([], "Cluster Melati, mulai 500 juta.png")
	assert requests.get(site.url + ad["picture"]["file"], timeout=10).content.startswith(b"\x89PNG")
	site.sim.customer_sends("siti", kind="ad", extra={"ReferralHeadline": "Another"})
	site.process_all()
	assert site.host.store.conversation(chat.name).ad_title == chat.ad_title


def test_the_answers_of_a_form_an_order_and_a_forwarded_text_are_shown(site):
	for kind in ("form", "order", "forwarded", "forwarded_often"):
		site.written(body="", kind=kind)
	form, order, *forwarded = (message["received"] for message in site.open()["messages"])
	assert form["answers"] == [
		{"name": "Nama Lengkap", "value": "Budi Santoso"},
		{"name": "Tipe Rumah", "value": "45, 70"},
		{"name": "Tanggal Kunjungan", "value": "2026-12-05"},
	]
	assert {"name": "product retailer id", "value": "MELATI-45"} in order["answers"]
	assert [each["forwarded"] for each in forwarded] == ["forwarded", "often"]


def test_a_post_that_was_answered_is_shown_and_is_no_ad_that_was_clicked(site):
	site.written(body="", kind="post")
	[message] = site.open()["messages"]
	post = message["received"]["referral"]
	assert (post["source_type"], post["click_id"]) == ("post", "")
	assert post["picture"]["file"]


def test_cards_of_other_versions_are_read_with_their_numbers_and_labels(site):
	site.written(body="", kind="contact_versions")
	[message] = site.open()["messages"]
	ana, zoe = site.get("chat.contacts", message=message["name"]).json()["message"]["contacts"]
	shown = [(number["label"], number["phone"]) for number in ana["numbers"]]
	assert (ana["name"], shown) == (
		"Ana Sánchez",
		[("Cell", "+6281211112222"), ("Home", "+62215550101"), ("Work", "+62215550102")],
	)
	assert [(number["label"], number["phone"]) for number in zoe["numbers"]] == [("Cell", "+6281333334444")]


def test_who_writes_from_a_new_number_with_the_same_id_goes_on_in_their_chat(site):
	site.written()
	before = site.sim.customers["budi"].phone
	site.written(body="", kind="new_number")
	first, second = site.open()["messages"]
	assert (first["received"], second["received"]["number_before"]) == (None, before)
	assert site.sim.customers["budi"].phone not in (before, "")


def test_a_quick_reply_shows_from_what_it_was_picked(site):
	site.written()
	content = next(
		c for c in site.sim.contents.values() if any(b["type"] == "QUICK_REPLY" for b in c.buttons({}))
	)
	values = dict.fromkeys(content.variables, "x")
	site.post("chat.send_template", content_sid=content.sid, variables=values)
	site.process_all()
	sent = next(m for m in site.sim.snapshot() if m.buttons)
	site.written(body="", kind="button", replied_to=sent.sid, button=sent.buttons[0]["id"])
	picked = site.open()["messages"][-1]
	assert (picked["kind"], picked["options"]) == ("button", [button["title"] for button in sent.buttons])


@pytest.mark.parametrize("kind", ["form", "form_in_interactive_data", "form_in_flow_data"])
def test_the_answers_of_a_form_are_the_same_in_whichever_parameter_they_come(site, kind):
	site.written(body="", kind=kind)
	[message] = site.open()["messages"]
	assert [answer["value"] for answer in message["received"]["answers"]] == [
		"Budi Santoso",
		"45, 70",
		"2026-12-05",
	]


def test_a_pick_shows_the_whole_list_of_the_template_as_it_was_sent(site):
	content = next(each for each in site.sim.contents.values() if each.friendly_name == "pilih_tipe")
	content.types["twilio/list-picker"]["items"][1]["item"] = "Tipe {{1}}"
	content.variables["1"] = "45"
	site.host.sync_templates()
	assert content.sid not in [each["content_sid"] for each in site.get("templates.usable").json()["message"]]
	site.written()
	answer = site.post("chat.send_template", content_sid=content.sid, variables={"1": "60"})
	assert answer.status_code == 200, answer.text
	site.process_all()
	sent = next(m for m in site.sim.snapshot() if m.buttons)
	site.written(body="", kind="button", replied_to=sent.sid, button="t36")
	picked = site.open()["messages"][-1]
	assert (picked["body"], picked["received"]["picked"]) == ("Tipe 36", True)
	assert picked["options"] == ["Tipe 36", "Tipe 60"]
	site.written(body="Yang lain?", replied_to=sent.sid)
	assert site.open()["messages"][-1]["options"] == []


def test_beside_a_chat_are_its_leads_fields_its_notes_and_its_files(site):
	site.written()
	conversation = site.open()["conversation"]
	note = site.post("inbox.note", conversation=conversation, text="Minta <b>diskon</b>")
	assert note.json()["message"]["conversation"] == conversation
	site.process_all()
	assert site.sent() == []
	found = site.get("inbox.record", conversation=conversation).json()["message"]
	assert found["record"]["name"] == site.lead
	assert [(each["author"], each["text"]) for each in found["notes"]] == [("Andi", "Minta <b>diskon</b>")]
	site.post("inbox.assign", conversation=conversation, user="rina@playground.example", note="Tanya KPR")
	site.post("inbox.assign", conversation=conversation, user="rina@playground.example", note=" ")
	found = site.get("inbox.record", conversation=conversation).json()["message"]
	assert [each["text"] for each in found["notes"]] == ["Tanya KPR", "Minta <b>diskon</b>"]
	changed = site.post(
		"inbox.set_field", conversation=conversation, field="lead_name", value="Budi S.", was="Budi Santoso"
	)
	assert changed.json()["message"]["fields"][0]["value"] == "Budi S."
	again = site.post(
		"inbox.set_field", conversation=conversation, field="lead_name", value="B", was="Budi Santoso"
	)
	assert (again.status_code, again.json()["exc_type"]) == (409, "ChangedMeanwhile")
	for given in (
		{"conversation": "none"},
		{"conversation": conversation, "field": "position", "value": "1"},
	):
		assert site.post("inbox.set_field", **{"field": "phone", "value": "1", **given}).status_code == 403
	assert site.get("inbox.record", conversation="none").status_code == 403


def test_a_number_that_is_changed_beside_the_chat_makes_it_one_of_an_earlier_number(site):
	site.written()
	conversation, number = site.open()["conversation"], site.host.leads.lead(site.lead).phone

	def asked(phone: str) -> str:
		lead = {"lead_doctype": "Chat Lead", "lead": site.lead}
		return site.post("chat.number_change", **lead, values=json.dumps({"phone": phone})).json()["message"]

	def is_earlier() -> bool:
		(row,) = site.get("inbox.chats", queue="all").json()["message"]["chats"]
		return row["earlier_number"]

	assert (asked(number), is_earlier()) == ("", False)
	assert asked("+628139999888").startswith(f"1 message belongs to {number}. They stay here")
	fields = {"conversation": conversation, "field": "phone"}
	changed = site.post("inbox.set_field", **fields, value="+628139999888")
	assert [each["is_number"] for each in changed.json()["message"]["fields"]] == [False, True]
	assert is_earlier()
	opened = site.open()
	assert [chat["label"] for chat in opened["conversations"]] == ["New number", f"Earlier number {number}"]
	site.post("inbox.set_field", **fields, value=number)
	assert not is_earlier()


def test_quick_replies_are_filled_and_kept_for_who_wrote_them(site):
	site.written()
	file = site.host.upload("Harga.pdf", b"%PDF-1.4\n%%EOF\n")
	text = "Halo {{ lead_name | Kak }} {{ wa_phone | x }}"
	site.host.store.add_quick_reply("Harga", text, "harga", files=(file,))
	added = site.post("quick_replies.add", title="Salam", text="Halo", shortcut="salam")
	assert added.json()["message"]["warnings"] == []
	offered = site.get("quick_replies.for_lead").json()["message"]
	assert [(each["title"], each["text"]) for each in offered] == [
		("Harga", "Halo Budi Santoso x"),
		("Salam", "Halo"),
	]
	kept = offered[0]["files"][0]
	assert (kept["file_name"], kept["type"]) == ("Harga.pdf", "application/pdf")
	assert site.post("chat.reply", body="Ini", file=kept["name"]).status_code == 200
	rina = site.host.seen_by("rina")
	assert [each.title for each in rina.quick_replies()] == ["Harga"]
	assert site.post("quick_replies.add", title=" ", text="x").status_code == 417
	assert site.get("quick_replies.for_lead", lead="none").status_code == 403
