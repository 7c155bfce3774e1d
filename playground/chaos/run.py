"""The run: traffic and faults at the same time, then a quiet phase, then the count."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from ..twilio_sim import SimulatedTwilio
from .oracle import Figures, compare
from .traffic import Plan, SendRequest, Traffic

DAY_MS = 24 * 60 * 60 * 1000
LAPSING = 0.1
LAPSES_WITHIN_S = (5, 60)
# After this time a claim expires, and its message is looked up in Twilio's list.
LEASE_S = 125
RECONCILE_ROUNDS = 20
# For this long after an outage of Redis or the database errors are allowed; killed workers do not allow any.
GRACE_S = 20
BUSY = {
	"too_many_requests": 40,
	"server_errors": 20,
	"server_error_after_accept": 10,
	"unavailable_after_accept": 10,
	"cut_after_accept": 5,
}


class Run:
	def __init__(self, sim: SimulatedTwilio, app, plan: Plan, say: Callable[[str], None]):
		self.sim, self.app, self.plan, self.say = sim, app, plan, say
		self.traffic = Traffic(sim, plan)
		self.faults: list[float] = []
		self.outages: list[tuple[float, float]] = []
		self.batch_was_paused = False

	def __call__(self) -> Figures:
		started = time.monotonic()
		self.app.start()
		chats = self._begin()
		self.say(f"{len(chats)} chats have begun; now everything at once")
		self._everything_at_once(chats)
		self._become_quiet()
		figures = compare(
			self.sim.snapshot(), self.app.dump(), self.traffic.observed.requests, self._errors()
		)
		figures.wrong["batches never paused at the day's limit"] = (
			[] if self.batch_was_paused else [self.batch]
		)
		answers = self.traffic.observed.answers
		figures.counted |= {f"agents' calls answered {key}": answers[key] for key in sorted(answers, key=str)}
		figures.counted |= self._webhooks()
		figures.counted["faults"] = len(self.faults)
		figures.counted["seconds"] = round(time.monotonic() - started)
		return figures

	def _begin(self) -> list[dict]:
		for sender in self.sim.senders.values():
			sender.inbound_url = self.app.url + "/api/method/wa_window.api.webhook.inbound"
		self.traffic.first_messages()
		deadline = time.monotonic() + 300
		while len(chats := self.app.chats()) < self.plan.customers and time.monotonic() < deadline:
			time.sleep(1)
		self.quiet = set(self.traffic.customers[: int(LAPSING * self.plan.customers)])
		self._let_windows_lapse()
		return chats

	def _let_windows_lapse(self) -> None:
		"""Some customers wrote almost a day ago: their windows close during the run."""
		aged = {}
		for message in self.sim.snapshot():
			if message.customer in self.quiet:
				seconds = self.traffic.random.uniform(*LAPSES_WITHIN_S)
				message.created_ms = self.sim.clock() - DAY_MS + int(seconds * 1000)
				message.created_ms -= message.created_ms % 1000
				self.sim.last_inbound_ms[message.pair] = aged[message.sid] = message.created_ms
		self.app.age(aged)

	def _everything_at_once(self, chats: list[dict]) -> None:
		self.traffic.bad_connections()
		busy = [
			threading.Thread(target=self.traffic.write_all, args=(self.quiet,)),
			threading.Thread(target=self.traffic.send_all, args=(self.app.url, self.app.headers, chats)),
		]
		for thread in busy:
			thread.start()
		self._press_batch()
		self._at_the_days_limit()
		faults = self._in_turn()
		for fault in faults:
			time.sleep(self.plan.seconds / (len(faults) + 1))
			if not any(thread.is_alive() for thread in busy):
				self.say("the traffic ended before all faults were injected: make it longer")
			fault()
		for thread in busy:
			thread.join()

	def _press_batch(self) -> None:
		"""A template to many, which is being sent while the workers are killed."""
		people = self.traffic.recipients()
		batch = self.batch = self.app.press_batch(people)
		with self.traffic.observed.lock:
			self.traffic.observed.requests += [
				SendRequest(f"batch.{batch}.{position}.0", name, accepted=True)
				for position, name in enumerate(people)
			]
		self.say(f"a template to {len(people)} was sent")

	def _in_turn(self) -> list[Callable[[], None]]:
		in_a_send = [self._in_the_middle_of_a_send] * 3
		web = [lambda: self._inject(self.app.kill_web_worker)] * 3
		services = [lambda act=act: self._without_service(act) for act in self.app.restart_services()]
		return [*_alternating(in_a_send, web, [self._twilio_is_busy]), *services]

	def _inject(self, fault: Callable[[], str]) -> None:
		self.faults.append(time.time())
		self.say(fault())
		self.faults[-1] = time.time()

	def _without_service(self, restart: Callable[[], str]) -> None:
		began = time.time()
		self._inject(restart)
		self.outages.append((began - 1, time.time() + GRACE_S))

	def _in_the_middle_of_a_send(self) -> None:
		"""Twilio accepts a message and does not answer; then the workers, one of which waits for the answer, are killed."""
		self.sim.faults.hang_after_accept = 1
		self._wait_for_use_of("hang_after_accept")
		self._inject(self.app.kill_workers)

	def _wait_for_use_of(self, fault: str) -> None:
		deadline = time.monotonic() + 60
		while getattr(self.sim.faults, fault) and time.monotonic() < deadline:
			time.sleep(0.02)

	def _at_the_days_limit(self) -> None:
		"""Twilio refuses messages for the account's limit of the day, the workers are killed, and a person presses Resume."""
		self.batch_was_paused = self._is_paused_by_the_limit()
		self._inject(self.app.kill_workers)
		self.app.resume_batch(self.batch)
		words = "was" if self.batch_was_paused else "was NOT"
		self.say(f"the template to many {words} paused at Twilio's limit of the day; Resume was pressed")

	def _is_paused_by_the_limit(self) -> bool:
		"""Whether the batch is paused within a minute, in which replies are refused too: they go first."""
		deadline, status = time.monotonic() + 60, "Sending"
		while status == "Sending" and time.monotonic() < deadline:
			self.sim.faults.change({"daily_limit": 1000})
			time.sleep(0.2)
			(status,) = self.app.dump()["batches"]
		self.sim.faults.change({"daily_limit": 0})
		return status == "Paused"

	def _twilio_is_busy(self) -> None:
		self.say("Twilio answers 429 and 500 for a while, and 500, 503 or nothing after accepting")
		self.sim.faults.change(BUSY)

	def _become_quiet(self) -> None:
		self.traffic.good_connections()
		self.say("the traffic has ended; waiting for what is on its way")
		self.sim.faults.change(dict.fromkeys((*BUSY, "hang_after_accept", "daily_limit"), 0))
		self.app.resume_batch(self.batch)
		last = max(self.faults, default=0)
		while time.time() < last + LEASE_S or self.sim.waiting:
			time.sleep(1)
		for _ in range(RECONCILE_ROUNDS):
			self.app.reconcile()
			if not _in_between(self.app.dump()):
				break
			time.sleep(3)

	def _webhooks(self) -> dict[str, int]:
		"""The answers to Twilio's webhooks, counted."""
		entries = self.sim.log.entries("webhook")
		answers = Counter(str(entry["answer"]) for entry in entries)
		again = sum(entry["attempt"] == 2 for entry in entries)
		posted = {f"webhooks answered {answer}": count for answer, count in sorted(answers.items())}
		return posted | {"webhooks posted once more": again}

	def _errors(self) -> list[str]:
		"""Wrong answers to agents and Twilio while Redis and the database were available."""
		webhooks = [
			(entry["at_ms"] / 1000, f"webhook: {entry['answer']}")
			for entry in self.sim.log.entries("webhook")
			if isinstance(entry["answer"], int) and entry["answer"] != 200
		]
		return [
			text
			for at, text in [*self.traffic.observed.errors_at, *webhooks]
			if not any(begin <= at <= end for begin, end in self.outages)
		]


def _in_between(dump: dict) -> bool:
	return "Sending" in dump["batches"] or any(
		row["follow_up"] == "pending" or row["delivery_status"] in ("queued", "sending", "sent", "accepted")
		for row in dump["messages"]
	)


def _alternating(*lists: list) -> list:
	longest = max(len(each) for each in lists)
	return [each[number] for number in range(longest) for each in lists if number < len(each)]
