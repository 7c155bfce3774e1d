"""Every kind of message that Twilio posts: what an agent sees, and that no parameter is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from wa_window.chat.message import InboundMessage
from wa_window.twilio_channel.webhook import UnreadableForm, inbound_message, status_report, without_nul

from . import forms

NOW = 1_795_400_000_123
KINDS = {"text", "image", "audio", "video", "document", "location", "contact", "button", "unsupported"}
MEDIA_URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


def read(form) -> InboundMessage:
	return inbound_message(MultiDict(form), NOW)


def without(form: dict, *names: str) -> dict:
	return {name: value for name, value in form.items() if name not in names}


# Media


@pytest.mark.parametrize(
	("media_type", "kind"),
	[
		("image/jpeg", "image"),
		("image/webp", "image"),
		("audio/ogg", "audio"),
		("audio/amr", "audio"),
		("video/mp4", "video"),
		("video/3gpp", "video"),
		("application/pdf", "document"),
		("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
		("text/csv", "document"),
		("text/plain", "document"),
		("text/vcard", "contact"),
		("text/x-vcard", "contact"),
		("text/vcard; charset=utf-8", "contact"),
		("something/new", "document"),
	],
)
def test_a_file_is_shown_by_its_type(media_type, kind):
	message = read(forms.media(media_type, "unheard of"))
	assert message.kind == kind
	assert [item.type for item in message.media] == [media_type]


AD = {
	"ReferralHeadline": "Cluster Melati",
	"ReferralMediaUrl": "https://scontent.xx.fbcdn.net/1.jpg?oe=" + "6" * 1200,
	"ReferralMediaContentType": "image/jpeg",
}


@pytest.mark.parametrize("name", ["TEXT", "IMAGE", "CONTACT"])
def test_the_picture_of_an_ad_comes_after_the_customers_files_and_makes_no_other_kind_of_message(name):
	form = getattr(forms, name)
	plain, from_ad = read(form), read(form | AD)
	assert (from_ad.kind, from_ad.body, from_ad.media[:-1]) == (plain.kind, plain.body, plain.media)
	picture = from_ad.media[-1]
	assert (picture.url, picture.type, picture.name) == (
		AD["ReferralMediaUrl"],
		"image/jpeg",
		"Cluster Melati",
	)


@pytest.mark.parametrize(
	"different",
	[
		{"ReferralMediaContentType": "video/mp4"},
		{"ReferralMediaContentType": "image/svg+xml"},
		{"ReferralMediaContentType": ""},
		{"ReferralMediaUrl": "https://evil.example/1.jpg"},
		{"ReferralMediaUrl": ""},
	],
)
def test_what_is_no_picture_at_meta_is_no_file_of_the_message(different):
	assert read(forms.TEXT | AD | different).media == ()


@pytest.mark.parametrize("name", ["IMAGE", "AUDIO", "VIDEO", "STICKER", "DOCUMENT", "CONTACT", "TEN_IMAGES"])
def test_a_file_is_read_the_same_without_the_undocumented_message_type(name):
	form = getattr(forms, name)
	stated, unstated = read(form), read(without(form, "MessageType"))
	assert (unstated.kind, unstated.body, unstated.media) == (stated.kind, stated.body, stated.media)


@pytest.mark.parametrize("name", ["AUDIO", "VIDEO", "STICKER", "CONTACT"])
def test_a_file_without_text_has_an_empty_text_and_no_name(name):
	message = read(getattr(forms, name))
	assert message.message_sid.startswith("MM")
	assert (message.body, message.media[0].name) == ("", "")


@pytest.mark.parametrize("name", ["harga <2026> & 'promo'.pdf", "../../etc/passwd", "", "без имени.docx"])
def test_a_documents_name_is_kept_as_sent_in_the_body_and_at_the_file(name):
	message = read(forms.media("application/pdf", "document", name))
	assert (message.body, message.media[0].name) == (name, name)


def test_a_caption_is_not_taken_for_the_name_of_a_photo():
	message = read(forms.IMAGE)
	assert (message.body, message.media[0].name) == ("Ini rumahnya", "")


def test_ten_files_keep_their_order_and_an_eleventh_is_at_least_in_raw():
	form = forms.media("image/png", "image", "Album", count=11)
	message = read(form)
	assert [item.url for item in message.media] == [f"{MEDIA_URL}{number}" for number in range(10)]
	assert message.raw["MediaUrl10"] == f"{MEDIA_URL}10"


@pytest.mark.parametrize("count", ["0", "1", "10", "", "many"])
def test_the_files_that_are_there_count_whatever_nummedia_says(count):
	assert len(read(forms.media("image/png", "image", count=2) | {"NumMedia": count}).media) == 2
	assert read(forms.TEXT | {"NumMedia": count}).media == ()


def test_a_gap_in_the_numbering_loses_no_file():
	form = without(forms.media("image/png", "image", count=3), "MediaUrl1")
	assert [item.url for item in read(form).media] == [f"{MEDIA_URL}0", f"{MEDIA_URL}2"]


def test_the_picture_of_an_advertisement_is_not_the_customers():
	form = forms.FORWARDED_AD | {
		"ReferralNumMedia": "1",
		"ReferralMediaUrl": "https://scontent.example/ad.jpg",
		"ReferralMediaContentType": "image/jpeg",
	}
	message = read(form)
	assert (message.kind, message.media) == ("text", ())
	assert message.raw["ReferralMediaUrl"] == "https://scontent.example/ad.jpg"


# Locations


@pytest.mark.parametrize(
	("place", "body"),
	[
		({}, "-6.2731, 106.7243"),
		({"Label": "Rumah contoh"}, "Rumah contoh\n-6.2731, 106.7243"),
		({"Address": "Jl. Bintaro Utama 3"}, "Jl. Bintaro Utama 3\n-6.2731, 106.7243"),
		({"Label": "<b>Toko</b>", "Address": "1,2"}, "<b>Toko</b>\n1,2\n-6.2731, 106.7243"),
	],
)
def test_a_location_ends_with_its_coordinates(place, body):
	message = read(without(forms.LOCATION, "Label", "Address") | place)
	assert (message.kind, message.body, message.media) == ("location", body, ())


def test_zero_degrees_is_a_place_too():
	message = read(without(forms.LOCATION, "Label", "Address") | {"Latitude": "0", "Longitude": "0.0"})
	assert (message.kind, message.body) == ("location", "0, 0.0")


def test_a_location_needs_no_message_type():
	assert read(without(forms.LOCATION, "MessageType")).kind == "location"


@pytest.mark.parametrize("missing", [("Latitude",), ("Longitude",), ("Latitude", "Longitude")])
def test_a_location_without_coordinates_is_shown_as_unsupported_with_what_it_brought(missing):
	message = read(without(forms.LOCATION, *missing))
	assert message.kind == "unsupported"
	assert message.raw["Label"] == "Rumah contoh"


# Buttons, lists, replies


def test_a_button_of_a_template_and_one_of_a_session_message_are_the_same_to_an_agent():
	for message_type in ("button", "interactive"):
		message = read(forms.BUTTON | {"MessageType": message_type})
		assert (message.kind, message.body) == ("button", "Jadi")
		assert message.raw["ButtonPayload"] == "visit_yes"


def test_a_button_whose_text_comes_only_as_buttontext_is_shown_by_it():
	assert read(forms.BUTTON | {"Body": ""}).body == "Jadi"


def test_a_button_is_known_by_its_payload_alone():
	message = read(without(forms.BUTTON, "ButtonText", "ButtonType", "MessageType"))
	assert (message.kind, message.body) == ("button", "Jadi")


def test_a_choice_from_a_list_is_its_text_and_keeps_its_id():
	message = read(forms.LIST_REPLY)
	assert (message.kind, message.body) == ("text", "Tipe 45")
	assert message.raw["ListId"] == "t45"


@pytest.mark.parametrize("name", ["TEXT", "IMAGE", "LOCATION", "BUTTON"])
def test_any_kind_of_message_may_answer_an_earlier_one(name):
	original = "MM" + "c3" * 16
	form = getattr(forms, name) | {"OriginalRepliedMessageSid": original}
	assert read(form).replied_to_sid == original


def test_stop_pressed_as_a_button_opts_out_as_well():
	message = read(forms.BUTTON | {"Body": "STOP", "ButtonText": "STOP", "OptOutType": "STOP"})
	assert (message.kind, message.opt_out) == ("button", "STOP")


def test_stop_as_a_plain_word_opts_nobody_out():
	"""Keywords do not apply to WhatsApp: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out"""
	assert read(forms.inbound(Body="STOP")).opt_out == ""


# Unknown kinds, and customers without a number


@pytest.mark.parametrize("message_type", ["order", "reaction", "sticker", "video", "new in 2027"])
def test_an_unknown_kind_is_kept_with_its_text_and_all_its_parameters(message_type):
	form = forms.inbound(MessageType=message_type, Body="👍", Items='[{"id": "t45"}]')
	message = read(form)
	assert (message.kind, message.body, message.media) == ("unsupported", "👍", ())
	assert message.raw == form


@pytest.mark.parametrize("name", ["TEXT", "IMAGE", "DOCUMENT", "LOCATION", "BUTTON", "ORDER"])
def test_every_kind_may_come_from_a_customer_who_hides_the_number(name):
	hidden = "whatsapp:ID.20817740099887"
	form = getattr(forms, name) | {"From": hidden, "ExternalUserId": hidden}
	shown, message = read(getattr(forms, name)), read(without(form, "WaId"))
	assert (message.customer.address, message.customer.phone) == (hidden, "")
	assert (message.kind, message.body, message.media) == (shown.kind, shown.body, shown.media)


# Arbitrary forms

PARAMETERS = sorted(
	{
		name
		for form in vars(forms).values()
		if isinstance(form, dict) and "MessageSid" in form
		for name in form
	}
	| {"MediaUrl10", "InteractiveData", "FlowData", "ParentExternalUserId", "NewIn2027"}
)
WHOLE_FORMS = [form for name, form in vars(forms).items() if name.isupper() and isinstance(form, dict)]
IDENTITY = ("MessageSid", "From", "To")


@given(st.sampled_from(WHOLE_FORMS), st.dictionaries(st.sampled_from(PARAMETERS), st.text(), max_size=6))
def test_a_message_with_anything_in_its_other_parameters_is_read_and_nothing_is_lost(form, changes):
	form = form | without(changes, *IDENTITY)
	message = read(form)
	assert message.kind in KINDS
	assert form.get("Body", "") in message.body
	assert (message.sent_at_ms, message.raw) == (NOW, form)
	assert len(message.media) <= 10
	assert message.customer.address == form["From"]


@given(
	st.sampled_from(WHOLE_FORMS), st.dictionaries(st.sampled_from(PARAMETERS), st.text("\x00a."), max_size=6)
)
def test_no_nul_is_left_in_any_text_for_a_database_that_holds_none(form, changes):
	stored = without_nul(read(form | without(changes, *IDENTITY)))
	texts = [stored.body, stored.profile_name, stored.replied_to_sid]
	texts += [text for item in stored.media for text in (item.url, item.name, item.type)]
	assert not any("\x00" in text for text in texts)
	assert "\\u0000" not in json.dumps(stored.raw)


@given(st.dictionaries(st.text(), st.text()) | st.dictionaries(st.sampled_from(PARAMETERS), st.text()))
def test_garbage_is_refused_with_a_sentence_and_never_an_unexpected_error(form):
	for kept in (dict(form), MultiDict(form)):
		with pytest.raises(UnreadableForm, match="not a message"):
			inbound_message(kept, NOW)
		with pytest.raises(UnreadableForm):
			status_report(kept)


@given(st.sampled_from(WHOLE_FORMS), st.sampled_from(PARAMETERS), st.lists(st.text(), min_size=2, max_size=3))
def test_a_repeated_parameter_is_read_by_its_first_value_and_kept_with_all(form, name, values):
	if name in IDENTITY:
		values = [form[name], *values]
	repeated = MultiDict([*without(form, name).items(), *((name, value) for value in values)])
	message = inbound_message(repeated, NOW)
	assert message.raw[name] == values
	assert message.kind == read(form | {name: values[0]}).kind


@given(st.dictionaries(st.sampled_from(sorted(forms.status("sent"))), st.text()), st.text())
def test_a_status_with_anything_in_it_is_read_or_refused(changes, name):
	form = forms.status("undelivered", ErrorCode="63016") | changes
	try:
		report = status_report(MultiDict(form), message=name)
	except UnreadableForm:
		return
	assert report.message == name
	assert report.message_sid in (form["MessageSid"], form["SmsSid"])


# Not over WhatsApp


@pytest.mark.parametrize(
	"form",
	[
		forms.inbound(From="+6281234567890", To="+622150001234"),
		forms.inbound(From="+6281234567890"),
		forms.inbound(To="+622150001234"),
		forms.inbound(From="messenger:1234567890"),
	],
)
def test_an_sms_to_the_same_url_is_no_whatsapp_message(form):
	with pytest.raises(UnreadableForm):
		read(form)


def test_a_status_posted_to_the_inbound_url_is_no_message():
	with pytest.raises(UnreadableForm):
		read(forms.status("sent"))


def test_a_photo_sent_as_a_document_keeps_its_file_name():
	message = read(forms.media("image/jpeg", "document", "IMG_2041.jpg"))
	assert (message.kind, message.media[0].name) == ("document", "IMG_2041.jpg")


def test_contacts_are_contacts_whatever_the_type_of_the_file():
	assert read(forms.media("application/octet-stream", "contacts")).kind == "contact"


def test_an_empty_message_type_is_as_good_as_none():
	assert read(forms.inbound(MessageType="")).kind == "text"


def test_a_choice_from_a_list_without_body_is_its_title():
	message = read(forms.LIST_REPLY | {"Body": ""})
	assert (message.kind, message.body) == ("text", "Tipe 45")


def test_a_flows_answer_is_kept_in_raw_and_shown_as_unsupported():
	message = read(forms.inbound(MessageType="interactive", Body="", FlowData='{"date": "2026-12-01"}'))
	assert message.kind == "unsupported"
	assert message.raw["FlowData"] == '{"date": "2026-12-01"}'
