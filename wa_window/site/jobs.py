"""Background work: hand queued messages to Twilio, follow up received ones, sweep up what was left."""

import frappe

from ..chat import delivery
from ..chat.conversations import link_lead
from ..chat.errors import NotSetUp
from ..chat.media import fetch_files
from ..chat.message import DONE, INBOUND, PENDING
from ..chat.ports import LeadInTheMaking
from ..twilio_channel.side_by_side import SideBySide
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
from .pace import SitePace
from .permissions import find_lead
from .rows import lock
from .settings import media_limit_bytes
from .store import FrappeStore
from .time_limit import JobClock, alarm_passes
from .twilio import twilio_channel, twilio_media

BATCH = 50
MAX_FOLLOW_UPS = 5
RETRY_MS = 60 * 1000
LONGEST_RETRY_MS = RETRY_MS * 2**MAX_FOLLOW_UPS


@alarm_passes()
def dispatch_messages() -> None:
	"""Job: send what waits, until nothing is due; another one goes on where the time does not suffice."""
	may_be_woken(DISPATCH)
	frappe.set_user("Administrator")
	clock = JobClock()
	try:
		twilio = twilio_channel()
	except NotSetUp:
		return
	with SideBySide(twilio, SitePace()) as channel:
		delivery.dispatch(
			store=FrappeStore(),
			channel=channel,
			announcer=SiteAnnouncer(),
			clock=clock,
			until_ms=clock.until_ms,
		)
	if clock.is_over():
		wake(DISPATCH)


@alarm_passes()
def follow_up_messages(part: int = 0) -> None:
	"""Job: after inbound messages of this part of the conversations were stored, do what is slow or may fail: their leads,
	and other apps' document events.

	One worker does it for all of a part: a job for each message would cost more than what it does.
	"""
	frappe.set_user("Administrator")
	try:
		_follow_up_all(part)
	finally:
		may_be_woken(FOLLOW_UP, part=part)
	frappe.db.rollback()  # to see what came in until now, and nobody was woken for
	if _pending(part):
		wake(FOLLOW_UP, part=part)
	if FrappeStore().media_due(SystemClock().now_ms(), 1):
		wake(FETCH)


def _follow_up_all(part: int) -> None:
	"""Follow up what is due; one that fails is due again only later, and holds none of the others up."""
	clock = JobClock()
	while names := _pending(part):
		for name in names:
			if clock.is_over():
				return
			at_work(FOLLOW_UP, part=part)
			follow_up(name)


def follow_up(message: str) -> None:
	"""Effects in the database happen once, effects outside at least once. A failing one is tried a few times, ever later."""
	try:
		conversation = frappe.db.get_value("Chat Message", message, "conversation")
		link_lead(conversation, store=FrappeStore(), leads=SiteLeads(), clock=SystemClock())
		_name_lead(conversation)
		database.transaction(lambda: _complete(message))
		refresh_lists()
		_nudge_lead(conversation)
	except LeadInTheMaking:
		database.transaction(lambda: _put_off(message, failures=0))
	except Exception:
		database.transaction(lambda: _count_failure(message))
	except BaseException:
		# The job's alarm says nothing about the message, which others may have kept waiting; but the next job shall not begin
		# with it.
		database.reconnect()
		database.transaction(lambda: _put_off(message, failures=0))
		raise


@alarm_passes()
def fetch_media_files() -> None:
	"""Job: fetch the files that customers sent, until none is due; another one goes on where the time does not suffice."""
	may_be_woken(FETCH)
	frappe.set_user("Administrator")
	clock = JobClock()
	try:
		fetcher = twilio_media()
	except NotSetUp:
		return
	while fetch_files(
		store=FrappeStore(),
		fetcher=fetcher,
		files=SiteFiles(),
		announcer=SiteAnnouncer(),
		clock=clock,
		largest=media_limit_bytes(),
		until_ms=clock.until_ms,
	):
		pass
	if clock.is_over():
		wake(FETCH)


@alarm_passes()
def sweep() -> None:
	"""Scheduler: wake workers for what was left over, such as after a crash or while Redis was down."""
	now_ms = SystemClock().now_ms()
	store = FrappeStore()
	if store.due(now_ms, 1) or store.claimed_outside(*delivery.claims_last(now_ms), 1):
		wake(DISPATCH)
	for part in range(len(PARTS_BEGIN)):
		if _pending(part):
			wake(FOLLOW_UP, part=part)
	if store.media_due(now_ms, 1):
		wake(FETCH)


def _pending(part: int) -> list[str]:
	"""Those to be followed up by now; what is put off for longer than ever was put off before the clock was set back."""
	first, *rest = PARTS_BEGIN[part:]
	now_ms = SystemClock().now_ms()
	filters = [
		["follow_up", "=", PENDING],
		["direction", "=", INBOUND],
		["conversation", ">=", first],
		*([["conversation", "<", rest[0]]] if rest else []),
	]
	come = [
		["next_attempt_at_ms", "<=", now_ms],
		["next_attempt_at_ms", ">", now_ms + LONGEST_RETRY_MS],
	]
	return frappe.get_all(
		"Chat Message", filters, or_filters=come, order_by="creation asc", limit=BATCH, pluck="name"
	)


def _complete(message: str) -> None:
	"""All that happens once for a message. Other apps' document events may take long: they run while nothing is locked here, and
	with the first commit, theirs or ours, the message is done, unless another job was faster: then all is undone."""
	conversation = frappe.db.get_value(
		"Chat Message", {"name": message, "follow_up": PENDING}, "conversation"
	)
	if conversation:
		frappe.db.before_commit.add(lambda: _mark_done(message))
		_run_document_events(message)
		message_received(conversation)


def _mark_done(message: str) -> None:
	"""Decided by the row as it is now, not as it was when the transaction began."""
	pending = {"name": message, "follow_up": PENDING}
	if not frappe.db.get_value("Chat Message", pending, for_update=True):
		raise database.Conflict
	FrappeStore().change_message(message, follow_up=DONE)


def _run_document_events(message: str) -> None:
	doc = frappe.get_doc("Chat Message", message)
	doc.flags.in_insert = True
	for event in ("after_insert", "on_update", "on_change"):
		doc.run_method(event)


def _count_failure(message: str) -> None:
	_put_off(message, failures=1)
	frappe.log_error(
		"WA Window: the follow-up of a received message failed",
		reference_doctype="Chat Message",
		reference_name=message,
	)


def _put_off(message: str, *, failures: int) -> None:
	"""Of one that is still pending: what has run is not run again for what failed after it."""
	lock("Chat Message", message)
	pending = {"name": message, "follow_up": PENDING}
	attempts = frappe.db.get_value("Chat Message", pending, "attempts")
	if attempts is None:
		return
	attempts += failures
	FrappeStore().change_message(
		message,
		attempts=attempts,
		follow_up=DONE if attempts >= MAX_FOLLOW_UPS else PENDING,
		next_attempt_at_ms=SystemClock().now_ms() + RETRY_MS * 2**attempts,
	)


def _name_lead(conversation: str) -> None:
	row = frappe.db.get_value(
		"Chat Conversation", conversation, ["lead_doctype", "lead", "lead_title"], as_dict=True
	)
	lead = find_lead(row.lead_doctype, row.lead) if row and not row.lead_title else None
	if lead:
		database.transaction(lambda: show_on_chats(lead))


def _nudge_lead(conversation: str) -> None:
	lead = frappe.db.get_value("Chat Conversation", conversation, ["lead_doctype", "lead"], as_dict=True)
	if lead and lead.lead:
		nudge(lead.lead_doctype, lead.lead)
