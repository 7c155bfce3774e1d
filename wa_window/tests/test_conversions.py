"""A record that was made from another one has that one's chats: by every way for who may read it, and by no link alone."""

from unittest.mock import patch

import frappe

from wa_window.frappe_host.desk import list_windows
from wa_window.frappe_host.records import conversions, erase
from wa_window.frappe_host.settings import SETTINGS
from wa_window.frappe_host.store import chat_records, inbox
from wa_window.frappe_host.store.chat_records import ChatRecord
from wa_window.tests.chat_list_case import LEAD, SALES, VISIT, ChatListCase
from wa_window.tests.site_case import AGENT, MANAGER, ROLES, STRANGER, Panel, call
from wa_window.tests.ways import CHAT, MESSAGE, SECRET, Ways

COLLEAGUE = "wa-colleague@example.com"
CHAT_RECORD = "Chat Record"


class ConversionCase(Ways, ChatListCase):
	"""A colleague may read and write leads and visits, the agent only visits."""

	people = ROLES | {COLLEAGUE: "WA Window Agent"}

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.get_doc("User", COLLEAGUE).add_roles(SALES)

	def setUp(self):
		super().setUp()
		self.permit(LEAD, SALES, write=1, create=1)
		self.lead_doc, self.name = self.chat(lead_name="Budi", Body=SECRET)
		(self.message,) = self.messages(self.name)

	def chat(self, doctype: str = LEAD, *, Body: str = "Halo", **values):
		"""With this text as its message."""
		record, name = super().chat(doctype, **values)
		frappe.db.set_value(MESSAGE, {"conversation": name}, "body", Body)
		frappe.db.commit()
		return record, name

	def permit(self, doctype: str, role: str, **rights) -> None:
		"""In place of all earlier ones."""
		frappe.db.delete("Custom DocPerm", {"parent": doctype})
		super().permit(doctype, role, **rights)

	def visit(self, user: str = COLLEAGUE, **values):
		"""A visit that a user makes."""
		frappe.set_user(user)
		try:
			doc = frappe.get_doc({"doctype": VISIT, "visitor": "Budi's visit", **values}).insert(
				ignore_permissions=True
			)
		finally:
			frappe.set_user("Administrator")
		frappe.db.commit()
		return doc

	def converted(self, user: str = COLLEAGUE, **values):
		return self.visit(user, lead=self.lead_doc.name, **values)

	def records(self) -> set[tuple[str, str]]:
		frappe.db.rollback()
		return {(row.doctype, row.name) for row in chat_records.of_chats([self.name])}

	def own(self) -> tuple[str, str]:
		frappe.db.rollback()
		return frappe.db.get_value(CHAT, self.name, ["lead_doctype", "lead"])

	def moves(self) -> None:
		"""As Settings say."""
		self.addCleanup(self.set_choice, frappe.get_meta(SETTINGS).get_field("on_conversion").default)
		self.set_choice(conversions.MOVES)

	def set_choice(self, choice: str) -> None:
		frappe.db.set_single_value(SETTINGS, "on_conversion", choice)
		frappe.db.commit()
		frappe.clear_document_cache(SETTINGS, SETTINGS)

	def opened(self, record, user: str = AGENT):
		return Panel(user).get("chat.open", lead_doctype=record.doctype, lead=record.name)

	def reply(self, record, user: str = AGENT):
		asked = {"lead_doctype": record.doctype, "lead": record.name, "conversation": self.name}
		return Panel(user).post(
			"chat.reply", **asked, body="Baik", client_key=frappe.generate_hash(length=20)
		)

	def require(self, reads: bool, user: str = AGENT) -> None:
		super().require(reads, user)


