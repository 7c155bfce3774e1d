"""A record that was made from another one, such as a Deal from a Lead: the chats of that one go along.

The conversion is stored (Record Conversion), and the new record becomes one more record of each chat (Chat Record), or the chat's own
where Settings say so: at once, and when a chat is linked to the former record later (store/record_conversions.py). A link alone grants
nothing: anybody may make a record that names any other one. It counts when the record is inserted, and only if the session's user
may then read the record that it names, by that record's own permissions, whatever the insertion ignores. Whoever could only read it
passes on only reading.

How the hosts insert: Frappe CRM's own conversion checks write permission on the lead and inserts a Deal that names it, with
`ignore_permissions` (crm_lead.py, convert_to_deal, create_deal); so does `create_deal` with whatever it is given (crm_deal.py).
ERPNext fills a form from a record that the user may read (frappe/model/mapper.py, get_mapped_doc), which the user then saves. An
Opportunity for an email address looks its Lead up by itself (opportunity.py, make_new_lead_if_required).
"""

from functools import partial

import frappe

from ..events import FrappeEvents
from ..settings import settings
from ..store import record_conversions
from ..store.record_conversions import RecordConversion
from .leads import fill_title
from .permissions import has_lead_permission
from .record_types import is_record_type, record_types

MOVES = "The chat moves to the new record"

Name = tuple[str, str]


def on_insert(doc, method: str | None = None) -> None:
	"""Document event: this one was made from other records, whose chats go along, and those that they get later."""
	for source in _sources(doc) if _is_somebody() else ():
		if has_lead_permission(*source, "read"):
			for chat in record_conversions.convert(_conversion(source, doc)):
				fill_title(chat)
				frappe.db.after_commit.add(partial(FrappeEvents().conversation_changed, chat))


def _is_somebody() -> bool:
	"""A person who has logged in, or their job or API key. Code that runs as the Administrator is nobody: a scheduled job that reads
	emails makes documents from what strangers write."""
	user = frappe.session.user
	if user != "Administrator":
		return user != "Guest"
	login = getattr(frappe.local, "login_manager", None)
	return login is not None and login.user == user


def _sources(doc) -> list[Name]:
	"""The records that its fields name, whether or not they exist."""
	fields = [doc.meta.get_field(fieldname) for fieldname in record_types()[doc.doctype].came_from]
	links = [(_linked_doctype(doc, df), doc.get(df.fieldname)) for df in fields if df]
	return [(doctype, name) for doctype, name in links if doctype and name and is_record_type(doctype)]


def _linked_doctype(doc, df) -> str | None:
	return doc.get(df.options) if df.fieldtype == "Dynamic Link" else df.options


def _conversion(source: Name, doc) -> RecordConversion:
	may_write = has_lead_permission(*source, "write")
	moves = may_write and not record_types()[source[0]].keeps_chats and settings().on_conversion == MOVES
	return RecordConversion(*source, doc.doctype, doc.name, may_write, moves)
