"""`python -m playground --port 8020`: the embedded host, and the simulated Twilio on the next port."""

import argparse
import socket
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from werkzeug.serving import make_server

from wa_window.chat.message import Sender

from .demo_scenario import BEGINS_AGO_MS, play
from .host import EmbeddedHost, Settings, SqliteStore, create_app
from .host.story import Story
from .twilio_sim import Clock, SimulatedTwilio, serve
from .twilio_sim.clock import wall_ms
from .twilio_sim.sample_data import contents_of
from .twilio_sim.server import HOST, QuietHandler

STATUS_STEP_MS = 700
WORKERS = 4
INBOUND_PATH = "/api/method/wa_window.api.webhook.inbound"


def main() -> None:
	options = argparse.ArgumentParser(
		prog="python -m playground", description="WA Window with a simulated Twilio."
	)
	options.add_argument("--port", type=int, default=8020)
	port = options.parse_args().port
	with suppress(KeyboardInterrupt), ExitStack() as running:
		start(port, running)
		print("This is a simulation: nothing leaves this computer.")
		print(f"The inbox              http://{HOST}:{port}/")
		print(f"The customer's phone   http://{HOST}:{port + 1}/")
		print("Ctrl-C ends it.", flush=True)
		threading.Event().wait()


def start(port: int, running: ExitStack) -> EmbeddedHost:
	"""Start all servers with sample chats; closing `running` stops them."""
	for wanted in (port, port + 1):
		_require_free(wanted)
	clock = Clock(lambda: wall_ms() - BEGINS_AGO_MS)
	sim = SimulatedTwilio(clock, step_ms=STATUS_STEP_MS)
	sim.contents |= {content.sid: content for content in contents_of(f"http://{HOST}:{port}")}
	folder = running.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
	host = EmbeddedHost(SqliteStore(Path(folder) / "playground.db"), clock, _settings(sim, port))
	story = Story(host.store, begins_at_ms=clock() + BEGINS_AGO_MS)
	phone_url = f"http://{HOST}:{port + 1}/"
	_serve(create_app(host, phone_url=phone_url, advance=clock.advance, story=story), port, running)
	for sender in sim.senders.values():
		sender.inbound_url = f"http://{HOST}:{port}{INBOUND_PATH}"
	running.enter_context(serve(sim, port + 1, workers=WORKERS))
	play(sim, host)
	clock.on_advance.append(host.page_events.publish)
	host.sync_templates()
	threading.Thread(target=host.worker.run, daemon=True).start()
	running.callback(host.worker.stop)
	return host


def _settings(sim: SimulatedTwilio, port: int) -> Settings:
	return Settings(
		public_url=f"http://{HOST}:{port}",
		account_sid=sim.account.sid,
		auth_token=sim.account.auth_token,
		senders=tuple(Sender(sender.address, sender.label) for sender in sim.senders.values()),
		api_base=f"http://{HOST}:{port + 1}",
		show_typing=True,
	)


def _serve(app, port: int, running: ExitStack) -> None:
	server = make_server(HOST, port, app, threaded=True, request_handler=QuietHandler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	running.callback(server.shutdown)


def _require_free(port: int) -> None:
	try:
		with socket.socket() as trial:
			trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			trial.bind((HOST, port))
	except (OSError, OverflowError):
		sys.exit(
			f"Port {port} cannot be used: end what uses it, or choose another one, such as make demo PORT=8100."
		)


if __name__ == "__main__":
	main()
