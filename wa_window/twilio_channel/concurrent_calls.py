"""The channel to Twilio: concurrent calls, so that a call that hangs delays only the next message of its own customer."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from ..chat.ports.channel import Outcome, OutcomeUnknown, Outgoing
from .client import TwilioChannel
from .http import TIMEOUT_S

# Enough for one job to reach a sender's rate (see rate_limit.py) where Twilio answers within 300 ms: 24 would be enough if the job
# itself took no time between messages.
PLACES = 32
# Connecting and waiting for the answer may take one timeout each. Far below the claim's lease (delivery.CLAIM_LEASE_MS).
MAX_CALL_S = 3 * TIMEOUT_S
POLL_S = 0.1
# For how long a busy thread may hold the interpreter: the job's main thread needs it after each statement, about twenty for a
# message. With Python's default of 5 ms it sends half as many messages.
SWITCH_S = 0.0005


class ConcurrentChannel:
	"""The Channel port for one job: it sends messages in threads, which get plain values and do not use the host. `may_begin`
	returns whether a sender may send one more message now, and counts it."""

	def __init__(
		self,
		twilio: TwilioChannel,
		may_begin: Callable[[str], bool],
		seconds: Callable[[], float] = time.monotonic,
	):
		"""`seconds`: a monotonic clock."""
		self.twilio, self.may_begin, self.seconds = twilio, may_begin, seconds
		self.pool = ThreadPoolExecutor(PLACES)
		self.calls: dict[Future[Outcome], tuple[str, float]] = {}
		self.abandoned: list[Future[Outcome]] = []

	def places(self) -> int:
		self.abandoned = [call for call in self.abandoned if not call.done()]
		return PLACES - len(self.calls) - len(self.abandoned)

	def begin(self, outgoing: Outgoing) -> None:
		try:
			call = self.twilio.call(outgoing)
		except Exception as failure:
			call = partial(OutcomeUnknown, type(failure).__name__)
		self.calls[self.pool.submit(call)] = outgoing.message, self.seconds()

	def ended(self) -> list[tuple[str, Outcome]]:
		if not self.calls:
			time.sleep(POLL_S)
		done, _ = wait(self.calls, timeout=POLL_S, return_when=FIRST_COMPLETED)
		return [(self.calls.pop(call)[0], call.result()) for call in done] + self._hanging()

	def _hanging(self) -> list[tuple[str, Outcome]]:
		"""The library's timeout is for each read: an answer that comes byte by byte, or a host with many addresses that do
		not answer, can take far longer. The thread keeps its place; its later result is ignored."""
		began_before = self.seconds() - MAX_CALL_S
		hanging = [call for call, (_, began) in self.calls.items() if began <= began_before]
		self.abandoned += hanging
		return [(self.calls.pop(call)[0], OutcomeUnknown("no answer in time")) for call in hanging]

	def __enter__(self) -> "ConcurrentChannel":
		self.switch_s = sys.getswitchinterval()
		sys.setswitchinterval(SWITCH_S)
		return self

	def __exit__(self, *_: object) -> None:
		sys.setswitchinterval(self.switch_s)
		self.pool.shutdown(wait=False)
