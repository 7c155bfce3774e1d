"""Is everything in place for receiving and sending? Named checks, each with what to do where it fails."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils.scheduler import is_scheduler_inactive

from ..chat.errors import ChatError
from ..chat.template import APPROVED
from ..twilio_channel.connection import check_credentials
from .clock import reader
from .settings import auth_tokens, public_url, senders, settings


def checks() -> list[dict]:
	"""All checks in the order in which they are to be mended: name, ok, words."""
	return [
		_checked(_("Twilio account"), _account),
		_checked(_("Senders"), _senders),
		_checked(_("Public URL"), _public_url),
		_checked(_("Templates"), _templates),
		_checked(_("Scheduler"), _scheduler),
	]


def _checked(name: str, check: Callable[[], tuple[bool, str]]) -> dict:
	try:
		ok, words = check()
	except ChatError as refusal:
		ok, words = False, refusal.sentence.told(reader())
	return {"name": name, "ok": ok, "words": words}


def _account() -> tuple[bool, str]:
	if not (settings().account_sid and auth_tokens()):
		return False, _("Fill in the account SID and the auth token of your Twilio account, then save.")
	name = check_credentials(
		settings().account_sid, auth_tokens()[0], api_base=frappe.conf.get("wa_window_twilio_api_base") or ""
	)
	return True, _("Twilio accepted the credentials of {0}.").format(name)


def _senders() -> tuple[bool, str]:
	if not senders():
		return False, _("Add your WhatsApp number under Senders, then save.")
	return True, ", ".join(sender.address.removeprefix("whatsapp:") for sender in senders())


def _public_url() -> tuple[bool, str]:
	url = public_url()
	if not url.startswith("https://"):
		return False, _("Twilio reaches this site at {0}: set Public URL to its https address.").format(url)
	return True, url


def _templates() -> tuple[bool, str]:
	approved = frappe.db.count("Content Template", {"approval_status": APPROVED})
	if not approved:
		return False, _("No approved template is known: sync the templates, or have one approved at Twilio.")
	return True, _("{0} approved templates.").format(approved)


def _scheduler() -> tuple[bool, str]:
	if is_scheduler_inactive():
		return False, _(
			"The scheduler is off: messages that were left over are not swept up. Run: bench enable-scheduler"
		)
	return True, _("The scheduler is on.")
