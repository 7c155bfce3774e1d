"""Health checks for receiving and sending: each has a name, a result and a text that says what to do."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html, time_diff_in_seconds
from frappe.utils.background_jobs import get_redis_conn, get_workers
from frappe.utils.scheduler import is_scheduler_inactive

from ...chat.errors import ChatError
from ..clock import current_locale
from ..settings import note
from .new_chats import reached_by_new_chats
from .twilio_checks import GIVE_ACCESS, Check, Result, twilio_checks

QUEUE = "short"
SWEEP = "wa_window.frappe_host.jobs.sweep.sweep"
SCHEDULER_TOLERANCE_S = 10 * 60


def test_connection() -> list[dict]:
	"""All checks, which Settings then keep with the time."""
	results = checks()
	note({"last_check": now_datetime(), "last_check_results": json.dumps(results)})
	return results


def checks(*, quotes: bool = False) -> list[dict]:
	"""All checks, in the order in which problems should be fixed: name, ok, words, action (the button of Settings that mends it, or
	empty) and cause (the check that has failed for the same reason before, or empty). With `quotes` the words are not to be kept."""
	with ThreadPoolExecutor() as pool:
		all_checks: list[Check] = [
			*twilio_checks(pool, quotes=quotes),
			(_("New chats"), reached_by_new_chats, GIVE_ACCESS),
			(_("Redis"), _redis, ""),
			(_("Workers"), _workers, ""),
			(_("Scheduler"), _scheduler, ""),
		]
		results = [checked(name, check) | {"action": action} for name, check, action in all_checks]
	return _with_causes(results)


def _with_causes(results: list[dict]) -> list[dict]:
	first: dict[str, str] = {}
	for result in (each for each in results if "cause" not in each):
		cause = "" if result["ok"] else first.setdefault(result["words"], result["name"])
		result["cause"] = "" if cause == result["name"] else cause
		if result["cause"]:
			result["words"] = _("See {0}.").format(cause)
	return results


def checked(name: str, check: Callable[[], Result]) -> dict:
	"""The result of a check; one that raises has failed."""
	known: dict[str, str] = {}
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
		known = {"cause": ""}  # two faults of this app may read alike, and neither is the other's cause
	frappe.clear_messages()  # the text of a check is part of its result, not a dialog as well
	return {"name": name, "ok": ok, "words": words} | known


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
