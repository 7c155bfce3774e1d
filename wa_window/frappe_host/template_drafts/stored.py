"""A Content Template Draft as it is stored: its statuses, and their changes."""

import frappe
from frappe import _

from ..store import database
from ..store.raw_rows import lock, update

DOCTYPE = "Content Template Draft"
DRAFT, CREATING, CREATED, SUBMITTING, SUBMITTED, APPROVED, REJECTED = (
	"Draft",
	"Creating",
	"Created",
	"Submitting",
	"Submitted",
	"Approved",
	"Rejected",
)
UNDER_WAY = (CREATING, SUBMITTING)
# The fields that only this app writes.
OWN_FIELDS = (
	"status",
	"content_template",
	"last_result",
	"claimed_name",
	"submitted_at_ms",
	"next_look_at_ms",
)

# No call to Twilio takes so long: what it has done by then is all that it does.
SETTLED_MS = 5 * 60 * 1000


def row(name: str) -> dict:
	return frappe.db.get_value(
		DOCTYPE, name, ["name", "status", "content_template", "last_result"], as_dict=True
	)


def values_of(name: str, fields: str | list[str]):
	found = frappe.db.get_value(DOCTYPE, name, fields)
	if found is None:
		frappe.throw(_("{0} not found").format(_(DOCTYPE)), frappe.DoesNotExistError)
	return found


def step(name: str, was: str, **changes: object) -> bool:
	"""As `changed`, in a transaction of its own."""
	return database.transaction(lambda: changed(name, was, **changes))


def changed(name: str, was: str, **changes: object) -> bool:
	"""Inside a transaction, before anything else: change it if its status is still what it was; else somebody else has gone on."""
	lock(DOCTYPE, name)
	if frappe.db.get_value(DOCTYPE, name, "status") != was:
		return False
	update(DOCTYPE, name, changes)
	return True
