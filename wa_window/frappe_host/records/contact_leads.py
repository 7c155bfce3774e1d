"""Leads with the numbers of contact cards, by the session's user's own permissions."""

from collections.abc import Collection

import frappe

from ...chat.address import canonical_phone
from ...chat.contacts import FoundLead
from ...chat.message import Lead
from .leads import new_lead, of_numbers, preferred_type, readable_titles, types_by_preference
from .record_types import record_types


def leads_with(phones: Collection[str]) -> dict[str, list[FoundLead]]:
	canonical = {phone: canonical_phone(phone) for phone in phones}
	by_number: dict[str, list[FoundLead]] = {}
	for lead_type in types_by_preference() if canonical else ():
		rows = of_numbers(lead_type.doctype, {*canonical.values()})
		titles = readable_titles(lead_type.doctype, [row.name for row in rows])
		for row in rows:
			lead = FoundLead(lead_type.doctype, row.name, titles.get(row.name, ""), row.name in titles)
			by_number.setdefault(row.wa_phone, []).append(lead)
	return {
		phone: sorted(by_number.get(number, []), key=lambda lead: not lead.readable)
		for phone, number in canonical.items()
	}


def may_create() -> bool:
	return bool(frappe.has_permission(preferred_type().doctype, "create"))


def may_merge(lead: Lead, other: FoundLead) -> bool:
	"""By Frappe's own merge (frappe/model/rename_doc.py), which writes both and deletes the other one. A customer may well have two
	deals: only records that are made for a new number are merged."""
	if not (record_types()[lead.doctype].can_be_new and frappe.get_meta(lead.doctype).allow_rename):
		return False
	needed = ((lead, "write"), (other, "write"), (other, "delete"))
	return all(bool(frappe.has_permission(each.doctype, ptype, each.name)) for each, ptype in needed)


def insert(lead_name: str, phone: str) -> FoundLead:
	doc = new_lead(phone, lead_name)
	doc.insert()
	return FoundLead(doc.doctype, doc.name, doc.get_title() or doc.name, bool(doc.has_permission("read")))
