"""Hand over the rows of the batches that are being sent: a few seconds' worth at a time become messages of the outbox.

So a batch takes its pace from the outbox: what the provider puts back counts as waiting, and no more is handed over meanwhile. And
what a person writes to one customer is always sent first.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from . import batch_rules
from .batch_failures import WAITS_WITHIN_MS, is_held, pause, slow_down
from .batch_host import BatchHost
from .errors import NotSetUp, TemplateNotUsable
from .message import Message
from .outbound_many import ToOne, queue_many
from .service import ChatService
from .template import ContentTemplate, rendered, require_usable
from .template_batch import (
	LATE_AFTER_MS,
	Batch,
	Limits,
	Pause,
	Recipient,
	Row,
	RowState,
	Skip,
	Status,
	handed_over_as,
)
from .window import window_at

# So much of a batch waits in the outbox at most, by its sender's rate.
AHEAD_S = 2
AT_ONCE = 80
# Where no batch is being sent, another look for one costs a query.
LOOK_EVERY_MS = 1000
LEASE_MS = 30_000


@dataclass(frozen=True)
class Examined:
	"""A row with its recipient as they are now, and why they are skipped."""

	row: Row
	recipient: Recipient
	reason: Skip


class HandingOver:
	"""For one run of the dispatcher. `in_the_name_of` opens the host for a batch's owner, whose permissions count at this moment;
	`per_second` is a sender's rate; `log_error` records the exception that is being handled."""

	def __init__(
		self,
		chat: ChatService,
		in_the_name_of: Callable[[str], AbstractContextManager[BatchHost]],
		per_second: int,
		log_error: Callable[[], None],
	):
		self.chat, self.store = chat, chat.store
		self.in_the_name_of, self.log_error = in_the_name_of, log_error
		self.ahead = AHEAD_S * per_second
		self.at_once = max(1, min(AT_ONCE, self.ahead // 2))
		self.look_at_ms = 0
		self.goes_on = False

	def __call__(self) -> bool:
		"""Hand over a few rows of each batch that has room; returns whether one goes on. Never raises: the outcome of what is at the
		provider meanwhile must be recorded."""
		now_ms = self.chat.clock.now_ms()
		if self.goes_on or now_ms >= self.look_at_ms:
			self.look_at_ms = now_ms + LOOK_EVERY_MS
			self.goes_on = self._try(partial(self._of_all, now_ms)) or False
		return self.goes_on

	def _try(self, act: Callable[[], bool | None]) -> bool | None:
		"""What it returns; None where it has failed, which is logged."""
		try:
			return act()
		except Exception:
			self.log_error()
			return None

	def _of_all(self, now_ms: int) -> bool:
		going_on = [self._hand_over_safely(batch, now_ms) for batch in self.store.sending_batches()]
		return any(going_on)

	def _hand_over_safely(self, batch: Batch, now_ms: int) -> bool:
		"""Whatever fails there, such as another app's permission hook, hinders neither other batches nor replies."""
		goes_on = self._try(partial(self._of_batch, batch, now_ms))
		if goes_on is None:
			self._try(partial(self._slow_down, batch, now_ms))
		return goes_on or False

	def _slow_down(self, batch: Batch, now_ms: int) -> None:
		self.store.transaction(partial(slow_down, self.store, batch.name, Pause.ERROR, now_ms))
		self.chat.events.batch_changed(batch.name)

	def _of_batch(self, batch: Batch, now_ms: int) -> bool:
		if now_ms - max(batch.progress_at_ms, batch.pressed_at_ms) > LATE_AFTER_MS:
			pause(self.chat, batch.name, Pause.LATE)
			return False
		if is_held(batch, now_ms):
			return False
		waiting = self.store.in_outbox(batch.name, now_ms + WAITS_WITHIN_MS, self.ahead)
		if waiting + self.at_once > self.ahead or not self._leased(batch, now_ms):
			return True
		rows = self.store.batch_rows(batch.name, RowState.TO_SEND, limit=self.at_once)
		with self.in_the_name_of(batch.owner) as host:
			reason = self._hand_over(batch, rows, host) if rows else None
		if reason:
			pause(self.chat, batch.name, reason)
		elif rows:
			self.chat.events.batch_progressed(batch.name)
		else:
			self.store.transaction(partial(self._end, batch.name))
			self.chat.events.batch_changed(batch.name)
		return bool(rows) and not reason

	def _leased(self, batch: Batch, now_ms: int) -> bool:
		"""Whether this worker alone hands over the batch's rows for a while. A lease beyond its length was set before the clock was set
		back."""

		def lease() -> bool:
			locked = self.store.lock_batch(batch.name)
			if locked is None or locked.status != Status.SENDING:
				return False
			if now_ms < locked.leased_until_ms <= now_ms + LEASE_MS:
				return False
			self.store.change_batch(batch.name, leased_until_ms=now_ms + LEASE_MS)
			return True

		return self.store.transaction(lease)

	def _end(self, name: str) -> None:
		"""Unless a row has come back meanwhile, to be sent in a further attempt."""
		locked = self.store.lock_batch(name)
		is_left = bool(self.store.batch_rows(name, RowState.TO_SEND, limit=1))
		if locked and locked.status == Status.SENDING and not is_left:
			self.store.change_batch(name, status=Status.DONE, leased_until_ms=0)

	def _hand_over(self, batch: Batch, rows: list[Row], host: BatchHost) -> Pause | None:
		"""Queue the messages of these rows, but for those that are to be skipped by now; returns why the whole batch waits."""
		if not host.may_send_to_many():
			return Pause.NO_PERMISSION
		now_ms = self.chat.clock.now_ms()
		try:
			host.require_sender(batch.business_address)
			template = require_usable(self.store.template(batch.content_template), window_at(0, now_ms))
		except NotSetUp:
			return Pause.NOT_SET_UP
		except TemplateNotUsable:
			return Pause.TEMPLATE
		recipients = host.known_now(batch, rows)
		begun = self.store.transaction(partial(self._queue, batch, rows, recipients, template, host))
		if begun:
			host.chats_begun(begun)
		return None

	def _queue(
		self,
		batch: Batch,
		rows: list[Row],
		recipients: list[Recipient],
		template: ContentTemplate,
		host: BatchHost,
	) -> list[str]:
		"""Inside a transaction, which begins with the lock of the batch: a Stop comes before it or after it. Returns the names of chats
		that have begun."""
		locked, now_ms = self.store.lock_batch(batch.name), self.chat.clock.now_ms()
		if locked is None or locked.status != Status.SENDING:
			return []
		self.store.change_batch(batch.name, progress_at_ms=now_ms, leased_until_ms=0)
		known = self._examined(batch, rows, recipients, template, host.limits(), now_ms)
		items = [
			ToOne(each.recipient.lead, each.recipient.chat, _values(each.row), each.row.client_key)
			for each in known
			if each.recipient.chat and each.reason is Skip.NONE
		]
		queued = queue_many(self.store, items, template, now_ms, author=batch.owner)
		self._change_rows(known, queued)
		new = {item.client_key for item in items if not item.chat.name}
		return [message.conversation for key, message in queued.items() if key in new]

	def _examined(
		self,
		batch: Batch,
		rows: list[Row],
		recipients: list[Recipient],
		template: ContentTemplate,
		limits: Limits,
		now_ms: int,
	) -> list[Examined]:
		"""Those of these rows that are still to be sent, in this attempt."""
		left = self.store.batch_rows(batch.name, RowState.TO_SEND, limit=len(rows))
		keys = {row.client_key for row in left}
		return [
			Examined(row, recipient, _reason(batch, row, recipient, template, limits, now_ms))
			for row, recipient in zip(rows, recipients, strict=True)
			if row.client_key in keys
		]

	def _change_rows(self, known: list[Examined], queued: dict[str, Message]) -> None:
		"""Those with a message are handed over, all others are skipped."""
		sent = [each.row for each in known if each.row.client_key in queued]
		self.store.change_rows({row.name: handed_over_as(queued[row.client_key]) for row in sent})
		self.store.change_rows(
			{
				each.row.name: {"state": RowState.SKIPPED, "reason": each.reason or Skip.CHANGED}
				for each in known
				if each.row.client_key not in queued
			}
		)


def _reason(
	batch: Batch, row: Row, recipient: Recipient, template: ContentTemplate, limits: Limits, now_ms: int
) -> Skip:
	reason = batch_rules.reason_to_skip(recipient, batch, template, limits, now_ms)
	if reason is Skip.NONE and recipient.chat and recipient.chat.customer != row.customer:
		return Skip.NUMBER_CHANGED
	# The person who pressed Send has seen another text.
	if reason is Skip.NONE and rendered(template.body, _values(row)) != row.body:
		return Skip.CHANGED
	return reason


def _values(row: Row) -> dict[str, str]:
	return {str(name): str(text) for name, text in json.loads(row.content_variables).items()}
