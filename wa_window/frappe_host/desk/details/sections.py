"""The answer about a chat's record, in sections. A section that the session's user may not read is left out."""

from frappe import _

from ....chat.message import Conversation
from ...records.permissions import record_for, require_chat, require_role
from ...store.store import FrappeStore
from .candidates import candidates
from .fields import fields
from .files import files
from .notes import notes
from .related import next_event, related, tasks


def record(conversation: str) -> dict:
	"""What belongs to a chat: of its `record` the `fields`, `tasks`, `event` and `related`, of a chat without a record the
	`candidates` to link; `notes` and `files`. Raises NotPermitted."""
	require_role()
	chat = require_chat(FrappeStore().conversation(conversation), "read")
	doc = record_for(chat, "read")
	if doc:
		doc.apply_fieldlevel_read_permissions()
	sections = {
		**(_of_record(doc) if doc else _without_record(chat)),
		"notes": notes(chat, doc),
		"files": files(chat, doc),
	}
	readable = {name: section for name, section in sections.items() if section is not None}
	return {"conversation": chat.name, **readable}


def _of_record(doc) -> dict:
	return {
		"record": {"doctype": doc.doctype, "name": doc.name, "label": _(doc.doctype)},
		"fields": fields(doc),
		"tasks": tasks(doc),
		"event": next_event(doc),
		"related": related(doc),
	}


def _without_record(chat: Conversation) -> dict:
	found = candidates(chat)
	has_number = any(candidate["by"] == "number" for candidate in found)
	# Where a record has the number, `create_lead` would link that one.
	return {"candidates": found, "may_create": not has_number}
