import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage, Media, StatusReport
from wa_window.chat.reasons import Reason
from wa_window.twilio_channel.webhook import UnreadableForm, inbound_message, status_report, without_nul

from . import forms

NOW = 1_795_400_000_123

KINDS = {
	"TEXT": "text",
	"IMAGE": "image",
	"AUDIO": "audio",
	"VIDEO": "video",
	"STICKER": "image",
	"DOCUMENT": "document",
	"CONTACT": "contact",
	"LOCATION": "location",
	"BUTTON": "button",
	"LIST_REPLY": "text",
	"ORDER": "unsupported",
	"FORWARDED_AD": "text",
}


def read(form):
	return inbound_message(MultiDict(form), NOW)


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_kind_of_message_is_read_and_kept_with_its_raw_parameters(name, kind):
	form = getattr(forms, name)
	message = read(form)
	assert message.kind == kind
	assert message.raw == form
	assert (message.sent_at_ms, message.sent_at_source) == (NOW, "receipt")


def test_who_wrote_to_whom():
	message = read(forms.WITH_USER_ID)
	assert (message.customer.address, message.customer.phone) == (forms.BUDI, "+6281234567890")
	assert message.customer.user_id == "ID.20817740012345"
	assert (message.business_address, message.profile_name) == (forms.SALES, "Budi Santoso")


def test_the_id_that_several_businesses_share_is_read_too():
	message = read(forms.WITH_USER_ID | {"ParentExternalUserId": "whatsapp:ID.ENT.4081"})
	assert (message.customer.user_id, message.customer.parent_id) == ("ID.20817740012345", "ID.ENT.4081")


def test_a_customer_who_hides_the_phone_number_is_known_by_the_user_id():
	customer = read(forms.HIDDEN).customer
	assert (customer.phone, customer.key) == ("", "ID.20817740099887")
	assert customer.address == "whatsapp:ID.20817740099887"


def test_a_documents_file_name_comes_in_the_body():
	message = read(forms.DOCUMENT)
	assert (message.media[0].name, message.media[0].type) == ("brosur-melati.pdf", "application/pdf")
	assert message.media[0].state == "pending"


def test_up_to_ten_media_are_kept_with_their_caption():
	message = read(forms.TEN_IMAGES)
	assert (len(message.media), message.body) == (10, "Album")


def test_a_location_is_its_label_address_and_coordinates():
	assert read(forms.LOCATION).body == "Rumah contoh\nJl. Bintaro Utama 3\n-6.2731, 106.7243"


def test_a_button_tap_is_its_text_and_knows_what_it_answers():
	message = read(forms.BUTTON)
	assert (message.body, message.replied_to_sid) == ("Jadi", "SM" + "c3" * 16)


@pytest.mark.parametrize(
	("word", "meaning"), [("STOP", "STOP"), ("START", "START"), ("HELP", ""), ("", ""), ("else", "")]
)
def test_opting_out_and_in(word, meaning):
	assert read(forms.STOP | {"OptOutType": word}).opt_out == meaning


@pytest.mark.parametrize("body", ["START", " unstop\n", "Start"])
def test_a_start_opts_in_also_at_a_sender_without_advanced_opt_out(body):
	assert read(forms.inbound(Body=body)).opt_out == "START"
	assert read(forms.inbound(Body=body, OptOutType="HELP")).opt_out == ""


@pytest.mark.parametrize("body", ["Yes", "Start besok ya", "STOP", ""])
def test_other_texts_change_nothing_without_twilios_word(body):
	assert read(forms.inbound(Body=body)).opt_out == ""


def test_a_file_that_is_called_start_opts_nobody_in():
	assert read(forms.IMAGE | {"Body": "START"}).opt_out == ""


@pytest.mark.parametrize("body", ["<b>tebal</b>", 'it\'s "100%"', "😀" * 1600, "  two\nlines ", "", "a\x00b"])
def test_text_is_read_byte_for_byte(body):
	assert read(forms.inbound(Body=body)).body == body


def test_nul_is_removed_for_a_store_that_cannot_hold_it_and_raw_says_so():
	stored = without_nul(read(forms.inbound(Body="a\x00b", ProfileName="B\x00udi")))
	assert (stored.body, stored.profile_name) == ("ab", "Budi")
	assert stored.raw["_nul_removed"] == ["body", "profile_name"]
	assert "\\u0000" not in json.dumps(stored.raw)
	untouched = read(forms.TEXT)
	assert without_nul(untouched) is untouched


