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
DISPATCH = "wa_window.frappe_host.jobs.messages.dispatch_messages"
FOLLOW_UP = "wa_window.frappe_host.jobs.messages.post_process_messages"
SYNC = "wa_window.frappe_host.jobs.template_sync.sync_daily"
EXPIRE = "wa_window.frappe_host.records.erase.delete_expired_messages"
FETCH = "wa_window.frappe_host.jobs.messages.fetch_media_files"
# Names of conversations are hexadecimal: each part begins at one of these, and so many workers can follow up at once.
SHARDS_BEGIN = ("", "4", "8", "c")
# Keys of Redis that begin so say which jobs are awake.
AWAKE = "wa_window_awake:"
CLAIM_EXPIRES_S = 60
# A worker that was killed is waited for so long; then the next message or the sweep wakes another one.
WORK_EXPIRES_S = 30


class FrappeEvents:
	def conversation_changed(self, conversation: str) -> None:
		publish_doc_changed("Chat Conversation", conversation)
		publish_lists_changed()

	def message_received(self, message: Message) -> None:
		publish_doc_changed("Chat Conversation", message.conversation)
		enqueue_once(FOLLOW_UP, shard=shard_of(message.conversation))

	def outbox_filled(self) -> None:
		enqueue_once(DISPATCH)

	def files_waiting(self) -> None:
		enqueue_once(FETCH)

	def templates_outdated(self) -> None:
		enqueue_once(SYNC)


def publish_doc_changed(doctype: str, name: str) -> None:
	"""A body-less message to those who have the document open: they then ask for what they may read."""
	with _best_effort():
		frappe.publish_realtime(CHANGED, {"doctype": doctype, "name": name}, doctype=doctype, docname=name)


def publish_lists_changed() -> None:
	"""To all who list chats, that one has changed: not which, as Frappe's own `list_update` says to whoever may read any."""
	with _best_effort():
		frappe.publish_realtime(LIST_CHANGED, room=get_doctype_room("Chat Conversation"))


def shard_of(conversation: str) -> int:
	"""Which worker follows up this conversation: several can work at once, and a customer's messages keep their order."""
	return bisect_right(SHARDS_BEGIN, conversation[:1]) - 1


def enqueue_once(method: str, **arguments: int) -> None:
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


def extend_claim(method: str, **arguments: int) -> None:
	"""The job goes on: until it `may_be_woken` again nobody needs to, since it will look once more after that."""
	with _best_effort():
		# nosemgrep: frappe-cache-breaks-multitenancy - `_key` holds the site; the same raw value as in `_first_to_wake`
		frappe.cache.set(_key(method, arguments), 1, ex=WORK_EXPIRES_S)


def release_claim(method: str, **arguments: int) -> None:
	with _best_effort():
		frappe.cache.delete(_key(method, arguments))


def _first_to_wake(key: bytes) -> bool:
	"""Where the cache cannot tell, one job too many is better than none."""
	try:
		return first_in(key, CLAIM_EXPIRES_S)
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
