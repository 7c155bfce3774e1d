"""The site's leads: ERPNext's, Frappe CRM's, or our own Chat Lead where there is no CRM."""

from collections.abc import Callable, Collection

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime, strip_html

from ...chat.address import canonical_phone, parse_phone
from ...chat.message import Conversation, Lead, Record
from ...chat.ports.leads import LeadNotCreated
from ..settings import settings
from ..store import batch_rows, chat_records, record_conversions
from ..store.assignments import is_assigned
from ..store.raw_rows import coerce, is_formula, update, update_all
from .ads import set_ad
from .record_types import RecordType, existing_record_types, is_record_type, record_types, values_of

CONVERSATION = "Chat Conversation"
MOST_FOUND = 20
BATCH = 1000
NOT_IN_NAMES = str.maketrans("", "", "<>\x00")


def preferred_type() -> RecordType:
	"""The DocType of new leads: as in Settings, else the first that exists."""
	chosen = settings().lead_doctype
	possible = [row for row in existing_record_types() if row.can_be_new]
	return next((row for row in possible if row.doctype == chosen), possible[0])


def types_by_preference() -> list[RecordType]:
	"""All, in the order in which a number's record is looked for."""
	preferred = preferred_type()
	return [preferred, *(other for other in existing_record_types() if other != preferred)]


def of_numbers(doctype: str, numbers: Collection[str]) -> list:
	"""`name` and `wa_phone` of the leads with one of these canonical numbers, the most recently created first."""
	of_these = {"wa_phone": ("in", sorted(numbers))}
	how = {"order_by": "creation desc", "limit": MOST_FOUND * len(numbers)}
	return frappe.get_all(doctype, of_these, ["name", "wa_phone"], **how)


def readable_titles(doctype: str, names: list[str]) -> dict[str, str]:
	"""The titles of those of these leads that the session's user may read."""
	if not (names and frappe.has_permission(doctype, "read")):
		return {}
	title = frappe.get_meta(doctype).get_title_field()
	rows = frappe.get_list(doctype, {"name": ("in", names)}, list({"name", title}), limit=0)
	return {row.name: cstr(row.get(title)) or row.name for row in rows}


def default_country() -> str:
	"""ISO code of the country for numbers without a country code: as in Settings, else the site's."""
	country = settings().default_country or frappe.db.get_single_value("System Settings", "country")
	return (frappe.get_cached_value("Country", country, "code") or "") if country else ""


def find_lead(doctype: str, name: str) -> Document | None:
	"""A lead's document, without a permission check; None where it does not exist, or the DocType has no chats."""
	if not (name and is_record_type(doctype)):
		return None
	try:
		return frappe.get_doc(doctype, name)
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		return None


def phone_of(doctype: str, fields) -> str:
	"""The first valid number of a lead, given as a document or as a dict of its fields and child tables, in E.164."""
	country = default_country()
	paths = record_types()[doctype].phone_fields
	numbers = (parse_phone(cstr(number), country) for path in paths for number in values_of(fields, path))
	return next((number for number in numbers if number), "")


def phones_of(doctype: str, names: list[str]) -> dict[str, str]:
	"""As `phone_of`, of several leads by name; empty for one without a valid number."""
	paths = record_types()[doctype].phone_fields
	own = [path for path in paths if "." not in path]
	found = frappe.get_all(doctype, {"name": ("in", names)}, ["name", *own]) if names else []
	for path in paths:
		if "." in path:
			add_rows(doctype, found, *path.split("."))
	return {lead.name: phone_of(doctype, lead) for lead in found}


def add_rows(doctype: str, leads: list, table: str, column: str) -> None:
	"""Add the rows of a child table to these leads, as their documents have them."""
	its = {"parenttype": doctype, "parentfield": table, "parent": ("in", [lead.name for lead in leads])}
	child = frappe.get_meta(doctype).get_field(table).options
	by_lead: dict[str, list] = {}
	for row in frappe.get_all(child, its, ["parent", column], order_by="parent asc, idx asc"):
		by_lead.setdefault(row.parent, []).append(row)
	for lead in leads:
		lead[table] = by_lead.get(lead.name)


