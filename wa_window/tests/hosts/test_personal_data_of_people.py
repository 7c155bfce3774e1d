"""Of a record with several people, a request for one's personal data means the chats of that one alone."""

from unittest.mock import patch

import frappe

from wa_window.frappe_host.records import personal_data
from wa_window.frappe_host.store.raw_rows import insert, new_name
from wa_window.tests.hosts.test_people import PeopleCase
from wa_window.tests.site_case import BUSINESS, OTHER_BUSINESS, deal_of


def address() -> str:
	return f"{frappe.generate_hash(length=8)}@example.com"


class PersonalDataCase(PeopleCase):
	"""The record is Siti's and Budi's; its email, and with it Frappe's only hint, is Siti's."""

	def person(self, first_name: str, *emails: str, phone: str | None = None, is_linked: bool = True):
		rows = [{"email_id": email, "is_primary": not row} for row, email in enumerate(emails)]
		return self.contact(first_name, phone=phone, is_linked=is_linked, email_ids=rows)

	def chat_of_the_record(self, phone: str, **more) -> str:
		"""A chat whose own record is the one of several people."""
		return self.chat_linked_to(self.record, phone, **more)

	def chat_linked_to(self, doc, phone: str, **more) -> str:
		chat = self.chat_with(phone, **more)
		self.store.change_conversation(chat, lead_doctype=doc.doctype, lead=doc.name)
		frappe.db.commit()
		return chat

	def chat_with(self, phone: str, To: str = BUSINESS) -> str:
		"""The chat that their message to one of our numbers belongs to."""
		self.written_by(phone, To=To)
		self.post_process_all()
		frappe.db.rollback()
		return frappe.db.get_value("Chat Conversation", {"customer": phone, "business_address": To})

	def downloaded(self, email: str) -> set[str]:
		with patch("frappe.enqueue") as enqueued:
			personal_data.add_chats(frappe._dict(user=email, name="of a test"))
		return {chat for call in enqueued.call_args_list for chat in call.kwargs["conversations"]}

	def erased(self, email: str, *chats: str) -> set[str]:
		"""Those of these chats that are gone once the person's data was deleted."""
		personal_data.erase_chats(frappe._dict(email=email, deletion_steps=[1]))
		frappe.db.commit()
		gone = {chat for chat in chats if not frappe.db.exists("Chat Conversation", chat)}
		self.assertEqual(
			gone, {chat for chat in chats if not frappe.db.exists("Chat Message", {"conversation": chat})}
		)
		return gone

	def assert_theirs(self, email: str, theirs: set[str], *others: str) -> None:
		"""That exactly these chats are downloaded, and then erased."""
		self.assertEqual(self.downloaded(email), theirs)
		self.assertEqual(self.erased(email, *theirs, *others), theirs)


class TestCustomer(PersonalDataCase):
	doctype = "Customer"

	def make(self):
		return self.new_customer()

	def setUp(self):
		super().setUp()
		self.of_siti, self.of_budi = address(), address()
		self.siti, self.budi = self.person("Siti", self.of_siti), self.person("Budi", self.of_budi)
		self.record.reload()
		self.record.customer_primary_contact = self.siti.name
		self.record.save()
		frappe.db.commit()
		self.assertEqual(frappe.db.get_value("Customer", self.record.name, "email_id"), self.of_siti)

	def test_the_customers_email_brings_the_chat_of_its_primary_contact_and_nobody_elses(self):
		of_budi, of_siti = (self.chat_of_the_record(who.wa_phone) for who in (self.budi, self.siti))
		of_nobody = self.chat_of_the_record(self.phone())
		self.assert_theirs(self.of_siti, {of_siti}, of_budi, of_nobody)

	def test_each_other_contact_is_found_too(self):
		of_budi, of_siti = (self.chat_of_the_record(who.wa_phone) for who in (self.budi, self.siti))
		self.assert_theirs(self.of_budi, {of_budi}, of_siti)

	def test_the_chat_that_the_contact_has_itself_and_those_with_our_other_numbers_are_theirs(self):
		own = self.chat_linked_to(self.siti, self.siti.wa_phone)
		other = self.chat_of_the_record(self.siti.wa_phone, To=OTHER_BUSINESS)
		self.assert_theirs(self.of_siti, {own, other}, self.chat_of_the_record(self.budi.wa_phone))

	def test_a_number_that_two_contacts_have_is_neithers(self):
		shared = self.person("Eka", address(), phone=self.budi.wa_phone)
		chat = self.chat_of_the_record(shared.wa_phone)
		self.assert_theirs(self.of_budi, set(), chat)
		self.assertTrue(frappe.db.exists("Chat Conversation", chat))

	def test_a_contact_with_somebody_elses_number_brings_nothing_of_theirs(self):
		"""A website user's profile makes one."""
		of_customer = self.chat_of_the_record(self.budi.wa_phone)
		lead = self.lead(self.phone(), email=address())
		of_lead = self.chat_with(lead.wa_phone)
		stranger = address()
		for number in (self.budi.wa_phone, lead.wa_phone):
			self.person("Orang", stranger, phone=number, is_linked=False)
		self.assert_theirs(stranger, set(), of_customer, of_lead)

	def test_who_was_chosen_for_a_template_to_many_with_the_customer_leaves_nothing_and_the_others_stay(self):
		def row(position: int, number: str) -> str:
			values = {"record_doctype": "Customer", "record": self.record.name, "customer": number}
			of_batch = {"name": new_name(), "batch": "of a test", "position": position}
			insert("Template Batch Row", of_batch | values)
			return of_batch["name"]

		theirs, others = row(1, self.siti.wa_phone), row(2, self.budi.wa_phone)
		self.erased(self.of_siti)
		left = [name for name in (theirs, others) if frappe.db.exists("Template Batch Row", name)]
		self.assertEqual(left, [others])
		frappe.db.delete("Template Batch Row", {"name": others})
		frappe.db.commit()


