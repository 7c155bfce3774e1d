"""Customers whose ids differ only by case are different customers."""

import secrets

import frappe

from wa_window.frappe_host import consistency
from wa_window.frappe_host.setup import install
from wa_window.frappe_host.store import exact_comparison
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase, of_this_run

COLUMNS = "`customer` varchar(140), modify `customer_user_id` varchar(160), modify `customer_parent_id` varchar(160)"


def ids() -> list[str]:
	digits = secrets.token_hex(6)
	return [f"ID.{letters}{digits}" for letters in ("AbCdEf", "aBcDeF")]


class TestExactness(SiteCase):
	def customer_form(self, user_id: str, **more) -> dict:
		return self.inbound_form(user_id, **{"WaId": "", "ExternalUserId": user_id} | more)

	def test_two_customers_are_two_chats_and_each_gets_its_own_answer(self):
		pair = ids()
		for user_id in pair:
			self.assertEqual(self.post("inbound", self.customer_form(user_id)).status_code, 200)
		frappe.db.rollback()
		rows = frappe.get_all(
			"Chat Conversation", {"customer": ("in", pair)}, ["customer", "customer_address"]
		)
		self.assertEqual(
			{row.customer: row.customer_address for row in rows}, {each: f"whatsapp:{each}" for each in pair}
		)

	def test_erasing_one_leaves_the_other(self):
		one, other = ids()
		for user_id in (one, other):
			self.post("inbound", self.customer_form(user_id))
		frappe.db.rollback()
		named = {row.customer: row.name for row in frappe.get_all("Chat Conversation", ["name", "customer"])}
		erased = Panel(MANAGER).post("settings.erase_customer", conversation=named[one])
		self.assertEqual(erased.json["message"], 1, erased.text)
		frappe.db.rollback()
		self.assertTrue(frappe.db.exists("Chat Conversation", named[other]))

	def test_what_frappes_modify_drops_is_there_again_after_the_next_migration_and_verify_sees_it(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("other databases compare exactly by themselves")
		frappe.db.delete(
			"Chat Conversation", of_this_run()
		)  # then the ids could not be distinguished by case
		frappe.db.sql_ddl(f"alter table `tabChat Conversation` modify {COLUMNS}")
		self.addCleanup(exact_comparison.compare_customers_exactly)
		found = exact_comparison.comparison_differences()
		self.assertEqual({each.computed for each in found}, {"utf8mb4_bin"})
		self.assertEqual(len(found), 3)
		progress = []
		self.assertTrue(
			set(found)
			<= set(consistency.compare_conversations(on_progress=lambda *how: progress.append(how)))
		)
		install.compare_customers_exactly()
		self.assertEqual(exact_comparison.comparison_differences(), [])

	def test_migrating_alters_nothing_where_all_is_exact(self):
		exact_comparison.compare_customers_exactly()
		statements = []
		plain = frappe.db.sql_ddl
		frappe.db.sql_ddl = statements.append
		self.addCleanup(setattr, frappe.db, "sql_ddl", plain)
		exact_comparison.compare_customers_exactly()
		self.assertEqual(statements, [])

	def test_chats_that_were_merged_by_case_are_listed(self):
		one, other = ids()
		self.post("inbound", self.customer_form(one))
		self.post("inbound", self.customer_form(other))
		frappe.db.rollback()
		named = {row.customer: row.name for row in frappe.get_all("Chat Conversation", ["name", "customer"])}
		self.assertNotIn(named[one], dict(exact_comparison.merged_customers()))
		moved = {"conversation": named[other]}
		frappe.db.set_value("Chat Message", moved, "conversation", named[one], update_modified=False)
		frappe.db.commit()
		self.assertEqual(dict(exact_comparison.merged_customers())[named[one]], sorted((one, other)))

	def test_a_leads_list_finds_its_chats_by_number_as_before(self):
		phone = self.phone()
		lead = self.lead(phone, lead_owner=AGENT)
		self.written_by(phone)
		asked = Panel(MANAGER).get("inbox.filters", kind="open", doctype="Chat Lead")
		self.assertIn(lead.name, asked.text)


class TestClientKeys(SiteCase):
	def setUp(self):
		super().setUp()
		self.lead_doc = self.lead(phone := self.phone())
		self.chat = self.written_by(phone)
		self.post_process_all()

	def reply(self, body: str, key: str):
		about = {"lead_doctype": "Chat Lead", "lead": self.lead_doc.name}
		return Panel(MANAGER).post("chat.reply", **about, body=body, client_key=key)

	def test_a_key_that_differs_by_case_is_refused_with_words_and_drops_no_text(self):
		if frappe.db.db_type == "sqlite":
			self.skipTest("SQLite's unique index distinguishes case: it is another key there")
		digits = secrets.token_hex(6)
		self.assertEqual(self.reply("one", f"abc-{digits}").status_code, 200)
		refused = self.reply("two", f"ABC-{digits}")
		self.assertEqual((refused.status_code, refused.json["exc_type"]), (417, "InvalidMessage"))
		self.assertIn("Reload the page", refused.text)

	def test_the_same_key_with_another_text_is_refused(self):
		key = secrets.token_hex(8)
		self.assertEqual(self.reply("one", key).status_code, 200)
		self.assertEqual(self.reply("one", key).status_code, 200)
		self.assertEqual(self.reply("two", key).status_code, 417)
		self.assertEqual(len(self.messages(self.chat.name)), 2)
