"""Templates that are written here: created at Twilio once, submitted once, and followed until WhatsApp has decided.

A step is committed before Twilio is called, so that whoever presses it again finds it begun. Where the answer was lost, or the
worker killed, `look` asks Twilio what became of it.
"""

from functools import partial

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import add_to_date, escape_html, now_datetime

from ..chat.arguments import from_json
from ..chat.errors import ChangedMeanwhile, ChatError, InvalidArgument, InvalidMessage
from ..chat.sentences import Sentence, _lt
from ..chat.template_rules import TAKEN, Button, NewTemplate, problems
from ..twilio_channel import new_content
from ..twilio_channel.client import TwilioChannel
from ..twilio_channel.content import content_templates
from ..twilio_channel.new_content import DELETED, UNSUBMITTED, Approval, NotDone
from .channel import twilio_channel
from .clock import SystemClock, current_locale
from .jobs.template_sync import change_approval, save
from .store import database
from .store.raw_rows import lock, update
from .store.templates import TEMPLATE

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
DECIDED = {
	"approved": APPROVED,
	"paused": APPROVED,
	"disabled": APPROVED,
	"rejected": REJECTED,
	DELETED: REJECTED,
}
# The fields that only this module writes.
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
# WhatsApp decides "within minutes", or within 48 hours: https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses
SOONEST_LOOK_MS, LATEST_LOOK_MS = 5 * 60 * 1000, 6 * 60 * 60 * 1000
# The same page: "WhatsApp prevents reuse of the same template name for 30 days".
NAME_KEPT_DAYS = 30

BEGUN = _lt("This template is on its way to Twilio already. Reload the page.")
NOT_CREATED = _lt("Twilio does not have it: nothing was created. Try again.")
FOUND = _lt("It is at Twilio. Submit it for approval.")
NOT_SUBMITTED = _lt("Twilio did not get it for approval. Submit it again.")


# What is written


def written(doc) -> NewTemplate:
	"""The template of a document, or of its values as a form has them."""
	samples = {_text(row, "variable"): _text(row, "sample") for row in _rows(doc, "samples")}
	buttons = [
		Button(_text(row, "title"), _text(row, "action"), _text(row, "target").strip())
		for row in _rows(doc, "buttons")
		if _is_filled(row)
	]
	return NewTemplate(
		_text(doc, "template_name"),
		_text(doc, "language"),
		_text(doc, "category"),
		_text(doc, "kind"),
		_text(doc, "body"),
		_text(doc, "media_url").strip(),
		samples,
		tuple(buttons),
	)


def set_rows(doc) -> None:
	"""One row for each variable of its texts; the samples that are there stay. Without the empty row of a button that Frappe's table
	adds when one leaves the last."""
	doc.set("buttons", [row for row in doc.buttons if _is_filled(row)])
	template = written(doc)
	rows = [{"variable": name, "sample": template.samples.get(name)} for name in template.variables]
	doc.set("samples", rows)


def check(values: dict | str) -> dict:
	"""What Twilio or Meta would refuse in a form's values, as sentences, and the names of its variables. Raises InvalidArgument."""
	given = from_json(values) if isinstance(values, str) else values
	if not isinstance(given, dict):
		raise InvalidArgument(_lt("Invalid input: {0}"), "template")
	template = written(given)
	found = [sentence.render(current_locale()) for sentence in _problems(template)]
	return {"problems": found, "variables": template.variables}


def _problems(template: NewTemplate) -> list[Sentence]:
	return problems(template) + ([Sentence(TAKEN)] if _was_used(template) else [])


def _was_used(template: NewTemplate) -> bool:
	same = {"friendly_name": template.name, "language": template.language}
	month_ago = add_to_date(now_datetime(), days=-NAME_KEPT_DAYS)
	return bool(
		frappe.db.exists(TEMPLATE, same | {"approval_status": ("!=", DELETED)})
		or frappe.db.exists(TEMPLATE, same | {"approval_status_since": (">", month_ago)})
		or frappe.db.exists(DOCTYPE, {"claimed_name": _key(template)})
	)


