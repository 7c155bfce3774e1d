"""Frappe's Contact is a record with a chat: its numbers are the rows of a child table, and each app of the host has its own."""

from unittest.mock import patch

import frappe
from frappe.desk.form import assign_to

from wa_window.frappe_host.desk import list_filters
from wa_window.frappe_host.desk.chat_page import _record_urls
from wa_window.frappe_host.desk.details.sections import record
from wa_window.frappe_host.records.leads import FrappeLeads
from wa_window.frappe_host.records.permissions import count_listed
from wa_window.frappe_host.records.record_types import existing_record_types, record_types
from wa_window.frappe_host.setup import install
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase

CONTACT = "Contact"


class TestContactRecords(SiteCase):
	def contact(self, *numbers: str, **values):
		rows = [{"phone": number} for number in numbers]
		values = {"first_name": "Sari", "last_name": frappe.generate_hash(length=8), **values}
		doc = frappe.get_doc({"doctype": CONTACT, "phone_nos": rows, **values})
		doc.insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def wrote_to(self, contact):
		self.written_by(contact.wa_phone)
		self.post_process_all()
		return self.conversation_of(contact.wa_phone)

	def number_of(self, contact) -> str:
		return frappe.db.get_value(CONTACT, contact.name, "wa_phone") or ""

	def test_its_number_is_the_primary_one_else_the_first_valid_of_its_table(self):
		first, second = self.phone(), self.phone()
		contact = self.contact("123", first, second)
		self.assertEqual(contact.wa_phone, first)
		contact.phone_nos[2].is_primary_mobile_no = 1
		contact.save()
		self.assertEqual(contact.wa_phone, second)
		contact.set("phone_nos", [])
		contact.save()
		self.assertEqual(self.number_of(contact), "")

	def test_its_form_asks_when_the_row_of_its_number_changes_or_another_one_gets_primary(self):
		contact = self.contact(first := self.phone(), second := self.phone())
		self.wrote_to(contact)
		target = {"lead_doctype": CONTACT, "lead": contact.name}

		def asked(rows) -> str:
			answer = Panel(MANAGER).post("chat.number_change", **target, values={"phone_nos": rows})
			self.assertEqual(answer.status_code, 200, answer.text)
			return answer.json["message"]

		frappe.get_doc("User", MANAGER).add_roles("Sales User")
		frappe.db.commit()
		unchanged = [{"phone": first}, {"phone": second}]
		self.assertEqual(asked(unchanged), "")
		self.assertEqual(asked([{"phone": first}]), "")
		for changed in (
			[{"phone": self.phone()}, {"phone": second}],
			[{"phone": first}, {"phone": second, "is_primary_mobile_no": 1}],
			[{"phone": second}],
			[],
			"",
		):
			self.assertIn(f"1 message belongs to {first}.", asked(changed))
		self.assertEqual(self.number_of(contact), first)
		for wrong in (5, "x", [5], [None], {"phone": first}):
			answer = Panel(MANAGER).post("chat.number_change", **target, values={"phone_nos": wrong})
			self.assertEqual(answer.status_code, 417, (wrong, answer.text))

	def test_contacts_from_before_the_app_get_the_same_number_without_being_modified(self):
		first, second = self.phone(), self.phone()
		contacts = [self.contact("123", first), self.contact(first, second), self.contact()]
		contacts[1].phone_nos[1].is_primary_mobile_no = 1
		contacts[1].save()
		contacts.append(self.contact(second))
		names = [contact.name for contact in contacts]
		numbers = [self.number_of(contact) for contact in contacts]
		modified = frappe.get_all(CONTACT, {"name": ("in", names)}, ["name", "modified"], order_by="name asc")
		frappe.db.set_value(CONTACT, {"name": ("in", names)}, "wa_phone", None, update_modified=False)
		frappe.db.commit()
		with patch.object(install, "BATCH", 2):
			install.fill_wa_phone(CONTACT)
		self.assertEqual([self.number_of(contact) for contact in contacts], numbers)
		self.assertEqual(numbers, [first, second, "", second])
		now = frappe.get_all(CONTACT, {"name": ("in", names)}, ["name", "modified"], order_by="name asc")
		self.assertEqual(now, modified)

	def test_a_filling_in_that_was_interrupted_goes_on(self):
		contacts = [self.contact(self.phone()) for _ in range(3)]
		names = ("in", [contact.name for contact in contacts])
		frappe.db.set_value(CONTACT, {"name": names}, "wa_phone", None, update_modified=False)
		frappe.db.delete("DefaultValue", {"defkey": install.filled_key(CONTACT)})
		frappe.db.commit()
		frappe.clear_cache()
		with (
			patch.object(install, "BATCH", 1),
			patch.object(install, "update_progress_bar", side_effect=OSError),
		):
			self.assertRaises(OSError, install.fill_wa_phone, CONTACT)
		frappe.db.rollback()
		self.assertLess(frappe.db.count(CONTACT, {"name": names, "wa_phone": ("is", "set")}), 3)
		install.extend_lead_types()
		self.assertEqual(frappe.db.count(CONTACT, {"name": names, "wa_phone": ("is", "set")}), 3)

	def test_a_message_goes_to_the_contact_and_to_who_may_read_it(self):
		contact = self.contact(self.phone())
		chat = self.wrote_to(contact)
		self.assertEqual((chat.lead_doctype, chat.lead), (CONTACT, contact.name))
		opened = {"lead_doctype": CONTACT, "lead": contact.name}
		self.assertEqual(Panel(AGENT).get("chat.open", **opened).status_code, 403)
		self.assertEqual(Panel(AGENT).get("chat.older", conversation=chat.name, before="").status_code, 403)
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		frappe.db.commit()
		answer = Panel(AGENT).get("chat.open", **opened).json["message"]
		self.assertEqual((answer["conversation"], len(answer["messages"])), (chat.name, 1))
		frappe.set_user(AGENT)
		self.assertIn(contact.name, list_filters.leads("open", CONTACT)[0])
		self.assertIn("mobile_no", {field["fieldname"] for field in record(chat.name)["fields"]})

	def test_who_may_read_one_contact_finds_no_other_ones_chat_by_any_list(self):
		mine, other = self.contact(self.phone()), self.contact(self.phone())
		own, foreign = self.wrote_to(mine), self.wrote_to(other)
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		values = {"user": AGENT, "allow": CONTACT, "for_value": mine.name}
		permission = frappe.get_doc({"doctype": "User Permission", **values}).insert()
		self.addCleanup(frappe.delete_doc, "User Permission", permission.name)
		agent = Panel(AGENT)
		answers = (
			agent.get("inbox.chats", queue="all"),
			agent.get("inbox.chats", queue="all", search=foreign.customer_phone),
			agent.get("inbox.chats", queue="all", search="Halo"),
			agent.get("inbox.chats", queue="all", conversations=frappe.as_json([own.name, foreign.name])),
			agent.get("chat.windows", conversations=frappe.as_json([own.name, foreign.name])),
			agent.get(
				"chat.lead_windows", lead_doctype=CONTACT, leads=frappe.as_json([mine.name, other.name])
			),
			agent.resource("GET", "Chat Conversation"),
			agent.resource("GET", "Chat Message?limit_page_length=100"),
			agent.resource("GET", f"Chat Conversation/{own.name}"),
		)
		for answer in answers:
			self.assertEqual(answer.status_code, 200, answer.text)
			for hidden in (foreign.name, other.name, foreign.customer_phone):
				self.assertNotIn(hidden, answer.text)
		self.assertIn(own.name, answers[0].text)
		self.assertIn(own.name, answers[6].text)
		self.assertEqual(agent.resource("GET", f"Chat Conversation/{foreign.name}").status_code, 403)
		frappe.set_user(AGENT)
		self.assertIn(mine.name, list_filters.leads("open", CONTACT)[0])
		self.assertNotIn(other.name, list_filters.leads("open", CONTACT)[0])
		filters = {"name": ("in", [own.name, foreign.name])}
		self.assertEqual(count_listed("Chat Conversation", [["name", *filters["name"]]]), 1)

	def test_who_has_it_assigned_is_notified(self):
		contact = self.contact(self.phone())
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		assign_to.add({"doctype": CONTACT, "name": contact.name, "assign_to": [AGENT]})
		self.wrote_to(contact)
		about = {"document_type": CONTACT, "document_name": contact.name, "link": ("like", "%#wa_tab")}
		self.assertEqual(frappe.get_all("Notification Log", about, pluck="for_user"), [AGENT])

	def test_it_is_nobodys_until_it_is_assigned(self):
		"""Whoever entered it is not responsible for its chat."""
		contact = self.contact(self.phone())
		chat = self.wrote_to(contact)
		self.assertEqual(frappe.db.get_value("Chat Conversation", chat.name, "unassigned"), 1)
		self.assertFalse(frappe.db.get_value("Chat Conversation", chat.name, "lead_owner"))

	def test_the_type_of_new_records_comes_first_then_the_others_in_the_tables_order(self):
		phone = self.phone()
		contact = self.contact(phone)
		lead = self.lead(phone)
		found = [(each.doctype, each.name) for each in FrappeLeads().find(phone)]
		self.assertEqual(found, [("Chat Lead", lead.name), (CONTACT, contact.name)])
		self.assertFalse(record_types()[CONTACT].can_be_new)

	def test_a_contact_that_takes_the_number_of_a_running_chat_does_not_get_it(self):
		phone = self.phone()
		lead = self.lead(phone)
		self.written_by(phone)
		self.post_process_all()
		self.contact(phone)
		lead.phone = self.phone()
		lead.save()
		self.written_by(phone, body="Halo lagi")
		self.post_process_all()
		chat = self.conversation_of(phone)
		self.assertEqual((chat.lead_doctype, chat.lead), ("Chat Lead", lead.name))

	def test_its_link_leads_to_frappe_crms_page_only_where_there_is_one(self):
		is_crm = "crm" in frappe.get_installed_apps()
		self.assertEqual(_record_urls()[CONTACT].startswith("/crm/contacts/"), is_crm)

	def test_every_type_has_its_fields_and_only_one_that_may_be_new_or_becomes_new_has_an_ad(self):
		for kind in existing_record_types():
			meta = frappe.get_meta(kind.doctype)
			self.assertTrue(meta.has_field("wa_phone"), kind.doctype)
			self.assertEqual(meta.has_field("wa_ad"), kind.has_ad, kind.doctype)
			for field in kind.phone_fields:
				table, _dot, column = field.rpartition(".")
				of = frappe.get_meta(meta.get_field(table).options) if table else meta
				self.assertTrue(of.has_field(column), (kind.doctype, field))
