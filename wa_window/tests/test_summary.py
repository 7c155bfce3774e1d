import unittest
from io import StringIO

from wa_window.tests.__main__ import Result, _summary


class Passes(unittest.TestCase):
	def test_it(self):
		pass


class IsSkipped(unittest.TestCase):
	def setUp(self):
		self.skipTest("for the test")

	def test_it(self):
		pass


class IsSkippedAsAWhole(IsSkipped):
	@classmethod
	def setUpClass(cls):
		raise unittest.SkipTest("for the test")


class CannotBegin(Passes):
	@classmethod
	def setUpClass(cls):
		raise ValueError("for the test")


def load_tests(loader, tests, pattern):
	"""Those above are the test's own: they are not run by themselves."""
	return loader.loadTestsFromTestCase(TestTheSummary)


class TestTheSummary(unittest.TestCase):
	def test_it_counts_what_passed_where_classes_fail_or_are_skipped(self):
		of_these = (Passes, IsSkipped, IsSkippedAsAWhole, CannotBegin)
		suite = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, of_these))
		result = unittest.TextTestRunner(StringIO(), resultclass=Result).run(suite)
		self.assertEqual(_summary(result), "1 passed, 1 failed")
