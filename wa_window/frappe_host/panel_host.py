"""The panel's Host port on this site, for the session's user."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from functools import cache

import frappe
from frappe import _

from ..chat.contacts import FoundLead
from ..chat.errors import NotSetUp
from ..chat.inbox import Inbox
from ..chat.message import Conversation, Lead, Media, Message, Record, Sender
from ..chat.panel import Panel
from ..chat.quick_reply import QuickReply
from ..chat.received import Received
from ..chat.sentences import Explanation, Locale
from ..twilio_channel import error_codes, typing_indicator
from ..twilio_channel.received import stored_received
from . import settings
from .bootstrap import chat_service
from .channel import twilio_channel
from .clock import current_locale, day_begins_ms
from .events import publish_presence_changed
from .files import attachments
from .presence import RedisPresence
from .records import contact_leads, leads, people, permissions, quick_replies
from .records.earlier_numbers import earlier_numbers
from .store.inbox import FrappeInboxStore


class FrappePanelHost:
	def __init__(self):
		self.user = frappe.session.user
		self.chat = chat_service()
		self.inbox_store = FrappeInboxStore(permissions.readable_chats)
		self.presence = RedisPresence()
		# A cache for one call: several checks need the lead, which is read once.
		self.find_lead = cache(permissions.find_lead)
		self.record_of = cache(self._record_of)

	def has_lead_permission(self, doctype: str, name: str, ptype: str) -> bool:
		return permissions.has_lead_permission(doctype, name, ptype, self.find_lead)

	def has_chat_permission(self, conversation: Conversation, ptype: str) -> bool:
		return permissions.has_chat_permission(conversation, ptype, find=self.find_lead)

	def lead(self, doctype: str, name: str) -> Lead:
		if doctype == permissions.CONVERSATION:
			phone = frappe.db.get_value(doctype, name, "customer_phone")
			return Lead(doctype, name, phone or "", conversation=name)
		doc = self.find_lead(doctype, name)
		return replace(leads.lead_of(doc), people=people.people_of(doc))

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		doc = frappe.get_doc(doctype, name)
		if doctype == permissions.CONVERSATION:
			# A fresh copy, since the next step removes values from it.
			doc = permissions.record_for(doc, "read") or doc
		doc.apply_fieldlevel_read_permissions()
		return doc.get

	def lead_label(self, doctype: str, name: str, field: str) -> str:
		meta = frappe.get_meta(self._lead_doctype(doctype, name))
		return _(meta.get_label(field)) if meta.has_field(field) else ""

	def reply_fields(self, doctype: str, name: str) -> list[str]:
		return quick_replies.fields_of(self._lead_doctype(doctype, name))

	def _lead_doctype(self, doctype: str, name: str) -> str:
		"""That of the record by which the user reads it, where a conversation is opened on its own."""
		if doctype != permissions.CONVERSATION:
			return doctype
		record = self.record_of(name)
		return record.doctype if record else doctype

	def _record_of(self, conversation: str):
		return permissions.record_for(
			frappe.get_doc(permissions.CONVERSATION, conversation), "read", find=self.find_lead
		)

	def known_reply_fields(self) -> list[str]:
		return quick_replies.known_fields()

	def quick_replies(self) -> list[QuickReply]:
		return quick_replies.of_user(self.user)

	def add_quick_reply(self, title: str, text: str, shortcut: str) -> str:
		return quick_replies.insert(title, text, shortcut)

	def require_configured(self) -> None:
		settings.require_configured()

	def default_sender(self) -> Sender:
		return settings.default_sender()

	def require_sender(self, business_address: str) -> None:
		settings.require_sender(business_address)

	def label_of(self, business_address: str) -> str:
		return settings.label_of(business_address)

	def senders(self) -> list[Sender]:
		return settings.senders()

	def midnight_ms(self) -> int:
		return day_begins_ms(self.chat.clock.now_ms(), days=1)

	def closing_ms(self) -> int:
		return settings.closing_ms()

	def file_address(self) -> str:
		return attachments.link_address()

	def attachment(self, file: str) -> Media:
		return attachments.attachment(file)

	def attach(self, message: Message, source: str = "") -> None:
		attachments.attach(message, source)

	def has_same_content(self, one: Media, other: Media) -> bool:
		return attachments.has_same_content(one, other)

	def received(self, messages: list[Message]) -> dict[str, Received]:
		return stored_received(messages)

	def explain(self, message: Message) -> Explanation:
		return error_codes.explain(message)

	def locale(self) -> Locale:
		return current_locale()

	def presence_changed(self, conversation: str) -> None:
		publish_presence_changed(conversation)

	def shows_typing(self) -> bool:
		return settings.shows_typing()

	def show_typing(self, message_sid: str) -> None:
		with suppress(NotSetUp):
			typing_indicator.show_typing(twilio_channel(), message_sid)

	def records(self, conversations: list[Conversation]) -> dict[str, Record]:
		return leads.records_of(conversations)

	def shown_records(self, conversations: list[Conversation]) -> dict[str, Lead]:
		return permissions.shown_records(conversations, self.find_lead)

	def earlier_numbers(self, conversations: list[Conversation], shown: dict[str, Lead]) -> set[str]:
		return earlier_numbers(conversations, shown, self.find_lead)

	def full_name(self, user: str) -> str:
		return permissions.full_name(user)

	def content_of(self, media: Media) -> bytes:
		return attachments.content_of(media)

	def default_country(self) -> str:
		return leads.default_country()

	def leads_with(self, phones: Collection[str]) -> dict[str, list[FoundLead]]:
		return contact_leads.leads_with(phones)

	def may_create_leads(self) -> bool:
		return contact_leads.may_create()

	def may_merge(self, lead: Lead, other: FoundLead) -> bool:
		return contact_leads.may_merge(lead, other)

	def insert_lead(self, lead_name: str, phone: str) -> FoundLead:
		return contact_leads.insert(lead_name, phone)


def panel() -> Panel:
	"""The panel of the session's user. Raises NotPermitted for a user without one of our roles."""
	permissions.require_role()
	return Panel(FrappePanelHost())


def inbox() -> Inbox:
	"""The inbox of the session's user. Raises NotPermitted for a user without one of our roles."""
	permissions.require_role()
	return Inbox(FrappePanelHost())


def window_panel() -> Panel:
	"""The panel for a window's state alone, which needs permission to read the lead and no role."""
	return Panel(FrappePanelHost())
