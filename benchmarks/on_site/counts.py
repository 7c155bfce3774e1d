"""Counts for growth.py: `counts.py SITE pending|sweep|found|deadlocks FILE`; prints JSON."""

import json
import sys
from pathlib import Path

import frappe

from wa_window.site import announcer


def pending(_sids: list[str]) -> dict:
	return {"pending": frappe.db.count("Chat Message", {"follow_up": "pending"})}


def sweep(_sids: list[str]) -> dict:
	for part in range(len(announcer.PARTS_BEGIN)):
		announcer.may_be_woken(announcer.FOLLOW_UP, part=part)
		announcer.wake(announcer.FOLLOW_UP, part=part)
	return {}


def deadlocks(_sids: list[str]) -> dict:
	"""Those that the database resolved, and the app then ran again."""
	return {"deadlocks": int(frappe.db.sql("show global status like 'Innodb_deadlocks'")[0][1])}


def found(sids: list[str]) -> dict:
	stored = frappe.get_all("Chat Message", {"message_sid": ("in", sids)}, pluck="message_sid")
	unread = frappe.db.sql(
		"select count(*) from `tabChat Conversation` c where c.unread_count != "
		"(select count(*) from `tabChat Message` m where m.conversation = c.name and m.direction = 'Inbound') "
		"and c.creation >= (select min(creation) from `tabChat Message` where message_sid in %s)",
		[sids],
	)
	return {"stored": len(set(stored)), "twice": len(stored) - len(set(stored)), "unread_wrong": unread[0][0]}


def main(site: str, what: str, file: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = {"pending": pending, "sweep": sweep, "found": found, "deadlocks": deadlocks}[what](
		Path(file).read_text().split()
	)
	frappe.db.commit()
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
