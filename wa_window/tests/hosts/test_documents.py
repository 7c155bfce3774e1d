"""Files and printed documents of a chat's record: who may attach which, on a site with ERPNext."""

import logging
import os
import re
from tempfile import TemporaryDirectory
from unittest import SkipTest, skipUnless
from unittest.mock import patch

import frappe
import frappe.utils.pdf
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import add_days, nowdate

from wa_window.frappe_host.documents import printing
from wa_window.frappe_host.documents.linked import printable
from wa_window.tests.chat_case import ChatCase, ScriptedChannel, dispatch_to
from wa_window.tests.files_case import PNG
from wa_window.tests.site_case import AGENT, STRANGER, Panel, call, sentences

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def setUpModule():
	# Frappe's PDFs: premailer's library warns of each style that it does not know.
	logging.getLogger("CSSUTILS").setLevel(logging.CRITICAL)


class DocumentsCase(ChatCase):
	def panel(self, user: str) -> Panel:
		"""A new one would end the agent's."""
		return self.agent if user == AGENT else Panel(user)


class TestFilesOfTheRecord(DocumentsCase):
	def setUp(self):
		super().setUp()
		self.written()

	def attached(self, name: str, content: bytes = PNG, **values) -> str:
		frappe.set_user("Administrator")
		of = {"attached_to_doctype": "Chat Lead", "attached_to_name": self.doc.name, "is_private": 1}
		doc = frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **of, **values})
		doc.insert()
		frappe.db.commit()
		return doc.name

	def listed(self, user: str = AGENT) -> list[dict]:
		response = self.panel(user).get("documents.files", **self.asked)
		self.assertEqual(response.status_code, 200, response.text)
		return response.json["message"]

	def test_they_are_listed_with_why_whatsapp_does_not_accept_one(self):
		fine, odd = self.attached("denah.png"), self.attached("gambar.dwg", b"AC1032")
		files = {file["name"]: file for file in self.listed()}
		self.assertEqual(set(files), {fine, odd})
		self.assertIsNone(files[fine]["problem"])
		self.assertEqual((files[fine]["type"], files[fine]["size"]), ("image/png", len(PNG)))
		self.assertIn("does not accept this type", files[odd]["problem"])

	def test_one_whose_content_is_another_users_is_listed_with_why_it_is_not_sent(self):
		content = PNG + b"a stranger's"
		frappe.set_user(STRANGER)
		theirs = {"doctype": "File", "file_name": "punya.png", "content": content, "is_private": 1}
		frappe.get_doc(theirs).insert()
		file = self.attached("denah.png", content)
		(listed,) = self.listed()
		self.assertIn("belongs to somebody else", listed["problem"])
		answer = self.agent.post("chat.reply", **self.asked, body="", file=file, client_key=self.key())
		self.assertEqual(answer.status_code, 403)

	def test_one_is_sent_as_an_uploaded_one_is(self):
		file = self.attached("denah.png", PNG + b"record")
		answer = self.agent.post("chat.reply", **self.asked, body="", file=file, client_key=self.key())
		self.assertEqual(answer.status_code, 200, answer.text)
		(media,) = answer.json["message"]["media"]
		self.assertEqual((media["name"], media["type"]), ("denah.png", "image/png"))
		attached_to = frappe.db.get_value("File", file, "attached_to_doctype")
		self.assertEqual(attached_to, "Chat Lead")

	def test_those_of_another_record_are_not_listed(self):
		other = self.lead(self.phone())
		frappe.db.commit()
		self.attached("rahasia.png", PNG + b"other", attached_to_name=other.name)
		self.assertEqual(self.listed(), [])

	def test_a_record_to_which_the_chat_does_not_belong_is_refused(self):
		conversation = self.conversation_of(self.number).name
		other = self.lead(self.phone())
		frappe.db.commit()
		asked = {**self.asked, "lead": other.name, "conversation": conversation}
		for method in ("documents.files", "documents.printable"):
			self.assertEqual(self.agent.get(method, **asked).status_code, 403)

	def test_who_may_not_answer_the_chat_sees_none(self):
		self.attached("denah.png")
		self.assertEqual(Panel(STRANGER).get("documents.files", **self.asked).status_code, 403)

	def test_without_documents_there_is_nothing_to_print(self):
		choices = self.agent.get("documents.printable", **self.asked).json["message"]
		self.assertEqual((choices["documents"], choices["formats"]), ([], {}))
		self.assertTrue(choices["languages"])


