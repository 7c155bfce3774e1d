"""Use cases of one conversation: choosing it, its window, its lead."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from . import opt_out
from .address import Customer, canonical_phone, customer_with
from .errors import InvalidMessage, NoNumber, NotPermitted
from .message import Conversation, Lead, Message
from .ports.leads import LeadCreationInProgress, LeadNotCreated, Leads
from .ports.store import Store
from .sentences import _lt
from .service import ChatService
from .window import Window, window_at

# Longer than a job may run (300 s): after it, the worker that claimed to create a lead has died.
LEAD_LEASE_MS = 6 * 60 * 1000
NEWER_LEAD = _lt("A lead with this number was added after the chat began. A manager must link it.")


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


def choose(lead: Lead, conversations: list[Conversation], requested: str = "") -> Conversation | None:
	"""The conversation `requested`, which must be one of the lead's, else the latest; None where the lead has none, or its number
	has changed and nobody has written since."""
	requested = requested or lead.conversation
	if requested:
		chosen = next((row for row in conversations if row.name == requested), None)
		if chosen is None:
			raise NotPermitted(_lt("This chat does not belong to this lead."))
		return chosen
	return next((row for row in conversations if is_current(row, lead)), None)


def is_current(row: Conversation, lead: Lead) -> bool:
	"""Whether a lead that shows the chat goes on with it: one whose number has changed begins another."""
	return not (lead.phone and row.earlier_number and not has_number(lead, row.customer))


def has_earlier_number(row: Conversation, lead: Lead) -> bool:
	"""Whether its own lead or this one, which shows the chat, had its number, and neither this one nor one of its contacts has it now:
	a deal has another number once another contact is its primary one."""
	return row.earlier_number and not any(has_number(each, row.customer) for each in (lead, *lead.people))


def is_of(row: Conversation, lead: Lead) -> bool:
	"""Whether it is the lead's own: of its number, or linked to it."""
	return has_number(lead, row.customer) or (row.lead_doctype, row.lead) == (lead.doctype, lead.name)


def has_number(lead: Lead, customer: str) -> bool:
	"""Whether a lead has this number, which is in its canonical form."""
	return bool(lead.phone) and canonical_phone(lead.phone) == customer


def get_or_create_locked(lead: Lead, business_address: str, *, store: Store) -> Conversation:
	"""Inside a transaction: the conversation of a lead's number with one of our senders, created where there is none.

	Raises InvalidMessage where there is one by now that is not this lead's: the permission to write in it was not checked.
	"""
	if not lead.phone:
		raise NoNumber
	customer = customer_with(lead.phone)
	rows = store.lock_pair(customer, business_address)
	if not rows:
		return begin(_of_lead(lead, customer, business_address), store)
	if (rows[0].lead_doctype, rows[0].lead) != (lead.doctype, lead.name):
		raise InvalidMessage(_lt("This customer already has a chat. Reload the lead."))
	return rows[0]


def begin(
	conversation: Conversation,
	store: Store,
	first: Callable[[Conversation], dict[str, object]] = lambda new: {},
) -> Conversation:
	"""Inside a transaction: add a conversation, with the opt-out or block of one that was erased. `first` returns the changes by
	its first message, which are written in the same insert."""
	restored = opt_out.restore(conversation.keys, conversation.business_address, store)
	new = replace(conversation, **vars(restored))
	return store.add_conversation(Conversation(**vars(new) | first(new)))


def unsaved_conversation(lead: Lead, business_address: str, *, store: Store) -> Conversation:
	"""For display: the conversation that a lead's first message would create. Nothing is stored, and it has no name."""
	row = _of_lead(lead, customer_with(lead.phone), business_address)
	return replace(row, **vars(store.preserved_opt_out(row.keys, business_address)))


def opt_in(conversation: str, now_ms: int, *, store: Store) -> Conversation:
	"""Inside a transaction: record that the customer, who had opted out, has opted in again; returns the conversation.

	Raises InvalidMessage where they have not opted out: only the customer can lift a block.
	"""
	row = store.lock(conversation)
	if row is None or not row.opted_out:
		raise InvalidMessage(_lt("This customer has not opted out. Reload the chat."))
	store.change_conversation(conversation, opted_out=False, opt_out_changed_at_ms=now_ms)
	return replace(row, opted_out=False, opt_out_changed_at_ms=now_ms)


def summarise(conversation: str, store: Store) -> Message:
	"""Inside a transaction that changes the time of a message: update the time and preview of the latest one, and return it."""
	newest = store.messages(conversation, limit=1)[0]
	store.change_conversation(
		conversation, last_message_at_ms=newest.sent_at_ms, last_message_preview=newest.preview
	)
	return newest