def set_wa_phone(doc, method: str | None = None) -> None:
	"""Document event: store the normalised number by which a lead is found."""
	doc.wa_phone = canonical_phone(phone_of(doc.doctype, doc))


def mark_earlier_numbers(doc, method: str | None = None) -> None:
	"""Document event: where a lead's number was changed, its chats with the old one stay, as those of an earlier number; a chat with the
	new one is none any more."""
	before = doc.get_doc_before_save()
	# Between the update of the app and `migrate` there is no such column.
	old, new = (before.get("wa_phone") or "" if before else ""), doc.wa_phone or ""
	if not before or old == new:
		return
	numbers = [number for number in (old, new) if number]
	linked = {"lead_doctype": doc.doctype, "lead": doc.name, "customer": ("in", numbers)}
	for chat in frappe.get_all(CONVERSATION, linked, ["name", "customer"]):
		update(CONVERSATION, chat.name, {"earlier_number": int(chat.customer == old)})
	chat_records.mark_earlier_numbers(doc.doctype, doc.name, old, new)


def lead_of(doc) -> Lead:
	return Lead(doc.doctype, doc.name, phone_of(doc.doctype, doc))


def move_chats(doc, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Document event: link the chats of a lead that was renamed, or merged into this one, to this one.

	Frappe updates a Dynamic Link only where its list of links has one to this DocType; the list is cached for half a day and
	does not include rows written without the document layer (model/dynamic_links.py, fetch_distinct_link_doctypes).
	"""
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": old}, pluck="name"):
		update(CONVERSATION, name, {"lead": new})
	chat_records.rename(doc.doctype, old, new)
	batch_rows.rename(doc.doctype, old, new)
	# Also of chats that Frappe has linked: their own record is none of the others.
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": new}, pluck="name"):
		chat_records.delete(name, doc.doctype, new)
	record_conversions.rename(doc.doctype, old, new)
	show_on_chats(doc)
	if merge:
		for chat in record_conversions.follow_all(doc.doctype, new):
			fill_title(chat)


def chat_values(doc, *, on_assignment: bool = False) -> dict:
	"""The values of a lead that its chats copy, and whether it has neither an owner nor an assignee.

	In the transaction of an assignment others may have just changed too: Frappe has locked all of the record, and they are read
	as they are now. Who saves a lead must not wait for them: they wait for the lead.
	"""
	owner = doc.get(record_types()[doc.doctype].owner_field)
	unassigned = not (owner or is_assigned(doc.doctype, doc.name, current=on_assignment))
	values = {"lead_title": doc.get_title(), "lead_owner": owner, "unassigned": unassigned}
	return {field: coerce(field, value) for field, value in values.items()}


def show_on_chats(doc, method: str | None = None, *, on_assignment: bool = False) -> None:
	"""Document event: copy the lead's title and owner to its chats, for lists; `modified` does not change."""
	chats = frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": doc.name}, pluck="name")
	values = chat_values(doc, on_assignment=on_assignment) if chats else {}
	for name in chats:
		update(CONVERSATION, name, values)


def fill_title(conversation: str) -> None:
	"""Copy the title and owner of its lead to a chat that was just linked, or has moved."""
	if lead := lead_to_show(conversation):
		show_on_chats(lead)


def fill_titles(conversations: list[str]) -> None:
	"""As `fill_title`, of several that have begun, in few statements."""
	begun = {"name": ("in", conversations), "lead": ("is", "set"), "lead_title": ("is", "not set")}
	rows = frappe.get_all(CONVERSATION, begun, ["name", "lead_doctype", "lead"])
	for doctype in {row.lead_doctype for row in rows}:
		names = {row.name: row.lead for row in rows if row.lead_doctype == doctype}
		values = _shown(doctype, list(names.values()))
		update_all(CONVERSATION, {chat: values[lead] for chat, lead in names.items() if lead in values})


def _shown(doctype: str, names: list[str]) -> dict[str, dict]:
	"""By lead, as `chat_values`."""
	title, owner = frappe.get_meta(doctype).get_title_field(), record_types()[doctype].owner_field
	fields = list({"name", title, owner} - {""})
	assigned = _assigned({(doctype, name) for name in names})
	return {
		row.name: {
			"lead_title": cstr(row.get(title)) or row.name,
			"lead_owner": row.get(owner) or None,
			"unassigned": not (row.get(owner) or assigned.get((doctype, row.name))),
		}
		for row in frappe.get_all(doctype, {"name": ("in", names)}, fields)
	}


def lead_to_show(conversation: str) -> Document | None:
	"""The lead of a chat that has not its title yet."""
	row = frappe.db.get_value(
		CONVERSATION, conversation, ["lead_doctype", "lead", "lead_title"], as_dict=True
	)
	return find_lead(row.lead_doctype, row.lead) if row and not row.lead_title else None


def records_of(conversations: list[Conversation]) -> dict[str, Record]:
	"""By conversation, the title and owner of its lead, as the conversation has them, and the users of its open ToDos."""
	linked = {chat.name: (chat.lead_doctype, chat.lead) for chat in conversations if chat.lead}
	if not linked:
		return {}
	rows = frappe.get_all(CONVERSATION, {"name": ("in", list(linked))}, ["name", "lead_title", "lead_owner"])
	assigned = _assigned({*linked.values()})
	return {
		row.name: Record(
			row.lead_title or "", row.lead_owner or "", tuple(assigned.get(linked[row.name], ()))
		)
		for row in rows
	}


def _assigned(leads: set[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
	found: dict[tuple[str, str], list[str]] = {}
	for doctype in sorted({doctype for doctype, _name in leads}):
		names = [name for of, name in leads if of == doctype]
		filters = {"reference_type": doctype, "reference_name": ("in", names), "status": "Open"}
		fields = ["reference_name", "allocated_to"]
		for todo in frappe.get_all("ToDo", filters, fields, order_by="creation asc"):
			users = found.setdefault((doctype, todo.reference_name), [])
			if todo.allocated_to and todo.allocated_to not in users:
				users.append(todo.allocated_to)
	return found


NO_LEAD = dict.fromkeys(("lead_doctype", "lead", "lead_title", "lead_owner")) | {
	"unassigned": 1,
	"earlier_number": 0,
}


def unlink(doc, method: str | None = None) -> None:
	"""Document event: the chats of a deleted lead belong to what it was converted to, else to none."""
	chat_records.delete_of_record(doc.doctype, doc.name)
	record_conversions.delete_of_record(doc.doctype, doc.name)
	batch_rows.delete_of_record(doc.doctype, doc.name)
	for name in frappe.get_all(CONVERSATION, {"lead_doctype": doc.doctype, "lead": doc.name}, pluck="name"):
		_leave_record(name)


def _leave_record(conversation: str) -> None:
	"""A chat goes to the newest of its other records, but not to one whose readers could not answer; without a record of its own it
	has no others."""
	for row in chat_records.of_chats([conversation]):
		if row.may_write and (record := find_lead(row.doctype, row.name)):
			values = {"lead_doctype": row.doctype, "lead": row.name} | chat_values(record)
			if row.earlier_number:
				values["earlier_number"] = 1
			update(CONVERSATION, conversation, values)
			chat_records.delete(conversation, row.doctype, row.name)
			return
	update(CONVERSATION, conversation, NO_LEAD)
	chat_records.delete_of_chat(conversation)


def unlink_missing_types() -> None:
	"""Unlink the chats whose lead DocType does not exist any more, after a CRM was uninstalled."""
	# Not as Frappe has cached it: this process has just deleted some.
	existing = frappe.get_all("DocType", {"name": ("in", [*record_types()])}, pluck="name")
	for rows in (chat_records, record_conversions):
		for doctype in rows.doctypes() - {*existing}:
			rows.delete_of_doctype(doctype)
	missing = {"lead_doctype": ("not in", existing), "lead": ("is", "set")}
	while names := frappe.get_all(CONVERSATION, missing, pluck="name", limit=BATCH):
		for name in names:
			_leave_record(name)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a batch: there may be many chats


class FrappeLeads:
	"""The Leads port on this site; `by_hand`: a manager asks for the link, so any lead with the number may be linked, and a
	new one is created even if Settings do not create them."""

	def __init__(self, *, by_hand: bool = False):
		self.by_hand = by_hand

	def exists(self, lead: Lead) -> bool:
		return is_record_type(lead.doctype) and bool(frappe.db.exists(lead.doctype, lead.name))

	def find(self, phone: str) -> list[Lead]:
		"""Leads of the preferred DocType come first."""
		number = canonical_phone(phone)
		return [
			Lead(lead_type.doctype, row.name, phone)
			for lead_type in types_by_preference()
			for row in of_numbers(lead_type.doctype, {number})
		]

	def known_numbers(self, phones: set[str]) -> set[str]:
		"""Those of these numbers that a lead has, in their canonical form."""
		of_these = {"wa_phone": ("in", [canonical_phone(phone) for phone in phones])}
		types = existing_record_types() if phones else []
		return {phone for row in types for phone in frappe.get_all(row.doctype, of_these, pluck="wa_phone")}

	def had_number_before(self, lead: Lead, conversation: Conversation) -> bool:
		"""By `modified`, not `creation`: an old lead's number can be edited to match. Both times are in the site's time
		zone."""
		if self.by_hand:
			return True
		changed = frappe.db.get_value(lead.doctype, lead.name, "modified")
		begun = frappe.db.get_value(CONVERSATION, conversation.name, "creation")
		return get_datetime(changed) <= get_datetime(begun)

	def create(
		self, phone: str, profile_name: str, ad: str, linked: Callable[[Callable[[], Lead]], Lead]
	) -> Lead | None:
		if not (self.by_hand or settings().create_leads):
			return None
		return linked(lambda: self._insert(phone, profile_name, ad))

	def _insert(self, phone: str, profile_name: str, ad: str) -> Lead:
		doc = new_lead(phone, profile_name)
		if ad:
			set_ad(doc, ad)
		if not (settings().lead_owner or self.by_hand):
			# Nobody, or whom an Assignment Rule chooses. Frappe's default would be the user of this job, the Administrator.
			doc.set(record_types()[doc.doctype].owner_field, "")
		try:
			doc.insert(ignore_permissions=True)
		except frappe.ValidationError as error:
			raise LeadNotCreated(strip_html(str(error))) from error
		return Lead(doc.doctype, doc.name, phone)

	def fill_placeholder_name(self, lead: Lead, phone: str, profile_name: str) -> None:
		name, fields = _name(profile_name), record_types()[lead.doctype].name_fields
		row = frappe.db.get_value(lead.doctype, lead.name, fields, as_dict=True)
		if not (name and phone and row and phone in row.values()):
			return
		doc = frappe.get_doc(
			lead.doctype, lead.name, for_update=True
		)  # another transaction may be setting its real name
		names = {field: name for field in fields if doc.get(field) == phone}
		if names:
			frappe.db.set_value(lead.doctype, lead.name, names, update_modified=False)
			show_on_chats(doc.update(names))

	def translate(self, text: str) -> str:
		return _(text)


def new_lead(phone: str, name: str) -> Document:
	"""A lead that is not saved yet, with the owner that Settings name."""
	lead_type = preferred_type()
	doc = frappe.new_doc(lead_type.doctype)
	doc.set(lead_type.name_fields[0], _name(name) or phone)
	table, _dot, column = lead_type.phone_field.rpartition(".")
	if table:
		doc.append(table, {column: phone})
	else:
		doc.set(column, phone)
	if settings().lead_owner:
		doc.set(lead_type.owner_field, settings().lead_owner)
	return doc


def _name(profile_name: str) -> str:
	"""A profile name as a lead's name: short enough for every name field, without HTML, and without the beginning of a
	spreadsheet formula."""
	name = profile_name.translate(NOT_IN_NAMES).strip()
	while is_formula(name):
		name = name[1:].strip()
	return name[:100]
