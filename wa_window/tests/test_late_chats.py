"""A chat that begins, or is linked to a record, after that one was converted: it goes along too, over several steps, and to nobody else."""

import json
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import frappe

from wa_window.frappe_host import history
from wa_window.frappe_host.jobs import catch_up
from wa_window.tests.chat_list_case import LEAD, SALES, VISIT
from wa_window.tests.site_case import (
	AGENT,
	BUSINESS,
	MANAGER,
	OTHER_BUSINESS,
	STRANGER,
	Panel,
	fill_in_settings,
)
from wa_window.tests.test_catch_up import CatchUpCase
from wa_window.tests.test_conversions import CHAT, COLLEAGUE, MESSAGE, SECRET, ConversionCase

RECORD_CONVERSION = "Record Conversion"


class LateChatCase(ConversionCase):
	"""A lead without a chat, and what came from it."""

	def setUp(self):
		super().setUp()
		self.lead_doc, self.name = self.lead(self.phone()), ""

	def write(self, phone: str = "", **form) -> str:
		"""The customer's first message, and what its jobs make of it. Returns the name of its chat."""
		form = self.inbound_form(phone or self.lead_doc.phone, Body=SECRET, **form)
		self.assertEqual(self.post("inbound", form).status_code, 200)
		self.post_process_all()
		frappe.db.rollback()
		self.name = frappe.db.get_value(MESSAGE, {"message_sid": form["MessageSid"]}, "conversation")
		(self.message,) = self.messages(self.name)
		self.names.append(self.name)
		return self.name

	def next_visit(self, earlier, user: str = COLLEAGUE):
		return self.visit(user, earlier=VISIT, earlier_record=earlier.name)

	def rename(self, doctype: str, old: str, new: str, **how) -> None:
		frappe.rename_doc(doctype, old, new, force=True, **how)
		frappe.db.commit()

	def delete(self, record) -> None:
		frappe.delete_doc(record.doctype, record.name, ignore_permissions=True, force=True)
		frappe.db.commit()

	def conversions(self, *records) -> set[tuple[str, str]]:
		"""Those from and to these records."""
		frappe.db.rollback()
		names = ("in", [record.name for record in records])
		mine = {"from_record": names, "record": names}
		return {*frappe.get_all(RECORD_CONVERSION, mine, ["from_record", "record"], as_list=True)}


