"""Messages that are created as documents, by the Desk, REST or an import: the same rules as for the panel's calls."""

import frappe
from frappe import _

from ...chat.message import OUTBOUND, Conversation, Message
from ...chat.outbound import (
	freeform_message,
	publish_queued,
	queue_locked,
	require_client_key,
	template_message,
)
from ...chat.panel import parse_variables
from ..clock import SystemClock, site_datetime
from ..events import FrappeEvents
from ..records.permissions import require_chat
from ..settings import require_configured, require_sender
from ..store.raw_rows import UNIQUE, new_name
from ..store.store import FrappeStore
from ..store.tables import MESSAGE_FIELDS
from .http_errors import chat_errors_as_http

KEPT = ("name", "owner")


@chat_errors_as_http
def prepare_outbound(doc) -> None:
	"""Turn a new Chat Message document into a queued message, or raise a ChatError. All fields but its text are
	overwritten."""
	if doc.direction != OUTBOUND:
		frappe.throw(_("Only WhatsApp itself adds inbound messages."), frappe.PermissionError)
	store = FrappeStore()
	conversation = require_chat(store.lock(doc.conversation), "write")
	require_configured()
	require_sender(conversation.business_address)
	composed, client_key = _message(doc, conversation, store), doc.client_key or new_name()
	require_client_key(client_key)
	message = queue_locked(store, conversation, composed, client_key, author=doc.owner)
	for field in MESSAGE_FIELDS:
		if field not in KEPT:
			value = getattr(message, field)
			doc.set(field, (value or None) if field in UNIQUE else value)
	doc.update({"sent_at": site_datetime(message.sent_at_ms), "media": [], "status_times": None, "raw": None})


def announce(doc) -> None:
	"""After the document's commit: enqueue the dispatcher and publish the change."""
	frappe.db.after_commit.add(lambda: publish_queued(FrappeEvents(), doc.conversation))


def _message(doc, conversation: Conversation, store: FrappeStore) -> Message:
	now_ms = SystemClock().now_ms()
	if not doc.content_template:
		return freeform_message(conversation, doc.body or "", now_ms)
	template = store.template(doc.content_template)
	return template_message(conversation, template, parse_variables(doc.content_variables), now_ms)
