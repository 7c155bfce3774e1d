"""Another app's DocType has a chat by the hook `wa_window_record_types` alone."""

import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import frappe

from wa_window.frappe_host.desk import list_filters
from wa_window.frappe_host.panel_host import panel
from wa_window.frappe_host.records import leads, record_types
from wa_window.frappe_host.setup import install
from wa_window.tests.site_case import AGENT, SiteCase

DOCTYPE = "Site Visit of a Test"
FROM_HOOK = {
	"doctype": DOCTYPE,
	"phone_fields": ["contact_number", "numbers.phone"],
	"name_fields": ["visitor"],
	"tab_after": "numbers",
	"linked_to": [["doctype", "name"]],
}


class TestAnotherAppsRecords(SiteCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.get_doc(
			{
				"doctype": "DocType",
				"name": DOCTYPE,
				"module": "WA Window",
				"custom": 1,
				"title_field": "visitor",
				"fields": [
					{"fieldname": "visitor", "fieldtype": "Data", "label": "Visitor"},
					{"fieldname": "contact_number", "fieldtype": "Data", "label": "Contact Number"},
					{
						"fieldname": "numbers",
						"fieldtype": "Table",
						"options": "Contact Phone",
						"label": "Numbers",
					},
				],
				"permissions": [{"role": "WA Window Agent", "read": 1, "write": 1, "create": 1}],
			}
		).insert()
		cls.addClassCleanup(cls.remove_doctype)

	@classmethod
	def remove_doctype(cls):
		frappe.db.delete("Custom Field", {"dt": DOCTYPE})
		frappe.delete_doc("DocType", DOCTYPE, force=True)
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		get_hooks = frappe.get_hooks

		def with_the_apps(hook=None, *arguments, **named):
			found = get_hooks(hook, *arguments, **named)
			return [*found, FROM_HOOK] if hook == record_types.HOOK else found

		hooked = patch.object(frappe, "get_hooks", with_the_apps)
		hooked.start()
		self.addCleanup(hooked.stop)
		install.after_app_install("an_app_with_visits")

	def visit(self, number: str):
		doc = frappe.get_doc({"doctype": DOCTYPE, "visitor": "Ibu Sari", "contact_number": number})
		doc.set(
			"wa_phone", number
		)  # by the document event that hooks.py registers for the DocTypes of all apps
		doc.insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def test_its_form_gets_the_whatsapp_tab_and_the_browser_knows_it(self):
		self.assertTrue(frappe.get_meta(DOCTYPE).has_field("wa_chat_html"))
		boot = frappe._dict()
		record_types.extend_bootinfo(boot)
		self.assertIn(DOCTYPE, boot.wa_window_record_types)

	def test_a_customers_message_goes_to_its_record_and_shows_in_its_list(self):
		phone = self.phone()
		visit = self.visit(phone)
		self.written_by(phone)
		self.post_process_all()
		conversation = self.conversation_of(phone)
		self.assertEqual((conversation.lead_doctype, conversation.lead), (DOCTYPE, visit.name))
		names, _complete = list_filters.leads("open", DOCTYPE)
		self.assertEqual(names, [visit.name])

	def test_its_number_may_stand_in_a_child_table_also_of_one_from_before_the_app(self):
		visit, phone = self.visit(""), self.phone()
		visit.append("numbers", {"phone": phone})
		visit.save(ignore_permissions=True)
		install.fill_wa_phone(DOCTYPE)
		self.assertEqual(frappe.db.get_value(DOCTYPE, visit.name, "wa_phone"), phone)

	def test_a_new_records_number_is_put_into_its_child_table(self):
		of_table = record_types.RecordType(DOCTYPE, ("numbers.phone",), ("visitor",))
		with patch.object(leads, "preferred_type", return_value=of_table):
			doc = leads.new_lead(phone := self.phone(), "Siti")
		self.assertEqual([row.phone for row in doc.numbers], [phone])

	def test_it_shows_the_chats_of_the_contacts_that_are_linked_to_it(self):
		visit, phone = self.visit(self.phone()), self.phone()
		link = {"link_doctype": DOCTYPE, "link_name": visit.name}
		values = {"first_name": "Siti", "phone_nos": [{"phone": phone}], "links": [link]}
		contact = frappe.get_doc({"doctype": "Contact", **values}).insert()
		self.written_by(phone)
		self.post_process_all()
		chats = panel().open(DOCTYPE, visit.name)["conversations"]
		# Before it the chat that its own number has not begun yet.
		self.assertEqual([chat["name"] for chat in chats], ["", self.conversation_of(phone).name])
		self.assertEqual(chats[1]["person"], contact.full_name)

	def test_hooks_name_the_doctypes_of_each_app_on_the_bench_and_an_app_that_cannot_be_loaded_keeps_none_away(
		self,
	):
		with tempfile.TemporaryDirectory() as folder:
			app = Path(folder, "visits_of_a_test")
			app.mkdir()
			(app / "__init__.py").touch()
			(app / "hooks.py").write_text(f"wa_window_record_types = [{FROM_HOOK!r}]")
			apps = ["frappe", "not_there_at_all", app.name, "wa_window"]
			with (
				patch.object(sys, "path", [folder, *sys.path]),
				patch("frappe.get_all_apps", return_value=apps),
			):
				names = record_types.doctypes_on_bench()
		self.assertEqual(names[-2:], ("Chat Lead", DOCTYPE))

	def test_its_owner_is_notified_of_a_message(self):
		phone = self.phone()
		frappe.set_user(AGENT)
		self.visit(phone)
		frappe.set_user("Administrator")
		self.written_by(phone)
		self.post_process_all()
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": AGENT, "document_type": DOCTYPE}))
