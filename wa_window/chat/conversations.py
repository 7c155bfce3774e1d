"""The use cases around one conversation: which one is meant, its window, its lead, what is unread."""

from collections.abc import Callable
from dataclasses import replace

from . import opt_out
from .address import Customer, customer_with
from .errors import InvalidMessage, NoNumber, NotPermitted
from .message import Conversation, Lead
from .ports import Announcer, Clock, LeadInTheMaking, LeadNotCreated, Leads, Store
from .window import Window, window_at
from .words import _lt

# Longer than a job may run (300 s): after it, whoever claimed to create a lead is dead.
LEAD_LEASE_MS = 6 * 60 * 1000
NEWER_LEAD = _lt(
	"There is a lead with this number, but it was made or changed after the chat began: a manager has to link it."
)


def window(conversation: Conversation | None, now_ms: int, *, closing_ms: int = 0) -> Window:
	"""The window of a conversation, or of a pair that has none yet."""
	if conversation is None:
		return window_at(0, now_ms)
	return window_at(
		conversation.last_inbound_at_ms,
		now_ms,
		provider_closed_at_ms=conversation.provider_closed_at_ms,
		blocked_at_ms=conversation.blocked_at_ms,
		opted_out=conversation.opted_out,
		closing_ms=closing_ms,
	)


def choose(conversations: list[Conversation], named: str = "") -> Conversation | None:
	"""The conversation `named`, which must be one of the lead's, else the latest; None where the lead has none."""
	if named:
		chosen = next((row for row in conversations if row.name == named), None)
		if chosen is None:
			raise NotPermitted(_lt("This conversation does not belong to this lead."))
		return chosen
	return conversations[0] if conversations else None


def lock_or_begin(lead: Lead, business_address: str, *, store: Store) -> Conversation:
	"""Inside a transaction: the conversation of a lead's number with one of our senders, made where there is none.

	Raises InvalidMessage where there is one by now that is not this lead's: nobody was asked who may write in that one.
	"""
	if not lead.phone:
		raise NoNumber
	customer = customer_with(lead.phone)
	rows = store.lock_pair(customer, business_address)
	if not rows:
		return begin(_of_lead(lead, customer, business_address), store)
	if (rows[0].lead_doctype, rows[0].lead) != (lead.doctype, lead.name):
		raise InvalidMessage(_lt("A chat with this customer has begun meanwhile: reload the lead."))
	return rows[0]


def begin(
	conversation: Conversation, store: Store, first: Callable[[Conversation], dict] = lambda new: {}
) -> Conversation:
	"""Inside a transaction: add a conversation; what the customer chose in one that was erased holds for it too. `first` says
	what its first message changes of it, which is then written with it."""
	kept = opt_out.take(conversation.keys, conversation.business_address, store)
	new = replace(conversation, **vars(kept))
	return store.add_conversation(replace(new, **first(new)))


def not_begun(lead: Lead, business_address: str, *, store: Store) -> Conversation:
	"""For showing: the conversation that a lead's first message would begin. Nothing is stored, and it has no name."""
	row = _of_lead(lead, customer_with(lead.phone), business_address)
	return replace(row, **vars(store.kept_opt_out(row.keys, business_address)))


def opt_in(conversation: str, now_ms: int, *, store: Store) -> Conversation:
	"""Inside a transaction: a manager knows that the customer, who had opted out, has opted in again; the conversation.

	Raises InvalidMessage where they have not opted out: what they block is theirs to unblock.
	"""
	row = store.lock(conversation)
	if row is None or not row.opted_out:
		raise InvalidMessage(_lt("This customer has not opted out: reload the chat."))
	changes = {"opted_out": False, "opt_out_changed_at_ms": now_ms}
	store.change_conversation(conversation, **changes)
	return replace(row, **changes)


def mark_read(conversation: str, *, store: Store, announcer: Announcer) -> None:
	"""Set the conversation's unread count to 0."""

	def write() -> bool:
		row = store.lock(conversation)
		if not row or not row.unread_count:
			return False
		store.change_conversation(conversation, unread_count=0)
		return True

	if store.transaction(write):
		announcer.conversation_changed(conversation)


def summarise(conversation: str, store: Store) -> None:
	"""Inside a transaction in which the time of a message changed: what the lists show of the latest one."""
	newest = store.messages(conversation, limit=1)[0]
	store.change_conversation(
		conversation, last_message_at_ms=newest.sent_at_ms, last_message_preview=newest.preview
	)


