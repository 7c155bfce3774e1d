"""What the playground's inbox shows beside a chat: its lead, notes and files, as `wa_window.api.inbox.record` answers it."""

import secrets
from typing import TYPE_CHECKING

from wa_window.chat.address import canonical_phone, parse_phone
from wa_window.chat.arguments import from_json
from wa_window.chat.conversations import has_number
from wa_window.chat.errors import ChangedMeanwhile, InvalidArgument, InvalidMessage, NotPermitted
from wa_window.chat.inbox import Inbox
from wa_window.chat.message import STORED, Conversation
from wa_window.chat.number_change import question
from wa_window.chat.sentences import _lt

from .leads import COUNTRY, DOCTYPE

if TYPE_CHECKING:
	from .host import EmbeddedHost

MOST_FILES = 12
MESSAGES = 500
LABELS = {"lead_name": _lt("Lead Name"), "phone": _lt("Phone")}


class Details:
	"""Notes are kept in memory."""

	def __init__(self, host: "EmbeddedHost"):
		self.host = host
		self.notes: dict[str, list[dict[str, object]]] = {}

	def record(self, conversation: str) -> dict[str, object]:
		chat = self._chat(conversation)
		lead = self.host.leads.row(chat.lead)
		label = self._translate(_lt("Lead"))
		of_lead = {
			"record": {"doctype": DOCTYPE, "name": chat.lead, "label": label},
			"fields": self._fields(chat),
			"tasks": [],
			"event": None,
			"related": [],
		}
		return {
			"conversation": conversation,
			**(of_lead if lead else {"candidates": [], "may_create": False}),
			"notes": self.notes.get(conversation, [])[::-1],
			"files": self._files(conversation),
		}

	def note(self, conversation: str, text: str) -> dict[str, object]:
		"""Kept beside the chat, never sent; returns the chat's row."""
		self._chat(conversation)
		if not text.strip():
			raise InvalidMessage(_lt("Write a note first."))
		note = {
			"doctype": "Comment",
			"name": secrets.token_hex(5),
			"author": self.host.full_name(self.host.user),
			"is_mine": True,
			"at_ms": self.host.clock.now_ms(),
			"text": text.strip(),
		}
		self.notes.setdefault(conversation, []).append(note)
		self.host.page_events.publish(conversation)
		return Inbox(self.host).row(conversation)

	def set_field(self, conversation: str, field: str, value: str, was: str | None) -> dict[str, object]:
		chat = self._chat(conversation)
		lead = self.host.leads.row(chat.lead)
		if lead is None or field not in LABELS:
			raise NotPermitted
		label = self._translate(LABELS[field])
		if was is not None and was != lead[field]:
			text = _lt("{0} was just changed to “{1}”. Check it, then change it again.")
			raise ChangedMeanwhile(text, label, lead[field])
		if not value.strip():
			raise InvalidMessage(_lt("{0} is missing."), label)
		self.host.leads.change(chat.lead, field, value.strip())
		self.host.page_events.publish(conversation)
		return {"fields": self._fields(chat)}

	def number_change(self, name: str, values: dict[str, str] | str) -> str:
		"""What is asked before the lead gets these values."""
		if self.host.leads.row(name) is None:
			raise NotPermitted
		given = from_json(values) if isinstance(values, str) else values
		if not isinstance(given, dict):
			raise InvalidArgument(_lt("Invalid input: {0}"), "values")
		lead = self.host.leads.lead(name)
		phone = parse_phone(str(given.get("phone", lead.phone)), COUNTRY)
		if not lead.phone or has_number(lead, canonical_phone(phone)):
			return ""
		store = self.host.store
		chats = [row for row in store.conversations_of(lead) if has_number(lead, row.customer)]
		messages = sum(len(store.messages(row.name, limit=MESSAGES)) for row in chats)
		return question(lead.phone, messages, self.host.locale())

	def _fields(self, chat: Conversation) -> list[dict[str, object]]:
		lead = self.host.leads.row(chat.lead) or {}
		return [
			{
				"fieldname": field,
				"label": self._translate(label),
				"value": lead[field],
				"shown": lead[field],
				"kind": "text",
				"required": True,
				"is_number": field == "phone",
			}
			for field, label in LABELS.items()
		]

	def _files(self, conversation: str) -> list[dict[str, object]]:
		"""The latest first."""
		found = [
			{
				"name": media.name,
				"url": media.file,
				"type": media.type,
				"size": media.size,
				"at_ms": message.sent_at_ms,
			}
			for message in reversed(self.host.store.messages(conversation, limit=MESSAGES))
			for media in message.media
			if media.state == STORED
		]
		return found[:MOST_FILES]

	def _chat(self, conversation: str) -> Conversation:
		chat = self.host.store.conversation(conversation)
		if chat is None:
			raise NotPermitted
		return chat

	def _translate(self, text: str) -> str:
		return self.host.locale().translate(text)
