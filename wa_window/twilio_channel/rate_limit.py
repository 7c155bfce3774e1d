"""The rate limit of a sender."""

import time
from collections import Counter
from collections.abc import Callable

# "80 MPS (messages per second) by default per WhatsApp sender", text and media alike; of text alone up to 400 on request.
# Twilio queues messages above it, and fails them after four hours:
# https://www.twilio.com/docs/whatsapp/best-practices-and-faqs
PER_SECOND = 80


class RateLimit:
	"""Messages per second for each sender, counted in this process only."""

	def __init__(self, per_second: int = PER_SECOND, seconds: Callable[[], float] = time.monotonic):
		self.per_second, self.seconds = per_second, seconds
		self.began = 0.0
		self.begun: Counter[str] = Counter()

	def __call__(self, business_address: str) -> bool:
		"""Whether one more message may be sent now; if so, it is counted."""
		now = self.seconds()
		if now >= self.began + 1:
			self.began, self.begun = now, Counter()
		if self.begun[business_address] >= self.per_second:
			return False
		self.begun[business_address] += 1
		return True
