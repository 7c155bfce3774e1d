"""Background work: hand queued messages to Twilio, follow up received ones, sweep up what was left."""

import time

import frappe

from ..chat import delivery
from ..chat.conversations import link_lead
from ..chat.errors import NotSetUp
from ..chat.media import fetch_files
from ..chat.message import DONE, INBOUND, PENDING
from . import database
from .announcer import (
	DISPATCH,
	FETCH,
	FOLLOW_UP,
	PARTS_BEGIN,
	SiteAnnouncer,
	at_work,
	may_be_woken,
	nudge,
	refresh_lists,
	wake,
)
from .clock import SystemClock
from .files import SiteFiles
from .leads import SiteLeads, show_on_chats
from .notifying import message_received
from .rows import lock
from .settings import media_limit_bytes
from .store import FrappeStore
from .twilio import twilio_channel, twilio_media

LONGEST_RUN_S = 150  # below the short queue's timeout of 300
BATCH = 50
MAX_FOLLOW_UPS = 5


def dispatch_messages() -> None:
	"""Job: send what waits, until nothing is due."""
	may_be_woken(DISPATCH)
	frappe.set_user("Administrator")
	started = time.monotonic()
	try:
		channel = twilio_channel()
	except NotSetUp:
		return
	while delivery.dispatch(
		store=FrappeStore(), channel=channel, announcer=SiteAnnouncer(), clock=SystemClock()
	):
		if time.monotonic() - started > LONGEST_RUN_S:
			return wake(DISPATCH)


def follow_up_messages(part: int = 0) -> None:
	"""Job: after inbound messages of this part of the conversations were stored, do what is slow or may fail: their leads,
	and other apps' document events.

	One worker does it for all of a part: a job for each message would cost more than what it does.
	"""
	at_work(FOLLOW_UP, part=part)
	frappe.set_user("Administrator")
	tried: set[str] = set()
	try:
		_follow_up_all(part, tried)
	finally:
		may_be_woken(FOLLOW_UP, part=part)
	frappe.db.rollback()  # to see what came in until now, and nobody was woken for
	if set(_pending(part)) - tried:
		wake(FOLLOW_UP, part=part)
	if FrappeStore().media_due(SystemClock().now_ms(), 1):
		wake(FETCH)


def _follow_up_all(part: int, tried: set[str]) -> None:
	"""Follow up what is pending, each message once in this job; one that fails is left to the sweep."""
	started = time.monotonic()
	while names := [name for name in _pending(part) if name not in tried]:
		at_work(FOLLOW_UP, part=part)
		for name in names:
			follow_up(name)
			tried.add(name)
		if time.monotonic() - started > LONGEST_RUN_S:
			return


def follow_up(message: str) -> None:
	"""Effects in the database happen once, effects outside at least once. A failing one is tried a few times."""
	try:
		conversation = frappe.db.get_value("Chat Message", message, "conversation")
		link_lead(conversation, store=FrappeStore(), leads=SiteLeads())
		_name_lead(conversation)
		if database.transaction(lambda: _run_document_events(message)):
			database.transaction(lambda: message_received(conversation))
		refresh_lists("Chat Conversation", conversation)
		_nudge_lead(conversation)
	except Exception:
		database.transaction(lambda: _count_failure(message))


def fetch_media_files() -> None:
	"""Job: fetch the files that customers sent, until none is due."""
	may_be_woken(FETCH)
	frappe.set_user("Administrator")
	started = time.monotonic()
	try:
		fetcher = twilio_media()
	except NotSetUp:
		return
	while fetch_files(
		store=FrappeStore(),
		fetcher=fetcher,
		files=SiteFiles(),
		announcer=SiteAnnouncer(),
		clock=SystemClock(),
		largest=media_limit_bytes(),
	):
		if time.monotonic() - started > LONGEST_RUN_S:
			return wake(FETCH)


def sweep() -> None:
	"""Scheduler: wake whoever has work left over, such as after a crash or while Redis was down."""
	now_ms = SystemClock().now_ms()
	store = FrappeStore()
	if store.due(now_ms, 1) or store.claimed_before(now_ms - delivery.CLAIM_LEASE_MS, 1):
		dispatch_messages()
	for part in range(len(PARTS_BEGIN)):
		if _pending(part):
			follow_up_messages(part)
	if store.media_due(now_ms, 1):
		wake(FETCH)


def _pending(part: int) -> list[str]:
	filters = [["follow_up", "=", PENDING], ["direction", "=", INBOUND]]
	first, *rest = PARTS_BEGIN[part:]
	filters += [["conversation", ">=", first], *([["conversation", "<", rest[0]]] if rest else [])]
	return frappe.get_all("Chat Message", filters, order_by="creation asc", limit=BATCH, pluck="name")


def _run_document_events(message: str) -> bool:
	"""Whether this job did it; another one may have been faster."""
	lock("Chat Message", message)
	if not frappe.db.exists("Chat Message", {"name": message, "follow_up": PENDING}):
		return False
	FrappeStore().change_message(message, follow_up=DONE)
	doc = frappe.get_doc("Chat Message", message)
	doc.flags.in_insert = True
	for event in ("after_insert", "on_update", "on_change"):
		doc.run_method(event)
	return True


def _count_failure(message: str) -> None:
	"""Of one that is still pending: what has run is not run again for what failed after it."""
	lock("Chat Message", message)
	row = frappe.db.get_value("Chat Message", message, ["attempts", "follow_up"], as_dict=True)
	if row and row.follow_up == PENDING:
		attempts = (row.attempts or 0) + 1
		state = DONE if attempts >= MAX_FOLLOW_UPS else PENDING
		FrappeStore().change_message(message, attempts=attempts, follow_up=state)
	frappe.log_error(
		"WA Window: the follow-up of a received message failed",
		reference_doctype="Chat Message",
		reference_name=message,
	)


def _name_lead(conversation: str) -> None:
	row = frappe.db.get_value(
		"Chat Conversation", conversation, ["lead_doctype", "lead", "lead_title"], as_dict=True
	)
	if row and row.lead and not row.lead_title:
		database.transaction(lambda: show_on_chats(frappe.get_doc(row.lead_doctype, row.lead)))


def _nudge_lead(conversation: str) -> None:
	lead = frappe.db.get_value("Chat Conversation", conversation, ["lead_doctype", "lead"], as_dict=True)
	if lead and lead.lead:
		nudge(lead.lead_doctype, lead.lead)
