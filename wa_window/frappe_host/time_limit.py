"""A job's time limit: no new work is begun after its deadline, and RQ's later timeout is not swallowed on its way out."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rq.timeouts import JobTimeoutException

from .clock import SystemClock

# The queues "short" and "default" give a job 300 seconds. Work that has begun may take long after the deadline: a customer's
# file two minutes, a page of Twilio's list with its retries almost as long.
LONGEST_RUN_S = 120
# No deadline, such as for an admin at a terminal: ten years.
NO_END_S = 315_360_000


class _Alarm(BaseException):
	"""RQ's timeout as a BaseException: code that catches every Exception would swallow it and run on without a limit."""


class JobClock:
	"""The clock of a job that begins now; no new work is begun after `until_ms` (epoch ms, UTC).

	It is monotonic: if the system's clock were set back by an hour, the job would run an hour longer.
	"""

	def __init__(self, longest_s: int | None = None):
		self.began_ms, self.began_s = SystemClock().now_ms(), time.monotonic()
		self.until_ms = self.began_ms + (LONGEST_RUN_S if longest_s is None else longest_s) * 1000

	def now_ms(self) -> int:
		return self.began_ms + int((time.monotonic() - self.began_s) * 1000)

	def is_over(self) -> bool:
		return self.now_ms() >= self.until_ms


@contextmanager
def alarm_passes() -> Iterator[None]:
	"""Let RQ's JobTimeoutException pass. It is an Exception, raised once, at any line: inside this context no `except
	Exception` catches it, neither in the use cases, which do not know RQ, nor in a library."""
	handler = signal.getsignal(signal.SIGALRM)
	if threading.current_thread() is not threading.main_thread() or not callable(handler):
		yield  # not in an RQ job
		return

	def raise_alarm(signum, frame) -> None:
		try:
			handler(signum, frame)
		except JobTimeoutException as timeout:
			raise _Alarm(*timeout.args) from None

	signal.signal(signal.SIGALRM, raise_alarm)
	try:
		yield
	except _Alarm as alarm:
		# A new exception: the frames of the alarm may hold Twilio's credentials.
		raise JobTimeoutException(*alarm.args) from None
	finally:
		signal.signal(signal.SIGALRM, handler)
