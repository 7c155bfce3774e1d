"""The embedded host as the app under test: web and worker processes on one SQLite file, with faults."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from wa_window.chat.batches import Batches
from wa_window.chat.message import Sender
from wa_window.chat.template_batch import Choice

from ..host import EmbeddedHost, Settings, SqliteStore
from ..host.batches import EmbeddedBatchHost
from ..host.leads import DOCTYPE
from ..twilio_sim import SimulatedTwilio
from ..twilio_sim.clock import wall_ms
from .traffic import FOLLOW_UP

WEB, WORKERS = 2, 2
INBOUND_PATH = "/api/method/wa_window.api.webhook.inbound"
HOST = "127.0.0.1"
DAY_MS = 24 * 60 * 60 * 1000
MISSING = "Redis and a database server do not exist in the playground: in their place all processes are killed at once."


class EmbeddedApp:
	"""Several processes share one listening socket, so killing one does not refuse connections."""

	def __init__(self, sim: SimulatedTwilio, twilio_url: str):
		self.headers: dict = {}
		self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
		self.socket = socket.socket()
		self.socket.bind((HOST, 0))
		self.socket.listen(512)
		self.url = f"http://{HOST}:{self.socket.getsockname()[1]}"
		self.settings = {
			"public_url": self.url,
			"account_sid": sim.account.sid,
			"auth_token": sim.account.auth_token,
			"senders": [asdict(Sender(sender.address, sender.label)) for sender in sim.senders.values()],
			"api_base": twilio_url,
		}
		self.path = str(Path(self.folder.name) / "chaos.db")
		self.host = EmbeddedHost(SqliteStore(self.path), wall_ms, _settings(self.settings))
		self.web: list[subprocess.Popen] = []
		self.workers: list[subprocess.Popen] = []

	def start(self) -> None:
		self.host.sync_templates()
		self.web += [self._spawn("web") for _ in range(WEB - len(self.web))]
		self.workers += [self._spawn("worker") for _ in range(WORKERS - len(self.workers))]

	def stop(self) -> None:
		for process in (*self.web, *self.workers):
			process.kill()
			process.wait()
		self.socket.close()
		self.folder.cleanup()

	# Faults

	def kill_web_worker(self) -> str:
		return self._kill(self.web, 1, "a web worker was killed")

	def kill_workers(self) -> str:
		return self._kill(self.workers, WORKERS, "the workers were killed in the middle of a send")

	def restart_services(self) -> list:
		return [self.power_cut]

	def power_cut(self) -> str:
		self._kill(self.workers, WORKERS, "")
		return self._kill(self.web, WEB, "all processes were killed at once, as by a power cut")

	def press_batch(self, people: dict[str, str]) -> str:
		"""Send a template to new leads with these names and numbers; returns the batch's name."""
		leads = [self.host.leads.add(name, phone) for name, phone in people.items()]
		batches = Batches(EmbeddedBatchHost(self.host))
		choice = Choice(DOCTYPE, tuple(leads))
		values = {"1": {"field": "lead_name"}, "2": {"text": "rumah"}}
		batch = str(batches.prepare(choice, FOLLOW_UP, values)["batch"])
		batches.send(batch, len(people))
		return batch

	def resume_batch(self, batch: str) -> None:
		"""Resume it, where it is paused."""
		Batches(EmbeddedBatchHost(self.host)).resume(batch)

	# After the run

	def chats(self) -> list[dict]:
		return [
			{"lead_doctype": row.lead_doctype, "lead": row.lead, "conversation": row.name}
			for row in self.host.store.conversations_where("lead != ''", ())
		]

	def age(self, sids: dict[str, int]) -> None:
		"""Set an earlier time for some messages: {SID: epoch ms}."""
		store = self.host.store
		for sid, at_ms in sids.items():
			message = store.message_with_sid(sid)
			if message is None:
				raise LookupError(sid)
			store.change_message(message.name, sent_at_ms=at_ms)
			store.change_conversation(message.conversation, last_inbound_at_ms=at_ms)

	def reconcile(self) -> None:
		"""Run the worker's tasks, and a catch-up of the whole day."""
		self.host.worker.work()
		self.host.worker.catch_up(reconcile_since_ms=wall_ms() - DAY_MS)
		self.host.worker.work()

	def dump(self) -> dict:
		store = self.host.store
		conversations = [vars(row) for row in store.conversations_where("1 = 1", ())]
		return {
			"conversations": conversations,
			"messages": [vars(row) for row in store._messages("1 = 1", ())],
			"batches": [batch.status for batch in store._batches("1 = 1", ())],
		}

	def _kill(self, processes: list[subprocess.Popen], count: int, words: str) -> str:
		for process in processes[:count]:
			process.send_signal(signal.SIGKILL)
			process.wait()
		del processes[:count]
		self.start()
		return words

	def _spawn(self, role: str) -> subprocess.Popen:
		self.socket.set_inheritable(True)
		command = [sys.executable, "-m", "playground.chaos.embedded", role, self.path]
		command += [str(self.socket.fileno()), json.dumps(self.settings)]
		return subprocess.Popen(command, pass_fds=[self.socket.fileno()])


def _settings(values: dict) -> Settings:
	return Settings(**values | {"senders": tuple(Sender(**sender) for sender in values["senders"])})


def main(role: str, path: str, descriptor: str, settings: str) -> None:
	"""One process of the app."""
	from werkzeug.serving import make_server

	from ..host import create_app
	from ..twilio_sim.server import QuietHandler

	host = EmbeddedHost(SqliteStore(path), wall_ms, _settings(json.loads(settings)))
	if role == "worker":
		host.worker.run()
		return
	server = make_server(
		HOST, 0, create_app(host), threaded=True, request_handler=QuietHandler, fd=int(descriptor)
	)
	server.serve_forever()


if __name__ == "__main__":
	signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver handles Ctrl-C and ends this process
	main(*sys.argv[1:])
