"""A customer's message comes in."""

from dataclasses import replace
from functools import partial, reduce

from . import opt_out, status
from .address import Customer
from .conversations import begin, summarise
from .message import INBOUND, PENDING, RECEIPT, TWILIO, Conversation, InboundMessage, Message, latest
from .ports import AlreadyStored, Announcer, Store


class _Erased(Exception):
	"""The message was deleted here: what was written for it is rolled back."""


def receive(inbound: InboundMessage, *, store: Store, announcer: Announcer) -> Message | None:
	"""Store a customer's message once and open the window by it; None where its SID was stored before, or deleted here.

	A signed webhook has no date in it: who has recorded one could bring back an erased message at any time, and with it an
	open window.
	"""

	def write() -> Message:
		rows = store.lock_pair(inbound.customer, inbound.business_address)
		row = _row(inbound)
		after = partial(_after, inbound=inbound, preview=row.preview)
		conversation = _known(store, rows, inbound) if rows else begin(_of(inbound), store, after)
		message = store.add_message(replace(row, conversation=conversation.name))
		# Only now: whoever is deleting this very message, or its chat, makes adding it, or the lock, wait until that is done.
		if store.erased(inbound.message_sid):
			raise _Erased
		if rows:
			store.change_conversation(conversation.name, **after(conversation))
		return message

	try:
		message = store.transaction(write)
	except AlreadyStored:
		_complete(inbound, store, announcer)
		return None
	except _Erased:
		return None
	announcer.message_received(message)
	return message


def _complete(inbound: InboundMessage, store: Store, announcer: Announcer) -> None:
	"""A webhook that comes after the provider's list told of its message knows more than that: its kind, a STOP, a name."""
	known = store.message_with_sid(inbound.message_sid)
	if known is None or (known.sent_at_source, inbound.sent_at_source) != (TWILIO, RECEIPT):
		return

	def write() -> None:
		conversation = store.lock(known.conversation)
		if conversation is None or store.message(known.name) is None:
			return  # erased meanwhile
		fuller = replace(inbound, sent_at_ms=known.sent_at_ms)
		told = {name: getattr(fuller, name) for name in ("kind", "body", "replied_to_sid", "raw")}
		store.change_message(known.name, **told)
		store.change_conversation(
			conversation.name, **_identity(conversation, fuller), **_choice(conversation, fuller)
		)
		summarise(conversation.name, store)

	store.transaction(write)
	announcer.conversation_changed(known.conversation)


def _of(inbound: InboundMessage) -> Conversation:
	return Conversation(
		customer=inbound.customer.key,
		business_address=inbound.business_address,
		customer_address=inbound.customer.address,
		customer_phone=inbound.customer.phone,
		customer_user_id=inbound.customer.user_id,
		customer_parent_id=inbound.customer.parent_id,
		profile_name=inbound.profile_name,
	)


def _known(store: Store, rows: list[Conversation], inbound: InboundMessage) -> Conversation:
	"""The customer's one conversation with this sender, whatever they are known by."""
	conversation = reduce(lambda kept, absorbed: join(store, kept, absorbed, inbound.customer), rows)
	learned = inbound.customer.keys - conversation.keys
	if learned:
		kept = opt_out.take(learned, conversation.business_address, store)
		conversation = _changed(store, conversation, **vars(conversation.opt_out.joined(kept)))
	return conversation


def join(store: Store, kept: Conversation, absorbed: Conversation, customer: Customer) -> Conversation:
	"""Two conversations turn out to be one customer's, such as once by phone and once by user id.

	The older one is kept, with its own lead or none: so what it holds opens to nobody by a lead that somebody made since, as
	in `link_lead`.
	"""
	newest = max(kept, absorbed, key=lambda row: row.last_message_at_ms)
	known = max(kept, absorbed, key=lambda row: (row.customer == customer.key, bool(row.customer_phone)))
	ids = customer.completed_by(kept.known_customer).completed_by(absorbed.known_customer)
	joined = replace(
		kept,
		customer=known.customer,
		customer_phone=known.customer_phone,
		customer_user_id=ids.user_id,
		customer_parent_id=ids.parent_id,
		customer_address=newest.customer_address,
		profile_name=newest.profile_name or kept.profile_name,
		last_inbound_at_ms=max(kept.last_inbound_at_ms, absorbed.last_inbound_at_ms),
		last_message_at_ms=newest.last_message_at_ms,
		last_message_preview=newest.last_message_preview,
		provider_closed_at_ms=max(kept.provider_closed_at_ms, absorbed.provider_closed_at_ms),
		unread_count=kept.unread_count + absorbed.unread_count,
		**vars(kept.opt_out.joined(absorbed.opt_out)),
	)
	store.absorb(kept.name, absorbed.name)
	return _changed(store, kept, **vars(joined))


def _changed(store: Store, old: Conversation, **values) -> Conversation:
	"""The conversation with these values, of which the changed ones are written."""
	changes = {key: value for key, value in values.items() if value != getattr(old, key)}
	store.change_conversation(old.name, **changes)
	return replace(old, **changes)


def _row(inbound: InboundMessage) -> Message:
	"""Of no conversation yet."""
	return Message(
		conversation="",
		direction=INBOUND,
		kind=inbound.kind,
		body=inbound.body,
		sent_at_ms=inbound.sent_at_ms,
		sent_at_source=inbound.sent_at_source,
		delivery_status=status.RECEIVED,
		message_sid=inbound.message_sid,
		replied_to_sid=inbound.replied_to_sid,
		follow_up=PENDING,
		media=inbound.media,
		raw=inbound.raw,
	)


def _after(conversation: Conversation, inbound: InboundMessage, preview: str) -> dict:
	"""What an inbound message changes: times only move forward, whatever the order of arrival."""
	return {
		"unread_count": conversation.unread_count + 1,
		"last_inbound_at_ms": max(conversation.last_inbound_at_ms, inbound.sent_at_ms),
		**_identity(conversation, inbound),
		**_choice(conversation, inbound),
		**latest(conversation, inbound.sent_at_ms, preview),
	}


def _choice(conversation: Conversation, inbound: InboundMessage) -> dict:
	"""A later STOP or START overrules an earlier one."""
	if inbound.opt_out not in ("STOP", "START") or inbound.sent_at_ms < conversation.opt_out_changed_at_ms:
		return {}
	return {"opted_out": inbound.opt_out == "STOP", "opt_out_changed_at_ms": inbound.sent_at_ms}


def _identity(conversation: Conversation, inbound: InboundMessage) -> dict:
	"""Replies go to the exact address of the last inbound message; whatever its customer was ever known by stays known."""
	is_latest = inbound.sent_at_ms >= conversation.last_inbound_at_ms
	seen, known = inbound.customer, conversation.known_customer
	customer = seen.completed_by(known) if is_latest else known.completed_by(seen)
	identity = {
		"customer_address": customer.address,
		"customer_phone": customer.phone,
		"customer_user_id": customer.user_id,
		"customer_parent_id": customer.parent_id,
	}
	if seen.phone and customer.phone == seen.phone:
		identity["customer"] = seen.key
	if is_latest:
		identity["profile_name"] = inbound.profile_name or conversation.profile_name
	return identity
