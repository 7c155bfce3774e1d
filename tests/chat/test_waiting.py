"""Whatever happens in a chat, it waits since the time that its messages give."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wa_window.tests.contract.waiting import EVENTS

from . import test_use_cases_on_sqlite


class Chat(test_use_cases_on_sqlite.TestWaitingOnSqlite):
	__test__ = False


@settings(max_examples=150, deadline=None)
@given(events=st.lists(st.sampled_from(EVENTS), max_size=25), chance=st.randoms(use_true_random=False))
def test_after_any_events_a_chat_waits_since_the_time_that_its_messages_give(events, chance):
	chat = Chat()
	chat.setUp()
	try:
		chat.any_events(chance, events)
	finally:
		chat.doCleanups()
