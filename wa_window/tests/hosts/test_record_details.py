"""Beside a chat in the inbox: its record, what belongs to it, and the records to link."""

from unittest import SkipTest

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import add_days, now_datetime

from wa_window.chat.errors import ChangedMeanwhile
from wa_window.frappe_host.desk.details import candidates
from wa_window.tests.chat_case import ChatCase
from wa_window.tests.contract.concurrency import AtOnce
from wa_window.tests.site_case import (
	AGENT,
	MANAGER,
	STRANGER,
	Panel,
	deal_of,
	fill_in_settings,
	sentences,
	with_own_connection,
)


class DetailsCase(ChatCase):
	def setUp(self):
		super().setUp()
		self.chat = self.written().name
		self.manager = Panel(MANAGER)

	def record(self, panel: Panel | None = None, conversation: str = "") -> dict:
		response = (panel or self.agent).get("inbox.record", conversation=conversation or self.chat)
		self.assertEqual(response.status_code, 200, response.text)
		return response.json["message"]

	def field(self, fieldname: str, **how) -> dict | None:
		fields = self.record(**how).get("fields", [])
		return next((field for field in fields if field["fieldname"] == fieldname), None)

	def set(self, field: str, value: str, panel: Panel | None = None, **more):
		return (panel or self.agent).post(
			"inbox.set_field", conversation=self.chat, field=field, value=value, **more
		)

	def stored(self, field: str):
		frappe.db.rollback()
		return frappe.db.get_value("Chat Lead", self.doc.name, field)

	def property(self, fieldname: str, name: str, value, kind: str = "Check") -> None:
		setter = make_property_setter("Chat Lead", fieldname, name, value, kind)
		frappe.db.commit()
		self.addCleanup(self.take_back, setter.name)

	def take_back(self, setter: str) -> None:
		frappe.set_user("Administrator")
		frappe.delete_doc("Property Setter", setter, force=True, ignore_missing=True)
		frappe.clear_cache(doctype="Chat Lead")
		frappe.db.commit()

	def made(self, doctype: str, **values):
		doc = frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
		frappe.db.commit()
		self.addCleanup(self.unmake, doctype, doc.name)
		return doc

	def unmake(self, doctype: str, name: str) -> None:
		frappe.set_user("Administrator")
		frappe.delete_doc(doctype, name, force=True, ignore_missing=True)
		frappe.db.commit()