class ErpCase(DocumentsCase):
	"""An agent who may read and print quotations; a lead of ERPNext with a chat and a quotation."""

	ROLES = ("Sales User",)

	def setUp(self):
		if not frappe.db.exists("DocType", "Quotation"):
			raise SkipTest("needs ERPNext")
		super().setUp()
		self.made = []
		frappe.set_user("Administrator")
		frappe.get_doc("User", AGENT).add_roles(*self.ROLES)
		lead = {"doctype": "Lead", "first_name": "Budi", "mobile_no": self.number, "company_name": ""}
		self.erp_lead = frappe.get_doc(lead).insert()
		self.asked = {"lead_doctype": "Lead", "lead": self.erp_lead.name}
		frappe.db.set_value("Chat Lead", self.doc.name, "phone", "")
		frappe.db.set_value("Chat Lead", self.doc.name, "wa_phone", "")
		frappe.db.commit()
		self.written()
		self.quotation = self.quoted("Lead", self.erp_lead.name)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.get_doc("User", AGENT).remove_roles(*self.ROLES)
		for doc in reversed(self.made):
			frappe.delete_doc(doc.doctype, doc.name, force=True)
		frappe.db.commit()
		super().tearDown()

	def inserted(self, doctype: str, **values):
		doc = frappe.get_doc({"doctype": doctype, **values})
		doc.flags.ignore_mandatory = True
		doc.insert(ignore_permissions=True)
		frappe.db.commit()
		self.made.append(doc)
		return doc

	def quoted(self, to: str, party: str, doctype: str = "Quotation", **values):
		item = {"item_code": self.item(), "qty": 1, "rate": 450_000_000}
		of = {"quotation_to": to, "party_name": party} if doctype == "Quotation" else {"customer": party}
		return self.inserted(doctype, company=self.company(), items=[item], **of, **values)

	def company(self) -> str:
		return frappe.get_all("Company", pluck="name", limit=1)[0]

	def item(self) -> str:
		if not frappe.db.exists("Item", "WA-HOUSE"):
			group = frappe.get_all("Item Group", {"is_group": 0}, pluck="name", limit=1)[0]
			values = {"item_code": "WA-HOUSE", "item_group": group, "is_stock_item": 0, "stock_uom": "Nos"}
			frappe.get_doc({"doctype": "Item", **values}).insert(ignore_permissions=True)
		return "WA-HOUSE"

	def customer_of(self, lead: str) -> str:
		return self.inserted("Customer", customer_name=f"Budi {self.key()[:6]}", lead_name=lead).name

	def choices(self, user: str = AGENT) -> dict:
		response = self.panel(user).get("documents.printable", **self.asked)
		self.assertEqual(response.status_code, 200, response.text)
		return response.json["message"]

	def names(self) -> set[str]:
		return {row["name"] for row in self.choices()["documents"]}

	def printed(self, name: str = "", user: str = AGENT, doctype: str = "Quotation", **given):
		how = {"print_format": "Standard", "language": "en"} | given
		name = name or self.quotation.name
		return self.panel(user).post("documents.pdf", **self.asked, doctype=doctype, name=name, **how)

	def denied(self, **rights) -> None:
		"""The agent's role keeps these rights on quotations only."""
		frappe.set_user("Administrator")
		role = {"parent": "Quotation", "role": "Sales User", "permlevel": 0}
		frappe.permissions.setup_custom_perms("Quotation")
		frappe.db.set_value("Custom DocPerm", role, rights)
		frappe.clear_cache(doctype="Quotation")
		frappe.db.commit()
		self.addCleanup(self.put_back_rights)

	def put_back_rights(self) -> None:
		frappe.set_user("Administrator")
		frappe.db.delete("Custom DocPerm", {"parent": "Quotation"})
		frappe.clear_cache(doctype="Quotation")
		frappe.db.commit()


