"""The serializers of the HTTP API, with all their keys: pages and other programs read each of them."""

from dataclasses import replace

from wa_window.chat import serializers
from wa_window.chat.message import Conversation, Media, Message
from wa_window.chat.received import Received, Referral
from wa_window.chat.sentences import Locale
from wa_window.chat.template import ContentTemplate, Variable
from wa_window.chat.window import window_at

NOW = 1_795_400_000_000
WORDS = Locale(translate=str.upper, format_time=lambda at_ms: f"<{at_ms}>")


def test_a_window():
	expected = serializers.window_to_dict(window_at(NOW, NOW), "whatsapp:+62812", "whatsapp:+62811", WORDS)
	assert expected == {
		"state": "open",
		"freeform_allowed": True,
		"reason": f"OPEN UNTIL <{NOW + 24 * 60 * 60 * 1000}>.",
		"last_inbound_at_ms": NOW,
		"closes_at_ms": NOW + 24 * 60 * 60 * 1000,
		"now_ms": NOW,
		"customer_address": "whatsapp:+62812",
		"business_address": "whatsapp:+62811",
	}
	never = serializers.window_to_dict(window_at(0, NOW), "c", "b", WORDS)
	assert (never["last_inbound_at_ms"], never["closes_at_ms"]) == (None, None)


def test_a_conversation_as_whoever_may_read_it_and_whoever_may_not_sees_it():
	row = Conversation(
		"+62812",
		"whatsapp:+62811",
		"whatsapp:+62812",
		name="c1",
		profile_name="Budi",
		last_message_at_ms=NOW,
	)
	expected = {
		"name": "c1",
		"customer_address": "whatsapp:+62812",
		"business_address": "whatsapp:+62811",
		"business_label": "Sales",
		"label": "VIA Sales",
	}
	readable = {
		"profile_name": "Budi",
		"person": "Budi",
		"unread_count": 3,
		"last_message_at_ms": NOW,
		"may_read": True,
	}
	hidden = {
		"profile_name": "",
		"person": "",
		"unread_count": 0,
		"last_message_at_ms": None,
		"may_read": False,
	}
	assert serializers.conversation_to_dict(row, "Sales", True, 3, WORDS) == expected | readable
	assert serializers.conversation_to_dict(row, "Sales", False, 3, WORDS) == expected | hidden
	empty = Conversation("+62812", "whatsapp:+62811", "whatsapp:+62812", name="c1")
	assert serializers.conversation_to_dict(empty, "Sales", True, 0, WORDS)["last_message_at_ms"] is None
	earlier = replace(row, earlier_number=True)
	assert (
		serializers.conversation_to_dict(earlier, "Sales", True, 3, WORDS)["label"] == "EARLIER NUMBER +62812"
	)


def test_a_message():
	media = Media("https://api", "image/jpeg", 9, "/private/a.jpg", "stored", "a.jpg")
	message = Message(
		name="m1",
		conversation="c1",
		direction="Outbound",
		kind="image",
		body="Denah",
		sent_at_ms=NOW,
		sent_at_source="twilio",
		stored_at_ms=NOW + 1,
		delivery_status="failed",
		status_times={"failed": NOW},
		message_sid="SM1",
		error_code="63016",
		error_reason="outside_window",
		error_text="Twilio's own",
		content_template="HX1",
		replied_to_sid="SM0",
		media=(media, Media(type="image/png")),
	)
	expected = {
		"name": "m1",
		"conversation": "c1",
		"direction": "Outbound",
		"kind": "image",
		"body": "Denah",
		"sent_at_ms": NOW,
		"sent_at_source": "twilio",
		"stored_at_ms": NOW + 1,
		"message_sid": "SM1",
		"delivery_status": "failed",
		"status_times": {"failed": NOW},
		"error_code": "63016",
		"error_reason": "outside_window",
		"error_text": "63016 means",
		"may_send_again": True,
		"author": "Andi",
		"is_mine": False,
		"sent_outside": False,
		"content_template": "HX1",
		"replied_to_sid": "SM0",
		"media": [
			{"name": "a.jpg", "type": "image/jpeg", "size": 9, "file": "/private/a.jpg", "state": "stored"},
			{"name": "", "type": "image/png", "size": 0, "file": None, "state": "pending"},
		],
		"received": None,
		"options": [],
	}
	assert (
		serializers.message_to_dict(
			message, error_text="63016 means", may_send_again=True, author="Andi", is_mine=False
		)
		== expected
	)
	bare = Message("c1", "Inbound", "text", "", NOW, "receipt", "received")
	expected = serializers.message_to_dict(
		bare, error_text=None, may_send_again=False, author="", is_mine=False
	)
	absent = ("message_sid", "error_code", "error_reason", "error_text", "content_template", "replied_to_sid")
	assert [expected[name] for name in absent] == [None] * len(absent)
	assert expected["may_send_again"] is False


def test_the_picture_of_an_ad_is_shown_with_the_ad_and_not_among_the_customers_files():
	stored = {"type": "image/png", "state": "stored"}
	own = Media(url="https://api.twilio.com/1", file="/private/files/own.png", **stored)
	ads = Media(
		url="https://scontent.xx.fbcdn.net/1", file="/private/files/ad.png", name="Melati.png", **stored
	)
	message = Message("c1", "Inbound", "image", "", NOW, "receipt", "received", media=(own, ads))

	def shown(media_url: str) -> dict:
		ad = Received(Referral(headline="Melati", media_url=media_url))
		return serializers.message_to_dict(
			message, error_text=None, may_send_again=False, author="", is_mine=False, received=ad
		)

	with_picture = shown(ads.url)
	assert [media["file"] for media in with_picture["media"]] == [own.file]
	assert with_picture["received"]["referral"]["picture"] == {
		"name": "Melati.png",
		"type": "image/png",
		"size": 0,
		"file": ads.file,
		"state": "stored",
	}
	without = shown("https://scontent.xx.fbcdn.net/2")
	assert len(without["media"]) == 2
	assert without["received"]["referral"]["picture"] is None


def test_a_template_with_what_its_variables_are_prefilled_with():
	variables = (
		Variable("1", "Budi", "lead_name", "Pelanggan"),
		Variable("2", "rumah", "interest", "penawaran kami"),
		Variable("3", "x"),
	)
	words = {
		"content_sid": "HX1",
		"friendly_name": "follow_up",
		"language": "id",
		"category": "UTILITY",
		"content_type": "twilio/card",
		"body": "Halo {{1}}",
		"header": "H",
		"media_url": "https://files",
		"footer": "F",
	}
	options = {"buttons": ("Ya", "Tidak"), "list_items": ("Tipe 36",)}
	template = ContentTemplate(**words, variables=variables, **options)
	values = {"lead_name": 5, "interest": None}
	shown = serializers.template_to_dict(template, values.get, str.upper, "https://files/", WORDS)
	text = {"file": None, "address": ""}
	assert shown == words | {
		"buttons": ["Ya", "Tidak"],
		"list_items": ["Tipe 36"],
		"variables": [
			{"name": "1", "field": "lead_name", "label": "LEAD_NAME", "value": "5", "sample": "Budi", **text},
			{
				"name": "2",
				"field": "interest",
				"label": "INTEREST",
				"value": "penawaran kami",
				"sample": "rumah",
				**text,
			},
			{"name": "3", "field": "", "label": "", "value": "", "sample": "x", **text},
		],
		"problem": None,
	}
