"""Log of our webhooks: when the last genuine one came, and how many were refused since. Settings show it, managers are
notified.

The endpoint is public: refused webhooks are counted in Redis, and written to the database at most once a minute.
"""

import time
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.translate import get_user_lang
from frappe.utils import cint, now_datetime
from frappe.utils.user import get_users_with_role

from ..once import first_in
from ..records import record_notifications
from ..records.permissions import MANAGER
from ..settings import SETTINGS, note
from ..store import database

# Reasons for which a webhook is refused: the fields of Settings that hold the counts.
WRONG_SIGNATURE = "refused_wrong_signature"
NO_SIGNATURE = "refused_no_signature"
NO_TOKEN = "refused_no_token"  # noqa: S105 - the name of a field
REASONS = (WRONG_SIGNATURE, NO_SIGNATURE, NO_TOKEN)
SINCE = "refused_since"

# The last period (of NOTE_IN_REDIS_EVERY_S) in which this process noted a genuine webhook in Redis, by site.
NOTE_IN_REDIS_EVERY_S = 5
_noted_in_redis: dict[str, int] = {}
NOTE_EVERY_S = 60
NOTIFY_EVERY_S = int(timedelta(days=1).total_seconds())
GENUINE_NOTED, REFUSED_NOTED, NOTIFIED = "genuine_noted", "refused_noted", "notified"


def note_accepted() -> None:
	"""Note a genuine webhook, which clears the counts of refused ones. A process notes it at most once in some seconds: a
	call of Redis costs as much as a statement."""
	period = int(time.monotonic() / NOTE_IN_REDIS_EVERY_S)
	if _noted_in_redis.get(frappe.local.site) == period:
		return
	with _best_effort():
		pipeline = frappe.cache.pipeline()
		pipeline.delete(*_keys())
		pipeline.set(_key(GENUINE_NOTED), 1, nx=True, ex=NOTE_EVERY_S)
		if pipeline.execute()[-1]:
			database.transaction(_note_genuine)
		_noted_in_redis[frappe.local.site] = period


def count_refused(reason: str) -> None:
	"""Count a refused webhook; `reason` is one of REASONS."""
	_noted_in_redis.pop(frappe.local.site, None)
	with _best_effort():
		frappe.cache.incr(_key(reason))
		if _is_first(REFUSED_NOTED, NOTE_EVERY_S):
			database.transaction(note_refused)


def note_refused() -> None:
	"""Write the counts to the database, and notify the managers of the first refused webhook."""
	counts = _counts(take=True)
	if not any(counts.values()):
		return
	noted = frappe.db.get_singles_dict(SETTINGS)
	note(
		{reason: cint(noted.get(reason)) + count for reason, count in counts.items()}
		| {SINCE: noted.get(SINCE) or now_datetime()}
	)
	frappe.cache.delete(_key(GENUINE_NOTED))  # so that the next genuine webhook clears the counts at once
	if not noted.get(SINCE) and _is_first(NOTIFIED, NOTIFY_EVERY_S):
		_notify()


def refused_counts() -> dict:
	"""The values of the fields in Settings: what is noted, and what was counted in Redis since.

	Nothing is written: Frappe loads the form's values also while it saves it, before the commit.
	"""
	counts = dict.fromkeys(REASONS, 0)
	with _best_effort():
		counts = _counts(take=False)
	noted = frappe.db.get_singles_dict(SETTINGS)
	since = noted.get(SINCE) or (now_datetime() if any(counts.values()) else None)
	return {SINCE: since} | {reason: cint(noted.get(reason)) + count for reason, count in counts.items()}


def _counts(*, take: bool) -> dict[str, int]:
	"""The counts in Redis; `take` deletes them there."""
	pipeline = (
		frappe.cache.pipeline()
	)  # a transaction in Redis: nothing is counted between reading and deleting
	for key in _keys():
		pipeline.get(key)
	if take:
		pipeline.delete(*_keys())
	return {reason: cint(count) for reason, count in zip(REASONS, pipeline.execute(), strict=False)}


def _note_genuine() -> None:
	note({"last_webhook": now_datetime(), SINCE: None} | dict.fromkeys(REASONS, 0))
	record_notifications.delete_for_lead(SETTINGS, SETTINGS)


def _notify() -> None:
	for user in get_users_with_role(MANAGER):
		if not is_notifications_enabled(user):
			continue
		words = _(
			"Twilio's webhooks are refused; messages may be missing. See WA Window Settings",
			lang=get_user_lang(user),
		)
		record_notifications.notify(user, SETTINGS, SETTINGS, words)


def _is_first(mark: str, seconds: int) -> bool:
	return first_in(_key(mark), seconds)


def _keys() -> list[bytes]:
	"""The keys of the counts, in the order of REASONS."""
	return [_key(reason) for reason in REASONS]


def _key(name: str) -> bytes:
	return frappe.cache.make_key(f"wa_window_webhooks:{name}")


@contextmanager
def _best_effort():
	"""An error of the log does not change the answer to Twilio."""
	try:
		yield
	except Exception:
		frappe.logger("wa_window").warning("A webhook could not be logged", exc_info=True)
