"""Import of a chat history: `imports.py SITE make|check|import|bare|clear ROWS FOLDER`; prints JSON.

`bare`: one INSERT of each message, with its commits, and nothing else.
"""

import json
import resource
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import frappe

from wa_window.chat.import_history import BATCH
from wa_window.chat.import_rows import read_rows
from wa_window.frappe_host.history import import_file
from wa_window.frappe_host.store.raw_rows import new_name

MESSAGES_OF_A_CHAT = 20
BUSINESS = "whatsapp:+622150009999"
BEGAN_MS = 1_600_000_000_000
STEP_MS = 60_000


def make(path: Path, rows: int) -> None:
	"""The messages in the order of their times: those of a chat are spread over a hundred times as many rows."""
	chats = max(1, rows // MESSAGES_OF_A_CHAT)
	with path.open("w") as file:
		for number in range(rows):
			at = datetime.fromtimestamp((BEGAN_MS + number * STEP_MS) / 1000, timezone.utc)
			customer = f"+62899{(number * 7919) % chats:08d}"
			is_theirs = number % 5 < 3
			row = {
				"direction": "Inbound" if is_theirs else "Outbound",
				"sent_at": at.isoformat(),
				"from": customer if is_theirs else BUSINESS,
				"to": BUSINESS if is_theirs else customer,
				"body": f"Halo, apakah rumahnya masih ada? Pesan nomor {number}. "
				+ "Terima kasih. " * (number % 9),
			}
			file.write(json.dumps(row) + "\n")


def bare(path: Path) -> None:
	columns = "name, creation, modified, owner, modified_by, conversation, direction, kind, body, sent_at, sent_at_ms"
	columns += ", sent_at_source, delivery_status, message_sid, follow_up"
	statement = f"insert into `tabChat Message` ({columns}) values ({', '.join(['%s'] * 15)})"
	now = datetime.now()
	with path.open("rb") as file:
		for number, row in enumerate(read_rows(file, is_csv=False), start=1):
			message = row.message
			values = (new_name(), now, now, "Administrator", "Administrator", message.customer.key[:20])
			values += (message.direction, "text", message.body, now, message.sent_at_ms, "import")
			sql(statement, (*values, "received", message.sid, "done"))
			if number % BATCH == 0:
				frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it


def clear() -> None:
	sql("delete from `tabChat Message` where sent_at_source = 'import'")
	sql("delete from `tabChat Conversation` where business_address = %s", (BUSINESS,))
	frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it


def sql(*arguments):
	# nosemgrep: frappe-using-db-sql - a bare statement is what is measured
	return frappe.db.sql(*arguments)


def main(site: str, what: str, rows: str, folder: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	path, size = Path(folder) / f"history-{rows}.jsonl", int(rows)
	before_mb, began, found = _peak_mb(), time.monotonic(), None
	if what == "make":
		make(path, size)
	elif what == "clear":
		clear()
	elif what == "bare":
		bare(path)
	else:
		found = vars(import_file(path, write=what == "import", on_rows=_nothing, on_chats=_nothing))
	seconds = time.monotonic() - began
	frappe.destroy()
	grew_mb = round(_peak_mb() - before_mb, 1)
	print(
		json.dumps(
			{
				"seconds": round(seconds, 2),
				"rows_a_second": round(size / seconds),
				"peak_mb": round(_peak_mb(), 1),
				"grew_mb": grew_mb,
				"found": found,
			}
		)
	)


def _nothing(*_progress) -> None:
	pass


def _peak_mb() -> float:
	return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
	main(*sys.argv[1:])
