"""This site as the host of the panel, for the session's user."""

from collections.abc import Callable
from functools import cache

import frappe

from ..chat.message import Conversation, Lead, Media, Message, Sender
from ..chat.panel import Panel
from ..chat.ports import Explanation
from ..chat.words import Words
from ..twilio_channel import error_codes
from . import files, leads, permissions, settings
from .announcer import SiteAnnouncer
from .clock import SystemClock, reader
from .store import FrappeStore


class SiteHost:
	def __init__(self):
		self.user = frappe.session.user
		self.store = FrappeStore()
		self.announcer = SiteAnnouncer()
		self.clock = SystemClock()
		# Of one call: a lead is asked for by each of its checks, and read once.
		self.find_lead = cache(permissions.find_lead)

	def may_lead(self, doctype: str, name: str, ptype: str) -> bool:
		return permissions.may_lead(doctype, name, ptype, self.find_lead)

	def may(self, conversation: Conversation, ptype: str) -> bool:
		return permissions.may(conversation, ptype, find=self.find_lead)

	def lead(self, doctype: str, name: str) -> Lead:
		if doctype == permissions.CONVERSATION:
			phone = frappe.db.get_value(doctype, name, "customer_phone")
			return Lead(doctype, name, phone or "", conversation=name)
		return leads.lead_of(self.find_lead(doctype, name))

	def lead_values(self, doctype: str, name: str) -> Callable[[str], object]:
		doc = frappe.get_doc(doctype, name)
		if doctype == permissions.CONVERSATION:
			# Read anew: what follows takes values away from it.
			doc = permissions.find_lead(doc.lead_doctype, doc.lead) or doc
		doc.apply_fieldlevel_read_permissions()
		return doc.get

	def require_set_up(self) -> None:
		settings.require_set_up()

	def default_sender(self) -> Sender:
		return settings.default_sender()

	def require_sender(self, business_address: str) -> None:
		settings.require_sender(business_address)

	def label_of(self, business_address: str) -> str:
		return settings.label_of(business_address)

	def closing_ms(self) -> int:
		return settings.closing_ms()

	def attachment(self, file: str) -> Media:
		return files.attachment(file)

	def attach(self, message: Message, source: str = "") -> None:
		files.attach(message, source)

	def has_same_content(self, one: Media, other: Media) -> bool:
		return files.has_same_content(one, other)

	def explain(self, message: Message) -> Explanation:
		return error_codes.explain(message)

	def words(self) -> Words:
		return reader()


def panel() -> Panel:
	"""For the session's user. Raises NotPermitted for one who has none of our roles."""
	permissions.require_role()
	return Panel(SiteHost())


def window_panel() -> Panel:
	"""To show a window's state, which takes the right to read the lead and no role."""
	return Panel(SiteHost())
