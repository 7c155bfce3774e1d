"""The simulator on a port of this machine."""

import logging
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import create_app
from .simulator import SimulatedTwilio

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# The polling interval (real time) of the workers, whose clock may have been moved, and of the server's shutdown.
LOOKS_EVERY_SECONDS = 0.05


class QuietHandler(WSGIRequestHandler):
	"""Does not log each request: the simulator has its own log. Answers are short, so they are sent at once."""

	disable_nagle_algorithm = True

	def log_request(self, *args) -> None:
		pass


class Running:
	"""A running simulator, with worker threads that process its event queue (with none, the caller calls `pump`)."""

	def __init__(self, sim: SimulatedTwilio, port: int, workers: int):
		self._server = make_server(HOST, port, create_app(sim), threaded=True, request_handler=QuietHandler)
		self._stopped = threading.Event()
		self.url = f"http://{HOST}:{self._server.server_port}"
		sim.media_base = self.url
		self._threads = [
			threading.Thread(target=self._server.serve_forever, args=[LOOKS_EVERY_SECONDS], daemon=True)
		]
		self._threads += [
			threading.Thread(target=self._work, args=[sim], daemon=True) for _ in range(workers)
		]
		for thread in self._threads:
			thread.start()

	def _work(self, sim: SimulatedTwilio) -> None:
		while not self._stopped.wait(LOOKS_EVERY_SECONDS):
			try:
				sim.pump()
			except Exception:
				logger.exception("The simulator stumbled; it goes on with what is next.")

	def close(self) -> None:
		self._stopped.set()
		self._server.shutdown()
		for thread in self._threads:
			thread.join()
		self._server.server_close()

	def __enter__(self) -> "Running":
		return self

	def __exit__(self, *_) -> None:
		self.close()


def serve(sim: SimulatedTwilio, port: int = 0, *, workers: int = 0) -> Running:
	"""Serve on loopback, on a free port if none is given."""
	return Running(sim, port, workers)
