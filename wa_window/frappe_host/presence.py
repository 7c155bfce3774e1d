"""The Presence port in Redis: sorted sets for each conversation, each user with the time at which they leave it."""

import time
from contextlib import suppress

import frappe
from redis.exceptions import RedisError

from ..chat.presence import LOOKING_MS, TYPING_SHOWN_MS, WRITING_MS, Present

KEY = "wa_window_presence:"


class RedisPresence:
	"""The keys expire too, so that nothing is left behind, also where the server's clock is set back."""

	def look(self, conversation: str, user: str, *, writing: bool) -> bool:
		now_ms = _now_ms()
		ends = [("looking", LOOKING_MS), *([("writing", WRITING_MS)] if writing else [])]
		with suppress(RedisError):
			with frappe.cache.pipeline() as commands:
				for kind, lasts_ms in ends:
					key = _key(kind, conversation)
					commands.zremrangebyscore(key, 0, now_ms)
					commands.zadd(key, {user: now_ms + lasts_ms})
					commands.pexpire(key, lasts_ms)
				results = commands.execute()
			return any(results[1::3])  # how many `zadd` has added
		return False

	def stop_writing(self, conversation: str, user: str) -> bool:
		with suppress(RedisError):
			return bool(frappe.cache.zrem(_key("writing", conversation), user))
		return False

	def leave(self, conversation: str, user: str) -> bool:
		self.stop_writing(conversation, user)
		with suppress(RedisError):
			return bool(frappe.cache.zrem(_key("looking", conversation), user))
		return False

	def present(self, conversation: str) -> list[Present]:
		now_ms = _now_ms()
		with suppress(RedisError):
			with frappe.cache.pipeline() as commands:
				for kind in ("looking", "writing"):
					commands.zrangebyscore(_key(kind, conversation), now_ms + 1, "+inf", withscores=True)
				looking, writing = [dict(found) for found in commands.execute()]
			return [
				Present(user.decode(), max(0, int(writing.get(user, 0)) - now_ms)) for user in sorted(looking)
			]
		return []

	def may_show_typing(self, conversation: str) -> bool:
		now_ms, key = _now_ms(), _key("shown", conversation)
		with suppress(RedisError), frappe.cache.pipeline() as commands:
			commands.zremrangebyscore(key, 0, now_ms)
			commands.zadd(key, {"customer": now_ms + TYPING_SHOWN_MS}, nx=True)
			commands.pexpire(key, TYPING_SHOWN_MS)
			return bool(commands.execute()[1])
		return False


def _key(kind: str, conversation: str) -> bytes:
	"""A key of this site: commands in a pipeline do not add the site's prefix."""
	return frappe.cache.make_key(f"{KEY}{kind}:{conversation}")


def _now_ms() -> int:
	return time.time_ns() // 1_000_000
