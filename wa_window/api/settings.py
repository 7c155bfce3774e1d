"""WA Window Settings: is everything in place?"""

import frappe

from ..chat.arguments import names_in
from ..frappe_host.desk import health, manual_opt_in
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.jobs.catch_up import LONGEST_LOOK_S
from ..frappe_host.records import erase, roles
from ..frappe_host.records.permissions import require_manager, require_settings

MOST_DAYS = 400  # so long Twilio keeps messages


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def test_connection() -> list[dict]:
	"""Named checks, each with what to do where it fails."""
	require_settings()
	return health.checks()


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def catch_up(days: int) -> None:
	"""Have Twilio's list of the last days read; the progress is shown to whoever asks, the result in Settings."""
	require_settings()
	frappe.enqueue(
		"wa_window.frappe_host.jobs.catch_up.catch_up_for_admin",
		queue="long",
		timeout=LONGEST_LOOK_S,
		days=min(max(1, days), MOST_DAYS),
	)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def erase_customer(conversation: str) -> int:
	"""Delete all messages, files and names of the customer of this conversation; tells how many conversations there were."""
	require_manager()
	return erase.erase_customer(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def opt_in(conversation: str, reason: str) -> dict:
	"""Record that a customer who had opted out has opted in again, and how; the window as it is then."""
	require_manager()
	return manual_opt_in.opt_in(conversation, reason)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def give_role(users: list | str, role: str) -> None:
	"""Let several users chat, or manage chats: only who may give roles in Frappe may do so."""
	frappe.only_for("System Manager")
	roles.give_role(names_in(users), role)
