"""What Twilio is asked to do with a draft: create it, submit it for approval, delete it; and what another one begins with."""

from dataclasses import replace
from functools import partial

import frappe
from frappe import _

from ...chat.errors import ChangedMeanwhile, ChatError, InvalidMessage
from ...chat.sentences import Sentence, _lt
from ...chat.template_rules import TAKEN, NewTemplate
from ...twilio_channel import new_content
from ...twilio_channel.content import content_templates
from ...twilio_channel.new_content import DELETED, Approval, NotDone
from ..channel import twilio_channel
from ..clock import SystemClock, current_locale
from ..jobs.template_sync import change_approval
from ..store import database
from ..store.raw_rows import lock, update
from ..store.templates import TEMPLATE
from .following import record_approval, record_created
from .stored import (
	CREATED,
	CREATING,
	DOCTYPE,
	DRAFT,
	REJECTED,
	SETTLED_MS,
	SUBMITTING,
	row,
	step,
	values_of,
)
from .written import CATEGORIES, as_document, free_name, key_of, problems_of, written

BEGUN = _lt("This template is on its way to Twilio already. Reload the page.")


def create(name: str) -> dict:
	"""Create it at Twilio. Raises InvalidMessage with what is wrong with it, ChangedMeanwhile where it was begun already, NotDone
	or AnswerLost."""
	channel = twilio_channel()
	# Whoever looks for it later knows it by these: so there must not be another one.
	taken = {(each.friendly_name, each.language) for each in content_templates(channel)}
	template = database.transaction(partial(_claim, name, taken))
	try:
		created = new_content.create(channel, template)
	except NotDone as error:
		# Nothing of it is at Twilio: it is not looked for.
		step(name, CREATING, status=DRAFT, claimed_name=None, next_look_at_ms=0, last_result=_said(error))
		raise
	record_created(name, created)
	return row(name)


def submit(name: str) -> dict:
	"""Ask for WhatsApp's approval; a draft is created first. Raises as `create` does."""
	if values_of(name, "status") == DRAFT:
		create(name)
	sid, template_name, category = values_of(name, ["content_template", "template_name", "category"])
	now_ms = SystemClock().now_ms()
	begun = step(
		name, CREATED, status=SUBMITTING, submitted_at_ms=now_ms, next_look_at_ms=now_ms + SETTLED_MS
	)
	if not begun:
		raise ChangedMeanwhile(BEGUN)
	try:
		approval = new_content.submit(twilio_channel(), sid, template_name, category)
	except NotDone as error:
		step(name, SUBMITTING, status=CREATED, next_look_at_ms=0, last_result=_said(error))
		raise
	record_approval(name, SUBMITTING, approval)
	return row(name)


def delete(content_sid: str) -> None:
	"""Delete a template at Twilio, and then its draft. The template stays as a deleted one: messages that were sent with it refer to
	it, and WhatsApp keeps its name. Raises NotDone or AnswerLost, after which it may be deleted again."""
	_require_template(content_sid)
	new_content.delete(twilio_channel(), content_sid)
	database.transaction(partial(_mark_deleted, content_sid))


def can_be_copied(template) -> bool:
	"""Whether a stored template is of a kind that is written here."""
	return template.content_type in new_content.TYPES.values()


def copy(content_sid: str) -> dict:
	"""A draft, not saved, that says what a template says: as it was written here, else as Twilio has it. Its name is a free one: WhatsApp
	does not take the name of a rejected one again for 30 days. Raises NotDone or AnswerLost."""
	_require_template(content_sid)
	source = _source(content_sid)
	return frappe.new_doc(DOCTYPE, **as_document(replace(source, name=free_name(source)))).as_dict(
		no_nulls=True
	)


def _source(content_sid: str) -> NewTemplate:
	if draft := frappe.db.exists(DOCTYPE, {"content_template": content_sid}):
		return written(frappe.get_doc(DOCTYPE, draft))
	content_type, category = frappe.db.get_value(TEMPLATE, content_sid, ["content_type", "category"])
	source = new_content.fetch(twilio_channel(), content_sid, content_type)
	return replace(source, category=category if category in CATEGORIES else CATEGORIES[0])


def _require_template(content_sid: str) -> None:
	if not frappe.db.exists(TEMPLATE, content_sid):
		frappe.throw(_("{0} not found").format(_(TEMPLATE)), frappe.DoesNotExistError)


def is_at_twilio(doc) -> bool:
	"""Whether there is a template of this draft: without the draft nobody would follow it."""
	there = {"name": doc.content_template, "approval_status": ("!=", DELETED)}
	return bool(doc.content_template and frappe.db.exists(TEMPLATE, there))


def _claim(name: str, taken: set[tuple[str, str]]) -> NewTemplate:
	"""Inside a transaction: what will be created, from now on unchanged."""
	lock(DOCTYPE, name)
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status != DRAFT:
		raise ChangedMeanwhile(BEGUN)
	template = written(doc)
	found = problems_of(template)
	if (template.name, template.language) in taken:
		found.append(Sentence(TAKEN))
	if found:
		raise InvalidMessage(found[0].text, *found[0].values)
	begun = {"status": CREATING, "claimed_name": key_of(template), "last_result": ""}
	try:
		update(DOCTYPE, name, begun | {"next_look_at_ms": SystemClock().now_ms() + SETTLED_MS})
	except Exception as error:
		if database.is_duplicate(error):
			raise InvalidMessage(TAKEN) from None
		raise
	return template


def _mark_deleted(content_sid: str) -> None:
	change_approval(content_sid, Approval(DELETED))
	for name in frappe.get_all(DOCTYPE, {"content_template": content_sid}, pluck="name"):
		update(DOCTYPE, name, {"status": REJECTED})  # nothing of it is under way any more
		frappe.delete_doc(DOCTYPE, name, ignore_permissions=True)


def _said(error: ChatError) -> str:
	return error.sentence.render(current_locale())
