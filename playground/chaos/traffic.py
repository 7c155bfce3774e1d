"""What happens during the run: customers write, agents answer, some press the button twice, Twilio has bad moments."""

import secrets
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

import requests

from ..twilio_sim import Customer, SimulatedTwilio

FOLLOW_UP = "HX" + "0" * 31 + "1"
TEMPLATES_SHARE = 0.15
PRESSED_TWICE = 0.2
REORDERED = 0.1
MOST_WAITING = 500
HOLDS_ON = 40  # so often an agent presses again where the connection breaks
TIMEOUT_S = 60


@dataclass(frozen=True)
class Plan:
	"""How much of everything, and over how many seconds it is spread."""

	messages: int = 10_000
	sends: int = 2_000
	customers: int = 500
	agents: int = 20
	seed: int = 1
	seconds: int = 75


@dataclass
class Pressed:
	"""One press of an agent's button; `text` is found in no other message."""

	client_key: str
	text: str
	accepted: bool = False
	refused: bool = False


@dataclass
class Seen:
	"""What the agents met: answers by status, broken connections, and when a 5xx came."""

	pressed: list[Pressed] = field(default_factory=list)
	answers: Counter = field(default_factory=Counter)
	errors_at: list[tuple[float, str]] = field(default_factory=list)
	lock: threading.Lock = field(default_factory=threading.Lock)


class Traffic:
	def __init__(self, sim: SimulatedTwilio, plan: Plan):
		self.sim, self.plan = sim, plan
		self.random = Random(plan.seed)
		self.seen = Seen()
		self.customers = [f"c{number}" for number in range(plan.customers)]
		self.senders = list(sim.senders)
		self.written = 0

	def first_messages(self) -> None:
		"""Everybody writes once to one of the numbers, without any fault: so that there are chats to answer in."""
		for number, customer in enumerate(self.customers):
			self.sim.add_customer(Customer(customer, f"Customer {number}", f"+62811{number:07d}"))
			self._write(customer, self.senders[number % len(self.senders)])

	def bad_connections(self) -> None:
		"""From now on webhooks get lost, come twice or again, of both kinds."""
		self.sim.faults.change(
			{
				"inbound": {"lost": 0.03, "twice": 0.05, "cut": 0.02},
				"status": {"lost": 0.03, "twice": 0.05, "cut": 0.02},
			}
		)

	def fine_connections(self) -> None:
		fine = {"lost": 0.0, "twice": 0.0, "cut": 0.0, "out_of_order": False}
		self.sim.faults.change({"inbound": fine, "status": fine})

	def write_all(self, quiet: set[str]) -> None:
		"""The customers' messages, one after the other; those in `quiet` write no more."""
		loud = [customer for customer in self.customers if customer not in quiet]
		began, already = time.monotonic(), self.written
		while self.written < self.plan.messages:
			share = (self.written - already) / (self.plan.messages - already)
			while share > (time.monotonic() - began) / self.plan.seconds or self.sim.waiting > MOST_WAITING:
				time.sleep(0.01)
			self.sim.faults.inbound.out_of_order = self.random.random() < REORDERED
			self._write(self.random.choice(loud), self.random.choice(self.senders))
		self.sim.faults.inbound.out_of_order = False

	def send_all(self, url: str, headers: dict, chats: list[dict]) -> None:
		"""The agents' messages, each agent in turn with their own."""
		share = self.plan.sends // self.plan.agents
		with ThreadPoolExecutor(self.plan.agents) as agents:
			for agent in range(self.plan.agents):
				agents.submit(
					self._work_as_agent, Random(f"{self.plan.seed} {agent}"), share, url, headers, chats
				)

	def _write(self, customer: str, sender: str) -> None:
		self.written += 1
		self.sim.customer_sends(customer, sender, body=f"Halo, pesan {self.written}")

	def _work_as_agent(self, random: Random, count: int, url: str, headers: dict, chats: list[dict]) -> None:
		for _ in range(count):
			time.sleep(random.uniform(0, 2 * self.plan.seconds / count))
			chat = random.choice(chats)
			pressed = Pressed(secrets.token_hex(12), f"Jawaban {secrets.token_hex(6)}")
			with self.seen.lock:
				self.seen.pressed.append(pressed)
			method, given = self._call(random, chat, pressed)
			times = 2 if random.random() < PRESSED_TWICE else 1
			hands = [
				threading.Thread(
					target=self._press, args=(f"{url}/api/method/{method}", headers, given, pressed)
				)
				for _ in range(times)
			]
			for hand in hands:
				hand.start()
			for hand in hands:
				hand.join()

	def _call(self, random: Random, chat: dict, pressed: Pressed) -> tuple[str, dict]:
		where = {key: chat[key] for key in ("lead_doctype", "lead", "conversation")}
		given = where | {"client_key": pressed.client_key}
		if random.random() < TEMPLATES_SHARE:
			variables = {"1": "Budi", "2": pressed.text}
			return "wa_window.api.chat.send_template", given | {
				"content_sid": FOLLOW_UP,
				"variables": variables,
			}
		return "wa_window.api.chat.reply", given | {"body": pressed.text}

	def _press(self, url: str, headers: dict, given: dict, pressed: Pressed) -> None:
		"""As the panel does: the same key again where the connection broke or the server stumbled."""
		for _ in range(HOLDS_ON):
			try:
				answer = requests.post(url, json=given, headers=headers, timeout=TIMEOUT_S)
			except requests.RequestException:
				self._note("broken connection")
				time.sleep(0.5)
				continue
			self._note(answer.status_code, answer.text)
			if answer.status_code < 500:
				pressed.accepted |= answer.status_code == 200
				pressed.refused |= answer.status_code == 409
				return
			time.sleep(0.5)

	def _note(self, answer: int | str, text: str = "") -> None:
		with self.seen.lock:
			self.seen.answers[answer] += 1
			if isinstance(answer, int) and (answer >= 500 or answer not in (200, 409)):
				self.seen.errors_at.append((time.time(), f"{answer} {text[-300:]}"))