class TestWhoReads(ConversionCase):
	def test_who_may_read_the_new_record_reads_and_answers_the_chat_by_every_way(self):
		self.require(False)
		visit = self.converted()
		self.require(True)
		answer = self.opened(visit)
		self.assertEqual(answer.json["message"]["conversation"], self.name)
		self.assertEqual(answer.json["message"]["messages"][-1]["body"], SECRET)
		self.assertTrue(answer.json["message"]["may_reply"])
		self.assertEqual(self.reply(visit).status_code, 200)
		(row,) = self.answer("all", AGENT)["chats"]
		self.assertEqual((row["lead_doctype"], row["lead"]), (VISIT, visit.name))
		record = Panel(AGENT).get("inbox.record", conversation=self.name).json["message"]["record"]
		self.assertEqual((record["doctype"], record["name"]), (VISIT, visit.name))

	def test_the_former_record_stays_closed_to_who_may_read_the_new_one_only(self):
		self.converted()
		self.assertEqual(self.opened(self.lead_doc).status_code, 403)
		self.assertEqual(Panel(AGENT).resource("GET", f"{LEAD}/{self.lead_doc.name}").status_code, 403)

	def test_its_files_are_read_by_the_same(self):
		file = {"file_name": "denah.txt", "content": "Denah", "is_private": 1}
		attached = {"attached_to_doctype": MESSAGE, "attached_to_name": self.message.name}
		doc = frappe.get_doc({"doctype": "File", **file, **attached}).insert()
		for reads in (False, True):
			frappe.db.commit()
			me = Panel(AGENT).headers
			for path in (doc.file_url, f"/api/resource/File/{doc.name}"):
				self.assertEqual(call("GET", path, headers=me).status_code == 200, reads, path)
			frappe.set_user(AGENT)
			self.assertEqual(doc.name in frappe.get_list("File", limit=0, pluck="name"), reads)
			frappe.set_user("Administrator")
			self.converted()

	def test_the_reports_have_it_for_the_same(self):
		self.assertEqual(set(self.in_reports(AGENT).values()), {False})
		self.converted()
		self.assertEqual(set(self.in_reports(AGENT).values()), {True})

	def test_a_template_is_filled_in_from_the_record_that_the_user_may_read(self):
		visit = self.converted()
		sid = f"HX{frappe.generate_hash(length=32)}"
		fields = [{"variable": "1", "lead_field": "lead_name"}, {"variable": "2", "lead_field": "visitor"}]
		self.template(sid, variables=fields)
		for record in (
			{"lead_doctype": VISIT, "lead": visit.name},
			{"lead_doctype": CHAT, "lead": self.name},
		):
			answer = Panel(AGENT).get("templates.usable", **record, conversation=self.name)
			(template,) = [each for each in answer.json["message"] if each["content_sid"] == sid]
			values = [variable["value"] for variable in template["variables"]]
			self.assertEqual(values, ["", "Budi's visit"], record)

	def test_who_may_read_neither_record_or_has_no_role_reads_nothing(self):
		self.permit(VISIT, SALES, write=1, create=1)
		self.converted()
		for user in (AGENT, MANAGER, STRANGER):
			frappe.set_user(user)
			listed = frappe.get_list(CHAT, limit=0, pluck="name") if user != STRANGER else []
			self.assertNotIn(self.name, listed)
			frappe.set_user("Administrator")
			self.assertEqual(Panel(user).resource("GET", f"{CHAT}/{self.name}").status_code, 403)
			self.assertEqual(self.opened(self.lead_doc, user).status_code, 403)
		self.require(False)

	def test_a_chat_with_several_readable_records_is_listed_and_counted_once(self):
		self.converted()
		self.converted()
		for user in (AGENT, COLLEAGUE):
			answer = self.answer("all", user)
			self.assertEqual([row["conversation"] for row in answer["chats"]], [self.name])
			frappe.set_user(user)
			listed = frappe.get_list(CHAT, limit=0, pluck="name")
			frappe.set_user("Administrator")
			self.assertEqual(listed.count(self.name), 1)
			self.assertEqual(answer["counts"]["all"], len(listed))

	def test_however_many_records_there_are_the_same_chats_are_listed(self):
		self.converted()
		self.converted(agent=AGENT)
		of_sizes = ({"FEW": 0}, {"VERY_FEW": -1, "FEW": 10**6, "EXAMINED": (1, 2)})
		for sizes in of_sizes:
			counted = f"{inbox.COUNTED}{frappe.generate_hash(length=8)}"
			with patch.multiple(inbox, COUNTED=counted, **sizes):
				answer = Panel(AGENT).get("inbox.chats", queue="all").json["message"]
				names = [row["conversation"] for row in answer["chats"]]
				self.assertEqual(names.count(self.name), 1, sizes)
				self.assertEqual(answer["counts"]["all"], len(names), sizes)
				waiting = Panel(AGENT).get("inbox.chats", queue="needs_reply").json["message"]["chats"]
				self.assertIn(self.name, [row["conversation"] for row in waiting])

	def test_a_chat_with_records_of_two_doctypes_is_listed_and_counted_once(self):
		self.converted()
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Budi"}).insert()
		chat_records.add(ChatRecord(self.name, "Contact", contact.name, may_write=True))
		self.addCleanup(frappe.db.delete, "Custom DocPerm", {"parent": "Contact"})
		self.permit("Contact", "WA Window Agent")
		for few in (0, 10**6):
			counted = f"{inbox.COUNTED}{frappe.generate_hash(length=8)}"
			with patch.multiple(inbox, COUNTED=counted, FEW=few):
				answer = Panel(AGENT).get("inbox.chats", queue="all").json["message"]
			names = [row["conversation"] for row in answer["chats"]]
			self.assertEqual((names.count(self.name), answer["counts"]["all"]), (1, len(names)))

	def test_the_badges_and_the_list_of_the_new_records_have_the_chats_window(self):
		visit = self.converted()
		panel = Panel(AGENT)
		windows = panel.get("chat.lead_windows", lead_doctype=VISIT, leads=frappe.as_json([visit.name]))
		self.assertEqual(windows.json["message"][visit.name]["state"], "open")
		for kind in ("open", "unread"):
			listed = panel.get("inbox.filters", kind=kind, doctype=VISIT)
			self.assertIn(visit.name, str(listed.json["message"]["filters"]), kind)

	def test_the_list_has_no_window_of_an_earlier_number_where_the_new_record_has_another_one(self):
		visit = self.converted(phone=self.phone())
		self.lead_doc.phone = self.phone()
		self.lead_doc.save()
		for phone, expected in ((visit.phone, None), ("", self.name)):
			visit.phone = phone
			visit.save(ignore_permissions=True)
			frappe.db.commit()
			self.assertEqual(self.opened(visit).json["message"]["conversation"], expected)
			self.assertEqual(visit.name in list_windows.of_leads(VISIT, [visit.name]), bool(expected))

	def test_the_new_records_owner_is_notified_on_that_record(self):
		visit = self.converted(agent=AGENT)
		frappe.db.set_value(LEAD, self.lead_doc.name, "lead_owner", COLLEAGUE)
		for user in (AGENT, COLLEAGUE, MANAGER):
			Panel(user).get("inbox.chats", queue="all")
		self.written_by(self.lead_doc.phone)
		self.post_process_all()
		mine = {"for_user": ("in", (AGENT, COLLEAGUE, MANAGER)), "document_name": ("is", "set"), "read": 0}
		fields = ["for_user", "document_type", "document_name"]
		bells = {tuple(row.values()) for row in frappe.get_all("Notification Log", mine, fields)}
		expected = {(AGENT, VISIT, visit.name), (COLLEAGUE, LEAD, self.lead_doc.name)}
		self.assertEqual(bells & expected, expected)
		self.assertNotIn((MANAGER, LEAD, self.lead_doc.name), bells)
		Panel(AGENT).post("chat.mark_read", conversation=self.name)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("Notification Log", {"document_name": visit.name, "read": 0}))

	def test_chains_go_on_and_who_could_only_read_passes_on_only_reading(self):
		self.permit(LEAD, SALES)
		first = self.converted()
		second = self.visit(AGENT, earlier=VISIT, earlier_record=first.name)
		self.assertEqual(self.records(), {(VISIT, first.name), (VISIT, second.name)})
		self.require(True)
		self.assertFalse(self.opened(second).json["message"]["may_reply"])
		for record in (first, second):
			self.assertEqual(self.reply(record).status_code, 403)
		note = Panel(AGENT).post("inbox.note", conversation=self.name, text="Catatan")
		self.assertEqual(note.status_code, 403)

	def test_who_may_write_only_the_new_record_cannot_dispose_of_the_chat(self):
		self.permit(VISIT, "WA Window Manager", write=1, create=1, delete=1)
		visit = self.converted()
		self.assertFalse(self.opened(visit, MANAGER).json["message"]["may_assign"])
		panel = Panel(MANAGER)
		for refused in (
			panel.post("inbox.take", conversation=self.name),
			panel.post("inbox.assign", conversation=self.name, user=MANAGER),
			panel.get("inbox.assignable", conversation=self.name),
			panel.post("settings.erase_customer", conversation=self.name),
			panel.resource("PUT", f"{CHAT}/{self.name}", lead_doctype=VISIT, lead=visit.name),
			panel.resource("DELETE", f"{CHAT}/{self.name}"),
		):
			self.assertEqual(refused.status_code, 403, refused.text)
		self.assertEqual(self.own(), (LEAD, self.lead_doc.name))
		self.assertFalse(frappe.db.exists("DocShare", {"user": MANAGER}))
		self.assertEqual(panel.post("inbox.note", conversation=self.name, text="Catatan").status_code, 200)
		self.assertTrue(
			frappe.db.exists("Comment", {"reference_doctype": VISIT, "reference_name": visit.name})
		)