class TestWhatCanBePrinted(ErpCase):
	def test_the_leads_quotation_comes_with_formats_and_languages(self):
		choices = self.choices()
		(row,) = choices["documents"]
		self.assertEqual(
			(row["doctype"], row["name"], row["label"]), ("Quotation", self.quotation.name, "Quotation")
		)
		self.assertRegex(row["amount"], "450[.,]000[.,]000")
		self.assertIn("Standard", [each["name"] for each in choices["formats"]["Quotation"]])
		self.assertIn("en", [each["name"] for each in choices["languages"]])

	def test_the_default_print_format_comes_first(self):
		doctype = {"doctype": "Print Format", "name": f"Ours {self.key()[:6]}", "doc_type": "Quotation"}
		ours = frappe.get_doc({**doctype, "standard": "No", "print_format_type": "Jinja"}).insert()
		make_property_setter("Quotation", "", "default_print_format", ours.name, "Data", for_doctype=True)
		frappe.clear_cache(doctype="Quotation")
		frappe.db.commit()
		try:
			names = [each["name"] for each in self.choices()["formats"]["Quotation"]]
			self.assertEqual(names[0], ours.name)
		finally:
			frappe.db.delete("Property Setter", {"doc_type": "Quotation", "property": "default_print_format"})
			ours.delete()
			frappe.clear_cache(doctype="Quotation")
			frappe.db.commit()

	def test_those_of_its_customer_come_too(self):
		customer = self.customer_of(self.erp_lead.name)
		quotation = self.quoted("Customer", customer)
		order = self.quoted("", customer, "Sales Order", delivery_date=add_days(nowdate(), 7))
		self.assertEqual(self.names(), {self.quotation.name, quotation.name, order.name})

	def test_those_of_an_opportunity_come_too(self):
		customer = self.customer_of("")
		of_lead = {"opportunity_from": "Lead", "party_name": self.erp_lead.name}
		opportunity = self.inserted("Opportunity", company=self.company(), **of_lead)
		quotation = self.quoted("Customer", customer, opportunity=opportunity.name)
		self.assertEqual(self.names(), {self.quotation.name, quotation.name})

	def test_the_opportunity_of_a_customer_has_those_of_the_customer(self):
		customer = self.customer_of("")
		quotation = self.quoted("Customer", customer)
		order = self.quoted("", customer, "Sales Order", delivery_date=add_days(nowdate(), 7))
		whom = {"opportunity_from": "Customer", "party_name": customer}
		opportunity = self.inserted("Opportunity", company=self.company(), **whom)
		self.assertEqual(self.found("Opportunity", opportunity.name), {quotation.name, order.name})

	def test_the_opportunity_of_a_lead_has_those_of_the_lead(self):
		whom = {"opportunity_from": "Lead", "party_name": self.erp_lead.name}
		opportunity = self.inserted("Opportunity", company=self.company(), **whom)
		self.assertEqual(self.found("Opportunity", opportunity.name), {self.quotation.name})

	def test_the_contact_of_a_customer_or_a_lead_has_theirs(self):
		customer = self.customer_of("")
		order = self.quoted("", customer, "Sales Order", delivery_date=add_days(nowdate(), 7))
		for doctype, name, theirs in (
			("Customer", customer, order),
			("Lead", self.erp_lead.name, self.quotation),
		):
			links = [{"link_doctype": doctype, "link_name": name}]
			contact = self.inserted("Contact", first_name="Siti", last_name=self.key()[:8], links=links)
			self.assertEqual(self.found("Contact", contact.name), {theirs.name})
		unlinked = self.inserted("Contact", first_name="Eka", last_name=self.key()[:8])
		self.assertEqual(self.found("Contact", unlinked.name), set())

	def found(self, doctype: str, name: str) -> set[str]:
		return {row["name"] for row in printable([(doctype, name)])}

	def test_those_of_a_deal_of_frappe_crm_are_found_by_the_field_that_erpnext_gives_it(self):
		"""erpnext/crm/frappe_crm_api.py, create_custom_fields_for_frappe_crm"""
		of_deal = {"fieldname": "crm_deal", "fieldtype": "Data", "label": "Frappe CRM Deal"}
		create_custom_fields({"Quotation": [of_deal], "Customer": [of_deal]})
		customer, deal = self.customer_of(""), f"CRM-DEAL-{self.key()[:6]}"
		frappe.db.set_value("Customer", customer, "crm_deal", deal)
		frappe.db.set_value("Quotation", self.quotation.name, "crm_deal", deal)
		order = self.quoted("", customer, "Sales Order", delivery_date=add_days(nowdate(), 7))
		found = {row["name"] for row in printable([("CRM Deal", deal)])}
		self.assertEqual(found, {self.quotation.name, order.name})
		self.assertEqual(printable([("CRM Deal", "CRM-DEAL-OTHER")]), [])

	def test_those_of_another_lead_and_cancelled_ones_do_not(self):
		other = frappe.get_doc({"doctype": "Lead", "first_name": "Siti"}).insert()
		foreign = self.quoted("Lead", other.name)
		frappe.db.set_value("Quotation", self.quotation.name, "docstatus", 2)
		frappe.db.commit()
		self.assertEqual(self.names(), set())
		self.assertEqual(self.printed(foreign.name).status_code, 403)
		self.assertEqual(self.printed(self.quotation.name).status_code, 403)

	def test_who_may_read_but_not_print_is_offered_none_and_gets_none(self):
		self.denied(print=0)
		self.assertTrue(frappe.has_permission("Quotation", "read", user=AGENT))
		self.assertEqual(self.names(), set())
		self.assertEqual(self.printed().status_code, 403)

	def test_who_may_not_read_it_is_offered_none_and_gets_none(self):
		self.denied(read=0, write=0, create=0, submit=0, cancel=0, amend=0, print=1)
		self.assertEqual(self.names(), set())
		self.assertEqual(self.printed().status_code, 403)

	def test_who_may_print_it_but_not_answer_the_chat_gets_none(self):
		frappe.set_user("Administrator")
		frappe.get_doc("User", STRANGER).add_roles("Sales User")
		frappe.db.commit()
		try:
			self.assertEqual(self.printed(user=STRANGER).status_code, 403)
			answer = Panel(STRANGER).get("documents.printable", **self.asked)
			self.assertEqual(answer.status_code, 403)
		finally:
			frappe.get_doc("User", STRANGER).remove_roles("Sales User")
			frappe.db.commit()

	def test_a_document_of_another_doctype_is_refused(self):
		for doctype, name in (("User", AGENT), ("Lead", self.erp_lead.name), ("Chat Message", "x")):
			self.assertEqual(self.printed(name, doctype=doctype).status_code, 403)

	def test_drafts_are_left_out_where_frappe_does_not_print_them(self):
		frappe.db.set_single_value("Print Settings", "allow_print_for_draft", 0)
		frappe.db.commit()
		try:
			self.assertEqual(self.names(), set())
			self.assertEqual(self.printed().status_code, 403)
		finally:
			frappe.db.set_single_value("Print Settings", "allow_print_for_draft", 1)
			frappe.db.commit()


