"""Templates to many in the playground: its agents may send to all leads and chats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wa_window.chat.address import customer_with
from wa_window.chat.arguments import from_json, names_in, whole_number
from wa_window.chat.batch_view import STATES, STATUSES
from wa_window.chat.batches import Batches
from wa_window.chat.errors import InvalidArgument
from wa_window.chat.message import INBOUND, Conversation, Lead, Message
from wa_window.chat.sentences import _lt
from wa_window.chat.template_batch import (
	ANSWERS_WITHIN_MS,
	DAY_MS,
	Batch,
	Choice,
	History,
	Limits,
	Recipient,
	Row,
	has_gone_out,
)

from .leads import DOCTYPE

if TYPE_CHECKING:
	from .host import EmbeddedHost

CHAT = "Chat Conversation"
# As Settings have them at first.
LIMITS = Limits(marketing_days=7, templates_per_week=3, per_day=1000)


class EmbeddedBatchHost:
	"""The BatchHost port; what it has in common with the panel's host is that one's."""

	def __init__(self, host: EmbeddedHost):
		self.host, self.store, self.user, self.chat = host, host.store, host.user, host.chat
		self.require_configured, self.require_sender = host.require_configured, host.require_sender
		self.default_sender, self.label_of = host.default_sender, host.label_of
		self.senders, self.file_address = host.senders, host.file_address
		self.full_name, self.locale, self.explain = host.full_name, host.locale, host.explain

	def may_send_to_many(self) -> bool:
		return True

	def may_see_batches(self) -> bool:
		return True

	def may_see_batch(self, batch: Batch) -> bool:
		return True

	def limits(self) -> Limits:
		return LIMITS

	def day_began_ms(self) -> int:
		return self.host.midnight_ms() - DAY_MS

	def record_fields(self, doctype: str) -> dict[str, str]:
		return {field: self.host.lead_label("", "", field) for field in ("lead_name", "phone")}

	def count_chosen(self, choice: Choice) -> int:
		return len(self._names(choice))

	def chosen(self, choice: Choice, batch: Batch, after: str, limit: int) -> tuple[list[Recipient], str]:
		begin, names = int(after or 0), self._names(choice)
		found = [self._recipient(choice.doctype, name, batch) for name in names[begin : begin + limit]]
		return found, str(begin + limit) if begin + limit < len(names) else ""

	def known_now(self, batch: Batch, rows: list[Row]) -> list[Recipient]:
		is_chat = batch.record_doctype == CHAT
		return [
			self._recipient(batch.record_doctype, row.conversation if is_chat else row.record, batch)
			for row in rows
		]

	def chats_begun(self, conversations: list[str]) -> None:
		"""Nothing to copy: the playground's lists read the leads."""

	def shown_rows(
		self, batch: str, kind: str, after: int, limit: int
	) -> list[tuple[Row, Message | None, int]]:
		states = [kind] if kind in STATES else STATES
		found = [
			self._with_message(row)
			for state in states
			for row in self.store.batch_rows(batch, state, after=after, limit=10**6)
		]
		if kind in STATUSES:
			found = [each for each in found if each[1] and each[1].delivery_status in STATUSES[kind]]
		elif kind == "answered":
			found = [each for each in found if each[2]]
		return sorted(found, key=lambda each: each[0].position)[:limit]

	def enqueue_filling(self, batch: str, choice: Choice) -> None:
		Batches(self).fill(batch, choice)

	def _names(self, choice: Choice) -> list[str]:
		"""The playground's lists have no filters: all leads."""
		if choice.doctype not in (DOCTYPE, CHAT):
			raise InvalidArgument(_lt("Records of this type have no chats."))
		if choice.names is not None:
			return list(choice.names)
		return [row["name"] for row in self.host.leads.all()] if choice.doctype == DOCTYPE else []

	def _recipient(self, doctype: str, name: str, batch: Batch) -> Recipient:
		chat = self.store.conversation(name) if doctype == CHAT else None
		record = self.host.leads.row(chat.lead if chat else name)
		if not (record or chat):
			return Recipient(Lead(doctype, name), may_write=False)
		lead = self._lead(record, chat)
		chat = chat or self._chat_of(lead, batch.business_address)
		history = self.store.histories([chat.customer], self.chat.clock.now_ms()) if chat else {}
		values = {field: str(value or "") for field, value in (record or {}).items()}
		known = history.get(chat.customer, History()) if chat else History()
		return Recipient(lead, True, chat, chat is not None, known, values)

	def _lead(self, record: dict | None, chat: Conversation | None) -> Lead:
		if record is None:
			return Lead("", "", chat.customer_phone if chat else "", title=chat.profile_name if chat else "")
		lead = self.host.leads.lead(record["name"])
		return Lead(DOCTYPE, record["name"], lead.phone, title=record["lead_name"])

	def _chat_of(self, lead: Lead, business_address: str) -> Conversation | None:
		known = self.store.conversations_of(lead)
		found = next((chat for chat in known if chat.business_address == business_address), None)
		if found or not lead.phone:
			return found
		customer = customer_with(lead.phone)
		return Conversation(customer.key, business_address, customer.address, customer_phone=customer.phone)

	def _with_message(self, row: Row) -> tuple[Row, Message | None, int]:
		message = self.store.message(row.message) if row.message else None
		later = self.store.messages(row.conversation, limit=1000) if has_gone_out(row, message) else []
		answers = [
			each.sent_at_ms
			for each in later
			if each.direction == INBOUND
			and row.handed_over_at_ms < each.sent_at_ms <= row.handed_over_at_ms + ANSWERS_WITHIN_MS
		]
		return row, message, min(answers, default=0)


@contextmanager
def in_the_name_of(host: EmbeddedHost, user: str) -> Iterator[EmbeddedBatchHost]:
	"""For the worker: the host of a batch's owner."""
	yield EmbeddedBatchHost(host.seen_by(host.full_name(user).lower()))


def _prepare(host: EmbeddedHost, given: dict) -> object:
	names, values = given.get("records"), given.get("values")
	choice = Choice(given["record_doctype"], tuple(names_in(names)) if names is not None else None)
	parsed = from_json(values) if isinstance(values, str) else values
	return _of(host).prepare(choice, given["content_sid"], parsed, given.get("sender") or "")


def _rows(host: EmbeddedHost, given: dict) -> object:
	after, limit = whole_number(given.get("after", -1)), whole_number(given.get("limit") or 50)
	return _of(host).rows(given["batch"], given.get("kind") or "", after, limit)


def _of(host: EmbeddedHost) -> Batches:
	return Batches(EmbeddedBatchHost(host))


METHODS: dict[str, tuple[str, Callable[[EmbeddedHost, dict], object]]] = {
	"batches.choices": ("GET", lambda host, given: _of(host).choices(given["record_doctype"])),
	"batches.prepare": ("POST", _prepare),
	"batches.progress": ("GET", lambda host, given: _of(host).progress(given["batch"])),
	"batches.rows": ("GET", _rows),
	"batches.test": (
		"POST",
		lambda host, given: _of(host).test(
			given["batch"], given["record_doctype"], given["record"], given["client_key"]
		),
	),
	"batches.send": (
		"POST",
		lambda host, given: _of(host).send(given["batch"], whole_number(given["count"])),
	),
	"batches.stop": ("POST", lambda host, given: _of(host).stop(given["batch"])),
	"batches.resume": ("POST", lambda host, given: _of(host).resume(given["batch"])),
}
