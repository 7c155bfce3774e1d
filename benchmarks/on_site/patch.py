"""The sent_at patch against a bare UPDATE of the same rows: `patch.py SITE make|patch|bare|left ROWS`; prints JSON."""

import json
import resource
import sys
import time
from functools import partial
from pathlib import Path

import frappe

sys.path.insert(0, str(Path(__file__).parent))
from sizes import TABLES, commit, make, sql, table_of, use_size

# nosemgrep: frappe-monkey-patching-not-allowed - times its parts, in this process only
from wa_window.patches import backfill
from wa_window.patches.v1_0 import fill_sent_at

TABLE = "tabChat Message"


def clear_times(rows: int) -> None:
	"""Clear the times of the messages of this size, as in rows of earlier versions."""
	messages, conversations = table_of(TABLES[0], rows), table_of(TABLES[1], rows)
	sql(f"update `{messages}` set sent_at = null, sent_at_ms = 0, sent_at_source = null")
	sql(f"update `{conversations}` set last_inbound_at_ms = 0, last_message_at_ms = 0")
	commit()


def bare() -> None:
	"""One UPDATE of the same columns for each batch of the patch."""
	after = ""
	while names := sql(
		f"select name from `{TABLE}` where (sent_at is null or sent_at_ms = 0) and name > %s order by name limit %s",
		(after, backfill.BATCH),
		pluck=True,
	):
		sql(
			f"update `{TABLE}` set sent_at = creation, sent_at_ms = unix_timestamp(creation) * 1000, sent_at_source = 'record' "
			"where name between %s and %s and (sent_at is null or sent_at_ms = 0)",
			(names[0], names[-1]),
		)
		commit()
		after = names[-1]


def measured(work) -> dict:
	began, before = time.monotonic(), _memory_mb()
	work()
	return {
		"seconds": round(time.monotonic() - began, 2),
		"grew_mb": round(_memory_mb() - before, 1),
		"memory_mb": round(_memory_mb()),
	}


def _memory_mb() -> float:
	return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def left(rows: int) -> dict:
	table = table_of(TABLES[0], rows)
	missing = "sent_at is null or sent_at_ms = 0"
	wrong = "abs(timestampdiff(second, creation, sent_at)) > 1"
	return {
		"left": sql(f"select count(*) from `{table}` where {missing}")[0][0],
		"wrong": sql(f"select count(*) from `{table}` where {wrong}")[0][0],
	}


def main(site: str, what: str, rows: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	size = int(rows)
	result = {}
	if what == "make":
		make(size)
		clear_times(size)
	elif what == "left":
		result = left(size)
	else:
		backfill.update_progress_bar = lambda *_: None
		with use_size(size):
			recompute = backfill.recompute_all
			spent = {}
			backfill.recompute_all = lambda **how: spent.update(measured(partial(recompute, **how)))
			result = measured(bare if what == "bare" else fill_sent_at.execute)
			if spent:
				result = {
					**result,
					"rebuilding_seconds": spent["seconds"],
					"seconds": round(result["seconds"] - spent["seconds"], 2),
				}
	frappe.destroy()
	print(json.dumps(result))


if __name__ == "__main__":
	main(*sys.argv[1:])