def _key(template: NewTemplate) -> str:
	return f"{template.language} {template.name}"


def _rows(doc, field: str) -> list:
	rows = doc.get(field)
	return [row for row in rows if hasattr(row, "get")] if isinstance(rows, list) else []


def _is_filled(button) -> bool:
	return bool(_text(button, "title").strip() or _text(button, "target").strip())


def _text(row, field: str) -> str:
	value = row.get(field)
	return value if isinstance(value, str) else ""


# At Twilio


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
		_step(name, CREATING, status=DRAFT, claimed_name=None, last_result=_said(error))
		raise
	_record_created(name, created)
	return row(name)


def submit(name: str) -> dict:
	"""Ask for WhatsApp's approval; a draft is created first. Raises as `create` does."""
	if _value(name, "status") == DRAFT:
		create(name)
	sid, template_name, category = _value(name, ["content_template", "template_name", "category"])
	now_ms = SystemClock().now_ms()
	begun = _step(
		name, CREATED, status=SUBMITTING, submitted_at_ms=now_ms, next_look_at_ms=now_ms + SETTLED_MS
	)
	if not begun:
		raise ChangedMeanwhile(BEGUN)
	try:
		approval = new_content.submit(twilio_channel(), sid, template_name, category)
	except NotDone as error:
		_step(name, SUBMITTING, status=CREATED, next_look_at_ms=0, last_result=_said(error))
		raise
	_record_approval(name, SUBMITTING, approval)
	return row(name)


def delete(content_sid: str) -> None:
	"""Delete a template at Twilio, and then its draft. The template stays as a deleted one: messages that were sent with it refer to
	it, and WhatsApp keeps its name. Raises NotDone or AnswerLost, after which it may be deleted again."""
	if not frappe.db.exists(TEMPLATE, content_sid):
		frappe.throw(_("{0} not found").format(_(TEMPLATE)), frappe.DoesNotExistError)
	new_content.delete(twilio_channel(), content_sid)
	database.transaction(partial(_mark_deleted, content_sid))


def row(name: str) -> dict:
	return frappe.db.get_value(
		DOCTYPE, name, ["name", "status", "content_template", "last_result"], as_dict=True
	)


def _claim(name: str, taken: set[tuple[str, str]]) -> NewTemplate:
	"""Inside a transaction: what will be created, from now on unchanged."""
	lock(DOCTYPE, name)
	doc = frappe.get_doc(DOCTYPE, name)
	if doc.status != DRAFT:
		raise ChangedMeanwhile(BEGUN)
	template = written(doc)
	found = _problems(template)
	if (template.name, template.language) in taken:
		found.append(Sentence(TAKEN))
	if found:
		raise InvalidMessage(found[0].text, *found[0].values)
	begun = {"status": CREATING, "claimed_name": _key(template), "last_result": ""}
	try:
		update(DOCTYPE, name, begun | {"next_look_at_ms": SystemClock().now_ms() + SETTLED_MS})
	except Exception as error:
		if database.is_duplicate(error):
			raise InvalidMessage(TAKEN) from None
		raise
	return template


def _record_created(name: str, template) -> bool:
	"""Whether it was still waited for."""

	def record() -> bool:
		# The stored template holds the name from now on.
		done = {"status": CREATED, "content_template": template.content_sid}
		is_due = _changed(name, CREATING, **done, claimed_name=None, next_look_at_ms=0)
		save(template)
		return is_due

	return database.transaction(record)


def _mark_deleted(content_sid: str) -> None:
	change_approval(content_sid, Approval(DELETED))
	for name in frappe.get_all(DOCTYPE, {"content_template": content_sid}, pluck="name"):
		update(DOCTYPE, name, {"status": REJECTED})  # nothing of it is under way any more
		frappe.delete_doc(DOCTYPE, name, ignore_permissions=True)


# What became of it


def due(now_ms: int) -> list[str]:
	"""Those that Twilio is to be asked for now."""
	return frappe.get_all(
		DOCTYPE,
		[["next_look_at_ms", ">", 0], ["next_look_at_ms", "<=", now_ms]],
		pluck="name",
		order_by="next_look_at_ms asc",
	)


