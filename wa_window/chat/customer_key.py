"""Conversations that were stored under another key than their customer has now."""

from .address import canonical_phone, customer_with
from .inbound import merge_conversations
from .ports.store import Store


def update_customer_key(conversation: str, store: Store) -> None:
	"""Inside a transaction: store the key under which the customer of a conversation is found now.

	Another conversation that the customer has under that key is merged into this one, which is the older.
	"""
	row = store.lock(conversation)
	if row is None or not row.customer_phone or row.customer == canonical_phone(row.customer_phone):
		return
	customer = customer_with(row.customer_phone)
	for other in store.lock_pair(customer, row.business_address):
		row = merge_conversations(store, row, other, customer)
	store.change_conversation(row.name, customer=customer.key)
