"""Run these tests on a site: in the bench's sites folder, `../env/bin/python -m wa_window.tests SITE [pattern]`."""

import sys
import unittest
from pathlib import Path

import frappe

from wa_window.tests.site_case import say_that_these_are_tests


def main(site: str, pattern: str = "test_*.py") -> int:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	say_that_these_are_tests()
	frappe.set_user("Administrator")
	suite = unittest.defaultTestLoader.discover(
		str(Path(__file__).parent), pattern, top_level_dir=_package_root()
	)
	result = unittest.TextTestRunner(verbosity=1).run(suite)
	frappe.destroy()
	print(_summary(result))
	return 0 if result.wasSuccessful() else 1


def _package_root() -> str:
	return str(Path(__file__).parents[2])


def _summary(result: unittest.TestResult) -> str:
	failed = len(result.failures) + len(result.errors)
	return f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed"


if __name__ == "__main__":
	sys.exit(main(*sys.argv[1:]))
