"""Checking the window and opening a chat at several sizes, interleaved: `chats.py SITE ROUNDS SIZE…`; prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import frappe

# nosemgrep: frappe-monkey-patching-not-allowed - records statements, in this process only
from frappe.database.database import Database

sys.path.insert(0, str(Path(__file__).parent))
from sizes import bytes_of, make, use_size

from wa_window.chat.conversations import window
from wa_window.chat.panel import Panel
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.desk import list_filters
from wa_window.frappe_host.jobs import post_processing
from wa_window.frappe_host.panel_host import FrappePanelHost
from wa_window.frappe_host.store.store import FrappeStore

LEAD = "Chat Lead"
SAMPLES = 30
OURS = ("tabChat Message", "tabChat Conversation")

statements: list[tuple[str, tuple]] = []
_sql = Database.sql


def _noting(self, query, values=(), *arguments, **named):
	statements.append((str(query), values))
	return _sql(self, query, values, *arguments, **named)


def measure(rounds: int, sizes: list[int]) -> dict:
	for size in sizes:
		make(size)
	leads = {size: _leads(size) for size in sizes}
	times: dict = {}
	for turn in range(rounds + 1):
		for size in sizes[turn % len(sizes) :] + sizes[: turn % len(sizes)]:
			with use_size(size):
				measured = _round(leads[size])
			if turn:  # the first round loads the pages into memory
				for name, milliseconds in measured.items():
					times.setdefault(name, {}).setdefault(size, []).append(milliseconds)
	queries, plans = {}, {}
	for size in sizes:
		with use_size(size):
			queries[size], plans[size] = _queries(leads[size]), _plans(leads[size])
	longest = {size: leads[size][0]["messages"] for size in sizes}
	_forget_leads(leads)
	return {
		"times": times,
		"queries": queries,
		"plans": plans,
		"longest": longest,
		"bytes": {size: bytes_of(size) for size in sizes},
	}


def _calls(lead: dict) -> dict[str, Callable]:
	store, panel, name = FrappeStore(), Panel(FrappePanelHost()), lead["conversation"]
	return {
		"window check": lambda: window(store.conversation(name), SystemClock().now_ms()),
		"newest 50 messages": lambda: store.messages(name, limit=50),
		"call chat.window": lambda: panel.window(LEAD, lead["lead"]),
		"call chat.open": lambda: panel.open(LEAD, lead["lead"]),
		"call chat.older": lambda: panel.older(name, lead["before"]),
		"call chat.search, a frequent word": lambda: panel.search(name, "rumahnya"),
		"call chat.search, nothing": lambda: panel.search(name, "tidakada"),
		"call chat.around": lambda: panel.around(lead["before"]),
	}


def _round(leads: list[dict]) -> dict:
	"""Median milliseconds of each call over all samples, and of the longest chat alone."""
	times: dict = {}
	longest, *others = leads
	for lead in others:
		for what, call in _calls(lead).items():
			times.setdefault(what, []).append(_milliseconds(call))
	for what, call in _calls(longest).items():
		times[f"{what}, longest chat"] = [_milliseconds(call) for _ in range(len(others))]
	return {what: sorted(spent)[len(spent) // 2] for what, spent in times.items()}


def _milliseconds(call: Callable) -> float:
	frappe.db.rollback()
	began = time.perf_counter()
	call()
	return (time.perf_counter() - began) * 1000


def _queries(leads: list[dict]) -> dict:
	"""The number of statements of each call: all, and those on the app's own tables."""
	counted = {}
	for what, call in _calls(leads[0]).items():
		made = _statements_of(call)
		own = [text for text, _values in made if any(table in text for table in OURS)]
		counted[what] = {"all": len(made), "own": len(own)}
	return counted


def _plans(leads: list[dict]) -> list[dict]:
	"""The query plan of each distinct statement on the app's tables."""
	store, now_ms, lead = FrappeStore(), SystemClock().now_ms(), leads[0]
	calls = _calls(lead) | {
		"known pair, locked": lambda: store.lock_pair(
			_customer(lead["conversation"]), "whatsapp:+622150001234"
		),
		"message by SID": lambda: store.message_with_sid("SM0"),
		"outbox, due": lambda: store.due(now_ms, 10),
		"outbox, claimed": lambda: store.claimed_outside(now_ms, 2 * now_ms, 10),
		"due for reconciliation": lambda: store.due_for_reconciliation(now_ms, 500),
		"post-processing": lambda: post_processing.pending(1),
		"files due": lambda: store.media_due(now_ms, 20),
		"latest inbound": lambda: store.last_inbound_at_ms(lead["conversation"]),
		"inbox, open": lambda: frappe.get_list(
			"Chat Conversation", list_filters.filters("open"), order_by="last_message_at_ms desc", limit=20
		),
		"inbox, unread": lambda: frappe.get_list(
			"Chat Conversation", list_filters.filters("unread"), order_by="last_message_at_ms desc", limit=20
		),
	}
	plans = []
	for what, call in calls.items():
		for text, values in _statements_of(call):
			if any(table in text for table in OURS) and text.lstrip().lower().startswith("select"):
				plans += [
					{"call": what} | {key: row[key] for key in ("table", "type", "key", "rows", "Extra")}
					for row in _sql(frappe.db, f"explain {text}", values, as_dict=True)
				]
	return plans


def _statements_of(call: Callable) -> list[tuple[str, tuple]]:
	frappe.db.rollback()
	statements.clear()
	Database.sql = _noting
	try:
		call()
	finally:
		Database.sql = _sql
	return list(statements)


def _customer(conversation: str):
	from wa_window.chat.address import customer_at

	return customer_at(frappe.db.get_value("Chat Conversation", conversation, "customer_address"))


def _leads(size: int) -> list[dict]:
	"""Leads of the longest chat and of others, the longest first, linked to them."""
	with use_size(size):
		longest = _sql(
			frappe.db,
			"select conversation, count(*) n from `tabChat Message` group by conversation order by n desc limit 1",
		)
		others = _sql(
			frappe.db,
			"select conversation, count(*) n from `tabChat Message` where conversation in (select * from "
			"(select name from `tabChat Conversation` order by name limit 500) s) group by conversation limit %s",
			SAMPLES,
		)
		leads = [{"conversation": name, "messages": count} for name, count in (*longest, *others)]
		for lead in leads:
			phone = frappe.db.get_value("Chat Conversation", lead["conversation"], "customer_phone")
			doc = frappe.get_doc(
				{"doctype": LEAD, "lead_name": f"Benchmark {phone}", "phone": phone}
			).insert()
			frappe.db.set_value(
				"Chat Conversation",
				lead["conversation"],
				{"lead_doctype": LEAD, "lead": doc.name},
				update_modified=False,
			)
			newest = FrappeStore().messages(lead["conversation"], limit=50)
			lead |= {"lead": doc.name, "before": newest[0].name}
		frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it
	return leads


def _forget_leads(leads: dict) -> None:
	for size, of_size in leads.items():
		with use_size(size):
			for lead in of_size:
				frappe.delete_doc(LEAD, lead["lead"], force=True)
			frappe.db.commit()  # nosemgrep: frappe-manual-commit - a script: no request commits for it


def main(site: str, rounds: str, *sizes: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	result = measure(int(rounds), [int(size) for size in sizes])
	frappe.destroy()
	print(json.dumps(result, default=str))


if __name__ == "__main__":
	main(*sys.argv[1:])
