"""`bench migrate`, in which every ALTER of the message tables is run with LOCK=NONE: MariaDB rejects what would block
writes (https://mariadb.com/kb/en/innodb-online-ddl-overview/). Rejected statements are recorded, and run unchanged.

At the first migration a process that still runs the released version caches its hooks for all (frappe/__init__.py, get_hooks)
just before Frappe makes its list of scheduled jobs from them."""

import os
import re
import subprocess
import sys
from pathlib import Path

from connection import run, write
from frappe import migrate
from frappe.database.database import Database

TABLES = r"`?tab(?:Chat Message|Chat Message Media)`?"
ALTER = re.compile(rf"\s*alter\s+table\s+{TABLES}\s", re.IGNORECASE)
INDEX = re.compile(rf"\s*(?:create|drop)\s[^(]*?index\s[^(]*?\son\s+{TABLES}", re.IGNORECASE)
LOCKING = re.compile(
	rf"\s*(?:drop\s+table|truncate|rename\s+table|optimize|repair|lock\s+tables?)\s[^(]*?{TABLES}\s*(?:,|;|$)",
	re.IGNORECASE,
)


def main(site: str, folder: Path, seen: str) -> None:
	statements: list[dict] = []
	run_as_it_is, sync_jobs = Database.sql, migrate.sync_jobs

	def sql(db, query, *values, **how):
		statement = str(query)
		online = _online(statement)
		if not (online or LOCKING.match(statement)):
			return run_as_it_is(db, query, *values, **how)
		noted = {"statement": statement, "refused": "" if online else "It always locks the table."}
		statements.append(noted)
		try:
			return run_as_it_is(db, online or statement, *values, **how)
		except Exception as error:
			noted["refused"] = str(error)
			return run_as_it_is(db, query, *values, **how)

	def sync_jobs_of_released_hooks():
		if seen == "after":
			_cache_hooks_of(folder / "released", site)
		sync_jobs()

	Database.sql, migrate.sync_jobs = sql, sync_jobs_of_released_hooks
	try:
		migrate.SiteMigration(skip_search_index=True).run(site=site)
	finally:
		write(folder / f"{seen}.statements.json", statements)


def _cache_hooks_of(released: Path, site: str) -> None:
	first = f"frappe.init(site={site!r}); frappe.connect(); frappe.cache.delete_value('app_hooks')"
	python = [sys.executable, "-W", "ignore", "-c", f"import frappe; {first}; frappe.get_hooks()"]
	subprocess.run(python, env={**os.environ, "PYTHONPATH": str(released)}, check=True)


def _online(statement: str) -> str:
	"""The statement with LOCK=NONE; empty where it does not support it."""
	statement = statement.strip().rstrip(";")
	if ALTER.match(statement):
		return f"{statement}, LOCK=NONE"
	return f"{statement} LOCK=NONE" if INDEX.match(statement) else ""


if __name__ == "__main__":
	run(main)
