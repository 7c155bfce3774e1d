import unittest

from wa_window.chat.presence import MemoryPresence
from wa_window.tests.contract.presence import PresenceContract


class TestPresenceInMemory(PresenceContract, unittest.TestCase):
	def setUp(self):
		super().setUp()
		self.now_ms = 1000
		self.presence = MemoryPresence(lambda: self.now_ms)

	def pass_time(self, ms: int) -> None:
		self.now_ms += ms
