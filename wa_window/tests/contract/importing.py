"""A chat history from elsewhere is imported."""

import io
import json
import secrets
from dataclasses import replace
from datetime import datetime, timezone

from wa_window.chat import conversations
from wa_window.chat.address import customer_at
from wa_window.chat.import_history import BATCH, EXPIRED, FUTURE, Importing, check_history, import_history
from wa_window.chat.import_rows import RowError, read_rows
from wa_window.chat.message import Lead, OptOut
from wa_window.chat.recompute import recompute
from wa_window.chat.window import State

from .files import Folder
from .situation import AGENT, BUSINESS, HOUR_MS, OTHER_BUSINESS, Leads, Situation, new_sid


class Killed(BaseException):
	"""Ends the process in the middle."""


class TextSet(dict):
	"""Distinct texts, in the order of their arrival."""

	def add(self, text: str) -> bool:
		is_new = text not in self
		self[text] = None
		return is_new


class HistoryFolder:
	def __init__(self, **files: bytes):
		self.files = files

	def check(self, path: str) -> None:
		self.read(path)

	def read(self, path: str) -> bytes:
		if path not in self.files:
			raise RowError("not there")
		return self.files[path]


class ImportingContract(Situation):
	def setUp(self):
		super().setUp()
		self.files, self.problems, self.parts, self.leads = Folder(), [], [], Leads()
		self.folder = HistoryFolder(**{"a.jpg": b"\xff\xd8 a photo", "a.sh": b"rm"})
		self.kept_since_ms = 0

	def row(self, body="Halo", *, hours_ago: float = 48, **values) -> dict:
		at = datetime.fromtimestamp((self.clock.at_ms - hours_ago * HOUR_MS) / 1000, timezone.utc)
		row = {"direction": "Inbound", "sent_at": at.isoformat(), "from": self.phone, "to": BUSINESS}
		return row | {"body": body} | values

	def answer(self, body="Masih ada", *, hours_ago: float = 47, **values) -> dict:
		ours = {"direction": "Outbound", "from": BUSINESS, "to": self.phone}
		return self.row(body, hours_ago=hours_ago, **ours | values)

	def run_import(self, *rows: dict, check=False, link=None):
		lines = "\n".join(json.dumps(row) for row in rows).encode()
		importing = Importing(
			self.folder,
			self.files,
			lambda author: author if author == AGENT else "",
			link or self.link,
			self.problems.append,
			lambda done, part: self.parts.append((done, part)),
			TextSet(),
			TextSet(),
			self.kept_since_ms,
		)
		work = check_history if check else import_history
		return work(self.store, read_rows(io.BytesIO(lines), is_csv=False), importing, self.clock.at_ms)

	def link(self, chats) -> None:
		for chat in chats:
			conversations.link_existing(chat.name, self.store, self.leads)

	def is_consistent(self) -> bool:
		name = self.pair().name
		return self.store.transaction(lambda: recompute(name, self.store)) == []

	def test_a_history_becomes_a_chat_with_its_times_and_authors(self):
		rows = [
			self.row(),
			self.answer(author=AGENT),
			self.answer("Siapa?", hours_ago=46, author="someone@elsewhere.example"),
		]
		result = self.run_import(*rows)
		self.assertEqual((result.new, result.known, result.bad, result.chats), (3, 0, 0, 1))
		self.assertEqual(self.parts, [(1, 1.0)])
		first, by_agent, by_other = self.messages()
		self.assertEqual((first.body, first.delivery_status), ("Halo", "received"))
		self.assertEqual(first.sent_at_ms, self.clock.at_ms - 48 * HOUR_MS)
		self.assertEqual({message.sent_at_source for message in self.messages()}, {"import"})
		self.assertEqual((by_agent.owner, by_agent.sent_outside), (AGENT, False))
		self.assertTrue(by_other.sent_outside)
		self.assertEqual(self.pair().last_message_preview, "Siapa?")
		self.assertTrue(self.is_consistent())

	def test_a_check_says_the_same_and_stores_nothing(self):
		rows = [self.row(), self.row(), self.answer(), self.row(to="sales"), self.row("", media="none.jpg")]
		checked = self.run_import(*rows, check=True)
		self.assertIsNone(self.pair())
		problems, self.problems = self.problems, []
		self.assertEqual(self.run_import(*rows), checked)
		self.assertEqual(self.problems, problems)
		self.assertEqual((checked.new, checked.known, checked.bad), (2, 1, 2))

	def test_only_the_customers_messages_open_the_window(self):
		self.run_import(self.row(hours_ago=30), self.answer(hours_ago=1))
		self.assertEqual(self.state(), State.CLOSED)
		self.run_import(self.row("lagi", hours_ago=3))
		self.assertEqual(self.state(), State.OPEN)

	def test_what_was_not_answered_needs_a_reply(self):
		self.run_import(self.answer(hours_ago=50), self.row(hours_ago=48), self.row("?", hours_ago=47))
		self.assertEqual(self.pair().waiting_since_ms, self.clock.at_ms - 48 * HOUR_MS)
		self.run_import(self.answer("Ya", hours_ago=46))
		self.assertEqual(self.pair().waiting_since_ms, 0)

	def test_it_changes_nothing_of_what_came_later(self):
		self.written("now")
		self.reply("yes")
		before = self.pair()
		self.run_import(self.row(), self.answer())
		earlier = self.clock.at_ms - 48 * HOUR_MS
		self.assertEqual(self.pair(), replace(before, consent_at_ms=earlier))
		self.assertEqual([m.body for m in self.messages()], ["Halo", "Masih ada", "now", "yes"])

	def test_the_customers_first_message_is_their_consent(self):
		self.run_import(self.answer(hours_ago=50), self.row(hours_ago=47), self.row(hours_ago=48))
		at_ms = self.clock.at_ms - 48 * HOUR_MS
		self.assertEqual((self.pair().consent_source, self.pair().consent_at_ms), ("Wrote to Us", at_ms))

	def test_nothing_is_sent_and_nobody_is_notified(self):
		self.run_import(self.row(hours_ago=1), self.answer(hours_ago=0.5, author=AGENT))
		events = self.events
		self.assertEqual((events.received, events.changed, events.outbox), ([], [], 0))
		self.assertEqual({message.follow_up for message in self.messages()}, {"done"})
		self.assertEqual(self.dispatch().sent, [])
		due = self.store.due_for_reconciliation(self.clock.at_ms + 10**9, 100)
		self.assertFalse({message.name for message in due} & {message.name for message in self.messages()})

	def test_it_is_stored_once_with_a_sid_and_without(self):
		sid = new_sid()
		rows = [
			self.row(sid=sid),
			self.row("without"),
			self.row("without"),
			self.row("other text", sid=sid.lower()),
		]
		self.assertEqual((self.run_import(*rows).new, self.run_import(*rows).new), (2, 0))
		self.assertEqual(sorted(message.body for message in self.messages()), ["Halo", "without"])

	def test_one_that_came_by_webhook_is_known_by_its_sid(self):
		message = self.written()
		result = self.run_import(self.row(sid=message.message_sid))
		self.assertEqual((result.new, result.known), (0, 1))

	def test_after_a_kill_the_next_run_completes_it(self):
		rows = [self.row(str(number), hours_ago=48 - number / 1000) for number in range(BATCH + 5)]
		rows.append(self.answer(hours_ago=1))

		def killed(_):
			raise Killed

		added = self.store.add_messages
		self.store.add_messages = lambda rows: added(rows) if len(rows) == BATCH else killed(added(rows))
		with self.assertRaises(Killed):
			self.run_import(*rows)
		self.store.add_messages = added
		with self.assertRaises(Killed):
			self.run_import(*rows, link=killed)
		result = self.run_import(*rows)
		self.assertEqual((result.new, result.known), (0, len(rows)))
		self.assertEqual(self.pair().last_message_preview, "Masih ada")
		self.assertEqual(len(self.store.messages(self.pair().name, limit=1000)), len(rows))
		self.assertTrue(self.is_consistent())

	def test_windows_are_computed_by_the_next_run_where_the_first_was_killed_before(self):
		rows = [self.row(hours_ago=1)]
		times_of = self.store.times_of
		self.store.times_of = lambda _names: (_ for _ in ()).throw(Killed())
		with self.assertRaises(Killed):
			self.run_import(*rows)
		self.store.times_of = times_of
		self.run_import(*rows)
		self.assertEqual(self.state(), State.OPEN)

	def test_a_row_of_the_future_and_one_that_expired_are_bad(self):
		self.kept_since_ms = self.clock.at_ms - 40 * HOUR_MS
		result = self.run_import(self.row(hours_ago=-0.01), self.row(), self.row("kept", hours_ago=30))
		self.assertEqual((result.new, result.bad), (1, 2))
		self.assertEqual([(row.number, row.problem) for row in self.problems], [(1, FUTURE), (2, EXPIRED)])

	def test_a_deleted_message_does_not_come_back(self):
		rows = [self.row(sid=new_sid()), self.row("without a SID")]
		self.run_import(*rows)
		for message in self.messages():
			self.delete_message(message)
		result = self.run_import(*rows)
		self.assertEqual((result.new, result.known, self.messages()), (0, 2, []))

	def test_a_file_belongs_to_its_message(self):
		result = self.run_import(
			self.row("", media="a.jpg"), self.row("", media="none.jpg"), self.row("", media="a.sh")
		)
		self.assertEqual((result.new, result.bad), (1, 2))
		(message,) = self.messages()
		(media,) = message.media
		self.assertEqual(
			(message.kind, media.type, media.name, media.state), ("image", "image/jpeg", "a.jpg", "stored")
		)
		self.assertEqual(self.files.assigned, [(message.name, media.file)])
		self.run_import(self.row("", media="a.jpg"))
		self.assertEqual((len(self.files.names), self.files.discarded), (1, []))

	def test_a_file_without_its_message_is_deleted(self):
		def fails(_messages):
			raise ValueError("no room")

		added, self.store.add_messages = self.store.add_messages, fails
		with self.assertRaises(ValueError):
			self.run_import(self.row("", media="a.jpg"))
		self.store.add_messages = added
		self.assertEqual(self.files.discarded, ["/private/files/1"])

	def test_customers_with_an_id_and_with_a_number_each_have_their_chat_with_each_sender(self):
		hidden = customer_at("whatsapp:IN." + secrets.token_hex(8))
		other = customer_at("whatsapp:IN." + secrets.token_hex(8))
		rows = [self.row(**{"from": customer.address}) for customer in (self.customer, hidden, other, hidden)]
		rows += [self.row(to=OTHER_BUSINESS), self.row("two", **{"from": hidden.address})]
		result = self.run_import(*rows)
		self.assertEqual((result.new, result.known, result.chats), (5, 1, 4))
		self.assertEqual(self.pair(hidden).last_message_at_ms, self.clock.at_ms - 48 * HOUR_MS)
		self.assertTrue(self.pair(other) and self.pair() and self.pair(to=OTHER_BUSINESS))

	def test_another_way_to_write_the_number_is_the_same_chat(self):
		number = f"{secrets.randbelow(10**10):010d}"
		self.customer = customer_at(f"whatsapp:+52{number}")
		rows = [self.row(body, **{"from": f"+52{one}{number}"}) for body, one in (("a", ""), ("b", "1"))]
		self.assertEqual(self.run_import(*rows).chats, 1)
		self.assertEqual([message.body for message in self.messages()], ["a", "b"])

	def test_a_chat_goes_to_a_lead_that_had_the_number_before_and_none_is_created(self):
		rows = [self.row(), self.answer()]
		self.run_import(*rows)
		self.assertEqual((self.pair().lead, self.pair().lead_problem), ("", ""))
		self.leads = Leads(newer=(Lead("Chat Lead", "newer", self.phone),))
		self.run_import(*rows)
		self.assertEqual((self.pair().lead, self.pair().lead_problem), ("", conversations.NEWER_LEAD))
		self.leads = Leads(Lead("Chat Lead", "known", self.phone))
		self.run_import(*rows)
		self.assertEqual((self.pair().lead, self.pair().lead_problem), ("known", ""))
		self.leads = Leads(Lead("Chat Lead", "another", self.phone))
		self.run_import(*rows)
		self.assertEqual(self.pair().lead, "known")

	def test_who_opted_out_and_was_erased_is_opted_out_in_the_imported_chat(self):
		opted_out = OptOut(opted_out=True, opt_out_changed_at_ms=1)
		keys = self.customer.keys
		self.store.transaction(lambda: self.store.preserve_opt_out(keys, BUSINESS, opted_out))
		self.run_import(self.row(hours_ago=1))
		self.assertEqual(self.state(), State.OPTED_OUT)
