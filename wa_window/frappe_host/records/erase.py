"""Deletion of messages: erasing a customer, and retention.

The SID of a deleted message is kept as a tombstone: else the next catch-up, or a replayed webhook, would restore the message.
"""

from datetime import datetime, timedelta
from functools import partial

import frappe
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from ...chat import opt_out, work_state
from ...chat.message import DONE, Conversation
from ..events import EXPIRE, enqueue_once, release_claim
from ..settings import kept_since_ms, settings
from ..store import batch_rows, chat_records, database, read_states
from ..store.database import VALUE
from ..store.media_rows import delete_files
from ..store.raw_rows import insert
from ..store.store import FrappeStore
from ..store.tables import CONVERSATION, ERASED, MEDIA, MESSAGE
from ..time_limit import JobClock, alarm_passes
from . import record_notifications
from .own_doctypes import OF_CUSTOMERS
from .permissions import require_own_record

BATCH = 500
DELETED = "Deleted Document"
# Frappe's DocTypes that refer to a document, with their fields for its DocType and name. Frappe's own deletion
# (model/delete_doc.py, delete_dynamic_links) covers a part of them, in a job, and only unlinks emails.
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
	"""Delete everything stored about the customer of this conversation, with all our numbers: messages, files, names.

	It cannot be restored. Returns the number of conversations; the lead stays. Raises NotPermitted, and deletes nothing,
	unless the session's user may write the own lead of each of them.
	"""
	names = chats_of_customer(conversation)
	for chat in FrappeStore().conversations_named(sorted(names)):
		require_own_record(chat, "write")
	for name in names:
		database.transaction(partial(erase_conversation, name))
	return len(names)


def chats_of_customer(conversation: str) -> set[str]:
	"""The names of this and all other conversations of its customer; none where it does not exist."""
	row = FrappeStore().conversation(conversation)
	names = {row.name} if row else set()
	for field in ("customer", "customer_user_id", "customer_parent_id") if row else ():
		if getattr(row, field):
			names |= set(frappe.get_all(CONVERSATION, {field: getattr(row, field)}, pluck="name"))
	return names


def erase_conversation(conversation: str) -> None:
	"""Inside a transaction: delete it with everything about it."""
	row = FrappeStore().lock(conversation)
	if row is None:
		return  # merged or erased meanwhile
	_delete_traces(
		[conversation], CONVERSATION
	)  # first: Frappe's deletion unlinks emails, which could not be found any more
	delete_bell_entries(row)  # also first: the chat's records are deleted with it
	frappe.delete_doc(CONVERSATION, conversation, ignore_permissions=True, delete_permanently=True)
	_delete_mentions(row)


def delete_bell_entries(row) -> None:
	"""Delete the notifications of a chat, which quote its messages."""
	record_notifications.delete_for_lead(CONVERSATION, row.name)
	if row.lead:
		record_notifications.delete_for_lead(row.lead_doctype, row.lead)
	for record in chat_records.of_chats([row.name]):
		record_notifications.delete_for_lead(record.doctype, record.name)


