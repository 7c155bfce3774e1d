"""`python -m playground.twilio_sim --port 8021 --inbound-url http://127.0.0.1:8020/…`"""

import argparse
import threading
from contextlib import suppress

from .server import serve
from .simulator import SimulatedTwilio

STATUS_STEP_MS = 700
WORKERS = 4


def main() -> None:
	options = argparse.ArgumentParser(
		prog="python -m playground.twilio_sim", description="A simulated Twilio."
	)
	options.add_argument("--port", type=int, default=8021)
	options.add_argument("--inbound-url", default="", help="where messages of customers are posted to")
	given = options.parse_args()
	sim = SimulatedTwilio(step_ms=STATUS_STEP_MS)
	for sender in sim.senders.values():
		sender.inbound_url = given.inbound_url
	with suppress(KeyboardInterrupt), serve(sim, given.port, workers=WORKERS) as running:
		print("This is a simulation: nothing leaves this computer.")
		print(f"Simulated Twilio, with a customer's phone: {running.url}/")
		print(f"Account SID  {sim.account.sid}  (made up)")
		print(f"Auth token   {sim.account.auth_token}  (made up)")
		for sender in sim.senders.values():
			print(f"Sender       {sender.address}  {sender.label}")
		print("Ctrl-C ends it.", flush=True)
		threading.Event().wait()


if __name__ == "__main__":
	main()
