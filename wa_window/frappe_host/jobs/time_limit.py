"""A job's time: it begins nothing new after its deadline, and RQ's alarm, which rings later, reaches the job's end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rq.timeouts import JobTimeoutException

from ..clock import SystemClock

# The queues "short" and "default" give a job 300 seconds. What it has begun may take long after this: a file of a customer's
# two minutes, a page of Twilio's list, with its repetitions, almost as long.
LONGEST_RUN_S = 120
# For who waits until all is done, such as an admin at a terminal.
NO_DEADLINE_MS = 10**15


class _Alarm(BaseException):
	"""RQ's alarm, as it passes through code that catches every Exception and would go on, from then on without a limit."""


def deadline_ms(longest_s: int = LONGEST_RUN_S) -> int:
	"""The moment (epoch ms, UTC) from which on a job that begins now begins nothing new."""
	return SystemClock().now_ms() + longest_s * 1000


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
