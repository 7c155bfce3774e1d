"""A Frappe site as the app under test, with faults of its workers, its Redis and its database."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..bench_site import HOST, BenchSite, wait_for

WEB, WORKERS = 2, 2


class BenchApp(BenchSite):
	def start(self) -> None:
		self.file = str(Path(self.folder.name) / "value.json")
		self.switch_on()
		self.headers = self._asked("headers")
		self.gunicorn = self.serve(WEB)
		self.spawn("../env/bin/python", "-W", "ignore", "-m", "wa_window.tests.chaos", self.site, "scheduler")
		self.hire(WORKERS)

	# Faults

	def kill_web_worker(self) -> str:
		children = Path(f"/proc/{self.gunicorn.pid}/task/{self.gunicorn.pid}/children").read_text().split()
		os.kill(int(children[0]), signal.SIGKILL)
		return "a web worker was killed"

	def kill_workers(self) -> str:
		self.dismiss()
		self.hire(WORKERS)
		return "the workers were killed in the middle of a send"

	def restart_services(self) -> list[Callable[[], str]]:
		restarts = [self.restart_redis, self.restart_redis]
		return (
			[*restarts, self.restart_database] if self.config("db_type", "mariadb") == "mariadb" else restarts
		)

	def restart_redis(self) -> str:
		for name in ("cache", "queue"):
			config = self.bench / "config" / f"redis_{name}.conf"
			port = next(
				line.split()[1] for line in config.read_text().splitlines() if line.startswith("port ")
			)
			subprocess.run(["redis-cli", "-p", port, "shutdown", "nosave"], capture_output=True, check=False)
			time.sleep(1)
			subprocess.Popen(
				["redis-server", str(config)],
				cwd=self.bench,
				stdout=subprocess.DEVNULL,
				stderr=subprocess.DEVNULL,
				start_new_session=True,
			)
			wait_for(partial(_answers, int(port)), "Redis")
		self.kill_workers()  # a worker ends when its Redis queue ends; a supervisor would start it again
		return "Redis was restarted, and lost its queue"

	def restart_database(self) -> str:
		subprocess.run(["service", "mariadb", "restart"], check=True, capture_output=True)
		return "the database was restarted"

	def press_batch(self, people: dict[str, str]) -> str:
		"""Send a template to new leads with these names and numbers; returns the batch's name."""
		Path(self.file).write_text(json.dumps(people))
		return self._asked("batch")

	def resume_batch(self, batch: str) -> None:
		"""Resume it, where it is paused."""
		Path(self.file).write_text(json.dumps(batch))
		self._ask("resume")

	# After the run

	def chats(self) -> list[dict]:
		return self._asked("chats")

	def age(self, sids: dict[str, int]) -> None:
		Path(self.file).write_text(json.dumps(sids))
		self._ask("age")

	def reconcile(self) -> None:
		self._ask("reconcile")

	def dump(self) -> dict:
		return self._asked("dump")

	def _asked(self, what: str):
		self._ask(what)
		return json.loads(Path(self.file).read_text())

	def _ask(self, what: str) -> None:
		self.python_module("chaos", what, self.file)


def _answers(port: int) -> bool:
	with socket.create_connection((HOST, port), 1):
		return True
