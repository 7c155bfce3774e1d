"""Whom the message of a new customer reaches, as Settings and Assignment Rules say now."""

import frappe
from frappe import _
from frappe.utils import comma_and
from frappe.utils.user import get_users_with_role

from ..records.leads import preferred_type
from ..records.permissions import AGENT, MANAGER, full_name, has_role, users_with_role
from ..settings import settings

MOST_NAMED = 5


def reached_by_new_chats() -> tuple[bool, str]:
	"""Whether somebody is notified of a new customer's message, and a sentence that says who or what to do."""
	if not settings().notify_agents:
		return False, _("New chats reach nobody. Tick Notify on New Messages.")
	if not settings().create_leads:
		return _reach(get_users_with_role(MANAGER), MANAGER)
	doctype = preferred_type().doctype
	if settings().lead_owner:
		return _reach_chosen([settings().lead_owner], doctype, _("as owner of new leads"))
	rules = frappe.get_all("Assignment Rule", {"document_type": doctype, "disabled": 0}, pluck="name")
	users = frappe.get_all(
		"Assignment Rule User", {"parent": ("in", rules), "parenttype": "Assignment Rule"}, pluck="user"
	)
	if rules:
		by_rule = _("by the Assignment Rule {0}").format(comma_and(rules, add_quotes=False))
		return _reach_chosen(list(dict.fromkeys(users)), doctype, by_rule)
	return _reach([user for user in users_with_role() if _may_read(user, doctype)], AGENT)


def _reach(users: list[str], role: str) -> tuple[bool, str]:
	if not users:
		return False, _("New chats reach nobody. Give somebody the role {0} by Give Access.").format(_(role))
	return True, _("New chats reach {0}.").format(_names(users))


def _reach_chosen(users: list[str], doctype: str, how: str) -> tuple[bool, str]:
	without = [user for user in users if not _may_read(user, doctype)]
	if without:
		return False, _(
			"{0} gets new chats {1} but may not read them. Give them the role {2} by Give Access, and read permission on {3}."
		).format(_names(without), how, _(AGENT), _(doctype))
	if not users:
		return True, _("New chats are assigned {0}.").format(how)
	return True, _("New chats reach {0}, {1}.").format(_names(users), how)


def _may_read(user: str, doctype: str) -> bool:
	is_enabled = frappe.db.get_value("User", user, "enabled")
	return bool(is_enabled and has_role(user) and frappe.has_permission(doctype, "read", user=user))


def _names(users: list[str]) -> str:
	names = [full_name(user) or user for user in users[:MOST_NAMED]]
	if len(users) > MOST_NAMED:
		names.append(_("{0} more").format(len(users) - MOST_NAMED))
	return comma_and(names, add_quotes=False)
