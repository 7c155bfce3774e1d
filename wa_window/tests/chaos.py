"""Commands of the chaos run on a site, each in a process of its own: in the bench's sites folder, `../env/bin/python -m
wa_window.tests.chaos SITE scheduler`, or `chats`, `headers`, `batch`, `resume`, `dump`, `age`, `reconcile` with a file."""

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import frappe

from wa_window.chat import batches as use_case
from wa_window.chat.batches import Batches
from wa_window.chat.template_batch import Choice
from wa_window.frappe_host.batch_host import FrappeBatchHost
from wa_window.frappe_host.events import SHARDS_BEGIN
from wa_window.frappe_host.jobs import catch_up, dispatch, post_processing, sweep
from wa_window.frappe_host.store.database import transaction
from wa_window.frappe_host.store.store import FrappeStore
from wa_window.frappe_host.store.tables import BATCH, CONVERSATION, MESSAGE
from wa_window.tests.simulated import AGENT
from wa_window.tests.site_case import TEMPLATE, Panel, of_this_run

SWEEPS_EVERY_S = 3
CATCH_UP_EVERY_SWEEPS = 5


def scheduler(site: str) -> None:
	"""Used in place of Frappe's scheduler, whose interval of minutes is too long for a short run; it survives outages."""
	for sweeps in range(1_000_000):
		with suppress(Exception):
			connect(site)
			sweep.sweep()
			if sweeps % CATCH_UP_EVERY_SWEEPS == 0:
				catch_up.catch_up_messages()
		with suppress(Exception):
			frappe.destroy()
		time.sleep(SWEEPS_EVERY_S)


def headers(file: str) -> None:
	write(file, Panel(AGENT).headers)


def chats(file: str) -> None:
	rows = frappe.get_all(
		CONVERSATION,
		{"lead": ("is", "set"), **of_this_run()},
		["lead_doctype", "lead", "name as conversation"],
	)
	write(file, rows)


def age(file: str) -> None:
	"""Set an earlier time for some messages: {SID: epoch ms}."""
	store = FrappeStore()

	def change(sid: str, at_ms: int) -> None:
		message = store.message_with_sid(sid)
		store.lock(message.conversation)
		store.change_message(message.name, sent_at_ms=at_ms)
		store.change_conversation(message.conversation, last_inbound_at_ms=at_ms)

	for sid, at_ms in json.loads(Path(file).read_text()).items():
		transaction(lambda sid=sid, at_ms=at_ms: change(sid, at_ms))


def reconcile(file: str) -> None:
	work()
	catch_up.catch_up_days(1, on_progress=lambda *_: None)
	work()


def work() -> None:
	"""Run the workers' jobs in this process."""
	dispatch.dispatch_messages()
	for shard in range(len(SHARDS_BEGIN)):
		post_processing.post_process_messages(shard)


def batch(file: str) -> None:
	"""Send a template to new leads: {name: number}."""
	people = json.loads(Path(file).read_text())
	leads = [
		frappe.get_doc({"doctype": "Chat Lead", "lead_name": name, "phone": phone}).insert().name
		for name, phone in people.items()
	]
	frappe.db.commit()
	batches, choice = Batches(FrappeBatchHost()), Choice("Chat Lead", tuple(leads))
	values = {"1": {"field": "lead_name"}, "2": {"text": "rumah"}}
	with patch.object(use_case, "AT_ONCE", len(leads)):
		name = batches.prepare(choice, TEMPLATE, values)["batch"]
	batches.send(name, len(leads))
	write(file, name)


def resume(file: str) -> None:
	Batches(FrappeBatchHost()).resume(json.loads(Path(file).read_text()))


def dump(file: str) -> None:
	conversation = ["name", "customer_address", "business_address", "last_inbound_at_ms"]
	message = ["name", "direction", "message_sid", "client_key", "delivery_status", "error_code", "follow_up"]
	write(
		file,
		{
			"conversations": frappe.get_all(CONVERSATION, of_this_run(), conversation),
			"messages": frappe.get_all(MESSAGE, of_this_run(), message),
			"batches": frappe.get_all(BATCH, of_this_run(), pluck="status"),
		},
	)


def write(file: str, value) -> None:
	Path(file).write_text(json.dumps(value))


def connect(site: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")


def main(site: str, act: str, file: str = "") -> None:
	if act == "scheduler":
		scheduler(site)
		return
	connect(site)
	acts = {"headers": headers, "chats": chats, "age": age, "batch": batch, "resume": resume}
	(acts | {"reconcile": reconcile, "dump": dump})[act](file)
	frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
