"""Tells browsers and workers, after a commit. What cannot be told is not lost: browsers poll and the scheduler sweeps."""

from bisect import bisect_right
from contextlib import contextmanager

import frappe
from frappe.realtime import get_doctype_room
from redis.exceptions import RedisError
from rq.timeouts import JobTimeoutException

from ..chat.message import Message
from .once import first_in

CHANGED = "wa_window_changed"
LIST_CHANGED = "wa_window_list_changed"
DISPATCH = "wa_window.site.jobs.dispatch_messages"
FOLLOW_UP = "wa_window.site.jobs.follow_up_messages"
SYNC = "wa_window.site.template_sync.sync_daily"
EXPIRE = "wa_window.site.erasing.drop_old_messages"
FETCH = "wa_window.site.jobs.fetch_media_files"
# Names of conversations are hexadecimal: each part begins at one of these, and so many workers can follow up at once.
PARTS_BEGIN = ("", "4", "8", "c")
# Keys of Redis that begin so say which jobs are awake.
AWAKE = "wa_window_awake:"
WAKE_UP_EXPIRES_S = 60
# A worker that was killed is waited for so long; then the next message or the sweep wakes another one.
WORK_EXPIRES_S = 30


class SiteAnnouncer:
	def conversation_changed(self, conversation: str) -> None:
		nudge("Chat Conversation", conversation)
		refresh_lists()

	def message_received(self, message: Message) -> None:
		nudge("Chat Conversation", message.conversation)
		wake(FOLLOW_UP, part=part_of(message.conversation))

	def outbox_filled(self) -> None:
		wake(DISPATCH)

	def files_waiting(self) -> None:
		wake(FETCH)

	def templates_outdated(self) -> None:
		wake(SYNC)


def nudge(doctype: str, name: str) -> None:
	"""A body-less message to those who have the document open: they then ask for what they may read."""
	with _best_effort():
		frappe.publish_realtime(CHANGED, {"doctype": doctype, "name": name}, doctype=doctype, docname=name)


def refresh_lists() -> None:
	"""To all who list chats, that one has changed: not which, as Frappe's own `list_update` says to whoever may read any."""
	with _best_effort():
		frappe.publish_realtime(LIST_CHANGED, room=get_doctype_room("Chat Conversation"))


def part_of(conversation: str) -> int:
	"""Which worker follows up this conversation: several can work at once, and a customer's messages keep their order."""
	return bisect_right(PARTS_BEGIN, conversation[:1]) - 1


def wake(method: str, **arguments: int) -> None:
	"""Enqueue a job unless one is waiting to start, or is at work and looks once more before it ends."""
	key = _key(method, arguments)
	with _best_effort():
		if not _first_to_wake(key):
			return
		try:
			frappe.enqueue(method, queue="short", **arguments)
		except Exception:
			frappe.cache.delete(key)
			raise


def at_work(method: str, **arguments: int) -> None:
	"""The job goes on: until it `may_be_woken` again nobody needs to, since it will look once more after that."""
	with _best_effort():
		# nosemgrep: frappe-cache-breaks-multitenancy - `_key` holds the site; the same raw value as in `_first_to_wake`
		frappe.cache.set(_key(method, arguments), 1, ex=WORK_EXPIRES_S)


def may_be_woken(method: str, **arguments: int) -> None:
	with _best_effort():
		frappe.cache.delete(_key(method, arguments))


def _first_to_wake(key: bytes) -> bool:
	"""Where the cache cannot tell, one job too many is better than none."""
	try:
		return first_in(key, WAKE_UP_EXPIRES_S)
	except RedisError:
		return True


def _key(method: str, arguments: dict[str, int]) -> bytes:
	"""Of this site: Redis' own `set` and `delete` do not make it so by themselves."""
	return frappe.cache.make_key(f"{AWAKE}{method}:{arguments}")


@contextmanager
def _best_effort():
	try:
		yield
	except JobTimeoutException:
		raise
	except Exception:
		frappe.logger("wa_window").warning("Could not tell others; polling and the sweep will", exc_info=True)
