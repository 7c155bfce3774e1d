"""Run these tests on a site: in the bench's sites folder, `../env/bin/python -m wa_window.tests SITE [WHICH]`.

WHICH is a folder of these tests, such as `hosts`, or a pattern of file names.
"""

import ipaddress
import logging
import socket
import sys
import unittest
from pathlib import Path

import frappe

from wa_window.tests.site_case import say_that_these_are_tests

HERE = Path(__file__).parent
ALL = "test_*.py"


def main(site: str, which: str = ALL) -> int:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	say_that_these_are_tests()
	frappe.set_user("Administrator")
	if not _is_setup_complete():
		print(f"The setup wizard of {site} is not finished: log in to its Desk, finish it, then try again.")
		return 1
	folder, pattern = (HERE / which, ALL) if (HERE / which).is_dir() else (HERE, which)
	suite = unittest.defaultTestLoader.discover(str(folder), pattern, top_level_dir=str(HERE.parents[1]))
	stay_at_home()
	# Frappe prints e-mails and PDFs with styles that this library complains of, around unittest's buffer.
	logging.getLogger("CSSUTILS").setLevel(logging.CRITICAL)
	# Output of passing tests is hidden: expected errors are logged, and in developer mode Frappe prints the stack of every
	# failed statement (database.py, sql).
	result = unittest.TextTestRunner(verbosity=1, buffer=True, resultclass=Result).run(suite)
	frappe.destroy()
	print(_summary(result))
	return 0 if result.wasSuccessful() else 1


class Result(unittest.TextTestResult):
	"""Counts passed tests. `testsRun` does not: where setUpClass fails, that is one failure or skip, and its tests are not
	counted."""

	passed = 0

	def addSuccess(self, test) -> None:
		super().addSuccess(test)
		self.passed += 1


def stay_at_home() -> None:
	"""Block connections to the internet: a test that needs one fails as it would without internet access."""
	connect = socket.socket.connect

	def refuse_strangers(self, address):
		if self.family in (socket.AF_INET, socket.AF_INET6) and _is_of_the_internet(address[0]):
			raise ConnectionRefusedError(f"A test asked the internet, at {address[0]}")
		return connect(self, address)

	socket.socket.connect = refuse_strangers


def _is_of_the_internet(host: str) -> bool:
	try:
		return ipaddress.ip_address(host).is_global
	except ValueError:  # a host name, such as localhost
		return False


def _is_setup_complete() -> bool:
	if hasattr(frappe, "is_setup_complete"):
		return frappe.is_setup_complete()
	# Frappe 15.41 (frappe/desk/page/setup_wizard/setup_wizard.py, setup_complete)
	return bool(frappe.db.get_single_value("System Settings", "setup_complete"))


def _summary(result: Result) -> str:
	return f"{result.passed} passed, {len(result.failures) + len(result.errors)} failed"


if __name__ == "__main__":
	sys.exit(main(*sys.argv[1:]))
