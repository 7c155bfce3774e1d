"""Another app's DocType has a chat by the hook `wa_window_record_types` alone."""

import json
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


BAD_ENTRIES = {
	"An entry of wa_window_record_types is 'Site Visit', not a dict.": "Site Visit",
	"The entry 'A' of wa_window_record_types has no 'name_fields'.": {
		"doctype": "A",
		"phone_fields": ["phone"],
	},
	"The entry 'B' of wa_window_record_types has no 'phone_fields'.": {
		"doctype": "B",
		"phone_fields": [],
		"name_fields": ["visitor"],
	},
	"has the unknown key 'phone_field'; there are doctype, phone_fields, name_fields, owner_field,": {
		**FROM_HOOK,
		"phone_field": "phone",
	},
	"has 'lead' as 'came_from', which is to be a list of texts.": {**FROM_HOOK, "came_from": "lead"},
	"has ['doctype'] as 'linked_to', which is to be a list of pairs of texts.": {
		**FROM_HOOK,
		"linked_to": ["doctype"],
	},
	"has 'no' as 'can_be_new', which is to be True or False.": {**FROM_HOOK, "can_be_new": "no"},
	"has None as 'owner_field', which is to be a text.": {**FROM_HOOK, "owner_field": None},
}


def hooks_with(*entries):
	"""`frappe.get_hooks`, with these entries from another app."""
	get_hooks = frappe.get_hooks

	def with_the_apps(hook=None, *arguments, **named):
		found = get_hooks(hook, *arguments, **named)
		return [*found, *entries] if hook == record_types.HOOK else found

	return with_the_apps


class TestMistakesInAHook(SiteCase):
	def test_a_bad_entry_is_skipped_and_says_why_where_it_is_taken_up(self):
		good = {**FROM_HOOK, "doctype": "Of No App"}
		with patch.object(frappe, "get_hooks", hooks_with(*BAD_ENTRIES.values(), good)):
			self.assertEqual(list(record_types.record_types())[-2:], ["Chat Lead", "Of No App"])
			self.assertEqual(record_types.record_types()["Of No App"].linked_to, (("doctype", "name"),))
			frappe.db.delete("Error Log")
			install.after_migrate()
		logged = frappe.get_all("Error Log", pluck="error")
		self.assertEqual(len(logged), len(BAD_ENTRIES))
		for reason in BAD_ENTRIES:
			self.assertTrue(any(reason in text for text in logged), (reason, logged))

	def test_a_dict_in_place_of_a_list_takes_no_chats_away(self):
		"""Frappe then gives the hook as a dict of lists (frappe/__init__.py, append_hook)."""
		given = {key: [value] for key, value in FROM_HOOK.items()}
		with patch.object(frappe, "get_hooks", return_value=given):
			self.assertEqual(list(record_types.record_types())[-1], "Chat Lead")


class TestAnAppThatIsGone(SiteCase):
	def test_it_is_gone_also_where_a_request_has_cached_it_meanwhile(self):
		apps = frappe.get_installed_apps()
		self.addCleanup(frappe.clear_cache)
		frappe.db.set_global("installed_apps", json.dumps([*apps, "an_app_with_visits"]))
		self.assertIn("an_app_with_visits", frappe.get_installed_apps())
		# The row alone, whose cache has been filled again since Frappe 15 cleared it.
		stored = {"defkey": "installed_apps", "parent": "__global"}
		frappe.db.set_value("DefaultValue", stored, "defvalue", json.dumps(apps))
		with patch.object(install, "unlink_deleted_types") as unlink:
			install.after_app_uninstall("an_app_with_visits")
		unlink.assert_called_once_with()

	def test_our_fields_and_marks_of_its_doctypes_are_gone_too(self):
		left = {"dt": "Of No App", "fieldname": "wa_tab", "fieldtype": "Tab Break", "module": "WA Window"}
		frappe.get_doc({"doctype": "Custom Field", "name": "Of No App-wa_tab", **left}).db_insert()
		frappe.db.set_global(install.filled_key("Of No App"), "id")
		install.after_app_uninstall("an_app_with_visits")
		self.assertFalse(frappe.db.exists("Custom Field", {"dt": "Of No App"}))
		self.assertFalse(frappe.db.get_global(install.filled_key("Of No App")))


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
		hooked = patch.object(frappe, "get_hooks", hooks_with(FROM_HOOK))
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
			written = {
				"bad_of_a_test": "this is no Python",
				"visits_of_a_test": f"wa_window_record_types = [{{}}, {FROM_HOOK!r}]",
			}
			for app, hooks in written.items():
				Path(folder, app).mkdir()
				Path(folder, app, "__init__.py").touch()
				Path(folder, app, "hooks.py").write_text(hooks)
			apps = ["frappe", "not_there_at_all", *written, "wa_window"]
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
