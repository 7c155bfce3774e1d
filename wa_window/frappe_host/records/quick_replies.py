"""Quick replies on this site: one's own, those of one's teams (User Groups), and everybody's, which managers write. Managers may read
and change all of them."""

import frappe
from frappe import _

from ...chat.message import Media
from ...chat.quick_reply import QuickReply
from ..files.offered import COLUMNS, on_this_site
from ..store.tables import QUICK_REPLY
from .permissions import READING, has_role, is_manager
from .record_types import existing_record_types, record_types

ONLY_ME, TEAM, EVERYBODY = "Only Me", "Team", "Everybody"
SCOPE = ("owner", "visible_to", "team")


def of_user(user: str) -> list[QuickReply]:
	"""Those that a user writes with, by title: their own, their teams' and everybody's, also for a manager."""
	visible: list[list] = [["visible_to", "=", EVERYBODY], ["owner", "=", user]]
	if teams := _teams_of(user):
		visible.append(["team", "in", teams])
	rows = frappe.get_all(
		QUICK_REPLY,
		or_filters=visible,
		fields=["name", "title", "shortcut", "text"],
		order_by="title asc, name asc",
	)
	files = _files_of([row.name for row in rows])
	return [
		QuickReply(row.name, row.title, row.text or "", row.shortcut or "", files.get(row.name, ()))
		for row in rows
	]


def insert(title: str, text: str, shortcut: str) -> str:
	"""A quick reply of the session's user, for them alone; returns its name."""
	values = {"title": title, "text": text, "shortcut": shortcut, "visible_to": ONLY_ME}
	return frappe.get_doc({"doctype": QUICK_REPLY, **values}).insert().name


def fields_of(doctype: str) -> list[str]:
	"""The fields of a DocType with chats that quick replies may name."""
	record_type = record_types().get(doctype)
	if record_type is None:
		return []
	meta = frappe.get_meta(doctype)
	return [field for field in record_type.reply_fields or record_type.name_fields if meta.has_field(field)]


def known_fields() -> list[str]:
	"""The fields of all of this site's DocTypes with chats, each once."""
	all_fields = [field for row in existing_record_types() for field in fields_of(row.doctype)]
	return list(dict.fromkeys(all_fields))


def has_quick_reply_permission(doc, ptype: str, user: str, debug: bool = False) -> bool:
	"""Hook, which can only deny: a stored one by its stored values; a new one is checked when it is saved (`require_scope`)."""
	if not has_role(user):
		return False
	name = doc.get("name")
	row = frappe.db.get_value(QUICK_REPLY, name, SCOPE, as_dict=True) if name else None
	if row is None:
		return True
	return _may_read(row, user) if ptype in READING else _may_write(row, user)


def quick_reply_query(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook: the condition that lists only what the user may read."""
	user = user or frappe.session.user
	if is_manager(user):
		return ""
	return _visible_to(user) if has_role(user) else "(1 = 0)"


def require_scope(doc) -> None:
	"""Raise PermissionError where the session's user would write for others than themselves and their own teams."""
	if not _may_write(doc, frappe.session.user):
		frappe.throw(
			_("Only a manager writes quick replies for everybody, or for a team of others."),
			frappe.PermissionError,
		)


def _may_read(row, user: str) -> bool:
	return is_manager(user) or row.visible_to == EVERYBODY or row.owner == user or _is_in_team(row, user)


def _may_write(row, user: str) -> bool:
	if is_manager(user):
		return True
	return row.owner == user and (row.visible_to == ONLY_ME or _is_in_team(row, user))


def _is_in_team(row, user: str) -> bool:
	"""A team is named only where the quick reply is visible to one."""
	return bool(row.team) and row.team in _teams_of(user)


def _teams_of(user: str) -> list[str]:
	return frappe.get_all("User Group Member", {"user": user, "parenttype": "User Group"}, pluck="parent")


def _visible_to(user: str) -> str:
	table = f"`tab{QUICK_REPLY}`"
	conditions = [f"{table}.`visible_to` = '{EVERYBODY}'", f"{table}.`owner` = {frappe.db.escape(user)}"]
	if teams := _teams_of(user):
		conditions.append(f"{table}.`team` in ({', '.join(frappe.db.escape(team) for team in teams)})")
	return f"({' or '.join(conditions)})"


def _files_of(names: list[str]) -> dict[str, tuple[Media, ...]]:
	rows = frappe.get_all(
		"File",
		{"attached_to_doctype": QUICK_REPLY, "attached_to_name": ("in", names), "is_folder": 0},
		[*COLUMNS, "attached_to_name"],
		order_by="creation asc, name asc",
	)
	return {
		name: tuple(on_this_site(row for row in rows if row.attached_to_name == name))
		for name in {row.attached_to_name for row in rows}
	}
