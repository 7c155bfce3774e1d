"""Checks after a migration from 0.1.0, against the data that the earlier steps have recorded."""

import json
import sys
import unittest
from collections import Counter
from pathlib import Path

from connection import read
from look import LOOKED_AT

FOLDER = Path(sys.argv.pop(1))
FILLED = read(FOLDER / "filled.json")
BEFORE, AFTER, AGAIN, RESUMED = (
	read(FOLDER / f"{seen}.json") for seen in ("before", "after", "again", "resumed")
)

# Changes that the new version may make in existing documents: its own script for Frappe CRM, and messages' files got
# unguessable URLs.
MAY_CHANGE = {
	("CRM Form Script", "script"): lambda row: row["name"].startswith("WA Window: "),
	("Chat Message Media", "file"): lambda row: row["state"] == "stored",
	("File", "file_url"): lambda row: row["attached_to_doctype"] == "Chat Message",
	("File", "content_hash"): lambda row: row["attached_to_doctype"] == "Chat Message",
}
NEW_RECORD_TYPES = ("Opportunity", "Customer", "Contact")
# DocTypes whose documents it may add, and only for these documents or users.
MAY_ADD = {
	"Has Role": lambda row: (
		row["parenttype"] in ("Page", "Report") or row["parent"] == FILLED["users"]["sender without the role"]
	),
	"Notification Log": lambda row: row["for_user"] in holders("WA Window Manager", BEFORE),
	"Comment": lambda row: row["reference_doctype"] in ("WA Window Settings", "Scheduled Job Type"),
	"Custom Field": lambda row: row["fieldname"] == "wa_ad" or row["dt"] in NEW_RECORD_TYPES,
	"CRM Form Script": lambda row: (
		row["name"].startswith("WA Window: ") and (row["dt"] in NEW_RECORD_TYPES or row["view"] == "List")
	),
	"Number Card": lambda row: row["is_standard"],
}
# DocTypes whose documents it may delete: a share of a chat bypassed the permission on its lead.
MAY_TAKE_AWAY = {
	"DocShare": lambda row: row["share_doctype"] in ("Chat Conversation", "Chat Message"),
}
# Twilio's timeout for an answer: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
LONGEST_S = 15
CAN_CHAT = ("agent", "agent of one lead", "manager", "sender without the role")
JOBS = ("dispatch_messages", "fetch_media_files", *["follow_up_messages"] * 4)


def message(label: str, seen: dict) -> dict:
	return seen["rows"]["Chat Message"][FILLED["messages"][label]]


def is_live(doctype: str, row: dict) -> bool:
	"""Whether customers' messages have changed it during the migration."""
	live = FILLED["conversations"]["live"]
	return live in (row["name"], row.get("conversation"))


def differences(earlier: dict, later: dict, doctypes, permitted: dict = MAY_CHANGE) -> list[str]:
	"""Missing and changed documents, except for the permitted changes."""
	found = []
	for doctype in doctypes:
		for name, row in earlier["rows"][doctype].items():
			now = later["rows"].get(doctype, {}).get(name)
			if now is None and not MAY_TAKE_AWAY.get(doctype, never)(row):
				found.append(f"{doctype} {name} is gone")
			elif now and not is_live(doctype, row):
				found += [
					f"{doctype} {name}: {field} was {value!r}, is {now.get(field)!r}"
					for field, value in row.items()
					if now.get(field) != value and not permitted.get((doctype, field), never)(row)
				]
	return found


def never(row: dict) -> bool:
	return False


def added(doctype: str, earlier: dict, later: dict) -> list[dict]:
	known = earlier["rows"].get(doctype, {})
	new = (row for name, row in later["rows"].get(doctype, {}).items() if name not in known)
	return [row for row in new if not is_live(doctype, row) and not is_of_an_orphan(row)]


def stopped_jobs(seen: dict) -> list[str]:
	return [row["method"] for row in seen["rows"]["Scheduled Job Type"].values() if row["stopped"]]


def is_of_an_orphan(row: dict) -> bool:
	"""Frappe deletes DocTypes of missing apps at every migration: frappe.model.sync.remove_orphan_doctypes."""
	return "DocType" in (row.get("reference_doctype"), row.get("deleted_doctype"))