class TestFields(DetailsCase):
	def test_status_owner_number_and_mail_are_shown_and_an_agent_may_change_them(self):
		found = self.record()
		self.assertEqual(found["record"]["name"], self.doc.name)
		kinds = {field["fieldname"]: field["kind"] for field in found["fields"]}
		self.assertEqual(kinds, {"status": "choice", "lead_owner": "link", "phone": "text", "email": "text"})
		status = found["fields"][0]
		self.assertEqual((status["value"], status["shown"]), ("New", "New"))
		self.assertIn({"value": "Interested", "label": "Interested"}, status["choices"])
		answer = self.set("status", "Interested", was="New")
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual(answer.json["message"]["fields"][0]["value"], "Interested")
		self.assertEqual(self.stored("status"), "Interested")
		self.assertEqual(frappe.db.get_value("Chat Lead", self.doc.name, "modified_by"), AGENT)

	def test_the_fields_that_settings_name_are_shown_too(self):
		self.assertIsNone(self.field("lead_name"))
		fill_in_settings(inbox_fields=" Chat Lead.lead_name \n\n")
		frappe.db.commit()
		self.addCleanup(fill_in_settings, inbox_fields="")
		self.assertEqual(self.field("lead_name")["value"], "Budi Santoso")
		self.assertEqual(self.set("lead_name", "Budi S.").status_code, 200)
		(row,) = frappe.get_all("Chat Conversation", {"name": self.chat}, ["lead_title"])
		self.assertEqual(row.lead_title, "Budi S.")

	def test_settings_refuse_a_field_that_is_none(self):
		for text in ("Chat Lead.nothing", "User.email", "status", "Chat Lead.wa_chat_html"):
			with self.assertRaises(frappe.ValidationError, msg=text):
				fill_in_settings(inbox_fields=text)

	def test_a_value_that_the_record_refuses_is_refused_with_its_sentence(self):
		for field, value in (("status", "Nonsense"), ("email", "no address")):
			answer = self.set(field, value)
			self.assertEqual(answer.status_code, 417, answer.text)
			self.assertTrue(sentences(answer))
			self.assertNotEqual(self.stored(field), value)

	def test_a_mandatory_field_is_not_emptied(self):
		self.property("email", "reqd", 1)
		frappe.db.set_value("Chat Lead", self.doc.name, "email", "budi@example.com")
		frappe.db.commit()
		self.assertTrue(self.field("email")["required"])
		self.assertEqual(self.set("email", "").status_code, 417)
		self.assertEqual(self.stored("email"), "budi@example.com")

	def test_what_a_colleague_changed_meanwhile_is_not_overwritten(self):
		frappe.db.set_value("Chat Lead", self.doc.name, "status", "Converted")
		frappe.db.commit()
		answer = self.set("status", "Interested", was="New")
		self.assertEqual((answer.status_code, answer.json["exc_type"]), (409, "ChangedMeanwhile"))
		self.assertIn("Status was just changed to “Converted”", sentences(answer))
		self.assertEqual(self.stored("status"), "Converted")

	def test_a_colleagues_change_of_another_field_is_no_conflict_and_is_kept(self):
		seen = self.field("status")["value"]
		frappe.db.set_value("Chat Lead", self.doc.name, "email", "budi@example.com")
		frappe.db.commit()
		self.assertEqual(self.set("status", "Interested", was=seen).status_code, 200)
		self.assertEqual(self.stored("email"), "budi@example.com")

	def test_a_field_that_is_read_only_hidden_or_not_among_the_shown_ones_is_not_changed(self):
		self.property("status", "read_only", 1)
		self.property("email", "hidden", 1)
		self.assertEqual(self.field("status")["kind"], "")
		self.assertIsNone(self.field("email"))
		for field in ("status", "email", "lead_name", "owner", "wa_phone", "name", "nothing", "docstatus"):
			self.assertEqual(self.set(field, "x").status_code, 403, field)

	def test_a_field_of_a_level_that_the_user_may_not_read_is_neither_shown_nor_changed(self):
		frappe.db.set_value("Chat Lead", self.doc.name, "email", "secret@example.com")
		self.property("email", "permlevel", 1, "Int")
		response = self.agent.get("inbox.record", conversation=self.chat)
		self.assertNotIn("secret@example.com", response.text)
		self.assertEqual(self.set("email", "x@example.com").status_code, 403)

	def test_who_may_not_read_the_chat_gets_nothing(self):
		stranger = Panel(STRANGER)
		self.assertEqual(stranger.get("inbox.record", conversation=self.chat).status_code, 403)
		self.assertEqual(self.set("status", "Interested", panel=stranger).status_code, 403)
		self.assertEqual(
			stranger.get("inbox.choices", conversation=self.chat, field="lead_owner").status_code, 403
		)
		self.assertEqual(self.agent.get("inbox.record", conversation="none").status_code, 403)

	def test_the_owner_is_chosen_among_those_who_may_chat_there(self):
		answer = self.agent.get("inbox.choices", conversation=self.chat, field="lead_owner")
		users = [choice["value"] for choice in answer.json["message"]]
		self.assertIn(AGENT, users)
		self.assertNotIn(STRANGER, users)
		self.assertEqual(self.set("lead_owner", AGENT).status_code, 200)
		self.assertEqual(self.field("lead_owner")["shown"], frappe.db.get_value("User", AGENT, "full_name"))

	def test_of_two_agents_who_change_a_field_the_second_is_told(self):
		answers = [self.set("status", value, was="New").status_code for value in ("Interested", "Converted")]
		self.assertEqual((answers, self.stored("status")), ([200, 409], "Interested"))


