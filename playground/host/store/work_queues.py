"""What the worker has to do: messages to be sent, claims to expire, statuses to reconcile, files to fetch, post-processing."""

from collections.abc import Collection

from wa_window.chat import status
from wa_window.chat.delivery import CLAIM_LEASE_MS
from wa_window.chat.dispatch import LONGEST_RETRY_MS
from wa_window.chat.fetch_files import LONGEST_RETRY_MS as LONGEST_FETCH_RETRY_MS
from wa_window.chat.message import PENDING, Media, Message
from wa_window.chat.template_batch import KEY_PREFIX

from .messages import MessageStore

FIRST_OF_ITS_CONVERSATION = f"""NOT EXISTS (
	SELECT 1 FROM message AS earlier
	WHERE earlier.delivery_status IN ('queued', 'sending') AND earlier.message_sid IS NULL
		AND (earlier.delivery_status = 'sending' OR coalesce(earlier.client_key, '') NOT LIKE '{KEY_PREFIX}%')
		AND earlier.conversation = message.conversation AND earlier.position < message.position
)"""


class WorkQueues(MessageStore):
	def due(self, now_ms: int, limit: int, held: Collection[str] = ()) -> list[Message]:
		where = "delivery_status = ? AND next_attempt_at_ms > 0 AND message_sid IS NULL"
		where += " AND (attempts = 0 OR next_attempt_at_ms NOT BETWEEN ? AND ?)"
		order = f"ORDER BY next_attempt_at_ms, position LIMIT {int(limit)}"
		where += " AND conversation NOT IN (SELECT name FROM conversation"
		where += f" WHERE business_address IN ({', '.join('?' * len(held))}))"
		values = (status.QUEUED, now_ms + 1, now_ms + LONGEST_RETRY_MS, *held)
		return self._messages(f"{where} AND {FIRST_OF_ITS_CONVERSATION}", values, order)

	def is_blocked_by_earlier(self, message: Message) -> bool:
		return not self._messages(f"name = ? AND {FIRST_OF_ITS_CONVERSATION}", (message.name,))

	def claimed_outside(self, since_ms: int, until_ms: int, limit: int) -> list[Message]:
		where = "delivery_status = ? AND claimed_at_ms NOT BETWEEN ? AND ? AND message_sid IS NULL"
		values = (status.SENDING, since_ms, until_ms)
		return self._messages(where, values, f"ORDER BY claimed_at_ms LIMIT {int(limit)}")

	def due_for_reconciliation(self, now_ms: int, limit: int) -> list[Message]:
		marks = ", ".join("?" * len(status.RECONCILABLE))
		where = f"delivery_status IN ({marks}) AND next_attempt_at_ms > 0"
		where += " AND (next_attempt_at_ms <= ? OR claimed_at_ms > ?)"
		where += " AND (message_sid IS NOT NULL OR delivery_status = ?)"
		values = (*status.RECONCILABLE, now_ms, now_ms + CLAIM_LEASE_MS, status.UNKNOWN)
		return self._messages(where, values, f"ORDER BY next_attempt_at_ms LIMIT {int(limit)}")

	def without_sid(self, conversation: str) -> list[Message]:
		tried = "delivery_status IN (?, ?) OR (delivery_status = ? AND attempts > 0)"
		where = f"conversation = ? AND message_sid IS NULL AND ({tried})"
		return self._messages(where, (conversation, status.SENDING, status.UNKNOWN, status.QUEUED))

	def media_due(self, now_ms: int, limit: int) -> list[tuple[Message, Media]]:
		due = "state = ? AND next_attempt_at_ms NOT BETWEEN ? AND ?"
		rows = self._run(
			f"SELECT message, name FROM media WHERE {due} ORDER BY next_attempt_at_ms LIMIT {int(limit)}",
			(PENDING, now_ms + 1, now_ms + LONGEST_FETCH_RETRY_MS),
		)
		found = [(self.message(row["message"]), self.media(row["name"])) for row in rows]
		return [(message, media) for message, media in found if message and media]

	def pending(self, limit: int) -> list[Message]:
		"""Inbound messages whose post-processing is pending."""
		return self._messages("follow_up = 'pending'", (), f"ORDER BY position LIMIT {int(limit)}")
