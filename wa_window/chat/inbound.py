"""Receive a customer's message."""

from dataclasses import replace
from functools import partial, reduce

from . import consent, opt_out, status, work_state
from .address import Customer, canonical_phone
from .conversations import begin, summarise
from .message import INBOUND, PENDING, RECEIPT, TWILIO, Conversation, InboundMessage, Message, latest
from .ports.store import AlreadyStored, Store
from .received import NUMBER_BEFORE
from .referrals import merged_ad
from .service import ChatService


class _Erased(Exception):
	"""The message was deleted here: the transaction is rolled back."""


def receive(chat: ChatService, inbound: InboundMessage) -> Message | None:
	"""Store a customer's message once and open the window; returns None where its SID was stored before, or deleted here.

	A signed webhook carries no date: a recorded one could restore an erased message at any time, and with it an open window.
	"""
	store = chat.store

	def write() -> Message:
		rows = store.lock_pair(inbound.customer, inbound.business_address)
		row = _row(inbound, _number_before(rows, inbound))
		after = partial(_after, inbound=inbound, preview=row.preview, now_ms=chat.clock.now_ms())
		conversation = _merged(store, rows, inbound) if rows else begin(_of(inbound), store, after)
		changes = after(conversation) if rows else {}
		stored_at_ms = Conversation(**vars(conversation) | changes).last_stored_at_ms
		message = store.add_message(replace(row, conversation=conversation.name, stored_at_ms=stored_at_ms))
		# Checked only now: a transaction that deletes this message, or its chat, makes the insert, or the lock, wait until it ends.
		if store.erased(inbound.message_sid):
			raise _Erased
		if rows:
			store.change_conversation(conversation.name, **changes)
		return message

	try:
		message = store.transaction(write)
	except AlreadyStored:
		_complete(chat, inbound)
		return None
	except _Erased:
		return None
	chat.events.message_received(message)
	return message


def _complete(chat: ChatService, inbound: InboundMessage) -> None:
	"""Add what the provider's list lacks from a webhook that comes after it: the kind, a STOP, the profile name."""
	store = chat.store
	stored = store.message_with_sid(inbound.message_sid)
	if stored is None or (stored.sent_at_source, inbound.sent_at_source) != (TWILIO, RECEIPT):
		return

	def write() -> None:
		conversation = store.lock(stored.conversation)
		if conversation is None or store.message(stored.name) is None:
			return  # erased meanwhile
		complete = replace(inbound, sent_at_ms=stored.sent_at_ms)
		changes = {name: getattr(complete, name) for name in ("kind", "body", "replied_to_sid", "raw")}
		store.change_message(stored.name, **changes)
		store.change_conversation(
			conversation.name, **_identity(conversation, complete), **_choice(conversation, complete)
		)
		summarise(conversation.name, store)

	store.transaction(write)
	chat.events.conversation_changed(stored.conversation)


def _of(inbound: InboundMessage) -> Conversation:
	return Conversation(
		customer=inbound.customer.key,
		business_address=inbound.business_address,
		customer_address=inbound.customer.address,
		customer_phone=inbound.customer.phone,
		customer_user_id=inbound.customer.user_id,
		customer_parent_id=inbound.customer.parent_id,
	)


def _merged(store: Store, rows: list[Conversation], inbound: InboundMessage) -> Conversation:
	"""The customer's one conversation with this sender, under whichever of their keys it is stored."""
	conversation = reduce(
		lambda kept, absorbed: merge_conversations(store, kept, absorbed, inbound.customer), rows
	)
	new_keys = inbound.customer.keys - conversation.keys
	if new_keys:
		restored = opt_out.restore(new_keys, conversation.business_address, store)
		conversation = _changed(
			store, conversation, replace(conversation, **vars(conversation.opt_out.merged_with(restored)))
		)
	return conversation


