"""The account's content templates and their approvals, taken over from Twilio."""

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html

from ..chat.errors import ChatError
from ..chat.template import ContentTemplate
from ..twilio_channel.content import content_templates as fetch_content_templates
from .clock import reader
from .settings import note, settings
from .templates import FIELDS, TEMPLATE
from .time_limit import NO_END_S, JobClock, alarm_passes
from .twilio import twilio_channel

DELETED = "deleted"
LONG_FIELDS = ("body", "rejection_reason", "header", "media_url", "footer", "buttons")


def sync(clock: JobClock | None = None) -> dict:
	"""Take over the account's templates; where Twilio cannot be read the old list stays. Tells counts and errors.

	Once the job's `clock` is over none is begun: the next sync begins with those that were not taken over for the longest time.
	"""
	clock = clock or JobClock(NO_END_S)
	try:
		fetched = fetch_content_templates(twilio_channel(), clock.is_over)
	except ChatError as error:
		sentence = error.sentence.told(reader())
		_note_attempt(sentence)
		return {"synced": 0, "removed": 0, "errors": [sentence]}
	problems = [_problem_saving(template) for template in _oldest_first(fetched) if not clock.is_over()]
	errors = [problem for problem in problems if problem]
	if len(problems) < len(fetched):
		errors.append(_("Not all could be taken over in time: sync once more."))
	removed = _mark_deleted_all_but([template.content_sid for template in fetched])
	synced = problems.count("")
	_note_attempt(" ".join([_("{0} templates synced, {1} removed.").format(synced, removed), *errors]))
	return {"synced": synced, "removed": removed, "errors": errors}


@alarm_passes()
def sync_daily() -> None:
	"""Scheduler: a site that is not set up has nothing to sync."""
	if settings().account_sid:
		sync(JobClock())


def _oldest_first(fetched: list[ContentTemplate]) -> list[ContentTemplate]:
	"""New ones, then those that were not taken over for the longest time."""
	known = frappe.get_all(TEMPLATE, fields=["name", "last_synced_on"], as_list=True)
	synced = {name: str(at or "") for name, at in known}
	return sorted(fetched, key=lambda template: synced.get(template.content_sid, ""))


def _problem_saving(template: ContentTemplate) -> str:
	"""One template that cannot be saved keeps none of the others; what is the matter with it, or nothing."""
	frappe.db.savepoint("template")
	try:
		_save(template)
	except frappe.ValidationError as refusal:
		frappe.db.rollback(save_point="template")
		frappe.clear_last_message()
		return f"{template.friendly_name} ({template.content_sid}): {strip_html(str(refusal))}"
	return ""


def _save(template: ContentTemplate) -> None:
	"""Update what Twilio says; which lead field fills a variable is the admin's and stays."""
	known = frappe.db.exists(TEMPLATE, template.content_sid)
	doc = frappe.get_doc(TEMPLATE, known) if known else frappe.new_doc(TEMPLATE)
	prefilled = {row.variable: (row.lead_field, row.fallback) for row in doc.variables}
	values = {field: getattr(template, field) for field in FIELDS} | {"buttons": "\n".join(template.buttons)}
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
	"""As much as the column holds."""
	return value if not isinstance(value, str) or field in LONG_FIELDS else value[:140]


def _mark_deleted_all_but(content_sids: list[str]) -> int:
	"""Templates deleted at Twilio cannot be sent any more; messages that were sent with them go on naming them."""
	gone = frappe.get_all(
		TEMPLATE,
		{"name": ("not in", content_sids or [""]), "approval_status": ("!=", DELETED)},
		pluck="name",
	)
	for name in gone:
		frappe.db.set_value(TEMPLATE, name, {"approval_status": DELETED, "usable_outside_window": 0})
	return len(gone)


def _note_attempt(result: str) -> None:
	note({"last_template_sync": now_datetime(), "last_template_sync_result": result})
