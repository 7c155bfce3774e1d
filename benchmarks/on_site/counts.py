"""Counts for growth.py: `counts.py SITE hold|post_process|found|deadlocks FILE`; prints JSON."""

import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import frappe
from frappe.utils.background_jobs import get_workers

from wa_window.chat.message import PENDING
from wa_window.frappe_host import events
from wa_window.tests.site_case import forget_jobs


def hold(_: list[str]) -> dict:
	"""Delete enqueued jobs, so that post-processing starts only when all workers run."""
	forget_jobs(frappe.local.site, since=datetime.min.replace(tzinfo=timezone.utc))
	return {}


def post_process(workers: list[str]) -> dict:
	"""Once this number of workers is idle, enqueue post-processing and wait until it is done; returns messages per second."""
	while _idle() < int(workers[0]):
		time.sleep(0.2)
	waiting = _pending()
	began = time.monotonic()
	for shard in range(len(events.SHARDS_BEGIN)):
		events.release_claim(events.POST_PROCESS, shard=shard)
		events.enqueue_once(events.POST_PROCESS, shard=shard)
	while _pending():
		time.sleep(0.1)
	return {"per_second": waiting / (time.monotonic() - began)}


def _idle() -> int:
	"""The number of idle workers; a killed one stays registered for a while."""
	alive = (worker for worker in get_workers() if Path(f"/proc/{worker.pid}").exists())
	return sum(worker.get_state() == "idle" for worker in alive)


def _pending() -> int:
	frappe.db.rollback()
	return frappe.db.count("Chat Message", {"follow_up": PENDING})


def deadlocks(_: list[str]) -> dict:
	"""Deadlocks of the database, after which the app retried."""
	# nosemgrep: frappe-using-db-sql - MariaDB's own count
	return {"deadlocks": int(frappe.db.sql("show global status like 'Innodb_deadlocks'")[0][1])}


def found(sids: list[str]) -> dict:
	stored = frappe.get_all("Chat Message", {"message_sid": ("in", sids)}, pluck="message_sid")
	waiting = frappe.db.sql(  # nosemgrep: frappe-using-db-sql - computed in another way than the app does
		"select count(*) from `tabChat Conversation` c where c.waiting_since_ms != "
		"(select min(m.sent_at_ms) from `tabChat Message` m where m.conversation = c.name and m.direction = 'Inbound') "
		"and c.creation >= (select min(creation) from `tabChat Message` where message_sid in %s)",
		[sids],
	)
	return {
		"stored": len(set(stored)),
		"twice": len(stored) - len(set(stored)),
		"waiting_wrong": waiting[0][0],
	}


def main(site: str, what: str, file: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = {"hold": hold, "post_process": post_process, "found": found, "deadlocks": deadlocks}[what](
		Path(file).read_text().split()
	)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
