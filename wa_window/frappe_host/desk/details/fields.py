"""A record's fields beside its chat: status, owner, number and e-mail, and those that Settings name. They are shown and
changed by the record's own rules: permissions and their levels, read-only, mandatory, workflow."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_transitions, get_workflow, get_workflow_name
from frappe.utils import cint, cstr, getdate
from frappe.utils.formatters import format_value

from ....chat.errors import ChangedMeanwhile, InvalidMessage, NotPermitted
from ....chat.message import Conversation
from ....chat.sentences import _lt
from ...records import assignments
from ...records.permissions import full_name, record_for, require_chat, require_role
from ...records.record_types import record_types
from ...settings import inbox_fields
from ...store import database
from ...store.store import FrappeStore
from .text import as_text

# How a field is edited, by its type. Those of other types are shown only.
KINDS = {
	"Data": "text",
	"Small Text": "long",
	"Text": "long",
	"Long Text": "long",
	"Select": "choice",
	"Link": "link",
	"Check": "check",
	"Date": "date",
	"Int": "number",
	"Float": "number",
	"Currency": "number",
	"Percent": "number",
}
SHOWN = (
	*KINDS,
	"Datetime",
	"Duration",
	"Time",
	"Read Only",
	"Dynamic Link",
	"Phone",
	"Text Editor",
	"Rating",
)
FORMATTED = ("Currency", "Float", "Percent", "Int", "Date", "Datetime", "Duration", "Time")
MOST_CHOICES = 100
NO_RECORD = _lt("No lead yet. Link or create one first.")


def fields(doc) -> list[dict]:
	"""The fields of a record, which the session's user may read: `fieldname`, `label`, `value` (as it is stored, a text),
	`shown` (as people read it), `kind` (how it is edited, empty where it is shown only), `required`, `is_owner`, `is_number` (whether the
	record's chat depends on it), and `choices` of a kind `choice`."""
	is_editable = _may_change(doc)
	return [_field(doc, df, is_editable) for df in _shown(doc)]


def set_field(conversation: str, fieldname: str, value: str, was: str | None = None) -> dict:
	"""Change one of the fields that `fields` shows, by saving the record; `was` is the value that the user saw. Returns all
	fields.

	Raises NotPermitted, ChangedMeanwhile, InvalidMessage, or what the record's own validation raises.
	"""
	chat = _chat(conversation, "write")
	doc = database.transaction(lambda: _save(chat, fieldname, value, was))
	doc.apply_fieldlevel_read_permissions()
	return {"fields": fields(doc)}


def choices(conversation: str, fieldname: str) -> list[dict[str, str]]:
	"""The values, each with a label, among which the session's user may choose for a field that is a link.

	Raises NotPermitted, or InvalidMessage where there are too many.
	"""
	chat = _chat(conversation, "write")
	df, _kind = _editable(_record(chat), fieldname)
	if df.options == "User":
		people = assignments.assignable(conversation)
		return [{"value": person["user"], "label": person["full_name"]} for person in people]
	return [{"value": name, "label": label} for name, label in _documents(df.options)]


def is_shown(doctype: str, fieldname: str) -> bool:
	"""Whether a DocType has a field of this name that can be shown beside a chat."""
	df = frappe.get_meta(doctype).get_field(fieldname)
	return bool(df and df.fieldtype in SHOWN)


def _shown(doc) -> Iterator:
	for fieldname in dict.fromkeys(_fieldnames(doc)):
		df = doc.meta.get_field(fieldname)
		if df and df.fieldtype in SHOWN and not _is_hidden(doc, df) and _has_level(doc, df, "read"):
			yield df


def _is_hidden(doc, df) -> bool:
	"""A condition in JavaScript may hide an empty field on the record's form."""
	return bool(df.hidden or (df.depends_on and not doc.get(df.fieldname)))


def _fieldnames(doc) -> list[str]:
	of_type = record_types()[doc.doctype]
	numbers = [field for field in of_type.phone_fields if doc.get(field)] or [of_type.phone_field]
	mail = [df.fieldname for df in doc.meta.fields if df.options == "Email"][:1]
	return ["status", of_type.owner_field, *numbers, *mail, *inbox_fields(doc.doctype)]


def _field(doc, df, is_editable: bool) -> dict:
	kind, of_type = _kind(doc, df) if is_editable else "", record_types()[doc.doctype]
	value = cstr(doc.get(df.fieldname))
	return {
		"fieldname": df.fieldname,
		"label": _(df.label),
		"value": value,
		"shown": _as_shown(doc, df, value),
		"kind": kind,
		"required": bool(df.reqd),
		"is_owner": df.fieldname == of_type.owner_field,
		"is_number": df.fieldname in of_type.phone_fields,
		**({"choices": _select_choices(doc, df)} if kind == "choice" else {}),
	}


def _as_shown(doc, df, value: str) -> str:
	if not value:
		return ""
	if df.fieldtype == "Check":
		return _("Yes") if cint(value) else _("No")
	if df.fieldtype == "Select":
		return _(value)
	if df.fieldtype == "Link" and df.options == "User":
		return full_name(value) or value
	if df.fieldtype in FORMATTED:
		return as_text(cstr(format_value(doc.get(df.fieldname), df, doc)))
	return as_text(value) if df.fieldtype == "Text Editor" else value


def _may_change(doc) -> bool:
	"""By permission, and by the role that may edit in the workflow's state, which Frappe's forms follow
	(frappe/public/js/frappe/model/workflow.js, is_read_only)."""
	if doc.docstatus.is_cancelled() or not doc.has_permission("write"):
		return False
	workflow = _workflow(doc)
	if not workflow:
		return True
	state = doc.get(workflow.workflow_state_field) or workflow.states[0].state
	allowed = [row.allow_edit for row in workflow.states if row.state == state]
	return not allowed or bool(set(allowed) & set(frappe.get_roles()))


def _kind(doc, df) -> str:
	"""How the user may edit a field; empty where they may not."""
	value = doc.get(df.fieldname)
	of_type = record_types()[doc.doctype]
	is_fixed = (
		df.read_only
		or (of_type.copies_numbers and df.fieldname in of_type.phone_fields)
		or df.is_virtual
		# A condition in JavaScript, which only the record's form can decide.
		or df.read_only_depends_on
		or (df.set_only_once and value)
		or (df.fetch_from and not df.fetch_if_empty)
		or (doc.docstatus.is_submitted() and not df.allow_on_submit)
		or not _has_level(doc, df, "write")
	)
	if _is_workflow_state(doc, df):
		return "choice" if _has_level(doc, df, "write") and _transitions(doc) else ""
	return "" if is_fixed else KINDS.get(df.fieldtype, "")


def _has_level(doc, df, ptype: str) -> bool:
	"""Level 0 is the permission on the document itself, which a share may give."""
	return not df.permlevel or df.permlevel in doc.get_permlevel_access(ptype)


def _select_choices(doc, df) -> list[dict[str, str]]:
	if _is_workflow_state(doc, df):
		values = [doc.get(df.fieldname), *_transitions(doc)]
	else:
		values = (df.options or "").split("\n")
	return [{"value": value, "label": _(value) if value else ""} for value in dict.fromkeys(values)]


def _documents(doctype: str) -> Iterator[tuple[str, str]]:
	meta = frappe.get_meta(doctype)
	title = meta.title_field if meta.show_title_field_in_link and meta.title_field else "name"
	# Frappe CRM orders its statuses by `position`.
	order = next((field for field in (meta.sort_field, "position") if meta.has_field(field)), "name")
	rows = frappe.get_list(doctype, fields=["name", title], order_by=f"{order} asc", limit=MOST_CHOICES + 1)
	if len(rows) > MOST_CHOICES:
		raise InvalidMessage(_lt("More than {0} choices. Change this in the record."), MOST_CHOICES)
	for row in rows:
		yield row.name, _(row.get(title) or row.name)


# Saving


def _save(chat: Conversation, fieldname: str, value: str, was: str | None):
	doc = _record(chat)
	df, kind = _editable(doc, fieldname)
	stored = cstr(doc.get(fieldname))
	if was is not None and stored != was:
		raise ChangedMeanwhile(
			_lt("{0} was just changed to “{1}”. Check it, then change it again."),
			_(df.label),
			_as_shown(doc, df, stored),
		)
	if _is_workflow_state(doc, df):
		return _move(doc, df, value)
	doc.set(fieldname, _parsed(value, df, kind))
	try:
		doc.save()
	except frappe.TimestampMismatchError:
		frappe.clear_last_message()
		raise ChangedMeanwhile(
			_lt("Someone else saved this record. Check it, then change it again.")
		) from None
	return doc


def _move(doc, df, state: str):
	"""To another state of the workflow, by its action."""
	action = _transitions(doc).get(state)
	if action and state != doc.get(df.fieldname):
		apply_workflow(doc, action)
		return frappe.get_doc(doc.doctype, doc.name)
	raise InvalidMessage(_lt("{0} cannot be chosen now."), _(state))


def _parsed(value: str, df, kind: str) -> str | None:
	"""Raises InvalidMessage for a date that is none: Frappe would pass it on to the database."""
	if kind != "date":
		return value.strip()
	try:
		return str(getdate(value)) if value else None
	except (ValueError, frappe.ValidationError):
		raise InvalidMessage(_lt("{0} is not a date."), value) from None


def _editable(doc, fieldname: str) -> tuple:
	"""The field, and how it is edited. Raises NotPermitted unless the session's user may edit it here."""
	df = next((df for df in _shown(doc) if df.fieldname == fieldname), None)
	kind = _kind(doc, df) if df and _may_change(doc) else ""
	if not kind:
		raise NotPermitted
	return df, kind


def _chat(conversation: str, ptype: str) -> Conversation:
	require_role()
	return require_chat(FrappeStore().conversation(conversation), ptype)


def _record(chat: Conversation):
	doc = record_for(chat, "write")
	if doc is None:
		raise InvalidMessage(NO_RECORD)
	return doc


# Workflow


def _workflow(doc):
	name = get_workflow_name(doc.doctype)
	return get_workflow(doc.doctype) if name else None


def _is_workflow_state(doc, df) -> bool:
	workflow = _workflow(doc)
	return bool(workflow) and df.fieldname == workflow.workflow_state_field


def _transitions(doc) -> dict[str, str]:
	"""The actions that the session's user may take, by the state to which each leads."""
	if not doc.get(_workflow(doc).workflow_state_field):
		return {}
	return {row["next_state"]: row["action"] for row in get_transitions(doc)}
