"""The panel's calls. Whoever may read the Lead reads its chat, whoever may write the Lead replies."""

import json

import frappe

from ..chat import conversations, outbound, panel
from ..chat.address import customer_with
from ..chat.errors import InvalidMessage, NoNumber, WindowClosed
from ..chat.message import Conversation, Lead, Message
from ..chat.window import window_at
from ..chat.words import _lt
from ..site.announcer import SiteAnnouncer
from ..site.clock import SystemClock, reader
from ..site.leads import lead_at
from ..site.permissions import may, require_chat, require_lead
from ..site.refusals import in_words
from ..site.settings import closing_ms, default_sender, label_of, require_set_up
from ..site.store import FrappeStore
from ..twilio_channel.error_codes import explain


@frappe.whitelist(methods=["GET"])
@in_words
def window(lead_doctype: str, lead: str, conversation: str | None = None) -> dict:
	"""The customer service window of the Lead's number: of the conversation named, else of the latest."""
	asked, known = _lead_and_conversations(lead_doctype, lead)
	return _window_shown(asked, conversations.choose(known, conversation or ""))


@frappe.whitelist(methods=["GET"])
@in_words
def open(lead_doctype: str, lead: str, conversation: str | None = None) -> dict:
	"""All that the panel shows at first: conversations, the window, the newest messages."""
	asked, known = _lead_and_conversations(lead_doctype, lead)
	chosen = conversations.choose(known, conversation or "")
	readable = bool(chosen) and may(chosen, "read")
	writable = may(chosen, "write") if chosen else True
	return {
		"conversations": [
			panel.conversation_shown(row, label_of(row.business_address), may(row, "read")) for row in known
		],
		"conversation": chosen.name if chosen else None,
		"window": _window_shown(asked, chosen),
		"messages": _shown(FrappeStore().messages(chosen.name, limit=panel.PAGE)) if readable else [],
		"may_reply": writable and frappe.has_permission(lead_doctype, "write", doc=lead),
	}


@frappe.whitelist(methods=["GET"])
@in_words
def older(conversation: str, before: str) -> list[dict]:
	"""The messages before the one named `before`, the oldest shown."""
	require_chat(FrappeStore().conversation(conversation), "read")
	return _shown(FrappeStore().messages(conversation, before=before, limit=panel.PAGE))


@frappe.whitelist(methods=["POST"])
@in_words
def reply(
	lead_doctype: str,
	lead: str,
	body: str,
	client_key: str,
	conversation: str | None = None,
	file: str | None = None,
) -> dict:
	"""Send freeform text, inside the window only: else 409 WindowClosed, and nothing is stored or sent."""
	chosen = _answerable(lead_doctype, lead, conversation)[1]
	if file:
		raise InvalidMessage(_lt("Attachments cannot be sent yet: remove the file, then send the text."))
	if chosen is None:
		raise WindowClosed(window_at(0, SystemClock().now_ms()))
	return _shown([outbound.reply(chosen.name, body, client_key, **_outside())])[0]


@frappe.whitelist(methods=["POST"])
@in_words
def send_template(
	lead_doctype: str,
	lead: str,
	content_sid: str,
	client_key: str,
	variables: dict | str | None = None,
	conversation: str | None = None,
) -> dict:
	"""Send an approved template with all its variables; it may begin the conversation."""
	asked, chosen = _answerable(lead_doctype, lead, conversation)
	values = _object(variables)
	if chosen:
		sent = outbound.send_template(chosen.name, content_sid, values, client_key, **_outside())
	else:
		sent = outbound.send_first_template(
			asked, default_sender().address, content_sid, values, client_key, **_outside()
		)
	return _shown([sent])[0]


@frappe.whitelist(methods=["POST"])
@in_words
def send_again(message: str, client_key: str) -> dict:
	"""Send a copy of a message that failed or was not confirmed, under the rules of a new one."""
	original = FrappeStore().message(message)
	require_chat(FrappeStore().conversation(original.conversation) if original else None, "write")
	require_set_up()
	return _shown([outbound.send_again(message, client_key, **_outside())])[0]


@frappe.whitelist(methods=["POST"])
@in_words
def mark_read(conversation: str) -> None:
	"""The messages of a conversation were seen."""
	require_chat(FrappeStore().conversation(conversation), "read")
	conversations.mark_read(conversation, store=FrappeStore(), announcer=SiteAnnouncer())


def _lead_and_conversations(doctype: str, name: str) -> tuple[Lead, list[Conversation]]:
	require_lead(doctype, name, "read")
	lead = lead_at(doctype, name)
	known = FrappeStore().conversations_of(lead)
	if not (lead.phone or known):
		raise NoNumber
	return lead, known


def _answerable(doctype: str, name: str, conversation: str | None) -> tuple[Lead, Conversation | None]:
	require_lead(doctype, name, "write")
	lead, known = _lead_and_conversations(doctype, name)
	chosen = conversations.choose(known, conversation or "")
	if chosen:
		require_chat(chosen, "write")
	require_set_up()
	return lead, chosen


def _window_shown(lead: Lead, conversation: Conversation | None) -> dict:
	now = conversations.window(conversation, SystemClock().now_ms(), closing_ms=closing_ms())
	if conversation:
		addresses = conversation.customer_address, conversation.business_address
	else:
		addresses = customer_with(lead.phone).address, default_sender().address
	return panel.window_shown(now, *addresses, reader())


def _shown(messages: list[Message]) -> list[dict]:
	words = reader()
	return [panel.message_shown(message, explain, words) for message in messages]


def _outside() -> dict:
	return {
		"author": frappe.session.user,
		"store": FrappeStore(),
		"announcer": SiteAnnouncer(),
		"clock": SystemClock(),
	}


def _object(variables: dict | str | None) -> dict:
	"""Desk posts an object as its JSON text."""
	try:
		values = json.loads(variables or "{}") if isinstance(variables, str | None) else variables
	except ValueError:
		values = None
	if not isinstance(values, dict):
		raise InvalidMessage(_lt("The template's variables must be given as an object of names and values."))
	return values
