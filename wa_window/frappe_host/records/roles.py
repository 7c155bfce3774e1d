"""Give users the roles for chats."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.translate import get_user_lang
from frappe.utils import escape_html
from frappe.utils.user import get_users_with_role

from ...chat.errors import InvalidMessage
from ...chat.message import OUTBOUND
from ...chat.sentences import _lt
from ..settings import SETTINGS
from .permissions import AGENT, MANAGER, MESSAGE

ROLE_GIVEN = _lt(
	"Chats need the role {0} now. These users have sent messages and were given it: {1}. Add it to their role profiles too."
)


def give_role(users: list[str], role: str) -> None:
	"""Give one of our roles to several users: to all of them or to none. Raises InvalidMessage, or PermissionError where
	the session's user may not change one of them."""
	if role not in (AGENT, MANAGER):
		raise InvalidMessage(_lt("{0} is no role of WA Window."), role)
	for user in users:
		doc = frappe.get_doc("User", user)
		doc.add_roles(role)
		if role not in [row.role for row in doc.roles]:  # saving has restored the roles of the profile
			raise InvalidMessage(
				_lt("{0} has the roles of a role profile: add the role {1} there."), user, role
			)


def give_role_to_senders() -> None:
	"""Give the agent's role to the enabled System Users who have sent messages and have none of our roles; notify the
	managers, and comment on Settings."""
	given = _senders()
	for user in given:
		_add_role(user)
	if given:
		_announce(given)


def _senders() -> list[str]:
	user, message, has_role = DocType("User"), DocType(MESSAGE), DocType("Has Role")
	sent = frappe.qb.from_(message).select(message.owner).where(message.direction == OUTBOUND).distinct()
	with_role = (
		frappe.qb.from_(has_role)
		.select(has_role.parent)
		.where((has_role.parenttype == "User") & has_role.role.isin([AGENT, MANAGER]))
	)
	return (
		frappe.qb.from_(user)
		.select(user.name)
		.where((user.enabled == 1) & (user.user_type == "System User") & (user.name != "Administrator"))
		.where(user.name.isin(sent) & user.name.notin(with_role))
		.orderby(user.name)
		.run(pluck=True)
	)


def _add_role(user: str) -> None:
	"""Insert the row directly: saving a user with a role profile would remove it (frappe.core.doctype.user.user)."""
	row = {"parent": user, "parenttype": "User", "parentfield": "roles", "role": AGENT}
	frappe.get_doc({"doctype": "Has Role", **row}).insert(ignore_permissions=True)
	frappe.clear_cache(user=user)


def _announce(users: list[str]) -> None:
	names = escape_html(", ".join(users))
	frappe.get_doc(SETTINGS).add_comment("Info", _(ROLE_GIVEN).format(_(AGENT), names))
	for manager in get_users_with_role(MANAGER):
		lang = get_user_lang(manager)
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"for_user": manager,
				"type": "Alert",
				"document_type": SETTINGS,
				"document_name": SETTINGS,
				"subject": _(ROLE_GIVEN, lang=lang).format(_(AGENT, lang=lang), names),
			}
		).insert(ignore_permissions=True)