def ours_and_kept() -> set[str]:
	return BEFORE["rows"].keys() - {*LOOKED_AT}


class TestNothingIsLost(unittest.TestCase):
	maxDiff = None

	def test_every_document_is_there_and_holds_what_it_held(self):
		self.assertEqual(differences(BEFORE, AFTER, ours_and_kept()), [])

	def test_settings_are_kept_and_tokens_are_decrypted(self):
		kept = {field: AFTER["settings"].get(field) for field in BEFORE["settings"]}
		self.assertEqual(kept, BEFORE["settings"])
		self.assertEqual(AFTER["tokens"], BEFORE["tokens"])
		self.assertEqual(len(set(AFTER["tokens"].values())), 2)

	def test_every_file_has_its_bytes(self):
		contents = {name: AFTER["contents"].get(name) for name in BEFORE["contents"]}
		self.assertEqual(contents, BEFORE["contents"])

	def test_every_stored_file_of_a_message_is_found_by_its_address(self):
		addresses = {row["file_url"] for row in AFTER["rows"]["File"].values()}
		stored = [row for row in AFTER["rows"]["Chat Message Media"].values() if row["state"] == "stored"]
		self.assertEqual([row["name"] for row in stored if row["file"] not in addresses], [])
		self.assertEqual(len(stored), 3)

	def test_a_scheduled_job_that_an_admin_has_stopped_stays_stopped(self):
		stopped, still = ([path.split(".")[-1] for path in stopped_jobs(seen)] for seen in (BEFORE, AFTER))
		self.assertEqual((still, len(stopped)), (stopped, 1))

	def test_no_scheduled_job_is_there_under_two_paths(self):
		jobs = [row["method"] for row in AFTER["rows"]["Scheduled Job Type"].values()]
		ours = [path.split(".")[-1] for path in jobs if path.startswith("wa_window.")]
		self.assertEqual(len(ours), len(set(ours)))

	def test_every_method_that_the_site_names_is_there(self):
		for seen in (BEFORE, AFTER):
			self.assertEqual({path: problem for path, problem in seen["paths"].items() if problem}, {})
		self.assertIn("wa_window.api.chat.window", AFTER["paths"])


class TestNeedsReply(unittest.TestCase):
	maxDiff = None

	def test_who_was_not_answered_waits_since_their_first_message(self):
		for seen in (AFTER, AGAIN, RESUMED):
			chats = seen["rows"]["Chat Conversation"].items()
			stored = {name: row["waiting_since_ms"] for name, row in chats if not is_live("", row)}
			self.assertEqual(stored, {name: waiting_since(name, seen) for name in stored})
		waits = AFTER["rows"]["Chat Conversation"][FILLED["conversations"]["refused"]]
		self.assertEqual((waits["needs_reply"], waits["waiting_since_ms"] > 0), (1, True))

	def test_a_reply_that_could_not_go_out_any_more_is_no_answer(self):
		name = FILLED["conversations"]["queued too late"]
		before, after = (
			seen["rows"]["Chat Conversation"][name]["waiting_since_ms"] for seen in (AFTER, RESUMED)
		)
		self.assertEqual((before, after > 0), (0, True))

	def test_who_wrote_during_the_migration_waits(self):
		name = FILLED["conversations"]["live"]
		stored = RESUMED["rows"]["Chat Conversation"][name]["waiting_since_ms"]
		self.assertEqual(stored, waiting_since(name, RESUMED))
		self.assertGreater(stored, 0)

	def test_the_shared_unread_count_is_that_of_each_owner_and_assignee(self):
		for state in AFTER["rows"]["Chat Read State"].values():
			name = state["conversation"]
			received = [row["sent_at_ms"] for row in of_chat(name, AFTER) if row["direction"] == "Inbound"]
			unread = sum(at_ms > state["seen_until_ms"] for at_ms in received)
			shared = BEFORE["rows"]["Chat Conversation"][name]["unread_count"]
			if name != FILLED["conversations"]["live"]:
				self.assertEqual(unread, min(shared, len(received)), name)
		people = {state["user"] for state in AFTER["rows"]["Chat Read State"].values()}
		self.assertEqual(people - {row["name"] for row in AFTER["rows"]["User"].values()}, set())
		self.assertTrue(people)


