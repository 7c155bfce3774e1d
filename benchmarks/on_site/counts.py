"""Counts for growth.py: `counts.py SITE hold|follow_up|found|deadlocks FILE`; prints JSON."""

import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import frappe
from frappe.utils.background_jobs import get_workers

from wa_window.chat.message import PENDING
from wa_window.site import announcer
from wa_window.tests.__main__ import forget_jobs


def hold(_: list[str]) -> dict:
	"""Nothing is followed up before all workers are there."""
	forget_jobs(frappe.local.site, since=datetime.min.replace(tzinfo=timezone.utc))
	return {}


def follow_up(workers: list[str]) -> dict:
	"""Once so many workers have started: what waits is followed up; in seconds, asked for by one cheap query."""
	while _idle() < int(workers[0]):
		time.sleep(0.2)
	waiting = _pending()
	began = time.monotonic()
	for part in range(len(announcer.PARTS_BEGIN)):
		announcer.may_be_woken(announcer.FOLLOW_UP, part=part)
		announcer.wake(announcer.FOLLOW_UP, part=part)
	while _pending():
		time.sleep(0.1)
	return {"per_second": waiting / (time.monotonic() - began)}


def _idle() -> int:
	"""Workers that wait for work; one that was killed stays registered for a while."""
	alive = (worker for worker in get_workers() if Path(f"/proc/{worker.pid}").exists())
	return sum(worker.get_state() == "idle" for worker in alive)


def _pending() -> int:
	frappe.db.rollback()
	return frappe.db.count("Chat Message", {"follow_up": PENDING})


def deadlocks(_: list[str]) -> dict:
	"""Those that the database resolved, and the app then ran again."""
	# nosemgrep: frappe-using-db-sql - MariaDB's own count
	return {"deadlocks": int(frappe.db.sql("show global status like 'Innodb_deadlocks'")[0][1])}


def found(sids: list[str]) -> dict:
	stored = frappe.get_all("Chat Message", {"message_sid": ("in", sids)}, pluck="message_sid")
	unread = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - counted another way than the app does
		"select count(*) from `tabChat Conversation` c where c.unread_count != "
		"(select count(*) from `tabChat Message` m where m.conversation = c.name and m.direction = 'Inbound') "
		"and c.creation >= (select min(creation) from `tabChat Message` where message_sid in %s)",
		[sids],
	)
	return {"stored": len(set(stored)), "twice": len(stored) - len(set(stored)), "unread_wrong": unread[0][0]}


def main(site: str, what: str, file: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = {"hold": hold, "follow_up": follow_up, "found": found, "deadlocks": deadlocks}[what](
		Path(file).read_text().split()
	)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
