"""What a conversation knows of its messages, computed anew from them."""

import frappe
from frappe.query_builder import DocType, Order

from .rows import update
from .store import FrappeStore


def rebuild(conversation: str) -> None:
	"""Set a conversation's last inbound and last message from the messages that there are."""
	store = FrappeStore()
	store.lock(conversation)
	newest = store.messages(conversation, limit=1)
	changes = {"last_message_at_ms": 0, "last_message_preview": ""}
	if newest:
		changes = {"last_message_at_ms": newest[0].sent_at_ms, "last_message_preview": newest[0].preview}
	update(
		"Chat Conversation",
		conversation,
		{"last_inbound_at_ms": store.last_inbound_at_ms(conversation)} | changes,
	)


def conversations_after(name: str, limit: int) -> list[str]:
	"""The next conversations by name: for walking through all of them."""
	table = DocType("Chat Conversation")
	query = frappe.qb.from_(table).select(table.name).where(table.name > name)
	return query.orderby(table.name, order=Order.asc).limit(limit).run(pluck=True)
