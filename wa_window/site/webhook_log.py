"""What came to our webhooks: when the last genuine one did, and what was refused since. Settings show it, managers hear of it.

Anybody may post here as often as they like: a refusal is counted in Redis, and written down at most once a minute.
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

from . import bells, database
from .once import first_in
from .permissions import MANAGER
from .settings import SETTINGS, note

# Why a webhook was refused: the fields of Settings in which such are counted.
WRONG_SIGNATURE = "refused_wrong_signature"
NO_SIGNATURE = "refused_no_signature"
NO_TOKEN = "refused_no_token"  # noqa: S105 - the name of a field
REASONS = (WRONG_SIGNATURE, NO_SIGNATURE, NO_TOKEN)
SINCE = "refused_since"

# In which period of so many seconds this process has last said, for each of its sites, that a genuine one came.
SAY_EVERY_S = 5
_said: dict[str, int] = {}
NOTE_EVERY_S = 60
NOTIFY_EVERY_S = int(timedelta(days=1).total_seconds())
GENUINE_NOTED, REFUSED_NOTED, NOTIFIED = "genuine_noted", "refused_noted", "notified"


def genuine() -> None:
	"""A webhook of Twilio's came: what was refused before it is over. A process that has said so a moment ago does not say it
	again: Redis costs a webhook as much as a statement."""
	period = int(time.monotonic() / SAY_EVERY_S)
	if _said.get(frappe.local.site) == period:
		return
	with _best_effort():
		pipeline = frappe.cache.pipeline()
		pipeline.delete(*_keys())
		pipeline.set(_key(GENUINE_NOTED), 1, nx=True, ex=NOTE_EVERY_S)
		if pipeline.execute()[-1]:
			database.transaction(_note_genuine)
		_said[frappe.local.site] = period


def refused(reason: str) -> None:
	"""A webhook was refused; `reason` is one of REASONS."""
	_said.pop(frappe.local.site, None)
	with _best_effort():
		frappe.cache.incr(_key(reason))
		if _is_first(REFUSED_NOTED, NOTE_EVERY_S):
			database.transaction(note_refused)


def note_refused() -> None:
	"""Write down what was counted, and notify the managers of the first."""
	counts = _take_counts()
	if not any(counts.values()):
		return
	noted = frappe.db.get_singles_dict(SETTINGS)
	note(
		{reason: cint(noted.get(reason)) + count for reason, count in counts.items()}
		| {SINCE: noted.get(SINCE) or now_datetime()}
	)
	frappe.cache.delete(_key(GENUINE_NOTED))  # the next genuine one ends it at once
	if not noted.get(SINCE) and _is_first(NOTIFIED, NOTIFY_EVERY_S):
		_notify()


def refused_so_far() -> dict:
	"""What Settings show of it: the fields' values, with what was counted since it was last written down."""
	with _best_effort():
		database.transaction(note_refused)
	noted = frappe.db.get_singles_dict(SETTINGS)
	return {SINCE: noted.get(SINCE)} | {reason: cint(noted.get(reason)) for reason in REASONS}


def _take_counts() -> dict[str, int]:
	pipeline = (
		frappe.cache.pipeline()
	)  # a transaction in Redis: nothing is counted between reading and deleting
	for key in _keys():
		pipeline.get(key)
	pipeline.delete(*_keys())
	*counts, _deleted = pipeline.execute()
	return {reason: cint(count) for reason, count in zip(REASONS, counts, strict=True)}


def _note_genuine() -> None:
	note({"last_webhook": now_datetime(), SINCE: None} | dict.fromkeys(REASONS, 0))
	bells.forget_lead(SETTINGS, SETTINGS)


def _notify() -> None:
	for user in get_users_with_role(MANAGER):
		if not is_notifications_enabled(user):
			continue
		words = _(
			"Twilio's webhooks are refused, so messages may be missing: WA Window Settings say why",
			lang=get_user_lang(user),
		)
		bells.ring(user, SETTINGS, SETTINGS, words)


def _is_first(mark: str, seconds: int) -> bool:
	return first_in(_key(mark), seconds)


def _keys() -> list[bytes]:
	"""Of the counts, in the order of REASONS."""
	return [_key(reason) for reason in REASONS]


def _key(name: str) -> bytes:
	return frappe.cache.make_key(f"wa_window_webhooks:{name}")


@contextmanager
def _best_effort():
	"""Twilio is answered as it is due, whatever becomes of the log."""
	try:
		yield
	except Exception:
		frappe.logger("wa_window").warning("A webhook could not be noted", exc_info=True)
