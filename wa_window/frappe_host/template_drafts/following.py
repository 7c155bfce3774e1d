"""What became of a draft at Twilio, and what WhatsApp has decided."""

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import escape_html

from ...chat.sentences import _lt
from ...twilio_channel import new_content
from ...twilio_channel.client import TwilioChannel
from ...twilio_channel.content import content_templates
from ...twilio_channel.new_content import DELETED, UNSUBMITTED, Approval
from ..channel import twilio_channel
from ..clock import SystemClock
from ..jobs.template_sync import change_approval, save
from ..store import database
from ..store.raw_rows import update
from .stored import (
	APPROVED,
	CREATED,
	CREATING,
	DOCTYPE,
	DRAFT,
	REJECTED,
	SUBMITTED,
	SUBMITTING,
	changed,
	step,
	values_of,
)
from .written import written

DECIDED = {
	"approved": APPROVED,
	"paused": APPROVED,
	"disabled": APPROVED,
	"rejected": REJECTED,
	DELETED: REJECTED,
}
WAITING = (CREATING, SUBMITTING, SUBMITTED)
# WhatsApp decides "within minutes", or within 48 hours: https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses
SOONEST_LOOK_MS, LATEST_LOOK_MS = 5 * 60 * 1000, 6 * 60 * 60 * 1000

NOT_CREATED = _lt("Twilio does not have it: nothing was created. Try again.")
FOUND = _lt("It is at Twilio. Submit it for approval.")
NOT_SUBMITTED = _lt("Twilio did not get it for approval. Submit it again.")


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
	status, sid = values_of(name, ["status", "content_template"])
	if status not in WAITING:
		return  # another job has asked meanwhile
	channel = twilio_channel()
	if status == CREATING:
		_look_for(channel, name)
	else:
		record_approval(name, status, new_content.approval_of(channel, sid))


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
		if record_created(name, found):
			_announce(name, FOUND)
	elif step(name, CREATING, status=DRAFT, claimed_name=None, next_look_at_ms=0):
		_announce(name, NOT_CREATED)


def record_approval(name: str, was: str, approval: Approval) -> None:
	if was == SUBMITTING and approval.status == UNSUBMITTED:
		if step(name, was, status=CREATED, next_look_at_ms=0):
			_announce(name, NOT_SUBMITTED)
		return
	status = DECIDED.get(approval.status, SUBMITTED)
	sid, submitted_at_ms = values_of(name, ["content_template", "submitted_at_ms"])
	next_look_at_ms = 0 if approval.status in DECIDED else _next_look(submitted_at_ms)

	def record() -> bool:
		is_due = changed(name, was, status=status, next_look_at_ms=next_look_at_ms)
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
	owner, template_name = values_of(name, ["owner", "template_name"])
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


def record_created(name: str, template) -> bool:
	"""Whether it was still waited for."""

	def record() -> bool:
		# The stored template holds the name from now on.
		done = {"status": CREATED, "content_template": template.content_sid}
		is_due = changed(name, CREATING, **done, claimed_name=None, next_look_at_ms=0)
		save(template)
		return is_due

	return database.transaction(record)