class TestNothingIsSent(unittest.TestCase):
	def test_a_migration_sends_nothing(self):
		self.assertEqual((AFTER["outbound"], AGAIN["outbound"]), ([], []))

	def test_what_was_queued_goes_out_afterwards_once_and_in_its_order(self):
		texts = [message(label, BEFORE)["body"] for label in ("queued", "queued next")]
		sent = RESUMED["outbound"]
		self.assertEqual([entry["body"] for entry in sent if not entry["content_sid"]], texts)
		(template,) = (entry for entry in sent if entry["content_sid"])
		self.assertEqual(template["content_sid"], message("queued template", BEFORE)["content_template"])

	def test_what_may_not_go_out_any_more_fails(self):
		for label, code in (
			("queued too late", "window_closed"),
			("queued to one who opted out", "opted_out"),
		):
			row = message(label, RESUMED)
			self.assertEqual((row["delivery_status"], row["error_code"]), ("failed", code), label)

	def test_what_may_have_been_sent_is_not_sent_again(self):
		for label in ("claimed", "unknown"):
			self.assertEqual(message(label, RESUMED)["delivery_status"], "unknown", label)
		for label in ("failed", "canceled", "accepted"):
			self.assertEqual(message(label, RESUMED)["delivery_status"], label)


class TestNothingRunsTwice(unittest.TestCase):
	maxDiff = None

	def test_every_patch_has_run_once_and_keeps_its_name(self):
		before, after = (patches(seen) for seen in (BEFORE, AFTER))
		self.assertEqual([patch for patch, runs in after.items() if runs > 1], [])
		self.assertEqual(before.keys() - after.keys(), set())
		self.assertEqual(patches(AGAIN), after)
		self.assertGreater(len(before), 0)

	def test_a_second_migration_changes_nothing(self):
		unsteady = {"Scheduled Job Type"}
		self.assertEqual(differences(AFTER, AGAIN, AFTER["rows"].keys() - unsteady, permitted={}), [])
		new = {doctype: len(added(doctype, AFTER, AGAIN)) for doctype in AGAIN["rows"]}
		self.assertEqual({doctype: count for doctype, count in new.items() if count}, {})
		self.assertEqual(read(FOLDER / "again.statements.json"), [])

	def test_a_migration_adds_nothing_that_somebody_would_see_twice(self):
		new = [
			(doctype, row)
			for doctype in ours_and_kept()
			for row in added(doctype, BEFORE, AFTER)
			if not MAY_ADD.get(doctype, never)(row)
		]
		self.assertEqual(new, [])
		self.assertEqual([row["method"] for row in added("Error Log", BEFORE, AFTER)], [])

	def test_a_message_whose_post_processing_was_pending_is_processed_once(self):
		notifications = Counter(
			(row["document_name"], row["for_user"])
			for row in added("Notification Log", AGAIN, RESUMED)
			if row["document_type"] == "Chat Message"
		)
		waited = {FILLED["messages"][label] for label in ("to follow up", "to follow up, without a lead")}
		self.assertEqual(
			{name for name, _user in notifications if name in BEFORE["rows"]["Chat Message"]}, waited
		)
		self.assertEqual({notifications[name, FILLED["users"]["agent"]] for name in waited}, {1})
		self.assertEqual({RESUMED["rows"]["Chat Message"][name]["follow_up"] for name in waited}, {"done"})
		self.assertEqual(message("to follow up later", RESUMED)["follow_up"], "pending")

	def test_the_jobs_that_were_queued_before_run_afterwards(self):
		jobs = read(FOLDER / "jobs.json")
		self.assertEqual([job for job in jobs if job["failure"]], [])
		methods = Counter(job["method"].rpartition(".")[2] for job in jobs)
		self.assertEqual(Counter(JOBS) - methods, Counter())
		media = RESUMED["rows"]["Chat Message Media"].values()
		states = {row["state"] for row in media if row["parent"] == FILLED["messages"]["photo to fetch"]}
		self.assertEqual(states, {"stored"})


