"""What is planned with a record, and what has come of it: tasks, the next event, quotations, opportunities, deals."""

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate, get_datetime, getdate, now_datetime

from ....chat.sentences import _lt
from ...clock import epoch_ms
from ...records.permissions import full_name
from .listed import listed
from .text import as_text

MOST = 5
FINISHED_TASKS = ("Done", "Canceled")
CANCELLED = 2


@dataclass(frozen=True)
class Related:
	"""Documents of `doctype` that refer to a record of the DocType `of` by `link`."""

	of: str
	doctype: str
	label: str
	link: str
	amount: str
	more: dict[str, str] = field(default_factory=dict)


RELATED = (
	Related("Lead", "Quotation", _lt("Quotations"), "party_name", "grand_total", {"quotation_to": "Lead"}),
	Related(
		"Lead",
		"Opportunity",
		_lt("Opportunities"),
		"party_name",
		"opportunity_amount",
		{"opportunity_from": "Lead"},
	),
	Related("Opportunity", "Quotation", _lt("Quotations"), "opportunity", "grand_total"),
	Related(
		"Customer",
		"Opportunity",
		_lt("Opportunities"),
		"party_name",
		"opportunity_amount",
		{"opportunity_from": "Customer"},
	),
	Related(
		"Customer", "Quotation", _lt("Quotations"), "party_name", "grand_total", {"quotation_to": "Customer"}
	),
	Related("Customer", "Sales Order", _lt("Sales Orders"), "customer", "grand_total"),
	Related("Contact", "Opportunity", _lt("Opportunities"), "contact_person", "opportunity_amount"),
	Related("CRM Lead", "CRM Deal", _lt("Deals"), "lead", "deal_value"),
	Related("Contact", "CRM Deal", _lt("Deals"), "contact", "deal_value"),
)


def tasks(doc) -> list[dict] | None:
	"""The open tasks of a record, the most urgent first: `doctype`, `name`, `text`, `who`, `due` (as people read it) and
	`is_overdue`."""
	todos, of_crm = _todos(doc), _tasks_of_crm(doc)
	if todos is None and of_crm is None:
		return None
	found = [*(todos or []), *(of_crm or [])]
	return [_task(*task) for task in sorted(found, key=lambda task: (task[4] is None, task[4] or 0))][:MOST]


def _todos(doc) -> list[tuple] | None:
	about = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	rows = listed("ToDo", about, ["name", "description", "allocated_to", "date"], order_by="date asc")
	if rows is None:
		return None
	return [
		("ToDo", row.name, as_text(row.description), row.allocated_to, row.date)
		for row in rows
		if not _is_assignment(row, doc)
	]


def _is_assignment(row, doc) -> bool:
	"""Whether a ToDo says only whose the record is, which the inbox shows by itself: Frappe's own words, in the language of
	who assigned it (desk/form/assign_to.py, add)."""
	return as_text(row.description).endswith(f"{doc.doctype} {doc.name}")


def _tasks_of_crm(doc) -> list[tuple] | None:
	about = {
		"reference_doctype": doc.doctype,
		"reference_docname": doc.name,
		"status": ("not in", FINISHED_TASKS),
	}
	rows = listed("CRM Task", about, ["name", "title", "assigned_to", "due_date"], limit=2 * MOST)
	if rows is None:
		return None
	return [
		(
			"CRM Task",
			row.name,
			row.get("title") or "",
			row.get("assigned_to"),
			row.due_date and getdate(row.due_date),
		)
		for row in rows
	]


def _task(doctype: str, name: str, text: str, user: str | None, due) -> dict:
	return {
		"doctype": doctype,
		"name": name,
		"text": text,
		"who": full_name(user or "") or user or "",
		"due": formatdate(due) if due else "",
		"is_overdue": bool(due and due < getdate()),
	}


def next_event(doc) -> dict | None:
	"""The next event in which a record takes part: `doctype`, `name`, `text`, `at_ms` (epoch ms, UTC) and `is_all_day`."""
	about = {"reference_doctype": doc.doctype, "reference_docname": doc.name}
	events = frappe.get_all("Event Participants", {**about, "parenttype": "Event"}, pluck="parent")
	if frappe.get_meta("Event").has_field("reference_docname"):
		events += frappe.get_all("Event", about, pluck="name")
	if not events:
		return None
	coming = {"name": ("in", events), "starts_on": (">=", now_datetime()), "status": "Open"}
	columns = ["name", "subject", "starts_on", "all_day"]
	rows = listed("Event", coming, columns, order_by="starts_on asc", limit=1)
	if not rows:
		return None
	(event,) = rows
	return {
		"doctype": "Event",
		"name": event.name,
		"text": as_text(event.subject),
		"at_ms": epoch_ms(get_datetime(event.starts_on)),
		"is_all_day": bool(event.all_day),
	}


def related(doc) -> list[dict]:
	"""The latest documents of each kind that refer to a record: `label`, and `rows` with `doctype`, `name`, `status` and
	`amount`, both as people read them."""
	found = [(kind, _rows(kind, doc)) for kind in RELATED if kind.of == doc.doctype]
	return [{"label": _(kind.label), "rows": rows} for kind, rows in found if rows]


def _rows(kind: Related, doc) -> list[dict]:
	about = {kind.link: doc.name, "docstatus": ("!=", CANCELLED), **kind.more}
	columns = ["name", "status", "currency", kind.amount]
	rows = listed(kind.doctype, about, columns, order_by="creation desc", limit=MOST) or []
	return [
		{
			"doctype": kind.doctype,
			"name": row.name,
			"status": _(row.status) if row.get("status") else "",
			"amount": fmt_money(row.get(kind.amount), currency=row.get("currency"))
			if row.get(kind.amount)
			else "",
		}
		for row in rows
	]
