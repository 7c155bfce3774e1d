"""A Frappe site as the app under chaos: gunicorn, job workers, Redis and the database, and what may befall them."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import requests

from ..twilio_sim import SimulatedTwilio

HOST = "127.0.0.1"
WEB, WORKERS = 2, 2
ANSWERS_WITHIN_S = 60


class BenchApp:
	"""The site is pointed at the simulated Twilio and put back at the end."""

	def __init__(self, bench: str, site: str, sim: SimulatedTwilio, twilio_url: str):
		self.bench, self.site, self.sim, self.twilio_url = Path(bench), site, sim, twilio_url
		self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
		self.file = str(Path(self.folder.name) / "value.json")
		self.state = str(Path(self.folder.name) / "state.json")
		self.url = f"http://{HOST}:{_free_port()}"
		self.headers: dict = {}
		self.running: list[subprocess.Popen] = []
		self.workers: list[subprocess.Popen] = []

	def start(self) -> None:
		account = self.sim.account
		self._python(
			"simulated", "on", self.twilio_url, account.sid, account.auth_token, self.url, self.state
		)
		self.headers = self._asked("headers")
		self.gunicorn = self._spawn(
			*("../env/bin/gunicorn", "-b", self.url.removeprefix("http://"), "-w", str(WEB), "-t", "120"),
			*("wa_window.tests.wsgi:application", "--preload"),
		)
		self._spawn(
			"../env/bin/python", "-W", "ignore", "-m", "wa_window.tests.chaos", self.site, "scheduler"
		)
		self._hire()
		_wait(lambda: requests.get(f"{self.url}/api/method/ping", timeout=5).ok, "the site")

	def stop(self) -> None:
		for process in (*self.running, *self.workers):
			_kill(process)
		if Path(self.state).exists():
			self._python("simulated", "off", self.state)
		self.folder.cleanup()

	# What may befall it

	def kill_web_worker(self) -> str:
		children = Path(f"/proc/{self.gunicorn.pid}/task/{self.gunicorn.pid}/children").read_text().split()
		os.kill(int(children[0]), signal.SIGKILL)
		return "a web worker was killed"

	def kill_workers(self) -> str:
		for worker in self.workers:
			_kill(worker)
		self._hire()
		return "the workers were killed in the middle of a send"

	def restart_services(self) -> list[Callable[[], str]]:
		restarts = [self.restart_redis, self.restart_redis]
		return (
			[*restarts, self.restart_database]
			if self._config("db_type", "mariadb") == "mariadb"
			else restarts
		)

	def restart_redis(self) -> str:
		for name in ("cache", "queue"):
			config = self.bench / "config" / f"redis_{name}.conf"
			port = next(
				line.split()[1] for line in config.read_text().splitlines() if line.startswith("port ")
			)
			subprocess.run(["redis-cli", "-p", port, "shutdown", "nosave"], capture_output=True)
			time.sleep(1)
			subprocess.Popen(
				["redis-server", str(config)],
				cwd=self.bench,
				stdout=subprocess.DEVNULL,
				stderr=subprocess.DEVNULL,
				start_new_session=True,
			)
			_wait(lambda port=port: socket.create_connection((HOST, int(port)), 1).close() or True, "Redis")
		self.kill_workers()  # a worker ends with its queue, as a supervisor would see
		return "Redis was restarted, and lost its queue"

	def restart_database(self) -> str:
		subprocess.run(["service", "mariadb", "restart"], check=True, capture_output=True)
		return "the database was restarted"

	# Afterwards

	def chats(self) -> list[dict]:
		return self._asked("chats")

	def age(self, sids: dict[str, int]) -> None:
		Path(self.file).write_text(json.dumps(sids))
		self._ask("age")

	def settle(self) -> None:
		self._ask("settle")

	def dump(self) -> dict:
		return self._asked("dump")

	def _asked(self, what: str):
		self._ask(what)
		return json.loads(Path(self.file).read_text())

	def _ask(self, what: str) -> None:
		began = json.loads(Path(self.state).read_text())["started"]
		self._python("chaos", what, self.file, began)

	def _python(self, module: str, *arguments: str) -> None:
		command = [
			"../env/bin/python",
			"-W",
			"ignore",
			"-m",
			f"wa_window.tests.{module}",
			self.site,
			*arguments,
		]
		done = subprocess.run(command, cwd=self.bench / "sites", capture_output=True, text=True)
		if done.returncode:
			raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")

	def _hire(self) -> None:
		self.workers = [
			self._spawn("bench", "worker", "--queue", "short,default,long", folder=self.bench, keep=False)
			for _ in range(WORKERS)
		]

	def _spawn(self, *command: str, folder: Path | None = None, keep: bool = True) -> subprocess.Popen:
		process = subprocess.Popen(
			command,
			cwd=folder or self.bench / "sites",
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
			start_new_session=True,
			env=os.environ | {"WA_WINDOW_SITE": self.site},
		)
		if keep:
			self.running.append(process)
		return process

	def _config(self, key: str, default: str) -> str:
		return json.loads((self.bench / "sites" / self.site / "site_config.json").read_text()).get(
			key, default
		)


def _kill(process: subprocess.Popen) -> None:
	"""With all that it has started."""
	with suppress(ProcessLookupError):
		os.killpg(process.pid, signal.SIGKILL)
	process.wait()


def _wait(answers: Callable[[], bool], what: str) -> None:
	deadline = time.monotonic() + ANSWERS_WITHIN_S
	while time.monotonic() < deadline:
		try:
			if answers():
				return
		except (OSError, requests.RequestException):
			time.sleep(0.2)
	raise RuntimeError(f"{what} does not answer")


def _free_port() -> int:
	with socket.socket() as trial:
		trial.bind((HOST, 0))
		return trial.getsockname()[1]