class TestNobodyGainsAccess(unittest.TestCase):
	def test_links_from_before_are_no_conversions_and_give_no_chat_a_further_record(self):
		for seen in (AFTER, AGAIN, RESUMED):
			self.assertEqual((seen["rows"]["Record Conversion"], seen["rows"]["Chat Record"]), ({}, {}))


class TestNobodyIsLockedOut(unittest.TestCase):
	maxDiff = None

	def test_who_could_open_and_answer_a_chat_can_do_so_afterwards(self):
		for label in CAN_CHAT:
			before, after = BEFORE["rights"][label], AFTER["rights"][label]
			for right, had in before.items():
				self.assertEqual(set(had) - set(after[right]), set(), f"{label}: {right}")
			self.assertTrue(before["answered"], label)

	def test_who_has_sent_gets_the_role(self):
		self.assertIn("WA Window Agent", roles("sender without the role", AFTER))

	def test_who_has_sent_nothing_or_has_left_or_is_no_user_of_the_desk_gets_no_role(self):
		for label in ("reader without the role", "sender who has left", "sender of the website"):
			self.assertEqual(roles(label, AFTER), roles(label, BEFORE), label)


class TestCustomersAreServedMeanwhile(unittest.TestCase):
	def setUp(self):
		lines = (FOLDER / "live.jsonl").read_text().splitlines()
		self.posted = [json.loads(line) for line in lines]

	def test_every_webhook_is_answered_at_once(self):
		self.assertEqual({post["code"] for post in self.posted}, {200})
		slowest = max(post["seconds"] for post in self.posted)
		self.assertLess(slowest, LONGEST_S)

	def test_every_message_that_came_meanwhile_is_stored_once(self):
		live = FILLED["conversations"]["live"]
		rows = [row for row in RESUMED["rows"]["Chat Message"].values() if row["conversation"] == live]
		stored = Counter(row["message_sid"] for row in rows if row["direction"] == "Inbound")
		self.assertEqual(stored, Counter(post["sid"] for post in self.posted if post["kind"] == "inbound"))
		self.assertEqual({row["follow_up"] for row in rows if row["direction"] == "Inbound"}, {"done"})
		self.assertEqual({row["delivery_status"] for row in rows if row["direction"] == "Outbound"}, {"read"})

	def test_no_statement_locks_the_tables_of_messages(self):
		refused = [statement for statement in read(FOLDER / "after.statements.json") if statement["refused"]]
		self.assertEqual(refused, [])


def of_chat(name: str, seen: dict) -> list[dict]:
	return [row for row in seen["rows"]["Chat Message"].values() if row["conversation"] == name]


def waiting_since(name: str, seen: dict) -> int:
	"""By the messages: the first one of the customer that was stored after the latest answer."""
	rows = [row | {"arrival_ms": row["stored_at_ms"] or row["sent_at_ms"]} for row in of_chat(name, seen)]
	answers = [
		row["arrival_ms"]
		for row in rows
		if row["direction"] == "Outbound"
		and row["delivery_status"] not in ("failed", "undelivered", "canceled")
	]
	answered_ms = max(answers, default=0)
	waiting = [
		row["sent_at_ms"] for row in rows if row["direction"] == "Inbound" and row["arrival_ms"] > answered_ms
	]
	return min(waiting, default=0)


def roles(label: str, seen: dict) -> list[str]:
	user = FILLED["users"][label]
	return sorted(row["role"] for row in seen["rows"]["Has Role"].values() if row["parent"] == user)


def holders(role: str, seen: dict) -> set[str]:
	return {row["parent"] for row in seen["rows"]["Has Role"].values() if row["role"] == role}


def patches(seen: dict) -> Counter:
	names = (row["patch"] for row in seen["rows"]["Patch Log"].values())
	return Counter(name for name in names if name.startswith("wa_window."))


if __name__ == "__main__":
	result = unittest.main(exit=False, verbosity=1).result
	failed = len(result.failures) + len(result.errors)
	print(f"{result.testsRun - failed} passed, {failed} failed")
	sys.exit(1 if failed else 0)