class TestPrinting(ErpCase):
	def test_the_pdf_is_a_private_file_of_the_user_named_as_the_document(self):
		with patch.object(frappe, "get_print", return_value=PDF):
			answer = self.printed()
		self.assertEqual(answer.status_code, 200, answer.text)
		made = answer.json["message"]
		self.assertEqual(made["file_name"], f"Quotation {self.quotation.name}.pdf")
		self.assertEqual((made["type"], made["size"]), ("application/pdf", len(PDF)))
		self.assertEqual(frappe.db.get_value("File", made["name"], ["owner", "is_private"]), (AGENT, 1))

	def test_it_is_sent_with_its_name_once_per_key_inside_the_window_only(self):
		with patch.object(frappe, "get_print", return_value=PDF):
			made = self.printed().json["message"]
		key = self.key()
		given = {**self.asked, "body": "Penawaran kami", "file": made["name"], "client_key": key}
		first, again = (self.agent.post("chat.reply", **given) for _ in range(2))
		self.assertEqual(first.status_code, 200, first.text)
		self.assertEqual(first.json["message"]["name"], again.json["message"]["name"])
		self.assertEqual(first.json["message"]["media"][0]["name"], made["file_name"])
		channel = ScriptedChannel()
		dispatch_to(channel)
		sent = [each for each in channel.sent if each.message == first.json["message"]["name"]]
		self.assertEqual([bool(each.media) for each in sent], [True])

	def test_the_chosen_language_names_the_file_and_is_not_kept(self):
		seen = []

		def as_printed(*args, **how):
			seen.append(frappe.local.lang)
			return PDF

		with patch.object(frappe, "get_print", side_effect=as_printed):
			made = self.printed(language="de").json["message"]
		self.assertEqual(seen, ["de"])
		self.assertTrue(made["file_name"].startswith("Angebot "), made)

	def test_a_format_or_language_that_is_not_offered_is_refused(self):
		for wrong in ({"print_format": "No such format"}, {"language": "xx"}):
			answer = self.printed(**wrong)
			self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "InvalidArgument"))

	def failing(self, error: Exception, **there):
		with (
			patch.object(frappe, "get_print", side_effect=error),
			patch.object(printing.shutil, "which", return_value=there.get("wkhtmltopdf")),
		):
			return self.printed()

	def test_where_wkhtmltopdf_is_missing_a_sentence_says_so(self):
		answer = self.failing(OSError("No wkhtmltopdf executable found"))
		self.assertEqual((answer.status_code, answer.json["exc_type"]), (417, "InvalidMessage"))
		self.assertIn("wkhtmltopdf is not installed", sentences(answer))

	def failing_in_chrome(self, bench: str = "/nowhere", **config):
		"""Frappe 16 cannot print by Chrome; this is in common_site_config.json, and the bench is there."""
		programs = {"/usr/bin/chromium": "/usr/bin/chromium", "wkhtmltopdf": "/usr/bin/wkhtmltopdf"}
		with (
			patch.object(frappe, "get_print", side_effect=RuntimeError("Failed to setup Chromium")),
			patch.object(printing, "_generator", return_value="chrome"),
			patch.object(printing, "get_bench_path", return_value=bench),
			patch.object(printing.shutil, "which", side_effect=programs.get),
			patch.object(frappe, "get_common_site_config", return_value=frappe._dict(config)),
		):
			return sentences(self.printed())

	def test_where_chrome_is_missing_a_sentence_names_the_setting(self):
		self.assertIn("chromium_path", self.failing_in_chrome())
		self.assertIn("chromium_path", self.failing_in_chrome(chromium_path="/nowhere/chromium"))

	def test_where_chrome_is_there_another_print_format_is_advised(self):
		with TemporaryDirectory() as bench:
			os.makedirs(os.path.join(bench, "chromium"))
			self.assertIn("chromium_path", self.failing_in_chrome(bench))
			os.makedirs(os.path.join(bench, "chromium", "chrome-headless-shell"))
			self.assertIn("Choose another print format", self.failing_in_chrome(bench))
		for config in (
			{"chromium_path": "/usr/bin/chromium"},
			{"chromium_websocket_url": "ws://chrome:9222"},
		):
			self.assertIn("Choose another print format", self.failing_in_chrome(**config))

	def test_another_failure_is_logged_and_says_what_to_try(self):
		answer = self.failing(
			frappe.ValidationError("broken image links"), wkhtmltopdf="/usr/bin/wkhtmltopdf"
		)
		self.assertIn("Choose another print format", sentences(answer))
		self.assertNotIn("broken image", answer.text)
		title = "WA Window: a document could not be printed"
		self.assertTrue(
			frappe.db.exists("Error Log", {"method": title, "reference_name": self.quotation.name})
		)

	@skipUnless(printing.shutil.which("wkhtmltopdf"), "needs wkhtmltopdf")
	def test_frappe_really_makes_it(self):
		"""Without the styles, which wkhtmltopdf would fetch from the site's address."""
		with patch.object(frappe.utils.pdf, "scrub_urls", lambda html: re.sub("<(link|img)[^>]*>", "", html)):
			answer = self.printed()
		self.assertEqual(answer.status_code, 200, answer.text)
		url = frappe.db.get_value("File", answer.json["message"]["name"], "file_url")
		self.assertTrue(call("GET", url, headers=self.agent.headers).data.startswith(b"%PDF"))