class TestOpportunity(PersonalDataCase):
	doctype = "Opportunity"

	def make(self):
		customer = TestCustomer.make(self)
		values = {"opportunity_from": "Customer", "party_name": customer.name}
		doc = frappe.get_doc({"doctype": "Opportunity", **values}).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def test_its_email_is_that_of_its_contact_person_whose_number_alone_it_means(self):
		of_siti, of_budi = address(), address()
		siti, budi = self.person("Siti", of_siti), self.person("Budi", of_budi)
		doc = frappe.get_doc("Opportunity", self.record.name)
		# Its WhatsApp number stays that of the contact before.
		values = {"contact_person": siti.name, "contact_email": of_siti, "whatsapp": budi.wa_phone}
		doc.update(values | {"contact_mobile": siti.wa_phone})
		doc.save()
		frappe.db.commit()
		self.assertEqual((doc.wa_phone, doc.contact_email), (budi.wa_phone, of_siti))
		chat_of_budi, chat_of_siti = (self.chat_of_the_record(who.wa_phone) for who in (budi, siti))
		self.assert_theirs(of_siti, {chat_of_siti}, chat_of_budi)


class TestDeal(PersonalDataCase):
	doctype = "CRM Deal"

	def make(self):
		values = {"first_name": "Wayan", "last_name": frappe.generate_hash(length=8), "email": address()}
		self.crm_lead = frappe.get_doc({"doctype": "CRM Lead", **values, "mobile_no": self.phone()}).insert()
		deal = frappe.get_doc("CRM Deal", deal_of(self.crm_lead))
		frappe.db.commit()
		return deal

	def add(self, contact) -> None:
		deal = frappe.get_doc("CRM Deal", self.record.name)
		deal.append("contacts", {"contact": contact.name})
		deal.save()

	def setUp(self):
		super().setUp()
		self.of_siti = address()
		self.siti = self.person("Siti", self.of_siti)
		deal = frappe.get_doc("CRM Deal", self.record.name)
		for row in deal.contacts:
			row.is_primary = row.contact == self.siti.name
		deal.save()
		frappe.db.commit()
		self.assertEqual((deal.email, deal.wa_phone), (self.of_siti, self.siti.wa_phone))

	def test_its_email_is_that_of_its_primary_contact_whose_number_alone_it_means(self):
		of_wayan = self.chat_of_the_record(self.crm_lead.wa_phone)
		of_siti = self.chat_of_the_record(self.siti.wa_phone)
		self.assert_theirs(self.of_siti, {of_siti}, of_wayan)

	def test_the_chat_that_came_from_a_persons_lead_is_theirs(self):
		chat = self.chat_linked_to(self.crm_lead, self.crm_lead.wa_phone)
		self.assert_theirs(self.crm_lead.email, {chat}, self.chat_of_the_record(self.siti.wa_phone))


class TestContact(PersonalDataCase):
	doctype = "Contact"

	def make(self):
		return None

	def setUp(self):
		super(PeopleCase, self).setUp()

	def test_its_primary_address_brings_its_chats_and_nobody_elses(self):
		email = address()
		siti = self.person("Siti", email, is_linked=False)
		eka = self.person("Eka", address(), is_linked=False)
		self.assert_theirs(email, {self.chat_with(siti.wa_phone)}, self.chat_with(eka.wa_phone))

	def test_who_has_its_second_address_such_as_a_secretary_gets_only_their_own_chats(self):
		of_secretary = address()
		director = self.person("Direktur", address(), of_secretary, is_linked=False)
		of_director = self.chat_with(director.wa_phone)
		self.assert_theirs(of_secretary, set(), of_director)
		secretary = self.person("Sekretaris", of_secretary, is_linked=False)
		self.assert_theirs(of_secretary, {self.chat_with(secretary.wa_phone)}, of_director)

	def test_an_address_that_several_contacts_share_is_nobodys(self):
		shared = address()
		chats = [
			self.chat_with(self.person(name, shared, is_linked=False).wa_phone) for name in ("Siti", "Budi")
		]
		self.assert_theirs(shared, set(), *chats)

	def test_a_chat_of_the_same_number_that_is_linked_to_somebody_else_stays_and_one_without_a_record_goes(
		self,
	):
		"""A number may have had another owner before."""
		email = address()
		siti = self.person("Siti", email, is_linked=False)
		own = self.chat_with(siti.wa_phone)
		other = self.chat_linked_to(self.lead(self.phone()), siti.wa_phone, To=OTHER_BUSINESS)
		self.assert_theirs(email, {own}, other)
		again = self.chat_with(siti.wa_phone)
		self.store.change_conversation(other, lead_doctype="", lead="")
		frappe.db.commit()
		self.assert_theirs(email, {again, other})
