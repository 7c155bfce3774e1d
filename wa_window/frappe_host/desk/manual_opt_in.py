"""A manager records that a customer has opted in again outside of WhatsApp: user, time and reason are stored."""

import frappe
from frappe import _
from frappe.utils import escape_html, get_fullname

from ...chat import conversations
from ...chat.errors import InvalidMessage
from ...chat.message import Conversation
from ...chat.sentences import _lt
from ..bootstrap import chat_service
from ..panel_host import panel
from ..records.permissions import CONVERSATION, require_chat
from ..store import database

LONGEST_REASON = 1000


def opt_in(conversation: str, reason: str) -> dict:
	"""Record the opt-in, with a comment on the lead, else on the chat; returns the new window.

	Raises NotPermitted, or InvalidMessage where there is no reason or the customer has not opted out.
	"""
	chat, reason = chat_service(), reason.strip()
	require_chat(chat.store.conversation(conversation), "write")
	if not reason or len(reason) > LONGEST_REASON:
		raise InvalidMessage(_lt("Write how the customer opted in, in up to {0} characters."), LONGEST_REASON)

	def write() -> None:
		row = conversations.opt_in(conversation, chat.clock.now_ms(), store=chat.store)
		_comment(row, reason)

	database.transaction(write)
	chat.events.conversation_changed(conversation)
	return panel().window(CONVERSATION, conversation)


def _comment(row: Conversation, reason: str) -> None:
	doctype, name = (row.lead_doctype, row.lead) if row.lead else (CONVERSATION, row.name)
	words = _("{0} recorded an opt-in on WhatsApp: {1}")
	text = words.format(escape_html(get_fullname(frappe.session.user)), escape_html(reason))
	frappe.get_doc(doctype, name).add_comment("Comment", text)
