"""Messages that came while the app was updated: until the site's processes are restarted they run the earlier version, which does
not know which chats need a reply.

The patch that begins the work states notes since when; the sweep, which runs with the new version, recomputes the chats with a
message since then, for an hour after its first run, since not all processes end at once.
"""

import frappe

from ..clock import SystemClock
from ..settings import kept_since_ms
from ..store import database
from ..store.recompute import recompute_since

SINCE = "wa_window_states_since_ms"
UNTIL = "wa_window_states_until_ms"
RESTARTED_WITHIN_MS = 60 * 60 * 1000


def note_begin() -> None:
	"""Note that work states are filled in from now on; the first of several runs counts."""
	if not frappe.db.get_global(SINCE):
		frappe.db.set_global(SINCE, str(SystemClock().now_ms()))


def finish() -> None:
	"""Recompute the chats with a message since the begin, until an hour after the first run."""
	since = frappe.db.get_global(SINCE)
	if not since:
		return
	recompute_since(int(since), kept_since_ms=kept_since_ms())
	now_ms, until = SystemClock().now_ms(), frappe.db.get_global(UNTIL)
	if not until:
		database.transaction(lambda: frappe.db.set_global(UNTIL, str(now_ms + RESTARTED_WITHIN_MS)))
	elif now_ms >= int(until):
		database.transaction(_end)


def _end() -> None:
	for key in (SINCE, UNTIL):
		frappe.defaults.clear_default(key=key, parent="__global")