class TestHowItBegins(LateChatCase):
	def setUp(self):
		super().setUp()
		self.visited = self.converted()

	def require_visited(self) -> None:
		self.assertEqual(self.own(), (LEAD, self.lead_doc.name))
		self.assertEqual(self.records(), {(VISIT, self.visited.name)})
		self.require(True)
		self.require(True, COLLEAGUE)
		for user in (MANAGER, STRANGER):
			self.assertIn(self.opened(self.lead_doc, user).status_code, (403, 200))
			self.assertEqual(Panel(user).resource("GET", f"{MESSAGE}/{self.message.name}").status_code, 403)
		self.assertEqual(self.opened(self.lead_doc).status_code, 403)
		opened = self.opened(self.visited).json["message"]
		self.assertEqual((opened["conversation"], opened["may_reply"]), (self.name, True))
		self.assertEqual(self.reply(self.visited).status_code, 200)

	def test_by_the_customers_first_message(self):
		self.permit(VISIT, "WA Window Agent", write=1, create=1)
		self.write()
		self.require_visited()

	def test_with_another_sender(self):
		self.write()
		first = self.name
		self.write(To=OTHER_BUSINESS)
		self.assertNotEqual(self.name, first)
		self.require_visited()

	def test_with_the_leads_new_number(self):
		number = self.phone()
		doc = frappe.get_doc(LEAD, self.lead_doc.name)
		doc.phone = number
		doc.save()
		frappe.db.commit()
		self.write(number)
		self.require_visited()

	def test_by_a_template_that_an_agent_sends_from_the_lead(self):
		sent = Panel(COLLEAGUE).post(
			"chat.send_template",
			lead_doctype=LEAD,
			lead=self.lead_doc.name,
			content_sid=self.template(),
			variables={"1": "Budi", "2": "rumah"},
			client_key=frappe.generate_hash(),
		)
		self.assertEqual(sent.status_code, 200, sent.text)
		self.name = self.conversation_of(self.lead_doc.phone).name
		self.assertEqual(self.records(), {(VISIT, self.visited.name)})
		self.assertEqual(self.opened(self.visited).json["message"]["conversation"], self.name)

	def test_linked_by_a_manager_in_the_desk_or_in_the_inbox(self):
		self.permit(LEAD, "WA Window Manager", write=1)
		frappe.get_doc(
			{"doctype": "Custom DocPerm", "parent": LEAD, "role": SALES, "read": 1, "write": 1}
		).insert()
		frappe.clear_cache()
		fill_in_settings(create_leads=0)
		named = {"lead_doctype": LEAD, "lead": self.lead_doc.name}
		for way in ("desk", "inbox"):
			self.write(self.phone())
			self.require(False)
			if way == "desk":
				answer = Panel(MANAGER).resource("PUT", f"{CHAT}/{self.name}", **named)
			else:
				answer = Panel(MANAGER).post("inbox.link", conversation=self.name, **named)
			self.assertEqual(answer.status_code, 200, answer.text)
			self.assertEqual(self.records(), {(VISIT, self.visited.name)})
			self.require(True)

	def test_a_record_that_several_came_from_and_to(self):
		second = self.converted(agent=AGENT)
		self.write()
		self.assertEqual(self.records(), {(VISIT, self.visited.name), (VISIT, second.name)})
		self.assertEqual(self.listed("all"), {self.name})

	def test_its_screens_and_its_owner_hear_of_it(self):
		fill_in_settings(notify_agents=1)
		frappe.db.set_value(VISIT, self.visited.name, "agent", AGENT)
		frappe.db.commit()
		with patch("wa_window.frappe_host.jobs.post_processing.publish_doc_changed") as published:
			self.write()
		published_for = {call.args for call in published.call_args_list}
		self.assertLessEqual({(LEAD, self.lead_doc.name), (VISIT, self.visited.name)}, published_for)
		bell = {"for_user": AGENT, "document_type": VISIT, "document_name": self.visited.name}
		self.assertTrue(frappe.db.exists("Notification Log", bell))


class TestStoredLater(LateChatCase, CatchUpCase):
	def setUp(self):
		super().setUp()
		self.visited = self.converted()

	def require_visited(self) -> None:
		self.name = self.conversation_of(self.lead_doc.phone).name
		self.assertEqual(self.records(), {(VISIT, self.visited.name)})
		opened = self.opened(self.visited).json["message"]
		self.assertEqual((opened["conversation"], len(opened["messages"])), (self.name, 1))

	def test_a_message_that_twilio_had_and_this_site_had_not(self):
		self.twilio_has(CatchUpCase.listed(self, self.lead_doc.phone))
		catch_up.catch_up_messages()
		self.post_process_all()
		self.require_visited()

	def test_a_history_that_is_imported(self):
		sent_at = datetime.fromtimestamp(self.now_ms / 1000, timezone.utc).isoformat()
		row = {"direction": "Inbound", "sent_at": sent_at, "from": self.lead_doc.phone, "to": BUSINESS}
		with TemporaryDirectory() as folder:
			file = Path(folder) / "history.jsonl"
			file.write_text(json.dumps(row | {"body": SECRET}) + "\n")
			history.import_file(file, write=True, on_rows=lambda *_: None, on_chats=lambda *_: None)
		self.require_visited()


