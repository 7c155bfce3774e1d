"""The chat of each type of record is read by who may read the record, and by nobody else: by no way, report, bell or event."""

import unittest

import frappe

from wa_window.frappe_host.records.leads import show_on_chats
from wa_window.frappe_host.records.record_types import record_types
from wa_window.tests.chat_list_case import VISIT, ChatListCase
from wa_window.tests.site_case import AGENT, MANAGER, ROLES, STRANGER, SiteCase, deal_of
from wa_window.tests.ways import SECRET, Ways

COLLEAGUE = "wa-colleague@example.com"
SELLER = "Seller of a Test"
OTHERS = (AGENT, MANAGER, STRANGER)


class WhoReads(Ways):
	"""The colleague may read all records of the type; the agent only another one, though this one is assigned to them; the manager
	none. The stranger may read all, but has no role of ours."""

	people = ROLES | {COLLEAGUE: "WA Window Agent"}
	doctype = ""

	@classmethod
	def setUpClass(cls):
		if not cls.doctype or not (cls.doctype == VISIT or frappe.db.exists("DocType", cls.doctype)):
			raise unittest.SkipTest(f"{cls.doctype} is not on this site")
		super().setUpClass()
		frappe.get_doc({"doctype": "Role", "role_name": SELLER}).insert()
		for user in (COLLEAGUE, AGENT, STRANGER):
			frappe.get_doc("User", user).add_roles(SELLER)
		rights = {"parent": cls.doctype, "role": SELLER, "read": 1, "write": 1, "report": 1}
		frappe.get_doc({"doctype": "Custom DocPerm", **rights}).insert()
		cls.addClassCleanup(cls.forget_permissions)
		frappe.db.commit()
		frappe.clear_cache()

	@classmethod
	def forget_permissions(cls):
		frappe.db.delete("Custom DocPerm", {"parent": cls.doctype})
		frappe.db.commit()
		frappe.clear_cache()

	def setUp(self):
		super().setUp()
		record, other = self.record(), self.record()
		self.name = self.written_by(record.wa_phone, Body=SECRET).name
		self.store.change_conversation(self.name, lead_doctype=self.doctype, lead=record.name)
		frappe.db.set_value("Chat Message", {"conversation": self.name}, "follow_up", "done")
		self.assign(record)
		limit = {"user": AGENT, "allow": self.doctype, "for_value": other.name}
		frappe.get_doc({"doctype": "User Permission", **limit}).insert(ignore_permissions=True)
		self.addCleanup(frappe.db.delete, "User Permission", {"user": AGENT})
		frappe.db.commit()
		(self.message,) = self.messages(self.name)

	def record(self):
		made = self.make(self.phone())
		name = made.insert(ignore_permissions=True).name
		frappe.db.commit()
		return frappe.get_doc(self.doctype, name)

	def assign(self, record) -> None:
		"""To the agent, without the share that Frappe makes for an assignee who may not read it."""
		owner_field = record_types()[self.doctype].owner_field
		values = {"_assign": frappe.as_json([AGENT])} | ({owner_field: AGENT} if owner_field else {})
		frappe.db.set_value(self.doctype, record.name, values)
		show_on_chats(frappe.get_doc(self.doctype, record.name))

	def make(self, phone: str):
		raise NotImplementedError

	def test_who_may_read_the_record_gets_its_chat_by_every_way_and_nobody_else_by_any(self):
		self.require(True, COLLEAGUE)
		for user in OTHERS:
			with self.subTest(user):
				self.require(False, user)

	def test_the_reports_have_it_for_the_same(self):
		self.assertEqual(set(self.in_reports(COLLEAGUE).values()), {True})
		for user in OTHERS:
			self.assertEqual(set(self.in_reports(user).values()), {False}, user)

	def test_the_bell_rings_for_the_same_and_the_events_name_it_to_nobody_else(self):
		users = self.notified_of_another()
		self.assertIn(COLLEAGUE, users)
		self.assertEqual(users & {*OTHERS}, set())


def doc(doctype: str, **values):
	return frappe.get_doc({"doctype": doctype, **values})


class TestLead(WhoReads, SiteCase):
	doctype = "Lead"

	def make(self, phone: str):
		return doc("Lead", first_name="Wayan", mobile_no=phone)


class TestOpportunity(WhoReads, SiteCase):
	doctype = "Opportunity"

	def make(self, phone: str):
		lead = doc("Lead", first_name="Wayan", mobile_no=self.phone()).insert(ignore_permissions=True)
		return doc("Opportunity", opportunity_from="Lead", party_name=lead.name, contact_mobile=phone)


class TestCustomer(WhoReads, SiteCase):
	doctype = "Customer"

	def make(self, phone: str):
		name = f"PT Maju {frappe.generate_hash(length=8)}"
		return doc("Customer", customer_name=name, customer_type="Company", mobile_no=phone)


class TestContact(WhoReads, SiteCase):
	doctype = "Contact"

	def make(self, phone: str):
		name = frappe.generate_hash(length=8)
		return doc("Contact", first_name="Wayan", last_name=name, phone_nos=[{"phone": phone}])


class TestCRMLead(WhoReads, SiteCase):
	doctype = "CRM Lead"

	def make(self, phone: str):
		return doc("CRM Lead", first_name="Wayan", mobile_no=phone)


class TestCRMDeal(WhoReads, SiteCase):
	doctype = "CRM Deal"

	def record(self):
		"""A deal's number is that of its contact."""
		lead = doc("CRM Lead", first_name="Wayan", mobile_no=self.phone()).insert(ignore_permissions=True)
		deal = deal_of(lead)
		frappe.db.commit()
		return frappe.get_doc("CRM Deal", deal)


class TestRecordOfAHook(WhoReads, ChatListCase):
	doctype = VISIT

	def make(self, phone: str):
		return doc(VISIT, visitor="Wayan", phone=phone)
