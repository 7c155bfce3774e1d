"""Ads, forms, lists and forwarded messages: what is shown of the stored parameters."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_window.chat.received import Answer, Received, Referral, to_dict
from wa_window.twilio_channel.received import received, referral

from . import forms

AD = {
	"ReferralHeadline": "Cluster Melati",
	"ReferralBody": "Rumah dua kamar mulai 500 juta",
	"ReferralSourceType": "ad",
	"ReferralSourceId": "120210000000000001",
	"ReferralSourceUrl": "https://fb.me/melati",
	"ReferralMediaId": "1",
	"ReferralMediaUrl": "https://scontent.example/ad.jpg",
	"ReferralMediaContentType": "image/jpeg",
	"ReferralNumMedia": "1",
	"ReferralCtwaClid": "ARAkLkA8rmlFeiCktEJQ",
}


def answers(kind: str = "unsupported", **parameters: object) -> list[tuple[str, str]]:
	raw = forms.inbound(Body="") | {
		name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
	}
	return [(answer.name, answer.value) for answer in received(raw, kind).answers]


def test_an_ad_is_read_whole():
	assert referral(forms.inbound(**AD)) == Referral(
		"Cluster Melati",
		"Rumah dua kamar mulai 500 juta",
		"ad",
		"120210000000000001",
		"https://fb.me/melati",
		"https://scontent.example/ad.jpg",
		"image/jpeg",
		"ARAkLkA8rmlFeiCktEJQ",
	)


def test_the_long_address_of_an_ads_picture_is_not_cut():
	address = "https://scontent.xx.fbcdn.net/1.jpg?oh=" + "0" * 1500
	assert referral({"ReferralMediaUrl": address}).media_url == address


def test_a_message_without_an_ad_has_none_although_it_counts_the_ads_files():
	assert "ReferralNumMedia" in forms.TEXT
	assert referral(forms.TEXT) is None


@pytest.mark.parametrize(
	("given", "title"),
	[
		(AD, "Cluster Melati"),
		({"ReferralSourceId": "12"}, "12"),
		({"ReferralCtwaClid": "ARA"}, "ARA"),
	],
)
def test_an_ad_is_known_by_its_headline_or_else_its_id(given, title):
	assert referral(given).title == title


def test_an_ordinary_message_brought_nothing_else():
	for name in ("TEXT", "IMAGE", "AUDIO", "CONTACT", "DOCUMENT", "BUTTON", "STOP", "HIDDEN"):
		assert to_dict(received(getattr(forms, name), "text")) is None, name
	assert to_dict(received(forms.ORDER, "unsupported")) is None
	assert to_dict(received({"caught_up": True, "NumMedia": 0, "date_created": "x"}, "unsupported")) is None
	assert to_dict(received({}, "text")) is None


@pytest.mark.parametrize(
	("given", "forwarded"),
	[
		({"Forwarded": "true"}, "forwarded"),
		({"Forwarded": "true", "FrequentlyForwarded": "true"}, "often"),
		({"FrequentlyForwarded": "True"}, "often"),
		({"Forwarded": "false"}, ""),
	],
)
def test_forwarded_once_or_often(given, forwarded):
	assert received(given, "text").forwarded == forwarded


def test_what_was_picked_from_a_list_has_its_description():
	found = received(forms.LIST_REPLY | {"ListDescription": "45 m², dua kamar"}, "text")
	assert (found.picked, found.description) == (True, "45 m², dua kamar")


def test_the_answers_of_a_form_are_names_and_values_without_tokens():
	assert answers(
		InteractiveData={
			"type": "nfm_reply",
			"nfm_reply": {
				"name": "flow",
				"response_json": json.dumps(
					{
						"flow_token": "secret",
						"screen_0_Nama_Lengkap_0": "Budi Santoso",
						"tipe": ["45", "70"],
						"setuju": True,
						"tanggal": None,
					}
				),
			},
		}
	) == [("Nama Lengkap", "Budi Santoso"), ("tipe", "45, 70"), ("setuju", "✓")]


def test_questions_with_their_labels_are_shown_by_them():
	form = {
		"pages": [
			{
				"title": "Kunjungan",
				"items": [{"label": "Hari?", "value": "Sabtu"}, {"label": "Jam?", "value": 10}],
			},
			{"title": "Lain", "items": [{"label": "Catatan", "value": ""}]},
		]
	}
	assert answers(FlowData=form)[:3] == [("title", "Kunjungan"), ("Hari?", "Sabtu"), ("Jam?", "10")]


def test_whatever_name_a_field_of_a_form_has_is_shown_as_the_forms_designer_chose_it():
	form = {"from": "Jakarta", "to": "Bali", "type": "45", "id": "KTP 3271", "version": "baru", "screen": "A"}
	shown = list(form.items())
	assert answers(FlowData=form) == shown
	message = {
		"from": "62812",
		"id": "wamid.1",
		"type": "interactive",
		"interactive": {
			"type": "nfm_reply",
			"nfm_reply": {"name": "flow", "response_json": json.dumps(form)},
		},
		"timestamp": "1",
	}
	assert answers(InteractiveData={"messages": [message]}) == shown
	assert answers(InteractiveData={"data": json.dumps(message)}) == shown


def test_a_token_that_people_fill_in_is_shown_and_that_of_the_form_is_not():
	form = {"nomor_token_listrik": "123-456", "token": "7", "signature": "Budi", "Flow_Token": "x"}
	assert answers(FlowData=form) == [
		("nomor token listrik", "123-456"),
		("token", "7"),
		("signature", "Budi"),
	]
	asked = [{"label": name, "value": "1"} for name in ("Nomor token listrik", "From", "Type", "flow_token")]
	assert answers(FlowData=asked) == [("Nomor token listrik", "1"), ("From", "1"), ("Type", "1")]


def test_what_stands_beside_a_question_and_its_answer_is_shown_too():
	assert answers(FlowData={"name": "Budi", "value": "x", "city": "Depok"}) == [
		("Budi", "x"),
		("city", "Depok"),
	]


def test_two_parameters_that_say_the_same_say_it_once():
	form = {"nama": "Budi"}
	assert answers(FlowData=form, InteractiveData=form) == [("nama", "Budi")]


def test_an_order_and_what_is_still_unknown_are_as_readable_as_their_parameters():
	assert answers(
		ProductItems=[{"product_retailer_id": "MELATI-45", "quantity": 1, "item_price": 500}],
		CatalogName="Melati",
	) == [
		("product retailer id", "MELATI-45"),
		("quantity", "1"),
		("item price", "500"),
		("Catalog Name", "Melati"),
	]
	assert answers(Emoji="❤️", MessageType="reaction") == [("Emoji", "❤️")]


def test_a_known_kind_does_not_show_parameters_that_twilio_adds_tomorrow():
	assert answers("text", NewParameter="x") == []


@pytest.mark.parametrize("data", ["", "{", "null", "3", '"x"', "[]", "{}", "[" * 5000, '{"a":' * 2000])
def test_a_form_that_cannot_be_read_is_no_error(data):
	assert answers(FlowData=data) == []


def test_hostile_values_stay_text_and_are_bounded():
	form = {"<b>": "<script>", **{f"q{number}": "x" * 5000 for number in range(100)}}
	found = answers(FlowData=form)
	assert found[0] == ("<b>", "<script>")
	assert len(found) == 50
	assert max(len(value) for _, value in found) == 1000


json_values = st.recursive(
	st.none() | st.booleans() | st.floats() | st.text(),
	lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values, st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_nothing_that_a_form_holds_is_an_error(form, more):
	found = received(more | {"FlowData": json.dumps(form)}, "unsupported")
	assert isinstance(found, Received)
	assert all(isinstance(answer, Answer) for answer in found.answers)
	assert not any("token" in answer.name.lower() for answer in found.answers if answer.value == "secret")
