"""Deleting: what goes with a message, erasing a customer, and retention.

A deleted message leaves its SID behind, else the next look at Twilio's list would bring it back.
"""

from datetime import timedelta

import frappe
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from ..chat.message import DONE
from . import database
from .permissions import require_chat
from .rows import insert
from .settings import kept_since_ms, settings
from .store import CONVERSATION, ERASED, MEDIA, MESSAGE, FrappeStore

BATCH = 500


def erase_customer(conversation: str) -> int:
	"""Delete everything that is kept of the customer of this conversation, with all our numbers: messages, files, names.

	Nothing is kept for restoring. Tells how many conversations there were; the lead is the CRM's and stays. Raises NotPermitted
	unless the session's user may change each of them: then nothing is deleted.
	"""
	row = FrappeStore().conversation(conversation)
	known = {row.name} if row else set()
	for field in ("customer", "customer_user_id") if row else ():
		if getattr(row, field):
			known |= set(frappe.get_all(CONVERSATION, {field: getattr(row, field)}, pluck="name"))
	for chat in FrappeStore().conversations_named(sorted(known)):
		require_chat(chat, "write")
	for name in known:
		database.transaction(lambda name=name: _erase(name))
	return len(known)


def _erase(conversation: str) -> None:
	if FrappeStore().lock(conversation) is None:
		return  # joined or erased meanwhile
	frappe.delete_doc(CONVERSATION, conversation, ignore_permissions=True, delete_permanently=True)
	frappe.db.delete("Version", {"ref_doctype": CONVERSATION, "docname": conversation})


def delete_messages_of(conversation: str) -> None:
	"""With the conversation, inside its transaction."""
	while rows := frappe.get_all(
		MESSAGE, {"conversation": conversation}, ["name", "message_sid"], order_by="name", limit=BATCH
	):
		bury([row.message_sid for row in rows])
		_delete([row.name for row in rows])


def drop_old_messages() -> None:
	"""Scheduler, every night: delete the messages that are older than Settings keep them; times stay as they were known."""
	if not kept_since_ms():
		return
	before = now_datetime() - timedelta(days=settings().keep_days)
	old = {"follow_up": DONE, "creation": ("<", before)}
	while names := frappe.get_all(MESSAGE, old, order_by="creation asc", limit=BATCH, pluck="name"):
		database.transaction(lambda names=names: _delete(names))
	table = DocType(CONVERSATION)
	query = frappe.qb.update(table).set(table.last_message_preview, "")
	query = query.where((table.last_message_at_ms < kept_since_ms()) & (table.last_message_preview != ""))
	database.transaction(query.run)


def bury(message_sids: list[str | None]) -> None:
	"""Remember that these messages were deleted here."""
	for message_sid in filter(None, message_sids):
		if not frappe.db.exists(ERASED, message_sid):
			insert(ERASED, {"name": message_sid, "message_sid": message_sid})


def forget_files(messages: list[str]) -> None:
	"""Delete the files that came or went with these messages, and what Frappe noted of them."""
	attached = {"attached_to_doctype": MESSAGE, "attached_to_name": ("in", messages)}
	for name in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True, delete_permanently=True)
	frappe.db.delete("Comment", {"reference_doctype": MESSAGE, "reference_name": ("in", messages)})


def _delete(messages: list[str]) -> None:
	forget_files(messages)
	frappe.db.delete(MEDIA, {"parent": ("in", messages)})
	frappe.db.delete(MESSAGE, {"name": ("in", messages)})
