"""How fast a sender may send."""

import time
from collections import Counter
from collections.abc import Callable

# "80 MPS (messages per second) by default per WhatsApp sender", text and media alike; of text alone up to 400 on request. What
# exceeds it Twilio queues, and fails after four hours: https://www.twilio.com/docs/whatsapp/best-practices-and-faqs
PER_SECOND = 80


class Pace:
	"""So many messages of each sender in a second, of this process alone."""

	def __init__(self, per_second: int = PER_SECOND, seconds: Callable[[], float] = time.monotonic):
		self.per_second, self.seconds = per_second, seconds
		self.began, self.begun = 0.0, Counter()

	def __call__(self, business_address: str) -> bool:
		"""Whether one more may go now; then it is counted."""
		now = self.seconds()
		if now >= self.began + 1:
			self.began, self.begun = now, Counter()
		if self.begun[business_address] >= self.per_second:
			return False
		self.begun[business_address] += 1
		return True
