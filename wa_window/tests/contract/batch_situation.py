"""What the tests of templates to many have in common: a host whose people are numbers by name, and shortcuts for the use cases."""

import secrets
import sys
from contextlib import nullcontext
from dataclasses import replace

from wa_window.chat import dispatch
from wa_window.chat.address import customer_with
from wa_window.chat.batches import Batches
from wa_window.chat.handing_over import HandingOver
from wa_window.chat.message import Conversation, Lead
from wa_window.chat.ports.channel import Retryable
from wa_window.chat.reasons import Reason
from wa_window.chat.sentences import Explanation, Locale, Sentence
from wa_window.chat.template_batch import Choice, Limits, Recipient

from .situation import (
	AGENT,
	BUSINESS,
	HOUR_MS,
	NO_DEADLINE_MS,
	TEMPLATE,
	Channel,
	Situation,
	new_phone,
)

VALUES = {"1": {"field": "name", "text": "Bapak/Ibu"}, "2": {"text": "rumah"}}


class BatchHost:
	"""A host whose user chooses from `people`, numbers by name."""

	user = AGENT

	def __init__(self, chat, people: dict[str, str]):
		self.chat, self.people = chat, people
		self.permitted, self.limit, self.unwritable = True, Limits(), set()
		self.enqueued, self.begun = [], []
		self.fails = False

	def may_send_to_many(self) -> bool:
		return self.permitted

	may_see_batches = may_send_to_many

	def may_see_batch(self, batch) -> bool:
		return True

	def limits(self) -> Limits:
		return self.limit

	def day_began_ms(self) -> int:
		return self.chat.clock.now_ms() - 12 * HOUR_MS

	def require_configured(self) -> None: ...

	def require_sender(self, business_address: str) -> None: ...

	def default_sender(self):
		raise AssertionError

	def label_of(self, business_address: str) -> str:
		return business_address

	def full_name(self, user: str) -> str:
		return user

	def locale(self) -> Locale:
		return Locale(str, str)

	def explain(self, message) -> Explanation:
		return Explanation(Sentence("{0}", (message.error_code,)))

	def count_chosen(self, choice: Choice) -> int:
		return len(choice.names or self.people)

	def chosen(self, choice: Choice, batch, after: str, limit: int):
		names = list(choice.names or self.people)
		begin = int(after or 0)
		found = [self._recipient(name, batch.business_address) for name in names[begin : begin + limit]]
		return found, str(begin + limit) if begin + limit < len(names) else ""

	def known_now(self, batch, rows):
		if self.fails:
			raise ValueError("another app's permission hook")
		return [self._recipient(row.record, batch.business_address) for row in rows]

	def _recipient(self, name: str, business_address: str) -> Recipient:
		phone, store = self.people[name], self.chat.store
		lead = Lead("Chat Lead", name, phone, title=name)
		if not phone:
			return Recipient(lead, may_write=True)
		customer = customer_with(phone)
		known = store.conversations_of(Lead("Chat Lead", name, phone))
		of_sender = [chat for chat in known if chat.business_address == business_address]
		new = Conversation(customer.key, business_address, customer.address, customer_phone=phone)
		chat = of_sender[0] if of_sender else new
		histories = store.histories({chat.customer}, self.chat.clock.now_ms())
		may_write = name not in self.unwritable
		values = {"name": name}
		given = {"history": histories[chat.customer]} if chat.customer in histories else {}
		return Recipient(lead, may_write, chat, may_write, values=values, **given)

	def chats_begun(self, conversations: list[str]) -> None:
		self.begun += conversations

	def shown_rows(self, batch: str, kind: str, after: int, limit: int):
		rows = self.chat.store.batch_rows(batch, kind, after=after, limit=limit)
		return [(row, self.chat.store.message(row.message) if row.message else None, 0) for row in rows]

	def enqueue_filling(self, batch: str, choice: Choice) -> None:
		self.enqueued.append((batch, choice))


class BatchSituation(Situation):
	def setUp(self):
		super().setUp()
		self.people = {f"Orang {number} {secrets.token_hex(4)}": new_phone() for number in range(3)}
		self.host = BatchHost(self.chat, self.people)
		self.logged: list[str] = []

	@property
	def batches(self) -> Batches:
		return Batches(self.host)

	def prepare(self, *names: str, values=None, sender: str = BUSINESS) -> dict:
		choice = Choice("Chat Lead", names or tuple(self.people))
		return self.batches.prepare(choice, TEMPLATE, VALUES if values is None else values, sender)

	def prepared(self, *names: str) -> str:
		return self.prepare(*names)["batch"]

	def sent(self, *names: str) -> str:
		batch = self.prepared(*names)
		self.batches.send(batch, self.batches.progress(batch)["counts"]["to_send"])
		return batch

	def handing_over(self, per_second: int = 80) -> HandingOver:
		log = lambda: self.logged.append(str(sys.exc_info()[1]))  # noqa: E731 - the exception that is being handled
		return HandingOver(self.chat, lambda user: nullcontext(self.host), per_second, log)

	def run_job(self, *answers, per_second: int = 80) -> Channel:
		"""One run of the dispatcher, whose clock goes on while it waits."""
		channel = Channel(*answers)
		self.run_by(channel, per_second)
		return channel

	def out_of_reach(self, *, minutes: int) -> None:
		"""Runs of the dispatcher for so long, while no connection to Twilio is made; a sender may send one message a second."""
		refused = Retryable("no_connection", error_reason=Reason.PROVIDER)
		channel = Channel(*[refused] * 1000)
		for _ in range(minutes * 6):
			self.run_by(channel, 1, until_ms=self.clock.now_ms() + 1000)
			self.clock.forward(10_000)

	def run_by(self, channel: Channel, per_second: int, *, until_ms: int = NO_DEADLINE_MS) -> None:
		rows = self.handing_over(per_second)

		def refill() -> bool:
			self.clock.forward(200)
			return rows()

		chat = replace(self.chat, channel=lambda: nullcontext(channel))
		dispatch.dispatch(chat, until_ms=until_ms, refill=refill)

	def counts(self, batch: str) -> dict:
		return {kind: count for kind, count in self.batches.progress(batch)["counts"].items() if count}

	def reason(self, batch: str) -> str:
		(skipped,) = self.batches.progress(batch)["skipped_by_reason"]
		return skipped["reason"]

	def met(self, name: str, *, hours_ago: float = 30, to: str = BUSINESS):
		"""The customer of this name has written."""
		customer = customer_with(self.people[name])
		return self.written(customer=customer, hours_ago=hours_ago, to=to)

	def first(self) -> str:
		return next(iter(self.people))
