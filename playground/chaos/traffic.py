"""The traffic of a run: customers write, agents reply, some press Send twice."""

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
SENT_TWICE = 0.2
REORDERED = 0.1
MOST_WAITING = 500
MAX_RETRIES = 40  # retries of an agent where the connection breaks
TIMEOUT_S = 60


@dataclass(frozen=True)
class Plan:
	"""The amount of traffic, and its duration in seconds."""

	messages: int = 10_000
	sends: int = 2_000
	customers: int = 500
	agents: int = 20
	seed: int = 1
	seconds: int = 75
	recipients: int = 900


@dataclass
class SendRequest:
	"""One message of an agent; `text` is unique."""

	client_key: str
	text: str
	accepted: bool = False
	refused: bool = False


@dataclass
class Observations:
	"""The agents' requests, the answers by status, and the errors with their times."""

	requests: list[SendRequest] = field(default_factory=list)
	answers: Counter = field(default_factory=Counter)
	errors_at: list[tuple[float, str]] = field(default_factory=list)
	lock: threading.Lock = field(default_factory=threading.Lock)


class Traffic:
	def __init__(self, sim: SimulatedTwilio, plan: Plan):
		self.sim, self.plan = sim, plan
		self.random = Random(plan.seed)
		self.observed = Observations()
		self.customers = [f"c{number}" for number in range(plan.customers)]
		self.senders = list(sim.senders)
		self.written = 0

	def first_messages(self) -> None:
		"""Every customer writes once to one of the numbers, without faults, so that there are chats to reply in."""
		for number, customer in enumerate(self.customers):
			self.sim.add_customer(Customer(customer, f"Customer {number}", f"+62811{number:07d}"))
			self._write(customer, self.senders[number % len(self.senders)])

	def recipients(self) -> dict[str, str]:
		"""Customers who have never written, for a template to many: their numbers by their names, which are unique."""
		people = {f"Penerima {number:05d}!": f"+62812{number:08d}" for number in range(self.plan.recipients)}
		for name, phone in people.items():
			self.sim.add_customer(Customer(name, name, phone))
		return people

	def bad_connections(self) -> None:
		"""From now on some webhooks of both kinds are lost, duplicated or retried."""
		self.sim.faults.change(
			{
				"inbound": {"lost": 0.03, "twice": 0.05, "cut": 0.02},
				"status": {"lost": 0.03, "twice": 0.05, "cut": 0.02},
			}
		)

	def good_connections(self) -> None:
		fine = {"lost": 0.0, "twice": 0.0, "cut": 0.0, "out_of_order": False}
		self.sim.faults.change({"inbound": fine, "status": fine})

	def write_all(self, quiet: set[str]) -> None:
		"""The customers' messages, one after the other; those in `quiet` do not write any more."""
		active = [customer for customer in self.customers if customer not in quiet]
		began, written_before = time.monotonic(), self.written
		while self.written < self.plan.messages:
			share = (self.written - written_before) / (self.plan.messages - written_before)
			while share > (time.monotonic() - began) / self.plan.seconds or self.sim.waiting > MOST_WAITING:
				time.sleep(0.01)
			self.sim.faults.inbound.out_of_order = self.random.random() < REORDERED
			self._write(self.random.choice(active), self.random.choice(self.senders))
		self.sim.faults.inbound.out_of_order = False

	def send_all(self, url: str, headers: dict, chats: list[dict]) -> None:
		"""The agents' messages; each agent sends one after the other."""
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
			sent = SendRequest(secrets.token_hex(12), f"Jawaban {secrets.token_hex(6)}")
			with self.observed.lock:
				self.observed.requests.append(sent)
			method, given = self._call(random, chat, sent)
			times = 2 if random.random() < SENT_TWICE else 1
			threads = [
				threading.Thread(target=self._post, args=(f"{url}/api/method/{method}", headers, given, sent))
				for _ in range(times)
			]
			for thread in threads:
				thread.start()
			for thread in threads:
				thread.join()

	def _call(self, random: Random, chat: dict, sent: SendRequest) -> tuple[str, dict]:
		where = {key: chat[key] for key in ("lead_doctype", "lead", "conversation")}
		given = where | {"client_key": sent.client_key}
		if random.random() < TEMPLATES_SHARE:
			variables = {"1": "Budi", "2": sent.text}
			return "wa_window.api.chat.send_template", given | {
				"content_sid": FOLLOW_UP,
				"variables": variables,
			}
		return "wa_window.api.chat.reply", given | {"body": sent.text}

	def _post(self, url: str, headers: dict, given: dict, sent: SendRequest) -> None:
		"""As the panel does: retry with the same key where the connection breaks or the server answers 5xx."""
		for _ in range(MAX_RETRIES):
			try:
				answer = requests.post(url, json=given, headers=headers, timeout=TIMEOUT_S)
			except requests.RequestException:
				self._note("broken connection")
				time.sleep(0.5)
				continue
			self._note(answer.status_code, answer.text)
			if answer.status_code < 500:
				sent.accepted |= answer.status_code == 200
				sent.refused |= answer.status_code == 409
				return
			time.sleep(0.5)

	def _note(self, answer: int | str, text: str = "") -> None:
		with self.observed.lock:
			self.observed.answers[answer] += 1
			if isinstance(answer, int) and (answer >= 500 or answer not in (200, 409)):
				self.observed.errors_at.append((time.time(), f"{answer} {text[-300:]}"))
