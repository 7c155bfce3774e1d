"""The contacts of a record, whose chats it shows too: a deal is made with several people."""

import frappe

from ...chat.message import Lead
from .leads import readable_titles
from .record_types import record_types, values_of

CONTACT = "Contact"


def people_of(doc) -> tuple[Lead, ...]:
	"""By name, with their titles where the session's user may read them. A contact's number is its canonical one."""
	names = [*_named(doc), *_linked(doc)]
	if not names:
		return ()
	titles = readable_titles(CONTACT, names)
	rows = frappe.get_all(CONTACT, {"name": ("in", names)}, ["name", "wa_phone"], order_by="name asc")
	return tuple(Lead(CONTACT, row.name, row.wa_phone or "", title=titles.get(row.name, "")) for row in rows)


def _named(doc) -> list[str]:
	paths = record_types()[doc.doctype].contact_fields
	return [name for path in paths for name in values_of(doc, path) if name]


def _linked(doc) -> list[str]:
	found: list[str] = []
	for of, name in record_types()[doc.doctype].linked_to:
		if doc.get(of) and doc.get(name):
			linked = {"parenttype": CONTACT, "link_doctype": doc.get(of), "link_name": doc.get(name)}
			found += frappe.get_all("Dynamic Link", linked, pluck="parent")
	return found