def test_repeated_parameters_are_kept_as_a_list():
	form = MultiDict([*forms.TEXT.items(), ("Extra", "1"), ("Extra", "2")])
	assert inbound_message(form, NOW).raw["Extra"] == ["1", "2"]


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_form_that_is_no_message_is_refused_with_a_sentence(missing):
	with pytest.raises(UnreadableForm, match="not a message") as error:
		read(forms.TEXT | {missing: "garbage"})
	assert error.value.http_status_code == 400


@given(
	st.dictionaries(
		st.sampled_from([*forms.TEXT, *forms.LOCATION, *forms.IMAGE, *forms.status("sent")]),
		st.text(),
		max_size=8,
	)
)
def test_no_form_is_an_unexpected_error(changes):
	for form in (changes, forms.TEXT | changes, forms.IMAGE | changes, forms.status("sent") | changes):
		for read_form in (lambda form: without_nul(inbound_message(form, NOW)), status_report):
			try:
				read_form(MultiDict(form))
			except UnreadableForm:
				continue


@pytest.mark.parametrize("word", ["queued", "sent", "delivered", "read", "failed", "undelivered"])
def test_a_status_callback_is_read(word):
	report = status_report(MultiDict(forms.status(word)), message="our-name")
	assert (report.status, report.message, report.message_sid) == (word, "our-name", "SM" + "d4" * 16)


def test_a_failure_brings_its_code_and_perhaps_words():
	report = status_report(
		forms.status("undelivered", ErrorCode="63016", ChannelStatusMessage="outside window")
	)
	assert (report.error_code, report.error_text) == ("63016", "outside window")
	assert status_report(forms.status("failed", ErrorCode="63024")).error_text == ""


def test_all_parameters_of_a_status_callback_are_read():
	form = forms.status(
		"undelivered", ErrorCode="63016", ErrorMessage="outside", ChannelStatusMessage="other"
	)
	assert status_report(form, "our-name", 5) == StatusReport(
		form["MessageSid"],
		"undelivered",
		"our-name",
		"63016",
		"outside",
		reported_at_ms=5,
		error_reason=Reason.OUTSIDE_WINDOW,
	)
	bare = {"SmsSid": "SM" + "a" * 32, "SmsStatus": "failed", "ChannelStatusMessage": "other"}
	assert status_report(bare) == StatusReport(bare["SmsSid"], "failed", error_text="other")
	assert status_report({"MessageSid": "SM" + "a" * 32}) == StatusReport("SM" + "a" * 32, "")
	both = {**bare, "MessageSid": "MM" + "b" * 32, "MessageStatus": "read"}
	assert (status_report(both).message_sid, status_report(both).status) == ("MM" + "b" * 32, "read")


def test_the_least_that_makes_a_message_is_read_with_everything_else_empty():
	least = {"MessageSid": "SM" + "a" * 32, "From": forms.BUDI, "To": forms.SALES}
	message = InboundMessage(
		least["MessageSid"], customer_at(forms.BUDI), forms.SALES, "text", "", NOW, raw=least
	)
	assert inbound_message(least, NOW) == read(least) == message
	photo = least | {"MediaUrl0": "https://api.twilio.com/x"}
	document = Media(url="https://api.twilio.com/x", type="", name="")
	assert (read(photo).media, read(photo).kind) == ((document,), "document")
	place = least | {"Latitude": "1", "Longitude": "2"}
	assert (read(place).kind, read(place).body) == ("location", "1, 2")


def test_all_that_a_message_brings_is_read():
	form = forms.inbound(
		ExternalUserId="whatsapp:ID.20817740012345",
		MessageType="button",
		Body="",
		ButtonText="Berhenti",
		OriginalRepliedMessageSid="SM" + "c" * 32,
		OptOutType="STOP",
	)
	assert read(form) == InboundMessage(
		message_sid=form["MessageSid"],
		customer=customer_at(forms.BUDI, "ID.20817740012345"),
		business_address=forms.SALES,
		kind="button",
		body="Berhenti",
		sent_at_ms=NOW,
		profile_name="Budi Santoso",
		replied_to_sid="SM" + "c" * 32,
		opt_out="STOP",
		raw=form,
	)
	assert read(form | {"OptOutType": "HELP"}).opt_out == ""


def test_of_repeated_parameters_with_nul_each_is_cleaned():
	form = MultiDict([*forms.TEXT.items(), ("New", "a\x00"), ("New", "b")])
	cleaned = without_nul(inbound_message(form, NOW))
	assert (cleaned.raw["New"], cleaned.raw["_nul_removed"]) == (["a", "b"], [])
