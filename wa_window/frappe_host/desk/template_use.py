"""How often each template was used, and what became of its messages: for the report."""

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import add_to_date, now_datetime

from ...chat.status import DELIVERED, FAILURES, READ
from ..store.tables import MESSAGE
from ..store.templates import TEMPLATE

DAYS = 30
COUNTS = {"delivered": (DELIVERED, READ), "read_by": (READ,), "failed": FAILURES}
SHOWN = ["name", "friendly_name", "language", "category", "approval_status", "approval_status_since"]
NOTHING = {"used": 0, "last_used": None, **dict.fromkeys(COUNTS, 0)}


def rows() -> list[dict]:
	"""All templates, those of one name together, with what was sent with each in the last 30 days; a deleted one only where it was
	used."""
	used = _used()
	templates = frappe.get_all(TEMPLATE, fields=SHOWN, order_by="friendly_name asc, language asc")
	return [
		template | used.get(template.name, NOTHING)
		for template in templates
		if template.approval_status != "deleted" or template.name in used
	]


def _used() -> dict[str, dict]:
	"""By one statement over the index on `sent_at`: nothing is counted when a message is sent."""
	message = DocType(MESSAGE)
	counts = [
		Sum(Case().when(message.delivery_status.isin(statuses), 1).else_(0)).as_(name)
		for name, statuses in COUNTS.items()
	]
	query = (
		frappe.qb.from_(message)
		.select(
			message.content_template, Count("*").as_("used"), Max(message.sent_at).as_("last_used"), *counts
		)
		.where(message.sent_at > add_to_date(now_datetime(), days=-DAYS))
		.where(message.content_template != "")
		.groupby(message.content_template)
	)
	return {
		found.content_template: {
			"used": found.used,
			"last_used": found.last_used,
			**{name: int(found[name]) for name in COUNTS},
		}
		for found in query.run(as_dict=True)
	}
