"""The API of the chat, called by an agent: what its tests have in common."""

from contextlib import nullcontext
from dataclasses import replace

import frappe

from wa_window.chat.dispatch import dispatch
from wa_window.chat.ports.channel import Accepted
from wa_window.frappe_host.bootstrap import chat_service
from wa_window.tests.contract.situation import NO_DEADLINE_MS, Channel
from wa_window.tests.site_case import (
	AGENT,
	Panel,
	SiteCase,
)


class ScriptedChannel(Channel):
	"""A channel that records messages and returns scripted outcomes."""

	def __init__(self, outcome=None):
		super().__init__()
		self.outcome = outcome

	def send(self, outgoing):
		self.sent.append(outgoing)
		return self.outcome or Accepted("SM" + frappe.generate_hash(length=32), "queued")


def dispatch_to(channel) -> None:
	dispatch(replace(chat_service(), channel=lambda: nullcontext(channel)), until_ms=NO_DEADLINE_MS)


class ChatCase(SiteCase):
	def setUp(self):
		super().setUp()
		self.number = self.phone()
		self.doc = self.lead(self.number)
		self.asked = {"lead_doctype": "Chat Lead", "lead": self.doc.name}
		self.agent = Panel(AGENT)

	def written(self, hours_ago: float = 0, **more):
		conversation = self.written_by(self.number, hours_ago=hours_ago, **more)
		self.post_process_all()
		frappe.db.commit()
		return conversation

	def key(self) -> str:
		return frappe.generate_hash(length=20)
