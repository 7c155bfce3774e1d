"""The stored conversions: saved at the same moment as a chat's link, compared and mended by `wa-window verify`."""

import threading
from unittest.mock import patch

import frappe

from wa_window.frappe_host import consistency
from wa_window.frappe_host.store import chat_records, record_conversions, record_rows
from wa_window.frappe_host.store.raw_rows import insert, new_name
from wa_window.tests.chat_list_case import LEAD, VISIT
from wa_window.tests.site_case import with_own_connection
from wa_window.tests.test_conversions import CHAT
from wa_window.tests.test_late_chats import LateChatCase


class TestVerify(LateChatCase):
	def setUp(self):
		super().setUp()
		self.visited = self.converted()
		self.write()

	def found(self, *, fix: bool = False) -> list[str]:
		"""Of this test's records."""
		mine = (self.lead_doc.name, self.visited.name, self.name)
		return [text for text in consistency.compare_records(fix=fix) if any(name in text for name in mine)]

	def require_mended(self, *expected: str) -> None:
		self.assertEqual(len(self.found()), len(expected))
		for words, text in zip(expected, self.found(fix=True), strict=True):
			self.assertIn(words, text)
		self.assertEqual(self.found(), [])

	def test_it_finds_nothing_where_all_is_right(self):
		self.assertEqual(self.found(), [])

	def test_a_chat_that_what_its_record_became_does_not_show(self):
		chat_records.delete_of_chat(self.name)
		frappe.db.commit()
		self.require_mended(f"{VISIT} {self.visited.name}, which came from its {LEAD} {self.lead_doc.name}")
		self.assertEqual(self.records(), {(VISIT, self.visited.name)})
		self.require(True)

	def test_rows_whose_record_is_gone_without_an_event(self):
		frappe.db.delete(VISIT, self.visited.name)
		frappe.db.commit()
		self.require_mended(*[f"there is no {VISIT} {self.visited.name}"] * 2)
		self.assertEqual((self.records(), self.conversions()), (set(), set()))

	def test_a_row_whose_chat_is_gone(self):
		frappe.db.delete(CHAT, self.name)
		frappe.db.commit()
		self.require_mended(f"there is no {CHAT} {self.name}")

	def row_of_a_batch(self, **values) -> str:
		batch, name = new_name(), new_name()
		insert("Template Batch", {"name": batch})
		insert("Template Batch Row", {"name": name, "batch": batch, "position": 0} | values)
		frappe.db.commit()
		self.addCleanup(frappe.db.delete, "Template Batch", {"name": batch})
		self.addCleanup(frappe.db.delete, "Template Batch Row", {"name": name})
		return name

	def test_a_row_of_a_batch_without_its_batch_its_chat_or_the_record_that_it_has_alone(self):
		gone = {"record_doctype": LEAD, "record": "gone"}
		wrong = [
			self.row_of_a_batch(batch="gone"),
			self.row_of_a_batch(conversation="gone"),
			self.row_of_a_batch(**gone),
		]
		right = [
			self.row_of_a_batch(conversation=self.name, **gone),
			self.row_of_a_batch(record_doctype=LEAD, record=self.lead_doc.name),
			self.row_of_a_batch(),
		]

		def found(*, fix: bool = False) -> set[str]:
			texts = consistency.compare_records(fix=fix)
			return {name for name in wrong + right if any(name in text for text in texts)}

		self.assertEqual(found(fix=True), set(wrong))
		self.assertEqual(found(), set())
		left = frappe.get_all("Template Batch Row", {"name": ("in", wrong + right)}, pluck="name")
		self.assertEqual(set(left), set(right))

	def test_a_chat_that_was_linked_elsewhere_meanwhile_is_left_alone(self):
		chat_records.delete_of_chat(self.name)
		frappe.db.commit()
		missing, other = record_rows.missing_rows(), self.lead(self.phone())
		frappe.db.set_value(CHAT, self.name, "lead", other.name)
		record_rows.mend([], missing)
		frappe.db.commit()
		self.assertEqual(self.records(), set())


class TestAtTheSameMoment(LateChatCase):
	"""A chat is linked while its lead's conversion is being saved: each in a transaction of its own, begun in the middle of the other."""

	def setUp(self):
		super().setUp()
		if frappe.db.db_type == "sqlite":
			self.skipTest("SQLite has one writer at a time.")
		self.name = self.written_by(self.phone()).name

	def begin_after(self, function: str, work) -> threading.Thread:
		"""When this function was called for the first time. The work may have to wait for who called it."""
		real, thread = (
			getattr(record_conversions, function),
			threading.Thread(target=with_own_connection(work)),
		)
		begun = []

		def called(*args, **how):
			result = real(*args, **how)
			if not begun:
				begun.append(True)
				thread.start()
				thread.join(1)
			return result

		replaced = patch.object(record_conversions, function, called)
		replaced.start()
		self.addCleanup(replaced.stop)
		return thread

	def link(self) -> None:
		linked = {"lead_doctype": LEAD, "lead": self.lead_doc.name}
		self.store.transaction(lambda: self.store.change_conversation(self.name, **linked))

	def require_shown(self, thread: threading.Thread) -> None:
		thread.join(60)
		frappe.db.rollback()
		(visit,) = frappe.get_all(VISIT, {"lead": self.lead_doc.name}, pluck="name")
		self.assertEqual((self.own(), self.records()), ((LEAD, self.lead_doc.name), {(VISIT, visit)}))

	def test_the_chat_is_linked_while_the_conversion_is_being_saved(self):
		for function in ("_lock_chats", "_add", "convert"):
			with self.subTest(function):
				self.setUp()
				thread = self.begin_after(function, self.link)
				self.converted()
				self.require_shown(thread)

	def test_the_conversion_is_saved_while_the_chat_is_being_linked(self):
		for function in ("_found", "follow"):
			with self.subTest(function):
				self.setUp()
				thread = self.begin_after(function, self.converted)
				self.link()
				self.require_shown(thread)
