"""What a user does with a template to many: prepare it, look at it, try it, send it, stop it, resume it. The same on every host."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from . import batch_choices, batch_rules, batch_view, outbound
from .arguments import from_json
from .batch_host import BatchHost
from .errors import ChangedMeanwhile, InvalidArgument, InvalidMessage, NotPermitted
from .outbound import NewChat, SendRequest
from .sentences import _lt
from .template import ContentTemplate, require_usable
from .template_batch import (
	MOST_RECIPIENTS,
	Batch,
	Choice,
	Pause,
	Recipient,
	Row,
	RowState,
	Skip,
	Status,
	Value,
	skip_words,
)
from .window import window_at

# So many are examined while the user waits; more in a job.
AT_ONCE = 200
PAGE = 500
MOST_SHOWN = 100
ENDED = (Status.DONE, Status.STOPPED)


class Batches:
	"""Every method returns a dict of the HTTP API (see batch_view.py) or raises ChatError."""

	def __init__(self, host: BatchHost):
		self.host = host
		self.chat, self.store = host.chat, host.chat.store

	def choices(self, doctype: str) -> dict[str, Any]:
		"""What there is to choose from for records of this DocType, or for chats."""
		self._require_role()
		self.host.require_configured()
		return batch_choices.choices(doctype, self.host)

	def prepare(self, choice: Choice, content_sid: str, values: object, sender: str = "") -> dict[str, Any]:
		"""A draft for whom the user chose: of a few the rows are ready with the answer, of many a job adds them."""
		self._require_role()
		self.host.require_configured()
		business_address = sender or self.host.default_sender().address
		self.host.require_sender(business_address)
		template = self._usable(content_sid)
		given = _values(values, template)
		total = self.host.count_chosen(choice)
		if not total:
			raise InvalidMessage(_lt("Choose at least one recipient."))
		if total > MOST_RECIPIENTS:
			raise InvalidMessage(_lt("{0} recipients: choose at most {1}."), total, MOST_RECIPIENTS)
		batch = Batch(
			content_sid,
			business_address,
			self.host.user,
			template_name=template.friendly_name,
			record_doctype=choice.doctype,
			values=given,
			total=total,
			progress_at_ms=self.chat.clock.now_ms(),
		)
		added = self.store.transaction(lambda: self.store.add_batch(batch))
		if total <= AT_ONCE:
			self.fill(added.name, choice)
		else:
			self._enqueue_filling(added.name, choice)
		return self.progress(added.name)

	def _enqueue_filling(self, name: str, choice: Choice) -> None:
		"""The batch is stored before its job can be; without one nothing would ever begin it."""
		try:
			self.host.enqueue_filling(name, choice)
		except Exception:
			self.store.transaction(lambda: self._stop(name))
			raise

	def fill(self, name: str, choice: Choice) -> None:
		"""Examine whom the user chose, page by page, and add their rows; at the end the batch is a draft."""
		self.store.transaction(partial(self._begin_filling, name))
		after = ""
		while True:
			batch = self.store.batch(name)
			template = self.store.template(batch.content_template) if batch else None
			if batch is None or template is None or batch.status != Status.PREPARING:
				return
			recipients, after = self.host.chosen(choice, batch, after, PAGE)
			rows = self._examined(batch, recipients, template)
			self.store.transaction(partial(self._add, batch, rows, is_last=not after))
			if not after:
				self.chat.events.batch_changed(name)
				return
			self.chat.events.batch_progressed(name)

	def _begin_filling(self, name: str) -> None:
		"""A job may have waited long for its worker: its time begins now."""
		if self._locked(name, Status.PREPARING):
			self.store.change_batch(name, progress_at_ms=self.chat.clock.now_ms())

	def _examined(self, batch: Batch, recipients: list[Recipient], template: ContentTemplate) -> list[Row]:
		now_ms, limits = self.chat.clock.now_ms(), self.host.limits()
		customers = {recipient.chat.customer for recipient in recipients if recipient.chat}
		return batch_rules.examined(
			batch,
			recipients,
			template,
			limits,
			taken=self.store.in_batch(batch.name, customers),
			room=max(0, limits.per_day - self._sent_today() - batch.to_send) if limits.per_day else None,
			now_ms=now_ms,
		)

	def _add(self, batch: Batch, rows: list[Row], *, is_last: bool) -> None:
		to_send = sum(row.state == RowState.TO_SEND for row in rows)
		changes = {
			"status": Status.DRAFT if is_last else Status.PREPARING,
			"prepared": batch.prepared + len(rows),
			"to_send": batch.to_send + to_send,
			"skipped": batch.skipped + len(rows) - to_send,
			"progress_at_ms": self.chat.clock.now_ms(),
		}
		if self._locked(batch.name, Status.PREPARING):
			self.store.change_batch(batch.name, **changes)
			self.store.add_rows(rows)

	def _locked(self, name: str, *wanted: Status) -> bool:
		"""Inside a transaction: lock the batch; whether its status is one of those."""
		locked = self.store.lock_batch(name)
		return locked is not None and locked.status in wanted

	def send(self, name: str, count: int) -> dict[str, Any]:
		"""Begin to send a draft, once, however often it is pressed. `count`: the recipients that the user saw on the button."""
		batch = self._own(name)
		if batch.status not in (Status.PREPARING, Status.DRAFT):
			return self.progress(name)
		if batch.status == Status.PREPARING:
			raise ChangedMeanwhile(_lt("This is still being prepared. Wait until it is ready."))
		self.host.require_sender(batch.business_address)
		self._usable(batch.content_template)
		self.store.transaction(partial(self._press, batch, count))
		self._begun(name)
		return self.progress(name)

	def _press(self, batch: Batch, count: int) -> None:
		now_ms = self.chat.clock.now_ms()
		changes = {"status": Status.SENDING, "pressed_at_ms": now_ms, "progress_at_ms": now_ms}
		if not self._locked(batch.name, Status.DRAFT):
			return
		limits, sent_today = self.host.limits(), self._sent_today(lock=True)
		there = self.store.count_rows(batch.name).get(RowState.TO_SEND, 0)
		if there != count:
			raise ChangedMeanwhile(_lt("It is {0} recipients now, not {1}. Look again."), there, count)
		if not there:
			raise InvalidMessage(_lt("Choose at least one recipient."))
		if limits.per_day and sent_today + there > limits.per_day:
			raise ChangedMeanwhile(
				_lt("You may send to {0} recipients in a day: {1} are left today. Choose fewer."),
				limits.per_day,
				max(0, limits.per_day - sent_today),
			)
		self.store.change_batch(batch.name, **changes)

	def stop(self, name: str) -> dict[str, Any]:
		"""What is not handed over yet is not sent. Whoever may send to many may stop what they may see."""
		self.require_shown(name)
		self._require_role()
		self.store.transaction(lambda: self._stop(name))
		self.chat.events.batch_changed(name)
		return self.progress(name)

	def _stop(self, name: str) -> None:
		if self._locked(name, *[status for status in Status if status not in ENDED]):
			self.store.change_batch(name, status=Status.STOPPED)

	def resume(self, name: str) -> dict[str, Any]:
		"""Go on with a paused batch, with what was put aside."""
		batch = self._own(name)
		self.host.require_sender(batch.business_address)
		self._usable(batch.content_template)
		self.store.transaction(lambda: self._resume(name))
		self._begun(name)
		return self.progress(name)

	def _resume(self, name: str) -> None:
		now_ms = self.chat.clock.now_ms()
		if not self._locked(name, Status.PAUSED):
			return
		rows, limits = self.store.count_rows(name), self.host.limits()
		there = rows.get(RowState.TO_SEND, 0) + rows.get(RowState.PUT_ASIDE, 0)
		if limits.per_day and there > limits.per_day:
			raise InvalidMessage(
				_lt("You may send to {0} recipients in a day, and {1} wait here. Ask an administrator."),
				limits.per_day,
				there,
			)
		left = limits.per_day - self._sent_today(lock=True)
		if limits.per_day and there > left:
			raise ChangedMeanwhile(
				_lt(
					"You may send to {0} recipients in a day: {1} are left today, and {2} wait here. Resume later."
				),
				limits.per_day,
				max(0, left),
				there,
			)
		self.store.change_batch(
			name,
			status=Status.SENDING,
			pause_reason=Pause.NONE,
			progress_at_ms=now_ms,
			leased_until_ms=0,
			held_until_ms=0,
			holds=0,
		)
		self.store.put_rows_back(name)

	def test(self, name: str, doctype: str, record: str, client_key: str) -> dict[str, Any]:
		"""Send the template of a batch to one record or chat of the user's choice, with its own values, through the same gate: only how
		lately it got templates, or wrote, does not matter. Returns the message's `conversation` and `message`, and the `text`."""
		batch = self._own(name)
		template = self._usable(batch.content_template)
		(recipient,), _after = self.host.chosen(Choice(doctype, (record,)), batch, "", 1)
		row = batch_rules.row_of(batch, 0, recipient, template)
		reason = batch_rules.no_way_to(recipient, batch.business_address, self.chat.clock.now_ms())
		if reason is not Skip.NONE:
			row = batch_rules.skipped(row, reason)
		if row.state == RowState.SKIPPED or recipient.chat is None:
			words = skip_words(Skip(row.reason), row.reason_detail)
			raise InvalidMessage(words.text, *words.values)
		to = recipient.chat.name or NewChat(recipient.lead, batch.business_address)
		values, request = json.loads(row.content_variables), SendRequest(client_key, self.host.user)
		sent = outbound.send_template(self.chat, to, batch.content_template, values, request)
		return {"conversation": sent.conversation, "message": sent.name, "text": sent.body}

	def progress(self, name: str) -> dict[str, Any]:
		return batch_view.progress(self.require_shown(name), self.host)

	def rows(self, name: str, kind: str = "", after: int = -1, limit: int = 50) -> dict[str, Any]:
		"""A page of the rows of a kind behind a position; `next`: where to go on, None at the end."""
		batch = self.require_shown(name)
		if kind not in ("", *batch_view.KINDS):
			raise InvalidArgument(_lt("No such list of recipients."))
		return batch_view.rows(batch, kind, after, max(1, min(limit, MOST_SHOWN)), self.host)

	def _begun(self, name: str) -> None:
		self.chat.events.outbox_filled()
		self.chat.events.batch_changed(name)

	def _sent_today(self, *, lock: bool = False) -> int:
		return self.store.recipients_since(self.host.user, self.host.day_began_ms(), lock=lock)

	def _usable(self, content_sid: str) -> ContentTemplate:
		"""Outside of any window."""
		return require_usable(self.store.template(content_sid), window_at(0, self.chat.clock.now_ms()))

	def _require_role(self) -> None:
		if not self.host.may_send_to_many():
			raise NotPermitted(_lt("You may not send templates to many. Ask your administrator."))

	def require_shown(self, name: str) -> Batch:
		"""The batch. Raises NotPermitted unless the user may see it."""
		batch = self.store.batch(name) if self.host.may_see_batches() else None
		if batch is None or not self.host.may_see_batch(batch):
			raise NotPermitted
		return batch

	def _own(self, name: str) -> Batch:
		"""Its owner alone sends it: it goes out in their name."""
		batch = self.require_shown(name)
		self._require_role()
		if batch.owner != self.host.user:
			raise NotPermitted(_lt("Only the person who prepared this may send it."))
		return batch


def _values(given: object, template: ContentTemplate) -> dict[str, Value]:
	"""By variable, from an object such as {"1": {"field": "lead_name", "text": "there"}}, or its JSON text. Raises InvalidMessage or
	InvalidArgument."""
	parsed = from_json(given or "{}") if isinstance(given, str | None) else given
	names = {variable.name for variable in template.variables}
	if not isinstance(parsed, Mapping) or not all(isinstance(each, Mapping) for each in parsed.values()):
		raise InvalidMessage(_lt("The template's variables must be given as an object of names and values."))
	found = {}
	for name, each in parsed.items():
		if name not in names:
			raise InvalidMessage(
				_lt("This template has no variable {0}. Sync the templates, then try again."), str(name)
			)
		field, text = each.get("field") or "", each.get("text") or ""
		if not (isinstance(field, str) and isinstance(text, str)):
			raise InvalidMessage(
				_lt("The template's variables must be given as an object of names and values.")
			)
		found[name] = replace(Value(field), text=batch_rules.one_line(text))
	return found