def link_lead(chat: ChatService, conversation: str, leads: Leads) -> None:
	"""Link a conversation to its lead, found by number or created; where none is linked, `lead_problem` says why.

	A user who may read a lead reads the whole chat, and any user may create a lead with any number. So a chat is linked
	automatically only with its first message, when there is nothing else to read, or where the lead had its number before the
	chat began. In all other cases a manager decides.

	A lead is created while no chat is locked: other apps' events of a new lead may take long, and saving a lead locks it before
	its chats. It is linked in the same transaction: a worker that dies leaves both or none.

	Raises LeadCreationInProgress while another worker creates the customer's lead.
	"""
	store = chat.store
	if _fill_placeholder_name(conversation, store, leads):
		return
	claimed = store.transaction(lambda: _link_or_claim(conversation, store, leads, chat.clock.now_ms()))
	if claimed:
		_create(claimed, store, leads)
	_fill_placeholder_name(conversation, store, leads)


def _fill_placeholder_name(conversation: str, store: Store, leads: Leads) -> bool:
	"""Give the lead of a conversation the customer's name; returns whether it has a lead. The chat is not locked: see
	`link_lead`."""

	def fill() -> bool:
		row = store.conversation(conversation)
		lead = _lead_of(row, leads) if row else None
		if row and lead:
			leads.fill_placeholder_name(lead, row.customer_phone, row.profile_name)
		return bool(lead)

	return store.transaction(fill)


def link_existing(conversation: str, store: Store, leads: Leads) -> None:
	"""Link a chat to a lead that exists, as `link_lead` would, or store why not; none is created."""
	store.transaction(lambda: _link(conversation, store.lock_customer(conversation), store, leads))


def _link_or_claim(conversation: str, store: Store, leads: Leads, now_ms: int) -> Conversation | None:
	"""Link a chat to an existing lead, or store why not; where there is none, claim its creation and return the chat.

	All chats of the customer are locked: chats with several business numbers get one lead, also at the same moment.
	"""
	rows = store.lock_customer(conversation)
	row = _link(conversation, rows, store, leads)
	if row is None:
		return None
	if any(abs(now_ms - other.lead_claimed_at_ms) < LEAD_LEASE_MS for other in rows):
		raise LeadCreationInProgress
	store.change_conversation(conversation, lead_claimed_at_ms=now_ms)
	return row


def _link(conversation: str, rows: list[Conversation], store: Store, leads: Leads) -> Conversation | None:
	"""Link a chat to an existing lead, or store why not; returns the chat where there is none. `rows`: all chats of the customer,
	locked."""
	row = next((row for row in rows if row.name == conversation), None)
	if row is None or _lead_of(row, leads):
		return None
	found = leads.find(row.customer_phone) if row.customer_phone else []
	found += [lead for other in rows if (lead := _lead_of(other, leads))]
	if not found:
		return row
	is_first_message = len(store.messages(conversation, limit=2)) < 2
	lead = next((lead for lead in found if is_first_message or leads.had_number_before(lead, row)), None)
	changes = _linked_to(lead) if lead else {"lead_problem": leads.translate(NEWER_LEAD)}
	store.change_conversation(conversation, **changes)
	return None


def _create(claimed: Conversation, store: Store, leads: Leads) -> None:
	"""Create the lead of a claimed chat and link it, unless the chat was linked or erased meanwhile: then the lead stays, since
	other apps may already refer to it."""
	changes: dict[str, str] = {}
	try:
		leads.create(
			claimed.customer_phone,
			claimed.profile_name,
			claimed.ad_title,
			lambda insert: store.transaction(lambda: _inserted_and_linked(insert, claimed, store)),
		)
	except LeadNotCreated as error:
		changes = {"lead_problem": str(error)}
	finally:
		store.transaction(lambda: _end_claim(claimed, changes, store))


def _inserted_and_linked(insert: Callable[[], Lead], claimed: Conversation, store: Store) -> Lead:
	"""The chat is locked only after the lead was inserted and other apps' events have run."""
	lead = insert()
	_end_claim(claimed, _linked_to(lead), store)
	return lead


def _end_claim(claimed: Conversation, changes: Mapping[str, object], store: Store) -> None:
	row = store.lock(claimed.name)
	if row:
		same_lead = (row.lead_doctype, row.lead) == (claimed.lead_doctype, claimed.lead)
		store.change_conversation(row.name, lead_claimed_at_ms=0, **(changes if same_lead else {}))


def _linked_to(lead: Lead) -> dict[str, str]:
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
