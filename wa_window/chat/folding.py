"""Customers whose numbers are folded otherwise than when their chat began."""

from .address import customer_with, fold
from .inbound import join
from .ports import Store


def fold_anew(conversation: str, store: Store) -> None:
	"""Inside a transaction: give a conversation the key by which its customer is found now.

	Where the customer has begun another one under that key, the two become one: this one, which is the older.
	"""
	row = store.lock(conversation)
	if row is None or not row.customer_phone or row.customer == fold(row.customer_phone):
		return
	customer = customer_with(row.customer_phone)
	for other in store.lock_pair(customer, row.business_address):
		row = join(store, row, other, customer)
	store.change_conversation(row.name, customer=customer.key)