def _delete_mentions(row: Conversation) -> None:
	"""Delete documents that earlier versions deleted in the Desk, and error logs: found by their text.

	A deleted lead stays, as leads do.
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
	"""Inside the transaction that deletes a conversation: delete its messages, preserve its opt-out."""
	store = FrappeStore()
	row = store.lock(conversation)
	if row:
		opt_out.preserve(row, store)
	while rows := _messages_of(conversation):
		add_tombstones([row.message_sid for row in rows])
		_delete([row.name for row in rows])
	read_states.delete_of_conversation(conversation)
	chat_records.delete_of_chat(conversation)
	if row:
		batch_rows.delete_of_customer(conversation, row.keys)
	delete_restorable_copies(CONVERSATION, conversation)


def _messages_of(conversation: str) -> list:
	"""By a current read: a message may have been stored after the snapshot of the transaction."""
	table = DocType(MESSAGE)
	query = frappe.qb.from_(table).select(table.name, table.message_sid).where(table.conversation == VALUE)
	return database.run(query.limit(BATCH).for_update(), (conversation,), as_dict=True)


@alarm_passes()
def delete_expired_messages() -> None:
	"""Scheduler, every night: delete the messages that are older than the retention in Settings; the conversations keep
	their times. Templates to many that nobody has sent are deleted after a day, whatever the retention. At its time limit it enqueues
	another job."""
	release_claim(EXPIRE)
	clock = JobClock()
	_delete_batches(now_datetime() - timedelta(days=1), unsent=True)
	if not kept_since_ms():
		return
	before = now_datetime() - timedelta(days=settings().keep_days)
	old = {"follow_up": DONE, "creation": ("<", before)}
	fields = ["name", "message_sid", "conversation"]
	while rows := frappe.get_all(MESSAGE, old, fields, order_by="creation asc", limit=BATCH):
		if clock.is_over():
			enqueue_once(EXPIRE)
			return
		database.transaction(partial(_expire, rows))
		for conversation in {row.conversation for row in rows}:
			database.transaction(partial(_stop_waiting, conversation))
	_delete_batches(before, unsent=False)
	table = DocType(CONVERSATION)
	query = frappe.qb.update(table).set(table.last_message_preview, "")
	query = query.where((table.last_message_at_ms < kept_since_ms()) & (table.last_message_preview != ""))
	database.transaction(query.run)
	database.transaction(lambda: record_notifications.delete_older_than(before))
	deleted = {"deleted_doctype": ("in", OF_CUSTOMERS), "creation": ("<", before)}
	database.transaction(lambda: frappe.db.delete(DELETED, deleted))


def _delete_batches(before: datetime, *, unsent: bool) -> None:
	while database.transaction(partial(batch_rows.delete_created_before, before, unsent=unsent)):
		pass


def _expire(rows: list) -> None:
	add_tombstones([row.message_sid for row in rows])
	_delete([row.name for row in rows])


def _stop_waiting(conversation: str) -> None:
	"""A message that was deleted is not answered any more."""
	store = FrappeStore()
	row = store.lock(conversation)
	if row and row.waiting_since_ms:
		work_state.refresh(conversation, store)


def add_tombstones(message_sids: list[str | None]) -> None:
	"""Store that these messages were deleted here."""
	given = [message_sid for message_sid in message_sids if message_sid]
	existing = set(frappe.get_all(ERASED, {"name": ("in", given)}, pluck="name"))
	for message_sid in given:
		if message_sid not in existing:
			with database.duplicate_is_conflict():
				insert(ERASED, {"name": message_sid, "message_sid": message_sid})


def delete_restorable_copies(doctype: str, name: str) -> None:
	"""In `on_trash`: Frappe inserts a Deleted Document with the whole text after the last event of a deletion
	(model/delete_doc.py, add_to_deleted_document)."""
	deleted = {"deleted_doctype": doctype, "deleted_name": name}
	frappe.db.before_commit.add(lambda: frappe.db.delete(DELETED, deleted))


def _delete_traces(names: list[str], doctype: str) -> None:
	for trace, of_doctype, of_name in TRACES:
		delete_rows(trace, {of_doctype: doctype, of_name: ("in", names)})


def delete_rows(doctype: str, filters: dict) -> None:
	"""Delete documents with their child rows, such as an email's recipients; without document events, which may need a
	deleted document."""
	tables = [field.options for field in frappe.get_meta(doctype).get_table_fields()]
	while names := frappe.get_all(doctype, filters, pluck="name", limit=BATCH):
		for table in tables:
			frappe.db.delete(table, {"parenttype": doctype, "parent": ("in", names)})
		frappe.db.delete(doctype, {"name": ("in", names)})


def _delete(messages: list[str]) -> None:
	delete_files(messages)
	_delete_traces(messages, MESSAGE)
	frappe.db.delete(MEDIA, {"parent": ("in", messages)})
	frappe.db.delete(MESSAGE, {"name": ("in", messages)})
