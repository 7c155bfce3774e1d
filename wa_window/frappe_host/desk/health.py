"""Health checks for receiving and sending: each has a name, a result and a text that says what to do."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html, time_diff_in_seconds
from frappe.utils.background_jobs import get_redis_conn, get_workers
from frappe.utils.scheduler import is_scheduler_inactive

from ...chat.errors import ChatError
from ...chat.message import REDIRECTED
from ...chat.template import APPROVED
from ...twilio_channel.connection import account_of, senders_of
from ...twilio_channel.media import FILE_HOSTS
from ..channel import twilio_channel
from ..clock import current_locale
from ..settings import auth_tokens, inbound_webhook_url, public_url, senders, settings
from ..store.tables import MEDIA
from .new_chats import reached_by_new_chats

# Above it windows are visibly wrong, and WhatsApp rejects messages in windows that this site shows as open.
CLOCK_TOLERANCE_MS = 30 * 1000
QUEUE = "short"
SWEEP = "wa_window.frappe_host.jobs.sweep.sweep"
SCHEDULER_TOLERANCE_S = 10 * 60

Result = tuple[bool, str]


def checks() -> list[dict]:
	"""All checks, in the order in which problems should be fixed: name, ok, words."""
	return [
		_checked(_("Twilio account"), _account),
		_checked(_("Clock"), _clock),
		_checked(_("Senders"), _senders),
		_checked(_("Public URL"), _public_url),
		_checked(_("Webhook"), _webhook),
		_checked(_("Files"), _files),
		_checked(_("Templates"), _templates),
		_checked(_("New chats"), reached_by_new_chats),
		_checked(_("Redis"), _redis),
		_checked(_("Workers"), _workers),
		_checked(_("Scheduler"), _scheduler),
	]


def _checked(name: str, check: Callable[[], Result]) -> dict:
	try:
		ok, words = check()
	except ChatError as error:
		ok, words = False, error.sentence.render(current_locale())
	except frappe.ValidationError as error:
		ok, words = False, " ".join(strip_html(str(error).replace("<br>", " ")).split())
	except Exception as error:
		frappe.log_error("WA Window: a check of the connection failed", frappe.get_traceback())
		ok = False
		words = _("Not checked ({0}). See the Error Log.").format(type(error).__name__)
	frappe.clear_messages()  # the text of a check is part of its result, not a dialog as well
	return {"name": name, "ok": ok, "words": words}


def _account() -> Result:
	if not (settings().account_sid and any(auth_tokens())):
		return False, _("Fill in Account SID and Auth Token, then save.")
	return True, _("Twilio accepted the credentials of {0}.").format(account_of(twilio_channel()).name)


def _clock() -> Result:
	ahead_ms = account_of(twilio_channel()).clock_ahead_ms
	if abs(ahead_ms) > CLOCK_TOLERANCE_MS:
		return False, _("The clock is {0} s off. Set it by NTP.").format(round(ahead_ms / 1000))
	return True, _("The clock is right.")


def _senders() -> Result:
	if not senders():
		return False, _("Add your WhatsApp number under Senders, then save.")
	listed = {sender.address: sender.status for sender in senders_of(twilio_channel())}
	for sender in senders():
		if sender.address not in listed:
			return False, _(
				"{0} is not a WhatsApp sender of this Twilio account: correct it under Senders."
			).format(_number(sender.address))
		if not listed[sender.address].startswith("ONLINE"):
			return False, _("{0} is {1} at Twilio. Check it there.").format(
				_number(sender.address), listed[sender.address]
			)
	return True, ", ".join(_number(sender.address) for sender in senders())


def _public_url() -> Result:
	url = public_url()
	if not url.startswith("https://"):
		return False, _("Twilio reaches this site at {0}. Set Public URL to its https address.").format(url)
	return True, url


def _webhook() -> Result:
	numbers = {sender.address for sender in senders()}
	ours = [sender for sender in senders_of(twilio_channel()) if sender.address in numbers]
	if not ours:
		return False, _("None of your senders was found at Twilio. See the check of the senders.")
	elsewhere = [sender for sender in ours if sender.webhook_url.split("#")[0] != inbound_webhook_url()]
	if elsewhere:
		return False, _("{0} posts its messages to {1}. Enter this site's webhook URL at Twilio.").format(
			_number(elsewhere[0].address), elsewhere[0].webhook_url or _("no address")
		)
	return True, _("Twilio posts incoming messages to this site.")


def _files() -> Result:
	"""Whether Twilio redirected files to a host that is not allowed; no request can find that out in advance."""
	elsewhere = frappe.db.count(MEDIA, {"state": REDIRECTED})
	if elsewhere:
		return False, _(
			"{0} files could not be downloaded: turn on “Enforce HTTP auth on media” in Twilio's console (Messaging, Settings, General), then press “Try again” at the files."
		).format(elsewhere)
	return True, _(
		"Files are downloaded from {0}. Turning on “Enforce HTTP auth on media” at Twilio is recommended."
	).format(", ".join(FILE_HOSTS))


def _templates() -> Result:
	approved = frappe.db.count("Content Template", {"approval_status": APPROVED})
	if not approved:
		return False, _("No approved templates. Sync them, or submit one at Twilio.")
	return True, _("{0} approved templates.").format(approved)


def _redis() -> Result:
	try:
		frappe.cache.ping()
		get_redis_conn().ping()
	except Exception:
		return False, _("Redis is not running: messages are queued and wait for it. Start the bench's Redis.")
	return True, _("Redis is running.")


def _workers() -> Result:
	try:
		working = [worker for worker in get_workers() if any(QUEUE in name for name in worker.queue_names())]
	except Exception:
		working = []
	if not working:
		return False, _("No worker for the queue {0}. Start one with bench worker.").format(QUEUE)
	return True, _("{0} workers running.").format(len(working))


def _scheduler() -> Result:
	if is_scheduler_inactive(verbose=False):
		return False, _("The scheduler is off: pending messages are not retried. Run: bench enable-scheduler")
	job = frappe.db.get_value(
		"Scheduled Job Type", {"method": SWEEP}, ["stopped", "last_execution", "creation"], as_dict=True
	)
	if not job or job.stopped:
		return False, _("The scheduled job {0} is stopped. Start it in Scheduled Job Type.").format(SWEEP)
	idle_s = time_diff_in_seconds(now_datetime(), job.last_execution or job.creation)
	if idle_s > SCHEDULER_TOLERANCE_S:
		return False, _(
			"The scheduler has run nothing for {0} minutes. Start bench schedule and a worker."
		).format(int(idle_s / 60))
	return True, _("The scheduler is running.")


def _number(address: str) -> str:
	return address.removeprefix("whatsapp:")
