"""The panel's complete answers and errors, on the playground's host with different permissions."""

import pytest

from wa_window.chat.errors import InvalidMessage, NotSetUp
from wa_window.chat.message import Sender
from wa_window.chat.template import ContentTemplate, Variable
from wa_window.tests.contract.situation import BUSINESS, HOUR_MS, TEMPLATE

from .conftest import LEAD, PHONE
from .test_panel import written


def failed(host, sent: dict, code: str) -> None:
	changes = {"delivery_status": "failed", "error_code": code}
	host.store.transaction(lambda: host.store.change_message(sent["name"], **changes))


def test_a_chat_is_shown_by_its_senders_label_and_its_customers_name_to_whoever_may_read_it(host, panel):
	host.settings.senders = (Sender(BUSINESS, "Sales"),)
	conversation = written(host)
	(row,) = panel.open(LEAD, host.lead_name)["conversations"]
	assert (row["name"], row["business_label"], row["unread_count"]) == (conversation, "Sales", 1)
	assert row["may_read"] is True
	host.on_chats = ("write",)
	(row,) = panel.open(LEAD, host.lead_name)["conversations"]
	assert (row["may_read"], row["unread_count"]) == (False, 0)


def test_a_window_that_closes_soon_is_shown_as_closing(host, panel, monkeypatch):
	written(host)
	began_ms = host.clock.now_ms()
	for hours, state in ((21, "open"), (23, "closing"), (24, "closed")):
		monkeypatch.setattr(host.clock, "now_ms", lambda at_ms=began_ms + hours * HOUR_MS: at_ms)
		assert panel.window(LEAD, host.lead_name)["state"] == state


def test_a_chat_can_be_read_where_no_sender_is_left(host, panel):
	written(host)
	host.settings.senders = ()
	opened = panel.open(LEAD, host.lead_name)
	assert (len(opened["messages"]), opened["window"]["business_address"]) == (1, BUSINESS)
	number = BUSINESS.removeprefix("whatsapp:")
	assert opened["sender_problem"].startswith(f"{number} is not among your senders.")


def test_a_long_chat_is_shown_page_by_page(host, panel):
	for _ in range(60):
		conversation = written(host)
	newest = panel.open(LEAD, host.lead_name)["messages"]
	older = panel.older(conversation, newest[0]["name"])
	assert (len(newest), len(older)) == (50, 10)
	assert len({message["name"] for message in older + newest}) == 60


def test_a_template_is_prefilled_from_the_lead(host, panel):
	variables = (Variable("1", "Pak", "lead_name", "Pelanggan"), Variable("2", "rumah", "", "penawaran"))
	template = ContentTemplate(
		TEMPLATE, body="Halo {{1}}, {{2}}", variables=variables, approval_status="approved"
	)
	host.store.replace_templates([template])
	(shown,) = panel.usable_templates(LEAD, host.lead_name)
	assert [(variable["label"], variable["value"]) for variable in shown["variables"]] == [
		("Lead name", "Budi"),
		("", "penawaran"),
	]


def test_templates_of_a_chat_whose_number_is_no_sender_any_more_are_not_offered(host, panel):
	conversation = written(host)
	host.settings.senders = (Sender("whatsapp:+6281100000009"),)
	with pytest.raises(NotSetUp):
		panel.usable_templates(LEAD, host.lead_name, conversation)


def test_what_must_not_be_repeated_is_refused_in_the_words_that_say_why(host, panel):
	written(host)
	sent = panel.reply(LEAD, host.lead_name, "Halo", "key-1")
	failed(host, sent, "63049")
	(shown,) = (m for m in panel.open(LEAD, host.lead_name)["messages"] if m["name"] == sent["name"])
	assert shown["may_send_again"] is False
	assert "Do not send it again" in shown["error_text"]
	with pytest.raises(InvalidMessage, match="Do not send it again"):
		panel.send_again(sent["name"], "key-2")
	failed(host, sent, "63018")
	(shown,) = (m for m in panel.open(LEAD, host.lead_name)["messages"] if m["name"] == sent["name"])
	assert shown["may_send_again"] is True
	again = panel.send_again(sent["name"], "key-3")
	assert (again["body"], again["error_text"], again["may_send_again"]) == ("Halo", None, False)


def test_a_first_template_goes_to_the_lead_from_the_default_sender_and_begins_its_chat(host, panel):
	host.settings.senders = (Sender(BUSINESS), Sender("whatsapp:+6281100000002"))
	sent = panel.send_template(LEAD, host.lead_name, TEMPLATE, {}, "key-1")
	(row,) = panel.open(LEAD, host.lead_name)["conversations"]
	assert (row["name"], row["business_address"], row["customer_address"]) == (
		sent["conversation"],
		BUSINESS,
		f"whatsapp:{PHONE}",
	)
	stored = host.store.message(sent["name"])
	assert (stored.owner, stored.client_key) == (host.user, "key-1")


@pytest.mark.parametrize("key", ["a", "A-z_0.9:+", "k" * 140])
def test_a_sendings_key_is_letters_digits_and_plain_signs(host, panel, key):
	written(host)
	assert panel.reply(LEAD, host.lead_name, "Halo", key)["body"] == "Halo"


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "ké", "k" * 141])
def test_any_other_key_is_refused(host, panel, key):
	written(host)
	with pytest.raises(InvalidMessage, match="1 to 140 letters, digits or signs"):
		panel.reply(LEAD, host.lead_name, "Halo", key)


def test_whoever_may_write_in_the_chat_and_its_lead_may_reply_and_nobody_else(host, panel):
	written(host)
	for on_leads, on_chats, may_reply in (
		(("read", "write"), ("read", "write"), True),
		(("read", "write"), ("write",), True),
		(("read",), ("read", "write"), False),
		(("read", "write"), ("read",), False),
	):
		host.on_leads, host.on_chats = on_leads, on_chats
		assert panel.open(LEAD, host.lead_name)["may_reply"] is may_reply
