"""Publish events to browsers and enqueue jobs, after a commit. A lost event is not lost work: browsers poll, and a
scheduled job finds pending rows."""

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
READ = "wa_window_read_state_changed"
MESSAGE_NOTIFIED = "wa_window_message_notified"
PRESENCE_CHANGED = "wa_window_presence_changed"
DISPATCH = "wa_window.frappe_host.jobs.dispatch.dispatch_messages"
POST_PROCESS = "wa_window.frappe_host.jobs.post_processing.post_process_messages"
SYNC = "wa_window.frappe_host.jobs.template_sync.sync_daily"
EXPIRE = "wa_window.frappe_host.records.erase.delete_expired_messages"
FETCH = "wa_window.frappe_host.jobs.fetch_files.fetch_media_files"
# Names of conversations are hexadecimal: each shard begins at one of these prefixes, and each has a worker of its own.
SHARDS_BEGIN = ("", "4", "8", "c")
# Prefix of the Redis keys that mark enqueued or running jobs.
CLAIMS = "wa_window_awake:"
CLAIM_EXPIRES_S = 60
# After this time a killed worker's claim expires, and the next message or the sweep enqueues another job.
WORK_EXPIRES_S = 30


class FrappeEvents:
	def conversation_changed(self, conversation: str) -> None:
		publish_doc_changed("Chat Conversation", conversation)
		publish_lists_changed()

	def read_state_changed(self, user: str, conversation: str) -> None:
		with _best_effort():
			frappe.publish_realtime(READ, {"conversation": conversation}, user=user)

	def message_received(self, message: Message) -> None:
		publish_doc_changed("Chat Conversation", message.conversation)
		enqueue_once(POST_PROCESS, shard=shard_of(message.conversation))

	def outbox_filled(self) -> None:
		enqueue_once(DISPATCH)

	def files_waiting(self) -> None:
		enqueue_once(FETCH)

	def batch_progressed(self, batch: str) -> None:
		with _best_effort():
			if first_in(frappe.cache.make_key(f"wa_window_batch_progressed:{batch}"), 1):
				self.batch_changed(batch)

	def batch_changed(self, batch: str) -> None:
		publish_doc_changed("Template Batch", batch)

	def templates_outdated(self) -> None:
		enqueue_once(SYNC)


def publish_doc_changed(doctype: str, name: str) -> None:
	"""Publish an event without content to users who have the document open; their browsers then request what they may read."""
	with _best_effort():
		frappe.publish_realtime(CHANGED, {"doctype": doctype, "name": name}, doctype=doctype, docname=name)


def publish_lists_changed() -> None:
	"""Publish to all who list chats that one has changed, without its name: Frappe's `list_update` sends the name to every
	user who may read any chat."""
	with _best_effort():
		frappe.publish_realtime(LIST_CHANGED, room=get_doctype_room("Chat Conversation"))


def publish_message_notified(user: str, message: dict[str, str]) -> None:
	"""Publish to a user's own browsers what they are notified of: `message` (its name), `conversation`, `title` and `text`."""
	with _best_effort():
		frappe.publish_realtime(MESSAGE_NOTIFIED, message, user=user, after_commit=True)


def publish_presence_changed(conversation: str) -> None:
	"""Publish to users who have the chat open that somebody came, or began or stopped writing, without names: a room keeps those
	who have lost the permission since they joined it."""
	with _best_effort():
		about = {"doctype": "Chat Conversation", "name": conversation}
		frappe.publish_realtime(PRESENCE_CHANGED, about, doctype=about["doctype"], docname=about["name"])


def shard_of(conversation: str) -> int:
	"""The shard of a conversation: several workers run concurrently, and a customer's messages keep their order."""
	return bisect_right(SHARDS_BEGIN, conversation[:1]) - 1


def enqueue_once(method: str, **arguments: int) -> None:
	"""Enqueue a job unless one is enqueued, or is running and will query once more before it ends."""
	key = _key(method, arguments)
	with _best_effort():
		if not _claim(key):
			return
		try:
			frappe.enqueue(method, queue="short", **arguments)
		except Exception:
			frappe.cache.delete(key)
			raise


def extend_claim(method: str, **arguments: int) -> None:
	"""Extend the claim of a running job, which will query once more after `release_claim`."""
	with _best_effort():
		# nosemgrep: frappe-cache-breaks-multitenancy - `_key` holds the site; the same raw value as in `_claim`
		frappe.cache.set(_key(method, arguments), 1, ex=WORK_EXPIRES_S)


def release_claim(method: str, **arguments: int) -> None:
	with _best_effort():
		frappe.cache.delete(_key(method, arguments))


def _claim(key: bytes) -> bool:
	"""Without Redis the answer is yes: one job too many is better than none."""
	try:
		return first_in(key, CLAIM_EXPIRES_S)
	except RedisError:
		return True


def _key(method: str, arguments: dict[str, int]) -> bytes:
	"""A key of this site: Redis' own `set` and `delete` do not add the site's prefix."""
	return frappe.cache.make_key(f"{CLAIMS}{method}:{arguments}")


@contextmanager
def _best_effort():
	try:
		yield
	except JobTimeoutException:
		raise
	except Exception:
		frappe.logger("wa_window").warning(
			"An event could not be published; polling and the sweep make up for it", exc_info=True
		)
