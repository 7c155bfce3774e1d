"""Actions of WA Window Settings."""

import frappe

from ..chat.arguments import names_in
from ..frappe_host.desk import connect as connecting
from ..frappe_host.desk import health, manual_opt_in
from ..frappe_host.desk.http_errors import chat_errors_as_http
from ..frappe_host.jobs.catch_up import ADMIN_RUN_S
from ..frappe_host.records import erase, roles
from ..frappe_host.records.permissions import require_manager, require_settings

MOST_DAYS = 400  # Twilio keeps messages this long


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def test_connection() -> list[dict]:
	"""Health checks; each has a name, a result, a text that says what to do, the button for it and the check that names the cause."""
	require_settings()
	return health.test_connection()


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def webhooks_at_twilio() -> list[dict]:
	"""The account's senders and Messaging Services, and where each posts now."""
	require_settings()
	return connecting.webhooks_at_twilio()


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def connect(sids: list | str) -> list[dict]:
	"""Set the webhooks of these senders and Messaging Services to this site; for each a name, a result and a text."""
	require_settings()
	return connecting.connect(names_in(sids))


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def put_back_webhooks() -> list[dict]:
	"""Set the webhooks to what they were before `connect`; for each a name, a result and a text."""
	require_settings()
	return connecting.put_back()


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def catch_up(days: int) -> None:
	"""Enqueue a catch-up of the last `days` days; the user sees its progress, Settings its result."""
	require_settings()
	frappe.enqueue(
		"wa_window.frappe_host.jobs.catch_up.catch_up_for_admin",
		queue="long",
		timeout=ADMIN_RUN_S,
		days=min(max(1, days), MOST_DAYS),
	)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def erase_customer(conversation: str) -> int:
	"""Delete all messages, files and names of the customer of this conversation; returns the number of conversations."""
	require_manager()
	return erase.erase_customer(conversation)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def opt_in(conversation: str, reason: str) -> dict:
	"""Record that a customer who had opted out has opted in again, with the reason; returns the new window."""
	require_manager()
	return manual_opt_in.opt_in(conversation, reason)


@frappe.whitelist(methods=["POST"])
@chat_errors_as_http
def give_role(users: list | str, role: str) -> None:
	"""Give several users one of our roles; needs Frappe's permission to assign roles."""
	frappe.only_for("System Manager")
	roles.give_role(names_in(users), role)
