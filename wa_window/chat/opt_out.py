"""An opt-out outlives its chat: an erased customer who writes, or is written to, again is still opted out.

It is stored under hashes of the customer's keys until a chat with one of these keys begins, which then takes it over.
"""

import hmac
from dataclasses import replace

from .message import Conversation, OptOut
from .ports.store import Store
from .window import is_blocked

NONE = OptOut()


def preserve(conversation: Conversation, store: Store) -> None:
	"""Inside the transaction that deletes a conversation: store that its customer opted out or blocks us, if so."""
	pair = conversation.keys, conversation.business_address
	choice = conversation.opt_out.merged_with(store.preserved_opt_out(*pair))
	if not is_blocked(choice.blocked_at_ms, conversation.last_inbound_at_ms):
		choice = replace(choice, blocked_at_ms=0)
	store.preserve_opt_out(*pair, choice if choice.opted_out or choice.blocked_at_ms else NONE)


def keyed_hash(key: str, business_address: str, secret: bytes) -> str:
	"""The name under which it is stored: 64 hexadecimal digits that cannot be reversed without the host's secret.

	Keyed, since there are so few phone numbers that a plain hash can be reversed by trying them all.
	"""
	return hmac.new(secret, f"wa_window opt-out {key} {business_address}".encode(), "sha256").hexdigest()


def restore(keys: set[str], business_address: str, store: Store) -> OptOut:
	"""Inside the transaction that adds these keys to a conversation: return the stored opt-out and delete it from the store."""
	preserved = store.preserved_opt_out(keys, business_address)
	if preserved != NONE:
		store.preserve_opt_out(keys, business_address, NONE)
	return preserved