def merge_conversations(
	store: Store, kept: Conversation, absorbed: Conversation, customer: Customer
) -> Conversation:
	"""Merge two conversations of one customer, such as one by phone and one by user id.

	The older one is kept, with its own lead or none: a lead that was created later gives nobody access to it, as in
	`link_lead`.
	"""
	newest = max(kept, absorbed, key=lambda row: row.last_message_at_ms)
	identified = max(kept, absorbed, key=lambda row: (row.customer == customer.key, bool(row.customer_phone)))
	ids = customer.completed_by(kept.known_customer).completed_by(absorbed.known_customer)
	merged = replace(
		kept,
		customer=identified.customer,
		customer_phone=identified.customer_phone,
		customer_user_id=ids.user_id,
		customer_parent_id=ids.parent_id,
		customer_address=newest.customer_address,
		earlier_number=kept.earlier_number and identified.customer_phone == kept.customer_phone,
		profile_name=newest.profile_name or kept.profile_name,
		last_inbound_at_ms=max(kept.last_inbound_at_ms, absorbed.last_inbound_at_ms),
		last_message_at_ms=newest.last_message_at_ms,
		last_message_preview=newest.last_message_preview,
		provider_closed_at_ms=max(kept.provider_closed_at_ms, absorbed.provider_closed_at_ms),
		**work_state.merged(kept, absorbed),
		**merged_ad(kept, absorbed),
		**consent.merged(kept, absorbed),
		**vars(kept.opt_out.merged_with(absorbed.opt_out)),
	)
	store.merge_into(kept.name, absorbed.name)
	changed = _changed(store, kept, merged)
	return replace(changed, waiting_since_ms=work_state.refresh(kept.name, store))


def _changed(store: Store, old: Conversation, new: Conversation) -> Conversation:
	"""Write the values that differ; returns the new conversation."""
	changes = {key: value for key, value in vars(new).items() if value != getattr(old, key)}
	store.change_conversation(old.name, **changes)
	return new


def _number_before(rows: list[Conversation], inbound: InboundMessage) -> str:
	"""The customer's other number, where an id says that they are the same person and they write from a new one; else empty."""
	phone = canonical_phone(inbound.customer.phone)
	is_latest = all(inbound.sent_at_ms >= row.last_inbound_at_ms for row in rows)
	others = (row.customer_phone for row in rows if canonical_phone(row.customer_phone) not in ("", phone))
	return next(others, "") if phone and is_latest else ""


def _row(inbound: InboundMessage, number_before: str) -> Message:
	"""The message, without its conversation."""
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
		raw=inbound.raw | ({NUMBER_BEFORE: number_before} if number_before else {}),
	)


def _after(
	conversation: Conversation, inbound: InboundMessage, preview: str, now_ms: int
) -> dict[str, object]:
	"""The changes by an inbound message: times only move forward, in whichever order messages arrive."""
	stored_at_ms = work_state.next_stored_at_ms(conversation, now_ms)
	return {
		**work_state.waiting_for(conversation, inbound.sent_at_ms, stored_at_ms),
		"last_inbound_at_ms": max(conversation.last_inbound_at_ms, inbound.sent_at_ms),
		**_identity(conversation, inbound),
		**_choice(conversation, inbound),
		**consent.by_writing(conversation, inbound.sent_at_ms),
		**latest(conversation, inbound.sent_at_ms, preview),
	}


def _choice(conversation: Conversation, inbound: InboundMessage) -> dict[str, object]:
	"""A later STOP or START overrules an earlier one."""
	if inbound.opt_out not in ("STOP", "START") or inbound.sent_at_ms < conversation.opt_out_changed_at_ms:
		return {}
	return {"opted_out": inbound.opt_out == "STOP", "opt_out_changed_at_ms": inbound.sent_at_ms}


def _identity(conversation: Conversation, inbound: InboundMessage) -> dict[str, object]:
	"""Replies go to the exact address of the last inbound message; ids of earlier ones are kept."""
	is_latest = inbound.sent_at_ms >= conversation.last_inbound_at_ms
	seen, known = inbound.customer, conversation.known_customer
	customer = seen.completed_by(known) if is_latest else known.completed_by(seen)
	identity: dict[str, object] = {
		"customer_address": customer.address,
		"customer_phone": customer.phone,
		"customer_user_id": customer.user_id,
		"customer_parent_id": customer.parent_id,
	}
	if seen.phone and customer.phone == seen.phone:
		identity["customer"] = seen.key
	if canonical_phone(customer.phone) != canonical_phone(conversation.customer_phone):
		identity["earlier_number"] = False
	if is_latest:
		identity["profile_name"] = inbound.profile_name or conversation.profile_name
	return identity
