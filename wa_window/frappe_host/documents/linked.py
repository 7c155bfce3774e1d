"""The quotations, orders and invoices of a record, of its customer and of its deals, that the session's user may print."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import cint, fmt_money, formatdate

from ..desk.details.listed import listed

Records = list[tuple[str, str]]

MOST = 10  # of each DocType
CANCELLED = 2


@dataclass(frozen=True)
class Link:
	"""Documents of `doctype` belong to one of the DocType `of` whose name is in their field `by`."""

	of: str
	doctype: str
	by: str
	more: dict[str, str] = field(default_factory=dict)


# Who else is meant by a record: ERPNext's Customer and Opportunity say which Lead they came from, Frappe CRM's Deal does, and its
# customers say which deal (erpnext/crm/frappe_crm_api.py).
PARTIES = (
	Link("Lead", "Customer", "lead_name"),
	Link("Lead", "Opportunity", "party_name", {"opportunity_from": "Lead"}),
	Link("CRM Lead", "CRM Deal", "lead"),
	Link("CRM Deal", "Customer", "crm_deal"),
)
PRINTED = (
	Link("Lead", "Quotation", "party_name", {"quotation_to": "Lead"}),
	Link("Customer", "Quotation", "party_name", {"quotation_to": "Customer"}),
	Link("Opportunity", "Quotation", "opportunity"),
	Link("CRM Deal", "Quotation", "crm_deal"),
	Link("Customer", "Sales Order", "customer"),
	Link("Customer", "Sales Invoice", "customer"),
)


def printable(records: Records) -> list[dict]:
	"""The documents, the newest of each kind first: `doctype`, `label` (of the DocType), `name`, `status`, `amount` and `date` (as
	people read them), and `language`, in which it is printed if no other is chosen."""
	return [_row(doctype, row) for doctype, row in _rows(records)]


def is_printable(records: Records, doctype: str, name: str) -> bool:
	"""Whether this document is one of them."""
	return any(found == doctype for found, _row in _rows(records, name))


def _rows(records: Records, name: str = "") -> Iterator[tuple[str, dict]]:
	"""The documents, or the one of this name."""
	known = {*records, *_parties(records)}
	known |= set(_parties(list(known)))  # a lead's deal has a customer of its own
	found = set()
	for link in PRINTED:
		for row in _linked(link, known, {"docstatus": _states_printed(), **({"name": name} if name else {})}):
			is_new = (link.doctype, row.name) not in found
			if is_new and frappe.has_permission(link.doctype, "print", doc=row.name):
				found.add((link.doctype, row.name))
				yield link.doctype, row


def _parties(records: Records) -> Records:
	found = [(link.doctype, row.name) for link in PARTIES for row in _linked(link, set(records), {})]
	return found + _named(records)


def _named(records: Records) -> Records:
	"""Whom the opportunities are for, and whose contacts the contacts are."""
	opportunities, contacts = (
		[name for of, name in records if of == doctype] for doctype in ("Opportunity", "Contact")
	)
	their = {"name": ("in", opportunities)}
	whom = frappe.get_all("Opportunity", their, ["opportunity_from", "party_name"]) if opportunities else []
	linked = {"parenttype": "Contact", "parent": ("in", contacts)}
	whose = frappe.get_all("Dynamic Link", linked, ["link_doctype", "link_name"]) if contacts else []
	found = [(row.opportunity_from, row.party_name) for row in whom]
	return found + [(row.link_doctype, row.link_name) for row in whose]


def _linked(link: Link, records: set[tuple[str, str]], filters: dict) -> list:
	names = [name for doctype, name in records if doctype == link.of]
	if not (names and frappe.db.exists("DocType", link.doctype, cache=True)):
		return []
	if not frappe.get_meta(link.doctype).has_field(link.by):
		return []
	about = {link.by: ("in", names), **link.more, **filters}
	columns = ["name", "status", "currency", "grand_total", "transaction_date", "posting_date", "language"]
	return listed(link.doctype, about, columns, order_by="creation desc", limit=MOST) or []


def _states_printed() -> tuple:
	"""Frappe refuses to print drafts where Print Settings say so (frappe/www/printview.py, get_rendered_template)."""
	drafts = cint(frappe.db.get_single_value("Print Settings", "allow_print_for_draft"))
	return ("!=", CANCELLED) if drafts else ("=", 1)


def _row(doctype: str, row) -> dict:
	date = row.get("transaction_date") or row.get("posting_date")
	return {
		"doctype": doctype,
		"label": _(doctype),
		"name": row.name,
		"status": _(row.status) if row.get("status") else "",
		"amount": fmt_money(row.grand_total, currency=row.get("currency")) if row.get("grand_total") else "",
		"date": formatdate(date) if date else "",
		"language": row.get("language") or frappe.local.lang,
	}