class TestManySteps(LateChatCase):
	def test_over_several_steps_also_when_one_in_between_is_gone(self):
		first = self.converted()
		second = self.next_visit(first)
		third = self.next_visit(second)
		self.delete(second)
		self.write()
		self.assertEqual(self.records(), {(VISIT, first.name), (VISIT, third.name)})
		self.require(True)

	def test_who_could_only_read_passes_on_only_reading_in_every_later_step(self):
		self.permit(LEAD, SALES)
		first = self.converted()
		second = self.next_visit(first)
		self.write()
		self.assertEqual(self.records(), {(VISIT, first.name), (VISIT, second.name)})
		self.require(True)
		for record in (first, second):
			self.assertFalse(self.opened(record).json["message"]["may_reply"])
			self.assertEqual(self.reply(record).status_code, 403)

	def test_a_circle_ends(self):
		first = self.converted()
		second = self.next_visit(first)
		third = self.next_visit(second)
		self.rename(VISIT, third.name, first.name, merge=True)
		pairs = {(self.lead_doc.name, first.name), (self.lead_doc.name, second.name)}
		pairs |= {(first.name, second.name), (second.name, first.name)}
		self.assertEqual(self.conversions(self.lead_doc, first, second, third), pairs)
		self.write()
		self.assertEqual(self.records(), {(VISIT, first.name), (VISIT, second.name)})
		self.next_visit(first)
		self.require(True)

	def test_it_moves_to_the_newest_and_the_readers_of_all_keep_it(self):
		self.moves()
		first = self.converted()
		second = self.next_visit(first)
		frappe.db.set_value(VISIT, second.name, "agent", AGENT)
		self.write()
		self.assertEqual(self.own(), (VISIT, second.name))
		self.assertEqual(self.records(), {(LEAD, self.lead_doc.name), (VISIT, first.name)})
		title, owner = frappe.db.get_value(CHAT, self.name, ["lead_title", "lead_owner"])
		self.assertEqual((title, owner), ("Budi's visit", AGENT))
		self.assertEqual(self.listed("mine", AGENT), {self.name})
		self.permit(VISIT, "WA Window Agent", write=1, create=1, if_owner=1)
		self.require(True, COLLEAGUE)
		self.assertEqual(self.reply(self.lead_doc, COLLEAGUE).status_code, 200)

	def test_a_chat_that_is_linked_later_moves_too(self):
		self.moves()
		visit = self.converted()
		_other, self.name = self.chat()
		doc = frappe.get_doc(CHAT, self.name)
		doc.update({"lead_doctype": LEAD, "lead": self.lead_doc.name}).save()
		self.assertEqual((doc.lead_doctype, doc.lead), (VISIT, visit.name))
		frappe.db.commit()
		self.assertEqual(self.own(), (VISIT, visit.name))
		self.assertEqual(self.records(), {(LEAD, self.lead_doc.name)})
		self.assertEqual(frappe.db.get_value(CHAT, self.name, "lead_title"), "Budi's visit")


class TestWhoPassesNothingOn(LateChatCase):
	def require_nothing(self) -> None:
		self.write()
		self.assertEqual(self.records(), set())
		self.require(False)

	def test_a_record_of_who_could_not_read_the_lead_or_of_nobody(self):
		for user in (AGENT, "Guest", "Administrator"):
			self.converted(user)
		self.require_nothing()

	def test_a_link_that_was_set_later(self):
		for user in (AGENT, COLLEAGUE):
			visit = self.visit(user)
			frappe.db.set_value(VISIT, visit.name, "lead", self.lead_doc.name)
			frappe.get_doc(VISIT, visit.name).save(ignore_permissions=True)
		frappe.db.commit()
		self.require_nothing()

	def test_a_row_that_somebody_writes(self):
		visit = self.visit(AGENT)
		row = {"from_doctype": LEAD, "from_record": self.lead_doc.name, "record_doctype": VISIT}
		row |= {"record": visit.name, "may_write": 1}
		for user in (AGENT, COLLEAGUE, MANAGER):
			self.assertEqual(Panel(user).resource("POST", RECORD_CONVERSION, **row).status_code, 403)
			self.assertEqual(Panel(user).resource("GET", RECORD_CONVERSION).status_code, 403)
		with self.assertRaises(frappe.PermissionError):
			frappe.get_doc({"doctype": RECORD_CONVERSION, **row}).insert(ignore_permissions=True)
		self.require_nothing()

	def test_a_deleted_record_and_a_new_one_with_its_name(self):
		visit = self.converted()
		self.delete(visit)
		mine = self.visit(AGENT)
		self.rename(VISIT, mine.name, visit.name)
		self.require_nothing()

	def test_a_new_record_with_the_name_of_a_deleted_source(self):
		source = self.visit()
		self.next_visit(source)
		self.delete(source)
		self.lead_doc = self.visit(phone=self.phone())
		self.rename(VISIT, self.lead_doc.name, source.name)
		self.write()
		self.assertEqual((self.own(), self.records()), ((VISIT, source.name), set()))

	def test_another_lead_has_nothing_of_it(self):
		self.converted()
		self.lead_doc = self.lead(self.phone())
		self.require_nothing()


