"""Deleting: what goes with a message, erasing a customer, and retention.

A deleted message leaves its SID behind, else the next look at Twilio's list, or its webhook played again, would bring it back.
"""

from datetime import timedelta

import frappe
from frappe.query_builder import DocType
from frappe.utils import now_datetime
from pypika.terms import Parameter

from ..chat import opt_out
from ..chat.message import DONE, Conversation
from . import bells, database
from .announcer import EXPIRE, may_be_woken, wake
from .doctypes import OF_CUSTOMERS
from .permissions import require_chat
from .rows import insert
from .settings import kept_since_ms, settings
from .store import CONVERSATION, ERASED, MEDIA, MESSAGE, FrappeStore
from .time_limit import JobClock, alarm_passes

BATCH = 500
VALUE = Parameter("%s")
DELETED = "Deleted Document"
# Where Frappe keeps something about a document: the DocType, and its fields for the document's DocType and name. Frappe's own
# deleting (model/delete_doc.py, delete_dynamic_links) takes a part of them, in a job, and only unlinks mails.
TRACES = (
	("Activity Log", "reference_doctype", "reference_name"),
	("Activity Log", "link_doctype", "link_name"),
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Communication Link", "link_doctype", "link_name"),
	("Deleted Document", "deleted_doctype", "deleted_name"),
	("DocShare", "share_doctype", "share_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Email Queue", "reference_doctype", "reference_name"),
	("Error Log", "reference_doctype", "reference_name"),
	("Event Participants", "reference_doctype", "reference_docname"),
	("Notification Log", "document_type", "document_name"),
	("Reminder", "reminder_doctype", "reminder_docname"),
	("Tag Link", "document_type", "document_name"),
	("ToDo", "reference_type", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("View Log", "reference_doctype", "reference_name"),
)


def erase_customer(conversation: str) -> int:
	"""Delete everything that is kept of the customer of this conversation, with all our numbers: messages, files, names.

	Nothing is kept for restoring. Tells how many conversations there were; the lead is the CRM's and stays. Raises NotPermitted
	unless the session's user may change each of them: then nothing is deleted.
	"""
	row = FrappeStore().conversation(conversation)
	known = {row.name} if row else set()
	for field in ("customer", "customer_user_id", "customer_parent_id") if row else ():
		if getattr(row, field):
			known |= set(frappe.get_all(CONVERSATION, {field: getattr(row, field)}, pluck="name"))
	for chat in FrappeStore().conversations_named(sorted(known)):
		require_chat(chat, "write")
	for name in known:
		database.transaction(lambda name=name: _erase(name))
	return len(known)


def _erase(conversation: str) -> None:
	row = FrappeStore().lock(conversation)
	if row is None:
		return  # joined or erased meanwhile
	_forget(
		[conversation], CONVERSATION
	)  # first: Frappe's deleting unlinks mails, which then nobody would find
	frappe.delete_doc(CONVERSATION, conversation, ignore_permissions=True, delete_permanently=True)
	_forget_what_mentions(row)
	if row.lead:
		bells.forget_lead(row.lead_doctype, row.lead)


def _forget_what_mentions(row: Conversation) -> None:
	"""What was deleted in the Desk in earlier versions, and what an error dumped: found by its text.

	A deleted lead is the CRM's, as the lead itself is.
	"""
	texts = [row.name, *(key.lstrip("+") for key in row.keys)]
	deleted, log = DocType(DELETED), DocType("Error Log")
	for text in texts:
		like = f"%{_escaped(text)}%"
		of_ours = deleted.deleted_doctype.isin([VALUE] * len(OF_CUSTOMERS)) & deleted.data.like(VALUE)
		database.run(frappe.qb.from_(deleted).delete().where(of_ours), (*OF_CUSTOMERS, like))
		database.run(frappe.qb.from_(log).delete().where(log.error.like(VALUE)), (like,))
	about = DocType(DELETED)
	mentioning = frappe.qb.from_(about).delete().where(about.data.like(VALUE))
	database.run(mentioning, (f"%{_escaped(row.name)}%",))


def _escaped(text: str) -> str:
	return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def delete_contents_of(conversation: str) -> None:
	"""With the conversation, inside its transaction: its messages go, an opt-out outlives it."""
	opt_out.keep(FrappeStore().lock(conversation), FrappeStore())
	while rows := _messages_of(conversation):
		bury([row.message_sid for row in rows])
		_delete([row.name for row in rows])
	leave_nothing_to_restore(CONVERSATION, conversation)


def _messages_of(conversation: str) -> list:
	"""Those that are there now: a request that deletes a conversation has read before, and a message may have come since."""
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.name, table.message_sid).where(table.conversation == VALUE)
	return database.run(query.limit(BATCH).for_update(), (conversation,), as_dict=True)


