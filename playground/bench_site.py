"""A Frappe site with processes of its own, pointed at a simulated Twilio: gunicorn, job workers, and its end."""

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

from .twilio_sim import SimulatedTwilio

HOST = "127.0.0.1"
ANSWERS_WITHIN_S = 60


class BenchSite:
	"""The site is put back at the end as it was found."""

	def __init__(self, bench: str, site: str, sim: SimulatedTwilio, twilio_url: str):
		self.bench, self.site, self.sim, self.twilio_url = Path(bench), site, sim, twilio_url
		self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
		self.url = f"http://{HOST}:{free_port()}"
		self.running: list[subprocess.Popen] = []
		self.workers: list[subprocess.Popen] = []

	def switch_on(self) -> dict:
		"""Settings for the simulated Twilio; an agent's login and leads."""
		account = self.sim.account
		return self.python_module(
			"simulated", "on", self.twilio_url, account.sid, account.auth_token, self.url
		)

	def serve(self, web: int, wsgi: str = "wa_window.tests.wsgi", folder: str = "") -> subprocess.Popen:
		"""Gunicorn with so many workers; `wsgi` is a module of the app, or of `folder`."""
		path = ("--pythonpath", folder) if folder else ()
		served = self.spawn(
			*("../env/bin/gunicorn", "-b", self.url.removeprefix("http://"), "-w", str(web), "-t", "120"),
			*(*path, f"{wsgi}:application", "--preload"),
		)
		wait_for(lambda: requests.get(f"{self.url}/api/method/ping", timeout=5).ok, "the site")
		return served

	def hire(self, workers: int) -> None:
		self.workers = [
			self.spawn("bench", "worker", "--queue", "short,default,long", folder=self.bench, keep=False)
			for _ in range(workers)
		]

	def dismiss(self) -> None:
		for worker in self.workers:
			kill(worker)
		self.workers = []

	def stop(self) -> None:
		for process in (*self.running, *self.workers):
			kill(process)
		self.python_module("simulated", "off")
		self.folder.cleanup()

	def config(self, key: str, default: str) -> str:
		config = self.bench / "sites" / self.site / "site_config.json"
		return json.loads(config.read_text()).get(key, default)

	def python_module(self, module: str, *arguments: str):
		"""Run a module of the app's tests on the site; what it printed as JSON, if anything."""
		return self.python("-m", f"wa_window.tests.{module}", self.site, *arguments)

	def python(self, *arguments: str):
		command = ["../env/bin/python", "-W", "ignore", *arguments]
		done = subprocess.run(command, cwd=self.bench / "sites", capture_output=True, text=True, check=False)
		if done.returncode:
			raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
		printed = done.stdout.strip().splitlines()
		return json.loads(printed[-1]) if printed else None

	def spawn(self, *command: str, folder: Path | None = None, keep: bool = True) -> subprocess.Popen:
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


def kill(process: subprocess.Popen) -> None:
	"""With all that it has started."""
	with suppress(ProcessLookupError):
		os.killpg(process.pid, signal.SIGKILL)
	process.wait()


def wait_for(answers: Callable[[], bool], what: str) -> None:
	deadline = time.monotonic() + ANSWERS_WITHIN_S
	while time.monotonic() < deadline:
		try:
			if answers():
				return
		except (OSError, requests.RequestException):
			time.sleep(0.2)
	raise RuntimeError(f"{what} does not answer")


def free_port() -> int:
	with socket.socket() as trial:
		trial.bind((HOST, 0))
		return trial.getsockname()[1]
