"""WhatsApp's handling of accepted messages: the window, templates, opt-outs."""

import json

import pytest

BUDI = "whatsapp:+6281234567890"
SALES = "whatsapp:+622150001234"
SERVICE = "whatsapp:+622150005678"
DAY_MS = 24 * 60 * 60 * 1000
FOLLOW_UP, NAMED, MEDIA, BUTTONS, CARD, LIST = (f"HX{number:032x}" for number in (1, 3, 4, 5, 6, 7))
PENDING, REJECTED = f"HX{9:032x}", f"HX{10:032x}"


@pytest.fixture
def outcome(client, sim):
	"""Send a message and process it; returns its status and error code."""

	def sent(to=BUDI, from_=SALES, **message):
		sid = client.messages.create(to=to, from_=from_, **message).sid
		sim.pump()
		resource = client.messages(sid).fetch()
		return resource.status, resource.error_code

	return sent


def template(sid, **variables):
	return {"content_sid": sid, "content_variables": json.dumps(variables)}


def test_freeform_to_somebody_who_never_wrote_is_accepted_and_fails(outcome):
	assert outcome(body="Halo") == ("undelivered", 63016)


def test_the_window_is_24_hours_from_the_last_message_to_the_millisecond(outcome, sim):
	sim.customer_sends("budi", body="Halo")
	sim.clock.advance(DAY_MS - 1)
	assert outcome(body="Halo") == ("delivered", None)
	sim.clock.advance(1)
	assert outcome(body="Halo") == ("undelivered", 63016)


def test_a_window_belongs_to_one_pair_of_numbers(outcome, sim):
	sim.customer_sends("budi", body="Halo")
	assert outcome(body="Halo", from_=SERVICE) == ("undelivered", 63016)
	assert outcome(body="Halo", to="whatsapp:+6285711122233") == ("undelivered", 63016)


def test_an_approved_template_passes_outside_the_window_and_opens_nothing(outcome):
	assert outcome(**template(FOLLOW_UP, **{"1": "Budi", "2": "rumah"})) == ("delivered", None)
	assert outcome(body="Halo") == ("undelivered", 63016)


@pytest.mark.parametrize("sid", [PENDING, REJECTED, LIST])
def test_a_template_without_approval_fails_outside_the_window(outcome, sid):
	assert outcome(**template(sid, **{"1": "a", "2": "b"})) == ("undelivered", 63016)


def test_a_list_picker_passes_inside_the_window(outcome, sim):
	sim.customer_sends("budi", body="Halo")
	assert outcome(**template(LIST)) == ("delivered", None)


def test_variables_are_filled_and_what_is_missing_silently_gets_the_sample(client):
	message = client.messages.create(to=BUDI, from_=SALES, **template(NAMED, name="Siti", date="1 Mei"))
	assert message.body == "Pak/Bu Siti, janji temu Anda pada 1 Mei pukul 10.00. Sampai jumpa!"


def test_quotes_and_apostrophes_arrive_as_they_are(client, sim):
	values = {"1": 'Ma\'ruf "Aming"', "2": "{{1}}"}
	sid = client.messages.create(to=BUDI, from_=SALES, **template(FOLLOW_UP, **values)).sid
	assert 'Ma\'ruf "Aming"' in sim.messages[sid].body
	assert "{{1}}" in sim.messages[sid].body


@pytest.mark.parametrize(
	("value", "code"),
	[("two\nlines", 63013), ("a\ttab", 63013), ("five     spaces", 63013), ("x" * 1000, 63021)],
)
def test_values_that_whatsapp_does_not_take_fail_later(outcome, value, code):
	assert outcome(**template(FOLLOW_UP, **{"1": value, "2": "rumah"})) == ("failed", code)


def test_four_spaces_in_a_row_are_fine(outcome):
	assert outcome(**template(FOLLOW_UP, **{"1": "a    b", "2": "rumah"})) == ("delivered", None)


def test_media_and_buttons_of_templates_are_filled(client, sim):
	media = client.messages.create(to=BUDI, from_=SALES, **template(MEDIA, **{"1": "Melati", "2": "m.pdf"}))
	assert media.sid.startswith("MM")
	assert media.body == "Ini brosur Melati yang Anda minta."
	assert sim.contents[MEDIA].rendered({"2": "m.pdf"})["media"] == ["https://files.example.com/m.pdf"]
	card = client.messages.create(to=BUDI, from_=SALES, **template(CARD, **{"1": "Siti", "2": "Mei"}))
	assert card.body == "Penawaran untuk Siti\nBerlaku sampai Mei"
	assert [button["title"] for button in sim.messages[card.sid].buttons] == ["Lihat", "Hubungi saya"]


def test_stop_counts_where_advanced_opt_out_is_on_and_start_ends_it(outcome, sim):
	sim.customer_sends("budi", SALES, body=" stop ")
	assert outcome(body="Halo") == ("failed", 21610)
	assert outcome(**template(FOLLOW_UP)) == ("failed", 21610)
	sim.customer_sends("budi", SALES, body="START")
	assert outcome(body="Halo") == ("delivered", None)


def test_stop_is_a_text_like_any_other_where_it_is_off(outcome, sim):
	sim.customer_sends("budi", SERVICE, body="STOP")
	assert outcome(body="Halo", from_=SERVICE) == ("delivered", None)


def test_a_customer_without_whatsapp_and_one_who_blocked_us_get_nothing(outcome, sim):
	assert outcome(to="whatsapp:+6281300000001", **template(FOLLOW_UP)) == ("failed", 63003)
	sim.customers["budi"].blocked = True
	assert outcome(**template(FOLLOW_UP)) == ("failed", 63014)


def test_a_hidden_number_is_answered_by_its_id_and_keeps_its_window(outcome, sim):
	sim.customer_sends("dewi", body="Halo")
	assert outcome(to="whatsapp:ID.20817740099887", body="Halo") == ("delivered", None)
	sim.customer_sends("budi", body="Halo", hide_number=True)
	assert outcome(to="whatsapp:ID.20817740012345", body="Halo") == ("delivered", None)
	assert outcome(to=BUDI, body="Halo") == ("delivered", None)


def test_an_unknown_number_becomes_a_customer(outcome, sim):
	assert outcome(to="whatsapp:+14155550100", **template(FOLLOW_UP)) == ("delivered", None)
	assert sim.customers["+14155550100"].phone == "+14155550100"
