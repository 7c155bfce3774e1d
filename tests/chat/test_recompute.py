"""Recomputing a conversation from its messages."""

import pytest

from playground.host import SqliteStore
from wa_window.chat import inbound
from wa_window.chat.address import customer_at
from wa_window.chat.message import InboundMessage, MessageTimes
from wa_window.chat.recompute import Difference, differences, recompute
from wa_window.tests.contract.situation import BUSINESS, chat_on, new_sid

NOW = 1_795_400_000_000
TIMES = MessageTimes(NOW, NOW + 1, NOW + 2, NOW + 3, NOW + 4, NOW + 5)


@pytest.fixture
def store(tmp_path):
	return SqliteStore(tmp_path / "chat.db")


@pytest.fixture
def chat(store):
	def write(body: str, at_ms: int) -> str:
		customer = customer_at("whatsapp:+6281234567890")
		message = InboundMessage(new_sid(), customer, BUSINESS, "text", body, at_ms)
		return inbound.receive(chat_on(store), message).conversation

	write("older", NOW - 1000)
	return write("newest", NOW)


def fix(store, chat, **how) -> list[Difference]:
	return store.transaction(lambda: recompute(chat, store, **how))


def change(store, chat, **values) -> None:
	store.transaction(lambda: store.change_conversation(chat, **values))


def test_what_is_right_stays_as_it_is(store, chat):
	before = store.conversation(chat)
	assert fix(store, chat) == []
	assert store.conversation(chat) == before


def test_what_differs_is_returned_and_fixed(store, chat):
	right = store.conversation(chat)
	wrong = {"last_inbound_at_ms": 1, "last_message_at_ms": 2, "waiting_since_ms": 3}
	change(store, chat, **wrong, last_message_preview="other")
	assert fix(store, chat) == [
		Difference(chat, "last_inbound_at_ms", 1, NOW),
		Difference(chat, "last_message_at_ms", 2, NOW),
		Difference(chat, "waiting_since_ms", 3, NOW - 1000),
	]
	assert store.conversation(chat) == right


def test_a_chat_without_messages_has_no_times_and_shows_nothing(store, chat):
	store.connection.execute("DELETE FROM message")
	assert {difference.computed for difference in fix(store, chat)} == {0}
	row = store.conversation(chat)
	assert (row.last_inbound_at_ms, row.last_message_at_ms, row.last_message_preview) == (0, 0, "")


def test_times_of_messages_that_retention_deleted_stay_but_nobody_waits_for_them(store, chat):
	store.connection.execute("DELETE FROM message")
	(waiting,) = fix(store, chat, kept_since_ms=NOW + 1)
	assert (waiting.field, waiting.computed) == ("waiting_since_ms", 0)
	assert len(fix(store, chat, kept_since_ms=NOW)) == 2


def test_no_conversation_has_no_differences(store):
	assert fix(store, "nothing") == []


@pytest.mark.parametrize(
	("field", "value"),
	[("provider_closed_at_ms", TIMES.provider_closed_at_ms), ("blocked_at_ms", TIMES.blocked_at_ms)],
)
def test_a_stored_rejection_stays_when_its_message_is_erased_and_a_missing_one_is_added(
	store, chat, field, value
):
	times = {
		"last_inbound_at_ms": TIMES.last_inbound_at_ms,
		"last_message_at_ms": TIMES.last_message_at_ms,
		"provider_closed_at_ms": TIMES.provider_closed_at_ms,
		"blocked_at_ms": TIMES.blocked_at_ms,
		"failed_at_ms": TIMES.failed_at_ms,
		"waiting_since_ms": TIMES.waiting_since_ms,
	}
	change(store, chat, **times | {field: value + 1})
	assert differences(store.conversation(chat), TIMES) == []
	change(store, chat, **{field: value - 1})
	assert differences(store.conversation(chat), TIMES) == [Difference(chat, field, value - 1, value)]