@alarm_passes()
def drop_old_messages() -> None:
	"""Scheduler, every night: delete the messages that are older than Settings keep them; times stay as they were known.
	Another job goes on where the time does not suffice."""
	may_be_woken(EXPIRE)
	clock = JobClock()
	if not kept_since_ms():
		return
	before = now_datetime() - timedelta(days=settings().keep_days)
	old = {"follow_up": DONE, "creation": ("<", before)}
	fields = ["name", "message_sid"]
	while rows := frappe.get_all(MESSAGE, old, fields, order_by="creation asc", limit=BATCH):
		if clock.is_over():
			wake(EXPIRE)
			return
		database.transaction(lambda rows=rows: _expire(rows))
	table = DocType(CONVERSATION)
	query = frappe.qb.update(table).set(table.last_message_preview, "")
	query = query.where((table.last_message_at_ms < kept_since_ms()) & (table.last_message_preview != ""))
	database.transaction(query.run)
	deleted = {"deleted_doctype": ("in", OF_CUSTOMERS), "creation": ("<", before)}
	database.transaction(lambda: frappe.db.delete(DELETED, deleted))


def _expire(rows: list) -> None:
	bury([row.message_sid for row in rows])
	_delete([row.name for row in rows])


def bury(message_sids: list[str | None]) -> None:
	"""Remember that these messages were deleted here."""
	message_sids = [message_sid for message_sid in message_sids if message_sid]
	known = set(frappe.get_all(ERASED, {"name": ("in", message_sids)}, pluck="name"))
	for message_sid in message_sids:
		if message_sid not in known:
			_bury(message_sid)


def _bury(message_sid: str) -> None:
	try:
		insert(ERASED, {"name": message_sid, "message_sid": message_sid})
	except Exception as error:
		if database.is_duplicate(error):
			raise database.Conflict from error
		raise


def leave_nothing_to_restore(doctype: str, name: str) -> None:
	"""In `on_trash`: Frappe writes a Deleted Document after the last event of a deletion (model/delete_doc.py,
	add_to_deleted_document), with the whole text; and no conversation or message is ever restored."""
	deleted = {"deleted_doctype": doctype, "deleted_name": name}
	frappe.db.before_commit.add(lambda: frappe.db.delete(DELETED, deleted))


def forget_files(messages: list[str]) -> None:
	"""Delete the files that came or went with these messages."""
	attached = {"attached_to_doctype": MESSAGE, "attached_to_name": ("in", messages)}
	for name in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)


def _forget(names: list[str], doctype: str) -> None:
	for trace, of_doctype, of_name in TRACES:
		delete_rows(trace, {of_doctype: doctype, of_name: ("in", names)})


def delete_rows(doctype: str, filters: dict) -> None:
	"""With the rows of their tables, such as a mail's recipients. Without their events, which may ask for a document that is gone."""
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	while names := frappe.get_all(doctype, filters, pluck="name", limit=BATCH):
		for table in tables:
			frappe.db.delete(table, {"parenttype": doctype, "parent": ("in", names)})
		frappe.db.delete(doctype, {"name": ("in", names)})


def _delete(messages: list[str]) -> None:
	forget_files(messages)
	_forget(messages, MESSAGE)
	frappe.db.delete(MEDIA, {"parent": ("in", messages)})
	frappe.db.delete(MESSAGE, {"name": ("in", messages)})
