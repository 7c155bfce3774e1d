"""WA Window Settings: is everything in place?"""

import frappe

from ..chat.arguments import names_in
from ..site import access, erasing, health, opting_in
from ..site.catching_up import LONGEST_LOOK_S
from ..site.permissions import require_manager, require_settings
from ..site.refusals import in_words

MOST_DAYS = 400  # so long Twilio keeps messages


@frappe.whitelist(methods=["POST"])
@in_words
def test_connection() -> list[dict]:
	"""Named checks, each with what to do where it fails."""
	require_settings()
	return health.checks()


@frappe.whitelist(methods=["POST"])
@in_words
def catch_up(days: int) -> None:
	"""Have Twilio's list of the last days read; the progress is shown to whoever asks, the result in Settings."""
	require_settings()
	frappe.enqueue(
		"wa_window.site.catching_up.catch_up_for_admin",
		queue="long",
		timeout=LONGEST_LOOK_S,
		days=min(max(1, days), MOST_DAYS),
	)


@frappe.whitelist(methods=["POST"])
@in_words
def erase_customer(conversation: str) -> int:
	"""Delete all messages, files and names of the customer of this conversation; tells how many conversations there were."""
	require_manager()
	return erasing.erase_customer(conversation)


@frappe.whitelist(methods=["POST"])
@in_words
def opt_in(conversation: str, reason: str) -> dict:
	"""Record that a customer who had opted out has opted in again, and how; the window as it is then."""
	require_manager()
	return opting_in.opt_in(conversation, reason)


@frappe.whitelist(methods=["POST"])
@in_words
def give_role(users: list | str, role: str) -> None:
	"""Let several users chat, or manage chats: only who may give roles in Frappe may do so."""
	frappe.only_for("System Manager")
	access.give_role(names_in(users), role)
