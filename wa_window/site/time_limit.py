"""A job's time: it begins nothing new after its deadline, and RQ's alarm, which rings later, reaches the job's end."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rq.timeouts import JobTimeoutException

from .clock import SystemClock

# The queues "short" and "default" give a job 300 seconds. What it has begun may take long after this: a file of a customer's
# two minutes, a page of Twilio's list, with its repetitions, almost as long.
LONGEST_RUN_S = 120
# For who waits until all is done, such as an admin at a terminal: ten years.
NO_END_S = 315_360_000


class _Alarm(BaseException):
	"""RQ's alarm, as it passes through code that catches every Exception and would go on, from then on without a limit."""


class JobClock:
	"""The clock of a job that begins now, with the moment `until_ms` (epoch ms, UTC) from which on it begins nothing new.

	It only goes forward, and steadily: were the system's clock set back by an hour, the job would begin new things for an hour.
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
	"""RQ's JobTimeoutException is an Exception, and RQ raises it once, wherever the job is. Inside of this no `except Exception`
	stops it, neither of the use cases, which do not know RQ, nor of a library."""
	ring = signal.getsignal(signal.SIGALRM)
	if threading.current_thread() is not threading.main_thread() or not callable(ring):
		yield  # no job of RQ's
		return

	def ring_through(signum, frame) -> None:
		try:
			ring(signum, frame)
		except JobTimeoutException as timeout:
			raise _Alarm(*timeout.args) from None

	signal.signal(signal.SIGALRM, ring_through)
	try:
		yield
	except _Alarm as alarm:
		# Anew: the frames in which it rang may hold Twilio's credentials.
		raise JobTimeoutException(*alarm.args) from None
	finally:
		signal.signal(signal.SIGALRM, ring)
