"""`wa-window import`: a file on the server, on a real site."""

import csv
import json
import os
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import frappe
from click.testing import CliRunner
from frappe.utils import get_bench_path

from wa_window.chat.import_rows import RowError
from wa_window.commands import wa_window
from wa_window.frappe_host.consistency import compare_conversations
from wa_window.frappe_host.files import disk
from wa_window.frappe_host.files.history_folder import HistoryFolder
from wa_window.frappe_host.history import Distinct
from wa_window.frappe_host.records import erase
from wa_window.tests.site_case import AGENT, BUSINESS, HOUR_MS, MANAGER, Panel, SiteCase, reconnect

PHOTO = (
	b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0"
	b"\xf0\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


class TestImport(SiteCase):
	def setUp(self):
		super().setUp()
		folder = tempfile.TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.folder = Path(folder.name)
		self.number = self.phone()

	def row(self, body="Halo", *, hours_ago: float = 48, **values) -> dict:
		at = datetime.fromtimestamp((self.now_ms - hours_ago * HOUR_MS) / 1000, timezone.utc)
		row = {"direction": "Inbound", "sent_at": at.isoformat(), "from": self.number, "to": BUSINESS}
		return row | {"body": body} | values

	def answer(self, body="Masih", **values) -> dict:
		return self.row(body, direction="Outbound", **{"from": BUSINESS, "to": self.number}, **values)

	def run_import(self, *rows: dict | str, name="history.jsonl", write=True, site: tuple[str, ...] = ()):
		lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
		self.file = self.folder / name
		self.file.write_text("\n".join(lines) + "\n")
		return self.command("import", str(self.file), *(["--write"] if write else []), site=site)

	def command(self, *command: str, site: tuple[str, ...] = ()):
		here, user = frappe.local.site, frappe.session.user
		frappe.db.commit()
		obj = frappe._dict(sites=list(site or (here,)), profile=False)
		try:
			return CliRunner().invoke(wa_window, command, obj=obj)
		finally:
			reconnect(here, user)

	def imported(self) -> list:
		chat = self.conversation_of(self.number)
		return self.messages(chat.name) if chat else []

	def reasons(self) -> list[list[str]]:
		"""For each bad row its line, that in the imported file, and the reason."""
		path = self.file.with_name(f"history.bad{self.file.suffix}.reasons.csv")
		return list(csv.reader(path.read_text().splitlines()))[1:] if path.exists() else []

	def test_first_it_only_says_what_it_would_do(self):
		result = self.run_import(self.row(), self.answer(hours_ago=47), write=False)
		self.assertEqual(result.exit_code, 0, result.output)
		self.assertIn(
			"2 rows of 1 chats: 2 messages to import, 0 already here or deleted here, 0 bad", result.output
		)
		self.assertIn("--write", result.output)
		self.assertEqual(self.imported(), [])

	def test_it_imports_once_and_verify_finds_nothing(self):
		rows = [self.row(), self.answer(hours_ago=47, author=AGENT), self.row("lagi", hours_ago=2)]
		result = self.run_import(*rows)
		self.assertIn("3 messages imported", result.output)
		self.assertIn("0 messages imported, 3 already here", self.run_import(*rows).output)
		self.assertEqual([message.body for message in self.imported()], ["Halo", "Masih", "lagi"])
		chat = self.conversation_of(self.number)
		found = compare_conversations(on_progress=lambda *_: None)
		self.assertEqual([each for each in found if each.name == chat.name], [])
		self.assertTrue(frappe.db.get_value("Chat Conversation", chat.name, "needs_reply"))

	def test_csv_is_imported_too(self):
		row = self.row('a "quoted"\nline, =1+1')
		cells = ",".join('"' + row[name].replace('"', '""') + '"' for name in row)
		self.run_import(",".join(row), cells, name="history.CSV")
		self.assertEqual([message.body for message in self.imported()], [row["body"]])

	def test_bad_rows_are_in_a_file_beside_it_for_its_owner_alone_with_their_reasons_in_another(self):
		result = self.run_import(self.row(), "{", self.row(sent_at="2026-01-01 10:00"))
		self.assertEqual(result.exit_code, 1)
		bad, reasons = (self.folder / name for name in ("history.bad.jsonl", "history.bad.jsonl.reasons.csv"))
		self.assertIn(f"The bad rows are in {bad}, the reasons in {reasons}.", result.output)
		self.assertEqual(bad.read_text().splitlines(), self.file.read_text().splitlines()[1:])
		self.assertEqual([row[:2] for row in self.reasons()], [["1", "2"], ["2", "3"]])
		self.assertIn("time zone", self.reasons()[1][2])
		self.assertEqual({path.stat().st_mode & 0o077 for path in (bad, reasons)}, {0})

	def test_corrections_are_not_replaced_by_a_further_run(self):
		self.run_import("{", write=False)
		bad = self.folder / "history.bad.jsonl"
		bad.write_text(json.dumps(self.row("corrected")))
		again = self.run_import(self.row())
		self.assertEqual((again.exit_code, self.imported()), (1, []))
		self.assertIn(f"{bad} is there from an earlier run.", again.output)
		self.assertIn("1 messages imported", self.command("import", str(bad), "--write").output)
		bad.unlink()
		self.assertIn("history.bad.jsonl.reasons.csv is there", self.run_import(self.row()).output)
		(self.folder / "history.bad.jsonl.reasons.csv").unlink()
		self.assertEqual(self.run_import(self.row()).exit_code, 0)

	def test_files_that_differ_by_their_extension_have_reasons_of_their_own(self):
		for name in ("history.jsonl", "history.ndjson"):
			self.assertIn("1 bad rows", self.run_import("{", name=name).output)
			self.assertEqual(len(self.reasons()), 1)

	def test_bad_rows_of_csv_are_corrected_and_imported_byte_for_byte(self):
		fields = ("direction", "sent_at", "from", "to", "body")
		long = "panjang " * 20_000
		at = self.row()["sent_at"]
		texts = ['"Kau\n""Andi"", 1+1"', "Hal\udcf3", f'"{long}"', "tanpa zona"]
		lines = [f"Inbound,{at},{self.number},{BUSINESS},{text}" for text in texts]
		lines[0] = lines[0].replace("Inbound", "Inbuond")
		lines[3] = lines[3].replace(at, "2026-01-01 10:00")
		self.file = self.folder / "history.csv"
		content = (
			"\ufeff"
			+ ",".join(fields)
			+ "\r\n"
			+ "\n".join([f"Inbound,{at},{self.number},{BUSINESS},ok", *lines])
		)
		self.file.write_bytes(content.encode("utf-8", "surrogateescape"))
		self.assertIn(
			"1 messages imported, 0 already here or deleted here, 4 bad",
			self.command("import", str(self.file), "--write").output,
		)
		header, *rows = (self.folder / "history.bad.csv").read_bytes().split(b"\n", 1)
		self.assertEqual(header, "\ufeff".encode() + ",".join(fields).encode() + b"\r")
		self.assertEqual(rows[0], ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
		self.assertEqual(
			[row[:2] for row in self.reasons()], [["2", "3"], ["4", "5"], ["5", "6"], ["6", "7"]]
		)
		corrected = (self.folder / "history.bad.csv").read_text(errors="surrogateescape")
		for wrong, right in (
			("Inbuond", "Inbound"),
			("\udcf3", "ó"),
			(long, "pendek"),
			("2026-01-01 10:00", at),
		):
			corrected = corrected.replace(wrong, right)
		bad = self.folder / "history.bad.csv"
		bad.write_text(corrected)
		self.assertIn("4 messages imported", self.command("import", str(bad), "--write").output)
		bodies = {message.body for message in self.imported()}
		self.assertEqual(bodies, {"ok", 'Kau\n"Andi", 1+1', "Haló", "pendek", "tanpa zona"})

	def test_a_last_line_without_an_end_does_not_run_into_a_row_that_is_found_bad_later(self):
		self.file = self.folder / "history.jsonl"
		without_file = json.dumps(self.row(media="none.png"))
		self.file.write_text(without_file + "\n{")
		self.command("import", str(self.file), "--write")
		self.assertEqual((self.folder / "history.bad.jsonl").read_text(), "{\n" + without_file + "\n")
		self.assertEqual([row[:2] for row in self.reasons()], [["1", "2"], ["2", "1"]])

	def test_files_that_cannot_be_read_are_refused_by_a_sentence(self):
		for result in (
			self.run_import(self.row(), name="history.xlsx"),
			self.run_import("a,b", name="history.csv"),
			self.command("import", str(self.folder / "none.csv")),
			self.command("import", str(self.folder)),
		):
			self.assertEqual(result.exit_code, 1, result.output)
			self.assertIsInstance(result.exception, SystemExit, result.output)

	def test_it_is_of_one_site(self):
		site = frappe.local.site
		result = self.run_import(self.row(), site=(site, site))
		self.assertEqual((result.exit_code, self.imported()), (1, []))

	def test_a_file_is_private_and_opens_for_who_may_read_the_chat(self):
		self.lead(self.number)
		(self.folder / "media").mkdir()
		(self.folder / "media" / "house.png").write_bytes(PHOTO)
		(self.folder / "media" / "page.html").write_text("<script>")
		rows = [self.row("", media="media/house.png"), self.row("", media="media/page.html")]
		self.assertIn("1 messages imported", self.run_import(*rows).output)
		(message,) = self.imported()
		(media,) = message.media
		self.assertEqual((message.kind, media.name, media.size), ("image", "house.png", len(PHOTO)))
		self.assertEqual(disk.path_of(media.file).read_bytes(), PHOTO)
		file = frappe.get_doc("File", {"file_url": media.file})
		self.assertEqual(
			(file.is_private, file.attached_to_name, file.owner), (1, message.name, "Administrator")
		)
		self.assertEqual(self.reasons()[0][1], "2")
		path = disk.path_of(media.file)
		erase.erase_customer(message.conversation)
		frappe.db.commit()
		self.assertFalse(path.exists())
		self.assertIn(
			"0 messages imported, 1 already here or deleted here",
			self.run_import(rows[0], name="again.jsonl").output,
		)

	def test_only_files_below_the_folder_are_read(self):
		(self.folder / "inside").mkdir()
		(self.folder / "secret.txt").write_text("secret")
		os.symlink(self.folder / "secret.txt", self.folder / "inside" / "link.txt")
		os.symlink(self.folder, self.folder / "inside" / "up")
		os.symlink("loop.txt", self.folder / "inside" / "loop.txt")
		(self.folder / "inside" / "large.txt").write_text("x" * 11)
		(self.folder / "inside" / "small.txt").write_text("x" * 10)
		folder = HistoryFolder(self.folder / "inside", 10, Path(get_bench_path(), "sites"))
		outside = (
			"../secret.txt",
			"link.txt",
			"up/secret.txt",
			"/etc/hostname",
			str(self.folder / "secret.txt"),
		)
		for path in (*outside, "loop.txt", "none.txt", ".", "a\0b", "x" * 5000, "large.txt", ""):
			with self.assertRaises(RowError, msg=path):
				folder.read(path)
		self.assertEqual(folder.read("small.txt"), b"x" * 10)
		above_a_site = HistoryFolder(self.folder, 10, self.folder / "inside")
		self.assertRaises(RowError, above_a_site.read, "inside/small.txt")
		self.assertEqual(above_a_site.read("secret.txt"), b"secret")
		self.assertEqual(folder.read("up/inside/small.txt"), b"x" * 10)

	def test_a_chat_goes_to_the_lead_that_had_its_number_and_no_lead_is_created(self):
		leads = frappe.db.count("Chat Lead")
		self.run_import(self.row(), self.answer(hours_ago=47))
		self.assertEqual(frappe.db.count("Chat Lead"), leads)
		chat = self.conversation_of(self.number)
		self.assertEqual(chat.lead, "")
		self.assertEqual(
			Panel(AGENT).get("chat.open", lead_doctype="Chat Conversation", lead=chat.name).status_code, 403
		)
		self.lead(self.number, lead_name="Came Later")
		self.run_import(self.row(), self.answer(hours_ago=47))
		self.assertEqual(self.conversation_of(self.number).lead, "")

		self.number = self.phone()
		lead = self.lead(self.number, lead_name="Came Before")
		self.run_import(self.row(), self.answer(hours_ago=47))
		chat = self.conversation_of(self.number)
		self.assertEqual(chat.lead, lead.name)
		self.assertEqual(frappe.db.get_value("Chat Conversation", chat.name, "lead_title"), "Came Before")

	def test_nobody_is_notified_and_nothing_is_enqueued(self):
		counted = ("Notification Log", "Email Queue", "ToDo")
		before = [frappe.db.count(doctype) for doctype in counted]
		self.run_import(self.row(hours_ago=1))
		self.post_process_all()
		self.assertEqual([frappe.db.count(doctype) for doctype in counted], before)

	def test_who_wrote_is_a_user_of_the_site_or_only_imported(self):
		self.lead(self.number)
		rows = [
			self.answer("a", author=AGENT),
			self.answer("b", author="Budi", hours_ago=47),
			self.answer("c", hours_ago=46),
		]
		self.run_import(*rows)
		chat = self.conversation_of(self.number)
		opened = (
			Panel(MANAGER).get("chat.open", lead_doctype="Chat Conversation", lead=chat.name).json["message"]
		)
		shown = [(m["body"], m["author"], m["sent_outside"], m["sent_at_source"]) for m in opened["messages"]]
		(_, agent, *_rest), *others = shown
		self.assertNotIn(agent, ("", "imported"))
		self.assertEqual(
			others, [("b", "imported", True, "import"), ("c", "imported", True, "import")], shown
		)
		owners = [message.owner for message in self.imported()]
		self.assertEqual(owners, [AGENT, "Guest", "Guest"])

	def test_hostile_text_stays_text(self):
		body = "=cmd|' /C calc'!A0 <script>alert(1)</script> %s \u202e ' \\"
		self.run_import(self.row(body), self.row("\ud800"), self.row("a\0b"))
		(message,) = self.imported()
		self.assertEqual(message.body, body)
		preview = frappe.db.get_value("Chat Conversation", message.conversation, "last_message_preview")
		self.assertFalse(preview.startswith("=") or "<" in preview)
		self.assertEqual(len(self.reasons()), 2)

	def test_more_texts_than_memory_holds_are_distinct(self):
		distinct = Distinct()
		self.assertEqual([distinct.add(text) for text in ("b", "a", "b", "B")], [True, True, False, True])
		self.assertEqual((list(distinct), len(distinct)), (["B", "a", "b"], 3))
