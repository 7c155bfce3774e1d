"""A host of the panel with a restricted user."""

import pytest

from playground.host import EmbeddedHost, Settings, SqliteStore
from wa_window.chat.message import Sender
from wa_window.chat.panel import Panel
from wa_window.chat.template import ContentTemplate
from wa_window.tests.contract.situation import BUSINESS, TEMPLATE, Clock

LEAD, PHONE = "Chat Lead", "+6281234567890"


class Host(EmbeddedHost):
	"""A host whose user has these permissions on leads and on conversations."""

	on_leads, on_chats = ("read", "write"), ("read", "write")

	def has_lead_permission(self, doctype: str, name: str, ptype: str) -> bool:
		return (doctype, name) == (LEAD, self.lead_name) and ptype in self.on_leads

	def has_chat_permission(self, conversation, ptype: str) -> bool:
		return ptype in self.on_chats


@pytest.fixture
def host(tmp_path):
	settings = Settings("https://crm.example.com", "AC" + "1" * 32, "token", (Sender(BUSINESS),))
	host = Host(SqliteStore(tmp_path / "chat.db"), Clock().now_ms, settings)
	host.store.replace_templates([ContentTemplate(TEMPLATE, body="Halo", approval_status="approved")])
	host.lead_name = host.leads.add("Budi", PHONE)
	return host


@pytest.fixture
def panel(host):
	return Panel(host)
