"""The panel's permissions, on a host with a restricted user."""

from dataclasses import replace

import pytest

from wa_window.chat import inbound, read_state
from wa_window.chat.address import customer_at
from wa_window.chat.errors import InvalidArgument, InvalidMessage, NotPermitted, NotSetUp, WindowClosed
from wa_window.chat.message import STORED, InboundMessage, Lead, Media, Sender
from wa_window.tests.contract.situation import BUSINESS, OTHER_BUSINESS, TEMPLATE, new_sid

from .conftest import LEAD, PHONE

SITI = "+6281300000007"


def written(host, to: str = BUSINESS, *, ago_ms: int = 0, customer: str = PHONE) -> str:
	sent_at_ms = host.clock.now_ms() - ago_ms
	message = InboundMessage(new_sid(), customer_at(f"whatsapp:{customer}"), to, "text", "Halo", sent_at_ms)
	return inbound.receive(host.chat, message).conversation


def unread(host, conversation: str) -> int:
	row = host.store.conversation(conversation)
	return read_state.unread_counts(host.chat, host.user, [row])[conversation]


def test_one_call_searches_a_long_chat_for_a_while_and_says_where_to_go_on(host, panel, monkeypatch):
	conversation = written(host)
	for _ in range(6):
		written(host)
	monkeypatch.setattr("playground.host.store.messages.MOST_SEARCHED", 2)
	now_ms, asked = host.clock.now_ms(), []
	host.clock.now_ms = lambda: asked.append(1) or now_ms + 40 * len(asked)
	first = panel.search(conversation, "halo")
	assert (len(first["messages"]), bool(first["next"])) == (6, True)
	rest = panel.search(conversation, "halo", first["next"])
	assert (len(rest["messages"]), rest["next"]) == (1, None)
	assert panel.search(conversation, "  ", first["next"]) == {"messages": [], "next": None}


def test_the_chats_of_a_records_contacts_are_shown_as_far_as_the_user_may_read_them(host, panel, monkeypatch):
	own = written(host)
	phones = {name: f"+62813000000{number}" for number, name in enumerate(("Siti", "Eka"))}
	people = tuple(Lead("Contact", name, phone, title=name) for name, phone in phones.items())
	siti, eka = (written(host, customer=phone, ago_ms=1000) for phone in phones.values())
	lead = host.lead(LEAD, host.lead_name)
	monkeypatch.setattr(host, "lead", lambda _doctype, _name: replace(lead, people=people))
	monkeypatch.setattr(host, "has_chat_permission", lambda chat, _right: chat.name != eka)
	shown = [(chat["name"], chat["person"]) for chat in panel.open(LEAD, host.lead_name)["conversations"]]
	assert shown == [(own, ""), (siti, "Siti")]
	assert panel.open(LEAD, host.lead_name, siti)["conversation"] == siti
	assert panel.window(LEAD, host.lead_name, siti)["customer_address"] == f"whatsapp:{phones['Siti']}"
	for name in (eka, "no chat"):
		with pytest.raises(NotPermitted):
			panel.open(LEAD, host.lead_name, name)


def with_people(host, monkeypatch, *, phone: str) -> str:
	"""The lead is a deal of this number with two contacts, of whom only Siti has written; returns her chat."""
	people = (Lead("Contact", "budi", PHONE, title="Budi"), Lead("Contact", "siti", SITI, title="Siti"))
	deal = replace(host.lead(LEAD, host.lead_name), phone=phone, people=people)
	monkeypatch.setattr(host, "lead", lambda _doctype, _name: deal)
	return written(host, customer=SITI)


def test_a_record_whose_number_has_no_chat_is_not_answered_in_its_other_contacts(host, panel, monkeypatch):
	siti = with_people(host, monkeypatch, phone=PHONE)
	opened = panel.open(LEAD, host.lead_name)
	assert (opened["conversation"], opened["messages"]) == (None, [])
	menu = [(chat["name"], chat["person"], chat["label"]) for chat in opened["conversations"]]
	assert menu == [("", "Budi", "New chat"), (siti, "Siti", f"via {BUSINESS.removeprefix('whatsapp:')}")]
	window = panel.window(LEAD, host.lead_name)
	assert (window["state"], window["customer_address"]) == ("never", f"whatsapp:{PHONE}")
	with pytest.raises(WindowClosed):
		panel.reply(LEAD, host.lead_name, "Halo Budi", "key-1")
	sent = panel.send_template(LEAD, host.lead_name, TEMPLATE, {}, "key-2")
	assert host.store.conversation(sent["conversation"]).customer_phone == PHONE
	assert panel.reply(LEAD, host.lead_name, "Halo Siti", "key-3", siti)["conversation"] == siti
	assert panel.open(LEAD, host.lead_name)["conversation"] == sent["conversation"]