class TestWhatGrantsNothing(ConversionCase):
	def require_nothing(self) -> None:
		self.assertEqual(self.records(), set())
		self.require(False)

	def test_a_record_made_by_who_may_not_read_the_one_that_it_names(self):
		answer = Panel(AGENT).resource("POST", VISIT, visitor="Budi", lead=self.lead_doc.name)
		self.assertIn(answer.status_code, (200, 403, 417))
		self.converted(AGENT)
		self.visit(AGENT, earlier=LEAD, earlier_record=self.lead_doc.name)
		self.require_nothing()

	def test_a_record_of_a_guest_or_of_code_that_runs_as_the_administrator(self):
		for user in ("Guest", "Administrator"):
			self.converted(user)
		self.require_nothing()

	def test_a_link_that_is_set_or_changed_later_by_anybody(self):
		for user in (AGENT, COLLEAGUE):
			visit = self.visit(user)
			answer = Panel(user).resource("PUT", f"{VISIT}/{visit.name}", lead=self.lead_doc.name)
			self.assertIn(answer.status_code, (200, 403))
			frappe.db.set_value(VISIT, visit.name, "lead", self.lead_doc.name)
			frappe.get_doc(VISIT, visit.name).save(ignore_permissions=True)
			frappe.db.commit()
		self.require_nothing()

	def test_a_record_from_before_and_one_that_shares_the_number(self):
		frappe.get_doc({"doctype": VISIT, "visitor": "Budi", "lead": self.lead_doc.name}).db_insert()
		self.visit(COLLEAGUE, phone=self.lead_doc.phone)
		self.visit(AGENT, phone=self.lead_doc.phone)
		self.require_nothing()

	def test_a_row_that_somebody_writes_or_imports(self):
		visit = self.visit(AGENT)
		row = {"conversation": self.name, "record_doctype": VISIT, "record": visit.name, "may_write": 1}
		for user in (AGENT, COLLEAGUE, MANAGER):
			self.assertEqual(Panel(user).resource("POST", CHAT_RECORD, **row).status_code, 403)
			self.assertEqual(Panel(user).resource("GET", CHAT_RECORD).status_code, 403)
		with self.assertRaises(frappe.PermissionError):
			frappe.get_doc({"doctype": CHAT_RECORD, **row}).insert(ignore_permissions=True)
		self.require_nothing()

	def test_a_row_that_somebody_changes(self):
		self.converted()
		mine = self.visit(AGENT)
		(row,) = frappe.get_all(CHAT_RECORD, {"conversation": self.name}, pluck="name")
		for verb, user in (("PUT", AGENT), ("DELETE", AGENT), ("PUT", MANAGER), ("DELETE", MANAGER)):
			answer = Panel(user).resource(verb, f"{CHAT_RECORD}/{row}", record=mine.name)
			self.assertEqual(answer.status_code, 403)
		self.assertNotIn((VISIT, mine.name), self.records())

	def test_a_duplicate_counts_by_who_makes_it(self):
		self.permit(VISIT, "WA Window Agent", write=1, create=1, if_owner=1)
		visit = self.visit()
		frappe.db.set_value(VISIT, visit.name, "lead", self.lead_doc.name)
		frappe.db.commit()
		copy = frappe.copy_doc(frappe.get_doc(VISIT, visit.name))
		frappe.set_user(AGENT)
		copy.insert()
		frappe.set_user("Administrator")
		self.require_nothing()
		frappe.set_user(COLLEAGUE)
		readable = frappe.copy_doc(frappe.get_doc(VISIT, visit.name)).insert()
		frappe.set_user("Administrator")
		frappe.db.commit()
		self.assertEqual(self.records(), {(VISIT, readable.name)})
		self.require(False)

	def test_a_new_record_with_the_name_of_a_deleted_one(self):
		visit = self.converted()
		frappe.delete_doc(VISIT, visit.name, ignore_permissions=True)
		mine = self.visit(AGENT)
		frappe.rename_doc(VISIT, mine.name, visit.name, force=True)
		frappe.db.commit()
		self.require_nothing()