def link_lead(conversation: str, *, store: Store, leads: Leads, clock: Clock) -> None:
	"""Link a conversation to its lead, found by number or created; where none is linked it says why.

	Whoever may read a lead reads the whole chat, and anybody may make a lead with somebody's number. So by itself a chat
	goes to a lead only with its first message, when there is nothing else to read, or where the lead had its number before
	the chat began. Any other lead waits for a manager.

	A lead is created while no chat is locked: what other apps do with a new lead may take long, and whoever saves a lead locks
	it before its chats. It is linked in the same transaction: a worker that dies leaves either both or none. Raises LeadInTheMaking while another worker creates the customer's lead.
	"""
	if _introduce(conversation, store, leads):
		return
	claimed = store.transaction(lambda: _link_or_claim(conversation, store, leads, clock.now_ms()))
	if claimed:
		_create(claimed, store, leads)
	_introduce(conversation, store, leads)


def _introduce(conversation: str, store: Store, leads: Leads) -> bool:
	"""Tell the lead of a conversation the customer's name; whether it has a lead. The chat is not locked: see `link_lead`."""

	def tell() -> bool:
		row = store.conversation(conversation)
		lead = _lead_of(row, leads) if row else None
		if lead:
			leads.introduce(lead, row.customer_phone, row.profile_name)
		return bool(lead)

	return store.transaction(tell)


def _link_or_claim(conversation: str, store: Store, leads: Leads, now_ms: int) -> Conversation | None:
	"""Link a chat to a lead that is there, or say why not; where there is none, claim to create it and return the chat.

	All chats of the customer are locked: those of several business numbers get one lead, also at the same moment.
	"""
	rows = store.lock_customer(conversation)
	row = next((row for row in rows if row.name == conversation), None)
	if row is None or _lead_of(row, leads):
		return None
	found = leads.find(row.customer_phone) if row.customer_phone else []
	found += [lead for other in rows if (lead := _lead_of(other, leads))]
	if found:
		is_first_message = len(store.messages(conversation, limit=2)) < 2
		lead = next((lead for lead in found if is_first_message or leads.known_before(lead, row)), None)
		changes = _linked_to(lead) if lead else {"lead_problem": leads.translate(NEWER_LEAD)}
		store.change_conversation(conversation, **changes)
		return None
	if any(abs(now_ms - other.lead_claimed_at_ms) < LEAD_LEASE_MS for other in rows):
		raise LeadInTheMaking
	store.change_conversation(conversation, lead_claimed_at_ms=now_ms)
	return row


def _create(claimed: Conversation, store: Store, leads: Leads) -> None:
	"""Create the lead of a claimed chat and link it, unless the chat was linked, or erased, meanwhile: then the lead stays as
	it is, since other apps know of it by now."""
	changes = {}
	try:
		leads.create(
			claimed.customer_phone,
			claimed.profile_name,
			lambda insert: store.transaction(lambda: _inserted_and_linked(insert, claimed, store)),
		)
	except LeadNotCreated as refusal:
		changes = {"lead_problem": str(refusal)}
	finally:
		store.transaction(lambda: _end_claim(claimed, changes, store))


def _inserted_and_linked(insert: Callable[[], Lead], claimed: Conversation, store: Store) -> Lead:
	"""The chat is locked only after the lead was inserted, with all that other apps do then."""
	lead = insert()
	_end_claim(claimed, _linked_to(lead), store)
	return lead


def _end_claim(claimed: Conversation, changes: dict, store: Store) -> None:
	row = store.lock(claimed.name)
	if row:
		same_lead = (row.lead_doctype, row.lead) == (claimed.lead_doctype, claimed.lead)
		store.change_conversation(row.name, lead_claimed_at_ms=0, **(changes if same_lead else {}))


def _linked_to(lead: Lead) -> dict:
	return {"lead_doctype": lead.doctype, "lead": lead.name, "lead_problem": ""}


def _lead_of(row: Conversation, leads: Leads) -> Lead | None:
	lead = Lead(row.lead_doctype, row.lead)
	return lead if row.lead and leads.exists(lead) else None


def _of_lead(lead: Lead, customer: Customer, business_address: str) -> Conversation:
	return Conversation(
		customer=customer.key,
		business_address=business_address,
		customer_address=customer.address,
		customer_phone=customer.phone,
		lead_doctype=lead.doctype,
		lead=lead.name,
	)
