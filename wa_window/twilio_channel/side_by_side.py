"""The channel to Twilio: calls side by side, so that one which hangs delays none but its own customer's next message."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from ..chat.ports import NoAnswer, Outcome, Outgoing
from .client import TwilioChannel
from .http import TIMEOUT_S

# So many that one job sends what Twilio takes of one sender in a second (see pace.py) where Twilio answers within 300 ms: 24 would
# do it if the job itself took no time for the messages in between.
PLACES = 32
# Connecting may take one timeout and the answer another. Far below the claim's lease (delivery.CLAIM_LEASE_MS).
LONGEST_CALL_S = 3 * TIMEOUT_S
LOOK_S = 0.1
# How long a thread that computes keeps the others waiting: the job's own one has to have its turn after each statement, some
# twenty for a message. With Python's own 5 ms it sends half as many.
SWITCH_S = 0.0005


class SideBySide:
	"""The Channel of the use cases, for one job: it hands messages to Twilio in threads, which get plain values and know
	nothing of the host. `pace` says whether a sender may send one more message now, and counts it."""

	def __init__(
		self,
		twilio: TwilioChannel,
		pace: Callable[[str], bool],
		seconds: Callable[[], float] = time.monotonic,
	):
		"""`seconds`: a clock that only goes forward."""
		self.twilio, self.may_begin, self.seconds = twilio, pace, seconds
		self.pool = ThreadPoolExecutor(PLACES)
		self.calls: dict[Future, tuple[str, float]] = {}
		self.given_up: list[Future] = []

	def places(self) -> int:
		self.given_up = [call for call in self.given_up if not call.done()]
		return PLACES - len(self.calls) - len(self.given_up)

	def begin(self, outgoing: Outgoing) -> None:
		try:
			call = self.twilio.call(outgoing)
		except Exception as failure:
			call = partial(NoAnswer, type(failure).__name__)
		self.calls[self.pool.submit(call)] = outgoing.message, self.seconds()

	def ended(self) -> list[tuple[str, Outcome]]:
		if not self.calls:
			time.sleep(LOOK_S)
		done, _ = wait(self.calls, timeout=LOOK_S, return_when=FIRST_COMPLETED)
		return [(self.calls.pop(call)[0], call.result()) for call in done] + self._hanging()

	def _hanging(self) -> list[tuple[str, Outcome]]:
		"""A timeout of the library's is one of silence; an answer that comes byte by byte, or a host that has many addresses of
		which none answers, can take far longer. Its thread keeps its place; what it may still hear, nobody waits for."""
		began_before = self.seconds() - LONGEST_CALL_S
		hanging = [call for call, (_, began) in self.calls.items() if began <= began_before]
		self.given_up += hanging
		return [(self.calls.pop(call)[0], NoAnswer("no answer in time")) for call in hanging]

	def __enter__(self) -> "SideBySide":
		self.switch_s = sys.getswitchinterval()
		sys.setswitchinterval(SWITCH_S)
		return self

	def __exit__(self, *_) -> None:
		sys.setswitchinterval(self.switch_s)
		self.pool.shutdown(wait=False)