def test_a_record_without_a_number_opens_on_the_latest_chat_of_its_contacts(host, panel, monkeypatch):
	siti = with_people(host, monkeypatch, phone="")
	opened = panel.open(LEAD, host.lead_name)
	assert (opened["conversation"], [chat["name"] for chat in opened["conversations"]]) == (siti, [siti])
	assert panel.reply(LEAD, host.lead_name, "Halo Siti", "key-1")["conversation"] == siti


def calls(panel, lead: str, *conversation: str) -> dict:
	"""Each call that writes to the customer, in this conversation or in the default one."""
	return {
		"reply": lambda: panel.reply(LEAD, lead, "Halo", "key-1", *conversation),
		"template": lambda: panel.send_template(LEAD, lead, TEMPLATE, {}, "key-2", *conversation),
	}


def test_who_may_only_read_the_lead_sends_no_first_template(host, panel):
	host.on_leads = ("read",)
	for call in calls(panel, host.lead_name).values():
		with pytest.raises(NotPermitted):
			call()
	assert not host.store.conversations_of(host.lead(LEAD, host.lead_name))
	assert panel.open(LEAD, host.lead_name)["may_reply"] is False
	host.on_leads = ("read", "write")
	assert panel.open(LEAD, host.lead_name)["may_reply"] is True
	assert calls(panel, host.lead_name)["template"]()["kind"] == "template"


def test_a_reply_goes_to_the_conversation_that_was_chosen_and_else_to_the_latest(host, panel):
	host.settings.senders = (Sender(BUSINESS), Sender(OTHER_BUSINESS))
	earlier, latest = written(host, ago_ms=1000), written(host, OTHER_BUSINESS)
	panel.reply(LEAD, host.lead_name, "Halo", "key-1", earlier)
	assert host.store.message_with_client_key("key-1").conversation == earlier
	host.store.change_conversation(latest, last_message_at_ms=host.clock.now_ms() + 1)
	panel.reply(LEAD, host.lead_name, "Halo", "key-2")
	assert host.store.message_with_client_key("key-2").conversation == latest


def test_a_text_that_cannot_be_stored_is_not_sent(host, panel):
	written(host)
	for text in ("Halo\x00", "Halo\ud800"):
		with pytest.raises(InvalidArgument):
			panel.reply(LEAD, host.lead_name, text, "key-1")
	assert host.store.message_with_client_key("key-1") is None


def test_who_may_not_read_the_lead_sees_nothing_of_it(host, panel):
	written(host)
	host.on_leads = ()
	for call in (panel.window, panel.open, panel.usable_templates):
		with pytest.raises(NotPermitted):
			call(LEAD, host.lead_name)


@pytest.mark.parametrize("rights", [("read",), ()])
def test_who_may_not_write_in_a_chat_sends_nothing_in_it(host, panel, rights):
	conversation = written(host)
	sent = panel.reply(LEAD, host.lead_name, "Halo", "key-0")
	host.on_chats = rights
	again = {"again": lambda: panel.send_again(sent["name"], "key-3")}
	for call in (calls(panel, host.lead_name, conversation) | again).values():
		with pytest.raises(NotPermitted):
			call()
	assert len(host.store.messages(conversation, limit=9)) == 2
	assert panel.open(LEAD, host.lead_name)["may_reply"] is False


def test_who_may_not_read_a_chat_sees_the_state_of_its_window_alone(host, panel):
	conversation = written(host)
	message = host.store.messages(conversation, limit=1)[0].name
	host.on_chats = ()
	opened = panel.open(LEAD, host.lead_name)
	assert (opened["messages"], opened["window"]["state"]) == ([], "open")
	for call in (
		lambda: panel.older(conversation, message),
		lambda: panel.mark_read(conversation),
		lambda: panel.fetch_media(message),
	):
		with pytest.raises(NotPermitted):
			call()
	host.on_chats = ("read",)
	assert len(panel.open(LEAD, host.lead_name)["messages"]) == 1
	assert panel.older(conversation, message) == []
	assert panel.fetch_media(message)["name"] == message
	panel.mark_read(conversation)
	assert unread(host, conversation) == 0


def test_what_is_not_there_is_not_permitted(panel):
	for call in (
		lambda: panel.older("nothing", ""),
		lambda: panel.mark_read("nothing"),
		lambda: panel.fetch_media("nothing"),
		lambda: panel.send_again("nothing", "key"),
	):
		with pytest.raises(NotPermitted):
			call()


