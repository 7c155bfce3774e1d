"""Templates to many on a site. `batches.py SITE prepare COUNT`: a draft for that many new leads; prints the seconds and the peak memory.
`… send FILE RATE`: a batch to the numbers in the file, sent by a sender of that rate a second; prints its name and the rows to send. `… work`: the job that sends, again and again
until the batch has ended and nothing is due. The leads and batches go with the site's other rows of the run."""

import json
import resource
import secrets
import sys
import time
from pathlib import Path
from unittest.mock import patch

import frappe

from wa_window.chat import batches as use_case
from wa_window.chat.address import canonical_phone
from wa_window.chat.batches import Batches
from wa_window.chat.template_batch import Choice
from wa_window.frappe_host.batch_host import FrappeBatchHost
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.jobs import dispatch
from wa_window.frappe_host.settings import SETTINGS
from wa_window.frappe_host.store.raw_rows import insert_all
from wa_window.frappe_host.store.store import FrappeStore

FOLLOW_UP = "HX" + "0" * 31 + "1"
VALUES = {"1": {"field": "lead_name", "text": "Bapak/Ibu"}, "2": {"text": "rumah"}}
AT_ONCE = 1000
LEAD = "Chat Lead"


def leads(phones: list[str], prefix: str) -> Choice:
	"""Leads with these numbers, and the filter that lists them."""
	for begin in range(0, len(phones), AT_ONCE):
		rows = [
			{
				"name": f"{prefix}-{number:06d}",
				"lead_name": phone,
				"phone": phone,
				"wa_phone": canonical_phone(phone),
			}
			for number, phone in enumerate(phones[begin : begin + AT_ONCE], start=begin)
		]
		insert_all(LEAD, rows)
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	return Choice(LEAD, filters=([LEAD, "name", "like", f"{prefix}-%"],))


def peak_mb() -> float:
	return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def prepare(count: str) -> dict:
	choice = leads([f"+62814{number:08d}" for number in range(int(count))], f"bench-{secrets.token_hex(4)}")
	before, began = peak_mb(), time.monotonic()
	batch = prepared(choice)
	took_s = time.monotonic() - began
	rows = FrappeStore().count_rows(batch)
	return {"rows": rows, "seconds": round(took_s, 1), "memory before MB": before, "peak MB": peak_mb()}


def prepared(choice: Choice) -> str:
	"""In this process, as the job does it."""
	no_limits = {"batch_per_day": 0, "batch_per_week": 0, "batch_marketing_days": 0}
	frappe.db.set_single_value(SETTINGS, no_limits, update_modified=False)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	with patch.object(use_case, "AT_ONCE", use_case.MOST_RECIPIENTS):
		return Batches(FrappeBatchHost()).prepare(choice, FOLLOW_UP, VALUES)["batch"]


def send(file: str, rate: str) -> dict:
	frappe.db.set_single_value(SETTINGS, "messages_per_second", int(rate), update_modified=False)
	phones = json.loads(Path(file).read_text())
	batch = prepared(leads(phones, f"bench-{secrets.token_hex(4)}"))
	Batches(FrappeBatchHost()).send(batch, len(phones))
	return {"batch": batch, "rows": len(phones)}


def work() -> None:
	store = FrappeStore()
	while True:
		frappe.db.rollback()
		if not (store.sending_batches() or store.due(SystemClock().now_ms(), 1)):
			return
		dispatch.dispatch_messages()


def main(site: str, act: str, *arguments: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	result = {"prepare": prepare, "send": send, "work": work}[act](*arguments)
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
