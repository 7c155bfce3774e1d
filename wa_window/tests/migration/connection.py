"""Shared code of the steps. They are run by their path and import each other by module name: the `wa_window` beside them is
first the released version, then the one under test."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe


@contextmanager
def connected(site: str) -> Iterator[None]:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	# Not in developer mode: the site must not write changed documents into the app's folder.
	frappe.conf.developer_mode = 0
	try:
		yield
		frappe.db.commit()
	finally:
		frappe.destroy()


def write(file: Path, value) -> None:
	file.write_text(json.dumps(value, default=str, indent=1))


def read(file: Path):
	return json.loads(file.read_text())


def run(step: Callable[..., None]) -> None:
	"""Run a step with the site, the folder in which the test records its data, and further arguments."""
	site, folder, *more = sys.argv[1:]
	step(site, Path(folder), *more)