def test_a_message_that_is_erased_while_its_file_is_asked_for_is_not_there(host, panel, monkeypatch):
	(message,) = host.store.messages(written(host), limit=1)

	def erase(conversation: str) -> None:
		host.store.connection.execute("DELETE FROM message WHERE name = ?", (message.name,))

	monkeypatch.setattr(host, "conversation_changed", erase)
	with pytest.raises(NotPermitted):
		panel.fetch_media(message.name)


def test_each_call_finds_the_chat_by_itself_or_by_its_name(host, panel):
	conversation = written(host)
	for call in calls(panel, host.lead_name).values():
		assert call()["conversation"] == conversation
	for call in (panel.window, panel.open, panel.usable_templates):
		assert call(LEAD, host.lead_name) == call(LEAD, host.lead_name, conversation)
		with pytest.raises(NotPermitted):
			call(LEAD, host.lead_name, "another lead's")
	window = panel.window(LEAD, host.lead_name)
	assert (window["customer_address"], window["business_address"]) == (f"whatsapp:{PHONE}", BUSINESS)
	opened = panel.open(LEAD, host.lead_name)
	assert window == opened["window"] | {"unread": window["unread"]}
	assert list(opened) == [
		"conversations",
		"conversation",
		"window",
		"messages",
		"owner",
		"assigned",
		"present",
		"may_assign",
		"may_take",
		"may_reply",
		"sender_problem",
	]
	assert opened["conversation"] == conversation
	assert [row["name"] for row in opened["conversations"]] == [conversation]


def test_with_the_window_comes_what_its_reader_has_not_read_of_the_chat(host, panel):
	written(host, ago_ms=1000)
	assert panel.window(LEAD, host.lead_name)["unread"] == 0
	written(host)
	assert panel.window(LEAD, host.lead_name)["unread"] == 1
	host.on_chats = ()
	assert panel.window(LEAD, host.lead_name)["unread"] == 0


def test_before_the_first_message_the_window_is_that_with_the_default_sender(host, panel):
	window = panel.window(LEAD, host.lead_name)
	assert (window["state"], window["business_address"]) == ("never", BUSINESS)
	assert [row["content_sid"] for row in panel.usable_templates(LEAD, host.lead_name)] == [TEMPLATE]
	with pytest.raises(WindowClosed):
		panel.reply(LEAD, host.lead_name, "Halo", "key")


def test_nothing_goes_out_from_a_number_that_is_no_sender_any_more(host, panel):
	written(host)
	sent = panel.reply(LEAD, host.lead_name, "Halo", "key-0")
	host.store.transaction(lambda: host.store.change_message(sent["name"], delivery_status="failed"))
	host.settings.senders = (Sender("whatsapp:+6281100000009"),)
	again = {"again": lambda: panel.send_again(sent["name"], "key-3")}
	for call in (calls(panel, host.lead_name) | again).values():
		with pytest.raises(NotSetUp):
			call()
	assert panel.open(LEAD, host.lead_name)["sender_problem"]
	host.settings.senders = (Sender(BUSINESS),)
	assert panel.open(LEAD, host.lead_name)["sender_problem"] is None
	assert panel.send_again(sent["name"], "key-3")["body"] == "Halo"


@pytest.mark.parametrize("variables", ["[]", "5", ["a"], '"text"'])
def test_variables_that_are_no_object_are_refused(host, panel, variables):
	written(host)
	with pytest.raises(InvalidMessage, match="an object of names and values"):
		panel.send_template(LEAD, host.lead_name, TEMPLATE, variables, "key-1")
	with pytest.raises(InvalidArgument, match="not valid JSON"):
		panel.send_template(LEAD, host.lead_name, TEMPLATE, "{", "key-1")
	for number, nothing in enumerate(("", None, "{}")):
		assert panel.send_template(LEAD, host.lead_name, TEMPLATE, nothing, f"key-0{number}")


def test_a_file_that_is_sent_again_is_taken_from_the_message_that_had_it(host, panel, monkeypatch):
	written(host)
	pdf = Media(type="application/pdf", size=1, file="/a.pdf", state=STORED)
	attached = []
	monkeypatch.setattr(host, "attachment", lambda file: pdf)
	monkeypatch.setattr(host, "attach", lambda message, source="": attached.append((message.kind, source)))
	sent = panel.reply(LEAD, host.lead_name, "", "key-1", "", "a file")
	host.store.transaction(lambda: host.store.change_message(sent["name"], delivery_status="failed"))
	panel.send_again(sent["name"], "key-2")
	assert attached == [("document", ""), ("document", sent["name"])]
