"""The window depends on the set of messages only, not on the order and duplication of their arrival."""

import secrets
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.host.store.store import SqliteStore
from wa_window.chat.address import customer_at
from wa_window.chat.conversations import window
from wa_window.chat.inbound import receive
from wa_window.chat.message import InboundMessage
from wa_window.chat.window import window_at
from wa_window.tests.contract import BUSINESS, chat_on, new_phone, new_sid

NOW = 1_795_400_000_000
DAY = 24 * 60 * 60 * 1000


@pytest.fixture(scope="module")
def store():
	with tempfile.TemporaryDirectory() as folder:
		yield SqliteStore(Path(folder) / f"{secrets.token_hex(4)}.db")


@settings(max_examples=60)
@given(times=st.lists(st.integers(NOW - 3 * DAY, NOW), min_size=1, max_size=8), data=st.data())
def test_the_window_equals_the_one_of_the_set_of_inbound_messages(store, times, data):
	customer = customer_at(f"whatsapp:{new_phone()}")
	messages = [InboundMessage(new_sid(), customer, BUSINESS, "text", "Halo", at_ms) for at_ms in times]
	arrivals = data.draw(
		st.permutations(messages + data.draw(st.lists(st.sampled_from(messages), max_size=4)))
	)
	for message in arrivals:
		receive(chat_on(store), message)
	(row,) = store.lock_pair(customer, BUSINESS)
	assert window(row, NOW) == window_at(max(times), NOW)
	assert row.unread_count == len(messages) == len(store.messages(row.name, limit=50))
	stored = [message.sent_at_ms for message in store.messages(row.name, limit=50)]
	assert stored == sorted(times)
