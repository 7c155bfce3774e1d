"""Sync the account's content templates and their approvals from Twilio."""

from datetime import datetime
from functools import partial

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html

from ...chat.errors import ChatError
from ...chat.template import APPROVED, ContentTemplate
from ...twilio_channel.content import content_templates as fetch_content_templates
from ...twilio_channel.new_content import DELETED, Approval
from ..channel import twilio_channel
from ..clock import current_locale
from ..settings import note, settings
from ..store import database
from ..store.templates import FIELDS, LISTS, TEMPLATE
from ..time_limit import NO_END_S, JobClock, alarm_passes

LONG_FIELDS = ("body", "rejection_reason", "header", "media_url", "footer", *LISTS)


def sync(clock: JobClock | None = None) -> dict:
	"""Sync the account's templates; where Twilio cannot be read the stored ones stay. Returns counts and errors.

	No template is begun once the job's `clock` is over: the next sync begins with those that were not synced for the longest
	time.
	"""
	clock, began = clock or JobClock(NO_END_S), now_datetime()
	try:
		fetched = fetch_content_templates(twilio_channel(), clock.is_over)
	except ChatError as error:
		sentence = error.sentence.render(current_locale())
		_note_attempt(sentence)
		return {"synced": 0, "removed": 0, "errors": [sentence]}
	problems = [_save_error(template) for template in _oldest_first(fetched) if not clock.is_over()]
	errors = [problem for problem in problems if problem]
	if len(problems) < len(fetched):
		errors.append(_("Not finished: sync again."))
	sids = [template.content_sid for template in fetched]
	removed = database.transaction(partial(_mark_deleted_all_but, sids, began))
	synced = problems.count("")
	_note_attempt(" ".join([_("{0} templates synced, {1} removed.").format(synced, removed), *errors]))
	return {"synced": synced, "removed": removed, "errors": errors}


@alarm_passes()
def sync_daily() -> None:
	"""Scheduler; does nothing on a site that is not set up."""
	if settings().account_sid:
		sync(JobClock())


def _oldest_first(fetched: list[ContentTemplate]) -> list[ContentTemplate]:
	"""New ones, then those that were not synced for the longest time."""
	stored = frappe.get_all(TEMPLATE, fields=["name", "last_synced_on"], as_list=True)
	synced = {name: str(at or "") for name, at in stored}
	return sorted(fetched, key=lambda template: synced.get(template.content_sid, ""))


def _save_error(template: ContentTemplate) -> str:
	"""The error of a template that cannot be saved, or an empty text; it does not stop the others."""
	try:
		database.transaction(partial(save, template))
	except frappe.ValidationError as error:
		frappe.clear_last_message()
		return f"{template.friendly_name} ({template.content_sid}): {strip_html(str(error))}"
	return ""


def save(template: ContentTemplate) -> None:
	"""Update the fields that Twilio sets; the lead fields of the variables, which an admin chose, stay."""
	stored = frappe.db.exists(TEMPLATE, template.content_sid)
	doc = frappe.get_doc(TEMPLATE, stored) if stored else frappe.new_doc(TEMPLATE)
	if stored and doc.approval_status != template.approval_status:
		doc.approval_status_since = now_datetime()
	prefilled = {row.variable: (row.lead_field, row.fallback) for row in doc.variables}
	values = {field: getattr(template, field) for field in FIELDS}
	values |= {field: "\n".join(values[field]) for field in LISTS}
	doc.update({field: _short(field, value) for field, value in values.items()})
	doc.last_synced_on = now_datetime()
	doc.set("variables", [])
	for variable in template.variables:
		lead_field, fallback = prefilled.get(variable.name, ("", ""))
		doc.append(
			"variables",
			{
				"variable": variable.name,
				"sample": variable.sample[:1000],
				"lead_field": lead_field,
				"fallback": fallback,
			},
		)
	doc.flags.from_sync = True
	doc.save(ignore_permissions=True)


def _short(field: str, value):
	"""Cut to the length of the column."""
	return value if not isinstance(value, str) or field in LONG_FIELDS else value[:140]


def _mark_deleted_all_but(content_sids: list[str], began: datetime) -> int:
	"""Templates that were deleted at Twilio cannot be sent any more; messages that were sent with them still refer to them. One that was
	stored since the list began to be read may be newer than the list."""
	gone = frappe.get_all(
		TEMPLATE,
		{
			"name": ("not in", content_sids or [""]),
			"approval_status": ("!=", DELETED),
			"last_synced_on": ("<", began),
		},
		pluck="name",
	)
	for name in gone:
		change_approval(name, Approval(DELETED))
	return len(gone)


def change_approval(content_sid: str, approval: Approval) -> None:
	"""What WhatsApp has decided about a stored template, and since when: Twilio does not say when, so it is when this site saw it."""
	changes = {
		"approval_status": approval.status,
		"rejection_reason": approval.rejection_reason,
		"usable_outside_window": approval.status == APPROVED,
	}
	if approval.category:
		changes["category"] = approval.category
	if frappe.db.get_value(TEMPLATE, content_sid, "approval_status") != approval.status:
		changes["approval_status_since"] = now_datetime()
	frappe.db.set_value(TEMPLATE, content_sid, changes)


def _note_attempt(result: str) -> None:
	noted = {"last_template_sync": now_datetime(), "last_template_sync_result": result}
	database.transaction(partial(note, noted))
