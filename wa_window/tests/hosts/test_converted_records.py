"""ERPNext's and Frappe CRM's own conversions, as their screens ask for them: the chat goes along, and a link alone grants nothing."""

import json
import unittest
from unittest.mock import patch

import frappe

from wa_window.frappe_host.records.leads import show_on_chats
from wa_window.tests.site_case import AGENT, MANAGER, ROLES, Panel, SiteCase, call

SELLER, CLOSER = "Seller of a Test", "Closer of a Test"
COLLEAGUE = "wa-colleague@example.com"
CHAT = "Chat Conversation"


class HostCase(SiteCase):
	"""The colleague sells: they may write all records. The agent may write those of `further` only."""

	people = ROLES | {COLLEAGUE: "WA Window Agent"}
	doctypes: tuple[str, ...] = ()
	further = ""

	@classmethod
	def setUpClass(cls):
		if not frappe.db.exists("DocType", cls.doctypes[0]):
			raise unittest.SkipTest(f"{cls.doctypes[0]} is not on this site")
		super().setUpClass()
		for role in (SELLER, CLOSER):
			frappe.get_doc({"doctype": "Role", "role_name": role}).insert()
		for user, role in ((COLLEAGUE, SELLER), (AGENT, CLOSER)):
			frappe.get_doc("User", user).add_roles(role)
		for doctype in cls.doctypes:
			for role in (SELLER, CLOSER) if doctype == cls.further else (SELLER,):
				rights = {"parent": doctype, "role": role, "read": 1, "write": 1, "create": 1}
				frappe.get_doc({"doctype": "Custom DocPerm", **rights}).insert()
		cls.addClassCleanup(cls.forget_permissions)
		frappe.db.commit()
		frappe.clear_cache()

	@classmethod
	def forget_permissions(cls):
		frappe.db.delete("Custom DocPerm", {"parent": ("in", cls.doctypes)})
		frappe.db.commit()
		frappe.clear_cache()

	def setUp(self):
		super().setUp()
		self.source, self.name = self.chat()

	def chat(self):
		"""A lead of the host and its chat."""
		values = {"doctype": self.doctypes[0], "first_name": "Wayan", "mobile_no": self.phone()}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		name = self.written_by(doc.mobile_no).name
		self.store.change_conversation(name, lead_doctype=doc.doctype, lead=doc.name)
		show_on_chats(doc)
		frappe.db.commit()
		return doc, name

	def ask(self, user: str, path: str, **arguments):
		answer = call("POST", f"/api/method/{path}", json=arguments, headers=Panel(user).headers)
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json["message"]

	def made(self, user: str, doctype: str, **values) -> str:
		answer = Panel(user).resource("POST", doctype, **values)
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json["data"]["name"]

	def mapped(self, user: str, method: str, source: str) -> dict:
		"""The form that the button of a record fills."""
		return self.ask(user, "frappe.model.mapper.make_mapped_doc", method=method, source_name=source)

	def saved(self, user: str, doc: dict, **values) -> str:
		"""As the Desk saves a new form."""
		text = json.dumps(doc | {"name": "new-1"} | values)
		answer = call(
			"POST",
			"/api/method/frappe.desk.form.save.savedocs",
			json={"doc": text, "action": "Save"},
			headers=Panel(user).headers,
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json["docs"][0]["name"]

	def opened(self, user: str, doctype: str, name: str) -> dict:
		answer = Panel(user).get("chat.open", lead_doctype=doctype, lead=name)
		return answer.json["message"] if answer.status_code == 200 else {}

	def may_read(self, user: str, name: str = "") -> bool:
		name = name or self.name
		answer = Panel(user).resource("GET", f"{CHAT}/{name}")
		listed = Panel(user).get("inbox.chats", queue="all", conversations=frappe.as_json([name]))
		found = {row["conversation"] for row in listed.json["message"]["chats"]}
		self.assertEqual(answer.status_code == 200, name in found)
		return name in found

	def require_chat(self, user: str, doctype: str, name: str) -> None:
		opened = self.opened(user, doctype, name)
		self.assertEqual((opened["conversation"], len(opened["messages"])), (self.name, 1))
		self.assertTrue(opened["may_reply"])
		self.assertTrue(self.may_read(user))


class TestERPNext(HostCase):
	doctypes = ("Lead", "Opportunity", "Customer", "Contact")
	further = "Opportunity"

	def opportunity(self, user: str = COLLEAGUE, lead: str = "") -> str:
		method = "erpnext.crm.doctype.lead.lead.make_opportunity"
		return self.saved(user, self.mapped(user, method, lead or self.source.name), company=self.company())

	def company(self) -> str:
		return frappe.get_all("Company", limit=1, pluck="name")[0]

	def of_lead(self, lead: str) -> dict:
		return {"opportunity_from": "Lead", "party_name": lead, "company": self.company()}

	def test_a_leads_chat_goes_along_to_its_opportunity_and_its_customer(self):
		self.assertFalse(self.may_read(AGENT))
		opportunity = self.opportunity()
		self.require_chat(AGENT, "Opportunity", opportunity)
		self.assertFalse(self.opened(AGENT, "Lead", self.source.name))
		method = "erpnext.crm.doctype.opportunity.opportunity.make_customer"
		form = self.mapped(COLLEAGUE, method, opportunity)
		customer = self.saved(COLLEAGUE, form, customer_name=f"PT {frappe.generate_hash(length=8)}")
		self.require_chat(COLLEAGUE, "Customer", customer)
		later = self.made(
			COLLEAGUE, "Opportunity", opportunity_from="Customer", party_name=customer, company=self.company()
		)
		self.require_chat(AGENT, "Opportunity", later)

	def test_a_customer_that_is_made_from_the_lead_has_its_chat(self):
		form = self.mapped(COLLEAGUE, "erpnext.crm.doctype.lead.lead.make_customer", self.source.name)
		customer = self.saved(COLLEAGUE, form, customer_name=f"PT {frappe.generate_hash(length=8)}")
		self.require_chat(COLLEAGUE, "Customer", customer)
		self.assertFalse(self.may_read(AGENT))

	def test_an_opportunity_that_names_a_foreign_lead_or_finds_it_by_its_email_has_no_chat(self):
		frappe.db.set_value("Lead", self.source.name, "email_id", f"{frappe.generate_hash()}@example.com")
		frappe.db.commit()
		by_link = self.made(AGENT, "Opportunity", **self.of_lead(self.source.name))
		address = frappe.db.get_value("Lead", self.source.name, "email_id")
		by_email = self.made(
			AGENT, "Opportunity", opportunity_from="Lead", contact_email=address, company=self.company()
		)
		for name in (by_link, by_email):
			opened = self.opened(AGENT, "Opportunity", name)
			self.assertFalse(opened.get("messages"))
		self.assertFalse(self.may_read(AGENT))

	def lead_without_a_chat(self):
		values = {"doctype": "Lead", "first_name": "Wayan", "mobile_no": self.phone()}
		self.source = frappe.get_doc(values).insert(ignore_permissions=True)
		frappe.db.commit()

	def begin_chat(self) -> None:
		self.name = self.written_by(self.source.mobile_no).name
		self.post_process_all()

	def test_a_chat_that_begins_after_the_conversions_goes_along_to_the_opportunity_and_the_customer(self):
		self.lead_without_a_chat()
		opportunity = self.opportunity()
		method = "erpnext.crm.doctype.opportunity.opportunity.make_customer"
		form = self.mapped(COLLEAGUE, method, opportunity)
		customer = self.saved(COLLEAGUE, form, customer_name=f"PT {frappe.generate_hash(length=8)}")
		self.begin_chat()
		self.require_chat(AGENT, "Opportunity", opportunity)
		self.require_chat(COLLEAGUE, "Customer", customer)
		self.assertFalse(self.opened(AGENT, "Lead", self.source.name))
		self.assertFalse(self.may_read(MANAGER))

	def test_a_chat_that_begins_after_somebody_linked_a_foreign_lead_does_not(self):
		self.lead_without_a_chat()
		opportunity = self.made(AGENT, "Opportunity", **self.of_lead(self.source.name))
		self.begin_chat()
		self.assertFalse(self.opened(AGENT, "Opportunity", opportunity).get("messages"))
		self.assertFalse(self.may_read(AGENT))

	def test_a_prospect_passes_on_nothing_of_the_leads_that_it_collects(self):
		name = f"PT {frappe.generate_hash(length=8)}"
		prospect = {"doctype": "Prospect", "company_name": name, "company": self.company()}
		prospect["leads"] = [{"lead": self.source.name}]
		frappe.get_doc(prospect).insert(ignore_permissions=True)
		rights = {"parent": "Prospect", "role": SELLER, "read": 1, "write": 1, "create": 1}
		frappe.get_doc({"doctype": "Custom DocPerm", **rights}).insert()
		self.addCleanup(frappe.db.delete, "Custom DocPerm", {"parent": "Prospect"})
		frappe.db.commit()
		frappe.clear_cache()
		method = "erpnext.crm.doctype.prospect.prospect.make_opportunity"
		form = self.mapped(COLLEAGUE, method, name)
		opportunity = self.saved(COLLEAGUE, form, company=self.company())
		self.assertFalse(self.opened(AGENT, "Opportunity", opportunity).get("messages"))
		self.assertFalse(self.may_read(AGENT))

	def test_an_opportunity_whose_lead_is_changed_later_has_no_chat_of_it(self):
		other, _name = self.chat()
		opportunity = self.made(COLLEAGUE, "Opportunity", **self.of_lead(other.name))
		for user in (AGENT, COLLEAGUE):
			Panel(user).resource("PUT", f"Opportunity/{opportunity}", party_name=self.source.name)
		self.assertFalse(self.may_read(AGENT))


class TestFrappeCRM(HostCase):
	doctypes = ("CRM Lead", "CRM Deal")
	further = "CRM Deal"
	method = "crm.fcrm.doctype.crm_lead.crm_lead.convert_to_deal"

	def setUp(self):
		super().setUp()
		# For another currency CRM would ask the internet (crm_deal.py, update_exchange_rate).
		rate = patch("crm.fcrm.doctype.crm_deal.crm_deal.get_exchange_rate", return_value=1, create=True)
		rate.start()
		self.addCleanup(rate.stop)

	def test_a_leads_chat_goes_along_to_its_deal(self):
		self.assertFalse(self.may_read(AGENT))
		deal = self.ask(COLLEAGUE, self.method, lead=self.source.name)
		self.require_chat(AGENT, "CRM Deal", deal)
		self.assertFalse(self.opened(AGENT, "CRM Lead", self.source.name))
		self.assertFalse(self.may_read(MANAGER))

	def test_a_chat_that_begins_after_the_conversion_goes_along_to_the_deal(self):
		values = {"doctype": "CRM Lead", "first_name": "Wayan", "mobile_no": self.phone()}
		self.source = frappe.get_doc(values).insert(ignore_permissions=True)
		deal = self.ask(COLLEAGUE, self.method, lead=self.source.name)
		self.name = self.written_by(self.source.mobile_no).name
		self.post_process_all()
		self.require_chat(AGENT, "CRM Deal", deal)
		self.assertFalse(self.opened(AGENT, "CRM Lead", self.source.name))
		self.assertFalse(self.may_read(MANAGER))

	def test_with_a_contact_that_there_is(self):
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Wayan"}).insert()
		frappe.db.commit()
		deal = self.ask(COLLEAGUE, self.method, lead=self.source.name, existing_contact=contact.name)
		self.require_chat(AGENT, "CRM Deal", deal)

	def test_a_deal_that_names_a_foreign_lead_has_no_chat(self):
		lead = self.source.name
		made = "crm.fcrm.doctype.crm_deal.crm_deal.create_deal"
		deals = [
			self.ask(AGENT, made, args={"lead": lead, "organization": None}),
			self.made(AGENT, "CRM Deal", lead=lead),
		]
		for deal in deals:
			self.assertFalse(self.opened(AGENT, "CRM Deal", deal).get("messages"))
		self.assertFalse(self.may_read(AGENT))

	def test_a_conversion_that_names_another_lead_than_the_one_that_is_converted(self):
		frappe.db.set_value("CRM Lead", self.source.name, "lead_owner", None)
		limit = {"user": COLLEAGUE, "allow": "CRM Lead"}
		own, _name = self.chat()
		frappe.get_doc({"doctype": "User Permission", **limit, "for_value": own.name}).insert()
		frappe.db.commit()
		self.addCleanup(frappe.db.delete, "User Permission", {"user": COLLEAGUE})
		self.ask(COLLEAGUE, self.method, lead=own.name, deal={"lead": self.source.name})
		self.assertFalse(self.may_read(AGENT))
		self.assertFalse(self.may_read(COLLEAGUE))
