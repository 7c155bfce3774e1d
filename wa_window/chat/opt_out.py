"""An opt-out outlives its chat: a customer who was erased, and writes or is written to again, is not opted in by that.

It is kept under the customer's keys until a chat begins in which one of them is known; then it is that chat's own again.
"""

import hmac
from dataclasses import replace

from .message import Conversation, OptOut
from .ports import Store
from .window import is_blocked

NONE = OptOut()


def keep(conversation: Conversation, store: Store) -> None:
	"""Inside the transaction that deletes a conversation: keep that its customer opted out or blocks us, if so."""
	pair = conversation.keys, conversation.business_address
	choice = conversation.opt_out.joined(store.kept_opt_out(*pair))
	if not is_blocked(choice.blocked_at_ms, conversation.last_inbound_at_ms):
		choice = replace(choice, blocked_at_ms=0)
	store.keep_opt_out(*pair, choice if choice.opted_out or choice.blocked_at_ms else NONE)


def keyed_hash(key: str, business_address: str, secret: bytes) -> str:
	"""Under what it is kept: 64 hexadecimal digits which nobody can turn back without the host's secret.

	Keyed, since there are so few phone numbers that a plain hash of each can be tried.
	"""
	return hmac.new(secret, f"wa_window opt-out {key} {business_address}".encode(), "sha256").hexdigest()


def take(keys: set[str], business_address: str, store: Store) -> OptOut:
	"""Inside the transaction in which these keys become known of a conversation: what was kept, which is now that one's own."""
	kept = store.kept_opt_out(keys, business_address)
	if kept != NONE:
		store.keep_opt_out(keys, business_address, NONE)
	return kept
