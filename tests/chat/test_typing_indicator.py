"""What the customer sees while an agent writes."""

import pytest

from wa_window.chat.errors import NotPermitted
from wa_window.tests.contract.situation import HOUR_MS

from .test_panel import written


@pytest.fixture
def shown(host, monkeypatch):
	"""The messages to which customers were shown an answer being written."""
	shown = []
	host.settings.show_typing = True
	monkeypatch.setattr(host, "show_typing", shown.append)
	return shown


def sid_of_last(host, conversation) -> str:
	return host.store.messages(conversation, limit=1)[0].message_sid


def test_the_last_message_of_the_customer_is_being_answered_once_in_a_while(host, panel, shown):
	conversation = written(host, ago_ms=HOUR_MS)
	written(host)
	sid = sid_of_last(host, conversation)
	panel.look(conversation, writing=False)
	assert shown == []
	panel.look(conversation, writing=True)
	panel.look(conversation, writing=True)
	assert shown == [sid]


def test_it_is_off_unless_settings_say_so(host, panel, shown):
	host.settings.show_typing = False
	panel.look(written(host), writing=True)
	assert shown == []


def test_only_in_an_open_window(host, panel, shown):
	panel.look(written(host, ago_ms=25 * HOUR_MS), writing=True)
	assert shown == []


def test_only_by_who_may_write_to_the_customer(host, panel, shown):
	conversation = written(host)
	host.on_chats = ("read",)
	panel.look(conversation, writing=True)
	host.on_chats = ()
	with pytest.raises(NotPermitted):
		panel.look(conversation, writing=True)
	assert shown == []
