"""The inbox's rows, and what an agent does with a chat in it, on the playground's host with different permissions."""

import pytest

from wa_window.chat.arguments import whole_number
from wa_window.chat.errors import InvalidArgument, NotPermitted
from wa_window.chat.inbox import Inbox
from wa_window.chat.message import Record, Sender
from wa_window.tests.contract.situation import BUSINESS, HOUR_MS

from .conftest import LEAD, PHONE
from .test_panel import written


def row_of(host, conversation: str) -> dict:
	return Inbox(host).rows([host.store.conversation(conversation)])[0]


def test_a_row_says_who_waits_since_when_and_what_was_said_last(host):
	host.settings.senders = (Sender(BUSINESS, "Sales"),)
	conversation = written(host)
	(message,) = host.store.messages(conversation, limit=9)
	now_ms = host.clock.now_ms()
	row = row_of(host, conversation)
	assert row.pop("window")["state"] == "open"
	assert row == {
		"conversation": conversation,
		"lead_doctype": None,
		"lead": None,
		"title": PHONE,
		"profile_name": "",
		"customer_phone": PHONE,
		"business_address": BUSINESS,
		"sender_label": "Sales",
		"waiting_since_ms": now_ms,
		"snoozed_until_ms": None,
		"unread": 1,
		"earlier_number": False,
		"owner": None,
		"assigned": [],
		"last": {
			"name": message.name,
			"direction": "Inbound",
			"text": "Halo",
			"kind": "text",
			"author": "",
			"is_mine": False,
			"status": "received",
			"failed": False,
			"at_ms": now_ms,
		},
	}


def test_a_row_shows_our_last_message_with_its_author_in_eighty_characters(host, panel):
	conversation = written(host)
	panel.reply(LEAD, host.lead_name, "Masih ada,\n" + "Pak " * 40, "key-1")
	row = row_of(host, conversation)
	last = row["last"]
	assert (row["waiting_since_ms"], len(last["text"]), last["text"][:14]) == (None, 80, "Masih ada, Pak")
	assert (last["author"], last["is_mine"], last["status"], last["failed"]) == (
		"Andi",
		True,
		"queued",
		False,
	)
	host.user = "other@playground.example"
	assert row_of(host, conversation)["last"]["is_mine"] is False


def test_a_row_is_titled_by_its_record_else_by_the_customer_and_names_people(host, monkeypatch):
	conversation = written(host)
	row = host.store.conversation(conversation)
	record = Record("Budi Santoso", "rina@playground.example", (host.user, "siti@example.com"))
	monkeypatch.setattr(host, "records", lambda chats: {conversation: record})
	shown = row_of(host, conversation)
	assert (shown["title"], shown["owner"]) == (
		"Budi Santoso",
		{"user": "rina@playground.example", "full_name": "Rina"},
	)
	assert [person["full_name"] for person in shown["assigned"]] == ["Andi", "siti@example.com"]
	monkeypatch.setattr(host, "records", lambda chats: {})
	host.store.transaction(lambda: host.store.change_conversation(row.name, profile_name="Pak Budi"))
	assert row_of(host, conversation)["title"] == "Pak Budi"


def test_a_chat_without_messages_has_no_last_one(host):
	conversation = written(host)
	host.store.connection.execute("DELETE FROM message")
	assert row_of(host, conversation)["last"] is None
	assert Inbox(host).rows([]) == []


def test_done_snooze_and_mark_unread_answer_the_row_as_it_is_then(host, panel):
	conversation = written(host)
	inbox, until_ms = Inbox(host), host.clock.now_ms() + 3 * HOUR_MS
	assert inbox.snooze(conversation, until_ms)["snoozed_until_ms"] == until_ms
	assert inbox.snooze(conversation, 0)["snoozed_until_ms"] is None
	panel.mark_read(conversation)
	assert row_of(host, conversation)["unread"] == 0
	assert inbox.mark_unread(conversation)["unread"] == 1
	assert inbox.done(conversation)["waiting_since_ms"] is None


def test_done_leaves_what_came_after_the_message_that_was_seen(host):
	conversation = written(host)
	(seen,) = host.store.messages(conversation, limit=9)
	written(host)
	assert Inbox(host).done(conversation, seen.name)["waiting_since_ms"] == host.clock.now_ms()


def test_who_may_only_read_a_chat_marks_it_as_unread_and_does_nothing_else(host):
	conversation = written(host)
	inbox = Inbox(host)
	host.on_chats = ("read",)
	assert inbox.mark_unread(conversation)["unread"] == 1
	for call in (lambda: inbox.done(conversation), lambda: inbox.snooze(conversation, 0)):
		with pytest.raises(NotPermitted):
			call()
	assert row_of(host, conversation)["waiting_since_ms"]


def test_who_may_not_read_a_chat_does_nothing_with_it_nor_anybody_with_one_that_is_not_there(host):
	conversation = written(host)
	inbox = Inbox(host)
	for name, rights in ((conversation, ()), ("nothing", ("read", "write"))):
		host.on_chats = rights
		for call in (inbox.done, inbox.mark_unread, lambda name: inbox.snooze(name, 0)):
			with pytest.raises(NotPermitted):
				call(name)


def test_a_time_is_a_whole_number():
	assert (whole_number("12"), whole_number(12)) == (12, 12)
	for given in ("", "1.5", None, {}, "x"):
		with pytest.raises(InvalidArgument):
			whole_number(given)
