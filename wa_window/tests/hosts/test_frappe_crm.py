import unittest

import frappe

from wa_window.frappe_host.setup.crm_form_script import FORM_SCRIPT, add_form_scripts, remove_form_scripts
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase, deal_of, fill_in_settings


class TestFrappeCRM(SiteCase):
	def setUp(self):
		super().setUp()
		if not frappe.db.exists("DocType", FORM_SCRIPT):
			raise unittest.SkipTest("Frappe CRM is not on this site")
		self.addCleanup(add_form_scripts)

	def scripts(self, view: str = "Form") -> dict:
		ours = {"name": ("like", "WA Window: %"), "view": view}
		rows = frappe.get_all(FORM_SCRIPT, ours, ["dt", "enabled", "script"])
		return {row.dt: row for row in rows}

	def test_leads_deals_and_contacts_have_their_form_script_until_the_app_leaves(self):
		add_form_scripts()
		scripts = self.scripts()
		self.assertEqual(set(scripts), {"CRM Lead", "CRM Deal", "Contact"})
		self.assertIn("class CRMDeal {", scripts["CRM Deal"].script)
		for field in ("mobile_no", "phone"):
			self.assertIn(f"\t{field}() {{", scripts["CRM Lead"].script)
			# CRM would overwrite it with its primary contact's.
			self.assertNotIn(f"\t{field}() {{", scripts["CRM Deal"].script)
		lists = self.scripts("List")
		self.assertEqual(set(lists), set(scripts))
		self.assertIn('doctype: "CRM Deal"', lists["CRM Deal"].script)
		remove_form_scripts()
		self.assertEqual({**self.scripts(), **self.scripts("List")}, {})

	def test_a_script_that_an_admin_switched_off_stays_so_and_an_old_one_is_renewed(self):
		frappe.db.set_value(FORM_SCRIPT, "WA Window: CRM Lead", {"enabled": 0, "script": "old"})
		add_form_scripts()
		renewed = self.scripts()["CRM Lead"]
		self.assertEqual((renewed.enabled, "class CRMLead {" in renewed.script), (0, True))
		frappe.db.set_value(FORM_SCRIPT, "WA Window: CRM Lead", "enabled", 1)

	def test_an_agent_gets_the_addresses_from_which_the_chat_is_loaded(self):
		assets = Panel(AGENT).post("crm.assets").json["message"]
		self.assertRegex(assets["script"], r"^/assets/wa_window/dist/js/wa_window_crm\.bundle\.\w+\.js$")
		self.assertRegex(assets["parts"], r"^/assets/wa_window/dist/js/wa_window_parts\.bundle\.\w+\.js$")
		self.assertRegex(assets["style"], r"wa_window\.bundle\.\w+\.css$")
		self.assertNotIn("batches", assets)
		for_managers = Panel(MANAGER).post("crm.assets").json["message"]
		self.assertRegex(for_managers["batches"], r"wa_window_batches\.bundle\.\w+\.js$")
		self.assertEqual(len(for_managers["styles"]), 2)
		self.assertEqual(for_managers["label"], "Send Template…")

	def test_a_deal_shows_the_chat_of_its_leads_number(self):
		phone = self.phone()
		values = {"first_name": "Wayan", "last_name": phone, "mobile_no": phone}
		lead = frappe.get_doc({"doctype": "CRM Lead", **values}).insert()
		deal = deal_of(lead)
		frappe.db.commit()
		fill_in_settings(lead_doctype="CRM Lead")
		self.written_by(phone)
		self.post_process_all()
		conversation = self.conversation_of(phone)
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		opened = Panel(AGENT).get("chat.open", lead_doctype="CRM Deal", lead=deal).json["message"]
		self.assertEqual(opened["conversation"], conversation.name)
		self.assertEqual((conversation.lead_doctype, conversation.lead), ("CRM Lead", lead.name))