class TestSections(DetailsCase):
	def test_notes_are_plain_text_whatever_they_hold(self):
		for text in ("Minta <img src=x onerror=alert(1)> besok\nBaris & dua", "&lt;b&gt;tebal"):
			self.agent.post("inbox.note", conversation=self.chat, text=text)
		self.doc.add_comment("Comment", "<p>satu</p><p>d<b>u</b>a</p><script>alert(1)</script>")
		frappe.db.commit()
		texts = [note["text"] for note in self.record()["notes"]]
		self.assertIn("Minta <img src=x onerror=alert(1)> besok\nBaris & dua", texts)
		self.assertIn("&lt;b&gt;tebal", texts)
		self.assertTrue(any(text.startswith("satu\ndua") for text in texts), texts)

	def test_a_note_names_its_author_and_its_time(self):
		self.agent.post("inbox.note", conversation=self.chat, text="Telepon besok")
		(note,) = self.record(self.manager)["notes"]
		self.assertEqual(
			(note["doctype"], note["text"], note["is_mine"]), ("Comment", "Telepon besok", False)
		)
		self.assertEqual(note["author"], frappe.db.get_value("User", AGENT, "full_name"))
		self.assertLess(abs(note["at_ms"] - self.now_ms), 60_000)

	def test_a_note_on_a_chat_without_a_record_is_there_when_it_is_linked(self):
		self.store.change_conversation(self.chat, lead_doctype="", lead="")
		frappe.db.commit()
		self.manager.post("inbox.note", conversation=self.chat, text="Siapa ini?")
		self.assertEqual([note["text"] for note in self.record(self.manager)["notes"]], ["Siapa ini?"])
		answer = self.manager.post(
			"inbox.link", conversation=self.chat, lead_doctype="Chat Lead", lead=self.doc.name
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual([note["text"] for note in self.record()["notes"]], ["Siapa ini?"])

	def test_open_tasks_are_shown_by_frappes_permission_and_an_assignment_is_none(self):
		about = {"reference_type": "Chat Lead", "reference_name": self.doc.name, "allocated_to": AGENT}
		due = add_days(now_datetime().date(), -1)
		self.made("ToDo", description="<p>Kirim brosur</p>", date=due, **about)
		self.made("ToDo", description="Selesai", status="Closed", **about)
		self.made("ToDo", description="Rahasia", **{**about, "allocated_to": "Administrator"})
		self.agent.post("inbox.take", conversation=self.chat)
		(task,) = self.record()["tasks"]
		self.assertEqual((task["text"], task["is_overdue"], bool(task["due"])), ("Kirim brosur", True, True))

	def test_the_next_event_is_shown_to_whom_frappe_shows_it(self):
		person = {"reference_doctype": "Chat Lead", "reference_docname": self.doc.name}
		for subject, days, kind in (
			("Survei", 3, "Public"),
			("Nanti", 9, "Public"),
			("Rahasia", 1, "Private"),
		):
			self.made(
				"Event",
				subject=subject,
				event_type=kind,
				starts_on=add_days(now_datetime(), days),
				event_participants=[person],
			)
		event = self.record()["event"]
		self.assertEqual((event["text"], event["is_all_day"]), ("Survei", False))
		self.assertLess(abs(event["at_ms"] - self.now_ms - 3 * 86_400_000), 300_000)

	def test_files_of_the_record_are_shown(self):
		self.made(
			"File",
			file_name="denah.txt",
			content="denah",
			is_private=1,
			attached_to_doctype="Chat Lead",
			attached_to_name=self.doc.name,
		)
		files = self.record()["files"]
		self.assertEqual([(file["name"][:5], file["type"]) for file in files], [("denah", "text/plain")])

	def test_the_calls_statements_do_not_grow_with_the_chat(self):
		def statements() -> int:
			frappe.set_user(AGENT)
			counted = []
			sql = frappe.db.sql
			try:
				frappe.db.sql = lambda *given, **how: (counted.append(given), sql(*given, **how))[1]
				frappe.get_attr("wa_window.api.inbox.record")(conversation=self.chat)
			finally:
				frappe.db.sql = sql
				frappe.set_user("Administrator")
			return len(counted)

		statements()
		few = statements()
		for index in range(20):
			self.written_by(self.number, Body=f"Halo {index}")
		statements()
		self.assertEqual(statements(), few)
		self.assertLess(few, 40)


class TestLinkingByHand(DetailsCase):
	def setUp(self):
		super().setUp()
		self.store.change_conversation(self.chat, lead_doctype="", lead="", profile_name="Budi Santoso")
		frappe.db.commit()

	def link(self, lead: str, panel: Panel | None = None):
		return (panel or self.manager).post(
			"inbox.link", conversation=self.chat, lead_doctype="Chat Lead", lead=lead
		)

	def test_records_with_the_number_come_before_those_with_the_name(self):
		namesake = self.lead(self.phone())
		self.lead(self.phone(), lead_name="Siti")
		found = self.record(self.manager)
		self.assertNotIn("record", found)
		first, *others = found["candidates"]
		self.assertEqual((first["name"], first["by"], first["phone"]), (self.doc.name, "number", self.number))
		self.assertIn((namesake.name, "name"), [(each["name"], each["by"]) for each in others])
		self.assertNotIn("Siti", [each["title"] for each in others])
		self.assertLessEqual(len(found["candidates"]), 5)
		self.assertFalse(found["may_create"])

	def test_where_no_record_has_the_number_one_may_be_created(self):
		frappe.delete_doc("Chat Lead", self.doc.name, force=True)
		frappe.db.commit()
		self.assertTrue(self.record(self.manager)["may_create"])
		answer = self.manager.post("inbox.create_lead", conversation=self.chat)
		self.assertEqual(answer.status_code, 200, answer.text)
		self.assertEqual(self.record(self.manager)["record"]["name"], answer.json["message"]["name"])

	def test_a_manager_links_and_an_agent_does_not(self):
		self.assertEqual(self.agent.get("inbox.record", conversation=self.chat).status_code, 403)
		self.assertEqual(self.link(self.doc.name, self.agent).status_code, 403)
		answer = self.link(self.doc.name)
		self.assertEqual(answer.json["message"]["lead"], self.doc.name)
		self.assertEqual(answer.json["message"]["title"], "Budi Santoso")

	def test_of_two_managers_the_second_is_told_and_changes_nothing(self):
		other = self.lead(self.phone(), lead_name="Siti")
		self.assertEqual(self.link(self.doc.name).status_code, 200)
		self.assertEqual(self.link(self.doc.name).status_code, 200)
		answer = self.link(other.name)
		self.assertEqual((answer.status_code, answer.json["exc_type"]), (409, "ChangedMeanwhile"))
		self.assertIn("just linked to Budi Santoso", sentences(answer))
		self.assertEqual(self.conversation_of(self.number).lead, self.doc.name)

	def test_what_is_no_record_is_refused(self):
		for doctype, name in (("Chat Lead", "none"), ("User", AGENT), ("Chat Conversation", self.chat)):
			answer = self.manager.post("inbox.link", conversation=self.chat, lead_doctype=doctype, lead=name)
			self.assertIn(answer.status_code, (403, 417), doctype)
		self.assertEqual(self.conversation_of(self.number).lead, "")


class TestTwoManagersAtOnce(DetailsCase):
	def test_only_one_of_them_links(self):
		self.store.change_conversation(self.chat, lead_doctype="", lead="")
		other = self.lead(self.phone(), lead_name="Siti")
		frappe.db.commit()
		results = []

		def linking(lead: str):
			def work() -> None:
				try:
					candidates.link(self.chat, "Chat Lead", lead)
					results.append(lead)
				except ChangedMeanwhile:
					results.append("")

			return work

		AtOnce.at_once(self, linking(self.doc.name), linking(other.name))
		self.assertEqual(len(results), 2)
		self.assertEqual([lead for lead in results if lead], [self.conversation_of(self.number).lead])

	def in_thread(self, work):
		return with_own_connection(work)


class OtherRecordCase(DetailsCase):
	"""A chat of another app's record, whose agent may read and change it."""

	doctype, role = "", ""

	def setUp(self):
		if not frappe.db.exists("DocType", self.doctype):
			raise SkipTest(f"{self.doctype} is not on this site")
		super().setUp()
		frappe.get_doc("User", AGENT).add_roles(self.role)
		self.other = self.made(
			self.doctype, first_name="Wayan", mobile_no=self.phone(), email=None, **self.more()
		)
		self.store.change_conversation(self.chat, lead_doctype=self.doctype, lead=self.other.name)
		frappe.db.commit()

	def more(self) -> dict:
		return {}


class TestFrappeCRMsLead(OtherRecordCase):
	doctype, role = "CRM Lead", "Sales User"

	def test_its_status_is_chosen_among_the_sites_and_saved(self):
		answer = self.agent.get("inbox.choices", conversation=self.chat, field="status")
		statuses = [choice["value"] for choice in answer.json["message"]]
		self.assertIn("Contacted", statuses)
		self.assertEqual(self.set("status", "Contacted").status_code, 200)
		self.assertEqual(frappe.db.get_value("CRM Lead", self.other.name, "status"), "Contacted")
		self.assertEqual(self.set("status", "Nonsense").status_code, 417)

	def test_its_tasks_notes_and_deals_are_shown(self):
		about = {"reference_doctype": "CRM Lead", "reference_docname": self.other.name}
		self.made("CRM Task", title="Telepon", status="Todo", due_date=add_days(now_datetime(), 1), **about)
		self.made("CRM Task", title="Lama", status="Done", **about)
		self.made("FCRM Note", title="Anggaran", content="<p>500 juta</p>", **about)
		found = self.record()
		self.assertEqual([task["text"] for task in found["tasks"]], ["Telepon"])
		self.assertEqual([note["text"] for note in found["notes"]], ["Anggaran\n500 juta"])
		self.assertEqual(found["related"], [])
		deal = deal_of(frappe.get_doc("CRM Lead", self.other.name))
		frappe.db.commit()
		(deals,) = self.record()["related"]
		self.assertEqual((deals["label"], [row["name"] for row in deals["rows"]]), ("Deals", [deal]))


class TestERPNextsLead(OtherRecordCase):
	doctype, role = "Lead", "Sales User"

	def more(self) -> dict:
		return {
			"notes": [{"note": "<p>Minta <b>diskon</b></p>", "added_by": AGENT, "added_on": now_datetime()}]
		}

	def test_its_fields_notes_and_opportunities_are_shown(self):
		self.assertEqual(self.set("status", "Interested").status_code, 200)
		self.assertEqual(frappe.db.get_value("Lead", self.other.name, "status"), "Interested")
		self.made(
			"Opportunity",
			opportunity_from="Lead",
			party_name=self.other.name,
			company=frappe.get_all("Company", limit=1, pluck="name")[0],
		)
		found = self.record()
		self.assertEqual([note["text"] for note in found["notes"]], ["Minta diskon"])
		(opportunities,) = found["related"]
		self.assertEqual(opportunities["label"], "Opportunities")
		email = next(field for field in found["fields"] if field["fieldname"] == "email_id")
		self.assertEqual(email["kind"], "text")


class TestWorkflow(DetailsCase):
	def test_a_workflows_state_is_changed_by_its_actions_and_its_states_say_who_may_edit(self):
		for state in ("Baru", "Disetujui"):
			if not frappe.db.exists("Workflow State", state):
				self.made("Workflow State", workflow_state_name=state)
		if not frappe.db.exists("Workflow Action Master", "Setujui"):
			self.made("Workflow Action Master", workflow_action_name="Setujui")
		frappe.db.set_value("Chat Lead", self.doc.name, "status", "New")
		self.made(
			"Workflow",
			workflow_name="WA Test",
			document_type="Chat Lead",
			workflow_state_field="wa_state",
			is_active=1,
			send_email_alert=0,
			states=[
				{"state": "Baru", "doc_status": "0", "allow_edit": "WA Window Agent"},
				{"state": "Disetujui", "doc_status": "0", "allow_edit": "WA Window Manager"},
			],
			transitions=[
				{
					"state": "Baru",
					"action": "Setujui",
					"next_state": "Disetujui",
					"allowed": "WA Window Agent",
					"allow_self_approval": 1,
				}
			],
		)
		frappe.db.set_value("Chat Lead", self.doc.name, "wa_state", "Baru")
		frappe.db.set_value("Custom Field", {"dt": "Chat Lead", "fieldname": "wa_state"}, "hidden", 0)
		frappe.clear_cache(doctype="Chat Lead")
		frappe.cache.hdel("workflow", "Chat Lead")
		self.addCleanup(self.unmake, "Custom Field", "Chat Lead-wa_state")
		fill_in_settings(inbox_fields="Chat Lead.wa_state")
		frappe.db.commit()
		self.addCleanup(fill_in_settings, inbox_fields="")
		state = self.field("wa_state")
		self.assertEqual([choice["value"] for choice in state["choices"]], ["Baru", "Disetujui"])
		self.assertEqual(self.set("wa_state", "Nonsense").status_code, 417)
		self.assertEqual(self.set("wa_state", "Disetujui").status_code, 200)
		self.assertEqual(self.stored("wa_state"), "Disetujui")
		self.assertEqual({field["kind"] for field in self.record()["fields"]}, {""})
		self.assertEqual(self.set("status", "Interested").status_code, 403)