class TestOtherNames(LateChatCase):
	"""A visit that came from a visit: Chat Leads cannot be renamed."""

	def setUp(self):
		super().setUp()
		self.lead_doc = self.visit(phone=self.phone())
		self.visited = self.next_visit(self.lead_doc)

	def test_both_have_another_name(self):
		self.rename(VISIT, self.lead_doc.name, f"Source {frappe.generate_hash(length=8)}")
		new = f"Visit {frappe.generate_hash(length=8)}"
		self.rename(VISIT, self.visited.name, new)
		self.write()
		self.assertEqual(self.records(), {(VISIT, new)})
		self.require(True)

	def test_the_source_is_merged_into_another_one(self):
		other = self.visit(phone=self.phone())
		self.rename(VISIT, self.lead_doc.name, other.name, merge=True)
		self.write(other.phone)
		self.assertEqual((self.own(), self.records()), ((VISIT, other.name), {(VISIT, self.visited.name)}))

	def test_a_record_with_a_chat_is_merged_into_the_source(self):
		other, self.name = self.chat(VISIT)
		self.rename(VISIT, other.name, self.lead_doc.name, merge=True)
		self.assertEqual(self.own(), (VISIT, self.lead_doc.name))
		self.assertEqual(self.records(), {(VISIT, self.visited.name)})

	def test_a_record_with_a_chat_is_merged_into_a_source_whose_chats_move(self):
		self.moves()
		later = self.visit(earlier=VISIT, earlier_record=self.lead_doc.name, visitor="Budi's second visit")
		other, self.name = self.chat(VISIT)
		self.rename(VISIT, other.name, self.lead_doc.name, merge=True)
		self.assertEqual(self.own(), (VISIT, later.name))
		self.assertEqual(self.records(), {(VISIT, self.lead_doc.name), (VISIT, self.visited.name)})
		self.assertEqual(frappe.db.get_value(CHAT, self.name, "lead_title"), "Budi's second visit")

	def test_two_that_are_merged_pass_on_what_came_from_either(self):
		other = self.visit()
		later = self.next_visit(other)
		self.write()
		self.rename(VISIT, self.visited.name, other.name, merge=True)
		expected = {(VISIT, other.name), (VISIT, later.name)}
		self.assertEqual(self.records(), expected)
		self.write(To=OTHER_BUSINESS)
		self.assertEqual(self.records(), expected)

	def test_two_of_one_source_are_one_after_their_merging(self):
		other = self.next_visit(self.lead_doc)
		self.rename(VISIT, self.visited.name, other.name, merge=True)
		pairs = self.conversions(self.lead_doc, self.visited, other)
		self.assertEqual(pairs, {(self.lead_doc.name, other.name)})

	def test_a_deleted_source_leaves_no_rows_and_its_chats_belong_to_what_came_from_it(self):
		self.write()
		self.delete(self.lead_doc)
		self.assertEqual(self.own(), (VISIT, self.visited.name))
		self.assertEqual(self.conversions(self.lead_doc, self.visited), set())