class TestWhatFollows(ConversionCase):
	def test_the_chat_moves_where_settings_say_so_and_the_readers_of_the_former_record_keep_it(self):
		self.moves()
		visit = self.converted(agent=AGENT)
		self.assertEqual(self.own(), (VISIT, visit.name))
		self.assertEqual(self.records(), {(LEAD, self.lead_doc.name)})
		shown = frappe.db.get_value(CHAT, self.name, ["lead_title", "lead_owner", "unassigned"])
		self.assertEqual(shown, ("Budi's visit", AGENT, 0))
		self.require(True)
		self.assertEqual(self.listed("mine", AGENT), {self.name})
		self.assertEqual(self.opened(self.lead_doc, COLLEAGUE).json["message"]["conversation"], self.name)
		self.permit(VISIT, "WA Window Agent", write=1, create=1, if_owner=1)
		self.require(True, COLLEAGUE)
		self.assertEqual(self.reply(self.lead_doc, COLLEAGUE).status_code, 200)

	def test_who_may_only_read_the_former_record_does_not_move_its_chat(self):
		self.moves()
		self.permit(LEAD, SALES)
		self.converted()
		self.assertEqual(self.own(), (LEAD, self.lead_doc.name))

	def test_a_renamed_record_keeps_the_chat_and_a_merged_one_passes_it_on(self):
		visit = self.converted()
		frappe.rename_doc(VISIT, visit.name, "Visit of Budi", force=True)
		frappe.db.commit()
		self.assertEqual(self.records(), {(VISIT, "Visit of Budi")})
		second = self.converted()
		frappe.rename_doc(VISIT, "Visit of Budi", second.name, merge=True, force=True)
		frappe.db.commit()
		self.assertEqual(self.records(), {(VISIT, second.name)})
		self.require(True)

	def test_two_merged_records_that_both_have_chats_have_both(self):
		other, of_other = self.chat(VISIT)
		visit = self.converted()
		frappe.rename_doc(VISIT, visit.name, other.name, merge=True, force=True)
		frappe.db.commit()
		self.assertEqual(self.records(), {(VISIT, other.name)})
		opened = self.opened(other).json["message"]["conversations"]
		self.assertEqual({row["name"] for row in opened}, {self.name, of_other})

	def test_a_chats_own_record_and_another_one_of_it_are_one_after_their_merging(self):
		for is_own_left in (False, True):
			own, name = self.chat(VISIT)
			later = self.visit(COLLEAGUE, earlier=VISIT, earlier_record=own.name)
			gone, left = (later, own) if is_own_left else (own, later)
			frappe.rename_doc(VISIT, gone.name, left.name, merge=True, force=True)
			frappe.db.commit()
			self.assertEqual(frappe.db.get_value(CHAT, name, "lead"), left.name)
			self.assertEqual(chat_records.of_chats([name]), [])

	def test_the_chat_of_a_deleted_record_belongs_to_what_it_was_converted_to(self):
		visit = self.converted(agent=AGENT)
		frappe.delete_doc(LEAD, self.lead_doc.name, ignore_permissions=True, force=True)
		frappe.db.commit()
		self.assertEqual(self.own(), (VISIT, visit.name))
		self.assertEqual(self.records(), set())
		frappe.delete_doc(VISIT, visit.name, ignore_permissions=True)
		frappe.db.commit()
		self.assertFalse(self.own()[1])

	def test_nobody_gets_to_write_because_the_chats_own_record_is_deleted(self):
		self.permit(LEAD, SALES)
		self.converted()
		frappe.delete_doc(LEAD, self.lead_doc.name, ignore_permissions=True, force=True)
		frappe.db.commit()
		self.assertFalse(self.own()[1])
		self.require(False)

	def test_a_chat_that_is_linked_to_another_lead_leaves_what_the_wrong_one_was_converted_to(self):
		self.converted()
		right = self.lead(self.phone())
		chat = frappe.get_doc(CHAT, self.name)
		chat.update({"lead": right.name}).save()
		frappe.db.commit()
		self.assertEqual(self.records(), set())
		self.require(False)

	def test_an_erased_or_merged_chat_leaves_no_rows(self):
		self.converted()
		_other, kept = self.chat()
		chat_records.merge_into(kept, self.name)
		self.assertEqual(frappe.db.count(CHAT_RECORD, {"conversation": ("in", (kept, self.name))}), 0)
		frappe.db.rollback()
		self.store.change_conversation(kept, lead=self.lead_doc.name)
		chat_records.merge_into(kept, self.name)
		self.assertEqual(len(chat_records.of_chats([kept])), 1)
		frappe.db.rollback()
		erase.erase_customer(self.name)
		self.assertFalse(frappe.db.exists(CHAT, self.name))
		self.assertEqual(frappe.db.count(CHAT_RECORD, {"conversation": self.name}), 0)