def look(name: str) -> None:
	"""Ask Twilio what became of what was begun, or what WhatsApp has decided. Raises ChatError where Twilio does not say."""
	status, sid = _value(name, ["status", "content_template"])
	channel = twilio_channel()
	if status == CREATING:
		_look_for(channel, name)
	else:
		_record_approval(name, status, new_content.approval_of(channel, sid))


def _look_for(channel: TwilioChannel, name: str) -> None:
	wanted = written(frappe.get_doc(DOCTYPE, name))
	found = next(
		(
			each
			for each in content_templates(channel)
			if (each.friendly_name, each.language) == (wanted.name, wanted.language)
		),
		None,
	)
	if found:
		if _record_created(name, found):
			_announce(name, FOUND)
	elif _step(name, CREATING, status=DRAFT, claimed_name=None, next_look_at_ms=0):
		_announce(name, NOT_CREATED)


def _record_approval(name: str, was: str, approval: Approval) -> None:
	if was == SUBMITTING and approval.status == UNSUBMITTED:
		if _step(name, was, status=CREATED, next_look_at_ms=0):
			_announce(name, NOT_SUBMITTED)
		return
	status = DECIDED.get(approval.status, SUBMITTED)
	sid, submitted_at_ms = _value(name, ["content_template", "submitted_at_ms"])
	next_look_at_ms = 0 if approval.status in DECIDED else _next_look(submitted_at_ms)

	def record() -> bool:
		is_due = _changed(name, was, status=status, next_look_at_ms=next_look_at_ms)
		change_approval(sid, approval)
		return is_due

	if database.transaction(record) and approval.status in DECIDED:
		_announce(name, *_decision(approval))


def _decision(approval: Approval) -> tuple:
	"""A text and its values."""
	if approval.status == "approved":
		return (_lt("Approved by WhatsApp."),)
	if approval.status == "rejected":
		return _lt("Rejected by WhatsApp: {0}"), approval.rejection_reason
	return _lt("Its status at WhatsApp: {0}"), approval.status


def _next_look(submitted_at_ms: int) -> int:
	"""Ever more rarely: after a quarter of the time that it has taken so far."""
	now_ms = SystemClock().now_ms()
	return now_ms + min(max((now_ms - submitted_at_ms) // 4, SOONEST_LOOK_MS), LATEST_LOOK_MS)


def _announce(name: str, text: str, *values: object) -> None:
	"""Say it in the draft, and by the bell of who wrote it, in their language."""
	owner, template_name = _value(name, ["owner", "template_name"])
	lang = get_user_lang(owner)
	words = _(text, lang=lang).format(*values)

	def announce() -> None:
		update(DOCTYPE, name, {"last_result": words})
		if is_notifications_enabled(owner):
			entry = {"for_user": owner, "type": "Alert", "document_type": DOCTYPE, "document_name": name}
			subject = escape_html(f"{template_name}: {words}")
			frappe.get_doc({"doctype": "Notification Log", **entry, "subject": subject}).insert(
				ignore_permissions=True
			)

	database.transaction(announce)


def _step(name: str, was: str, **changes: object) -> bool:
	"""As `_changed`, in a transaction of its own."""
	return database.transaction(lambda: _changed(name, was, **changes))


def _changed(name: str, was: str, **changes: object) -> bool:
	"""Inside a transaction, before anything else: change it if its status is still what it was; else somebody else has gone on."""
	lock(DOCTYPE, name)
	if frappe.db.get_value(DOCTYPE, name, "status") != was:
		return False
	update(DOCTYPE, name, changes)
	return True


def _value(name: str, fields: str | list[str]):
	found = frappe.db.get_value(DOCTYPE, name, fields)
	if found is None:
		frappe.throw(_("{0} not found").format(_(DOCTYPE)), frappe.DoesNotExistError)
	return found


def _said(error: ChatError) -> str:
	return error.sentence.render(current_locale())
