"""Leads with the numbers of contact cards, by the session's user's own permissions."""

import frappe

from ...chat.contacts import FoundLead
from ...chat.message import Lead
from .leads import FrappeLeads, new_lead, preferred_type
from .record_types import record_types


def leads_with(phone: str) -> list[FoundLead]:
	found = [_found(lead) for lead in FrappeLeads().find(phone)]
	return sorted(found, key=lambda lead: not lead.readable)


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
	return _found(Lead(doc.doctype, doc.name))


def _found(lead: Lead) -> FoundLead:
	doc = frappe.get_doc(lead.doctype, lead.name)
	return FoundLead(lead.doctype, lead.name, doc.get_title() or lead.name, bool(doc.has_permission("read")))
