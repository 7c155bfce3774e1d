"""A record with several people shows the chats of all its contacts, each to those who may read that chat's own record."""

import unittest

import frappe

from wa_window.tests.site_case import AGENT, STRANGER, TEMPLATE, Panel, SiteCase, deal_of

VIA = "via Sales ID"


class PeopleCase(SiteCase):
	"""The agent may read the record, Contacts and Chat Leads, until they are limited to others."""

	doctype = ""

	def setUp(self):
		super().setUp()
		if not frappe.db.exists("DocType", self.doctype):
			raise unittest.SkipTest(f"{self.doctype} is not on this site")
		frappe.get_doc("User", AGENT).add_roles("Sales User")
		self.record = self.make()
		self.asked = {"lead_doctype": self.doctype, "lead": self.record.name}
		self.agent = Panel(AGENT)

	def make(self):
		raise NotImplementedError

	def new_customer(self):
		values = {"customer_name": f"PT Maju {frappe.generate_hash(length=8)}", "customer_type": "Company"}
		doc = frappe.get_doc({"doctype": "Customer", **values}).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def contact(self, first_name: str, *, phone: str | None = None, is_linked: bool = True, **values):
		doc = frappe.new_doc(
			"Contact", first_name=first_name, last_name=frappe.generate_hash(length=8), **values
		)
		doc.append("phone_nos", {"phone": phone or self.phone(), "is_primary_mobile_no": 1})
		doc.insert(ignore_permissions=True)
		if is_linked:
			self.add(doc)
		frappe.db.commit()
		return doc

	def add(self, contact) -> None:
		contact.append("links", {"link_doctype": self.doctype, "link_name": self.record.name})
		contact.save(ignore_permissions=True)

	def of_a_lead(self, chat):
		"""Its own record is a lead from now on."""
		lead = self.lead(self.phone())
		self.store.change_conversation(chat.name, lead_doctype="Chat Lead", lead=lead.name)
		frappe.db.commit()
		return lead

	def wrote(self, phone: str):
		self.written_by(phone)
		self.post_process_all()
		return self.conversation_of(phone)

	def limit_to(self, doctype: str, name: str) -> None:
		values = {"user": AGENT, "allow": doctype, "for_value": name}
		doc = frappe.get_doc({"doctype": "User Permission", **values}).insert(ignore_permissions=True)
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "User Permission", doc.name)

	def opened(self, **more) -> dict:
		return self.agent.get("chat.open", **self.asked, **more).json["message"]

	def labels(self) -> list[tuple[str, str]]:
		return [(chat["person"], chat["label"]) for chat in self.opened()["conversations"]]

	def shown(self) -> list[tuple[str, str]]:
		return [(chat["name"], chat["person"]) for chat in self.opened()["conversations"]]


class TestPeopleOfACustomer(PeopleCase):
	doctype = "Customer"

	def make(self):
		return self.new_customer()

	def test_the_chats_of_all_contacts_are_in_one_menu_with_their_names(self):
		budi, siti = self.contact("Budi"), self.contact("Siti")
		first, second = self.wrote(budi.wa_phone), self.wrote(siti.wa_phone)
		self.assertEqual((first.lead_doctype, first.lead), ("Contact", budi.name))
		self.assertEqual(self.shown(), [(second.name, siti.full_name), (first.name, budi.full_name)])
		answer = self.opened(conversation=first.name)
		self.assertEqual((answer["conversation"], len(answer["messages"])), (first.name, 1))
		self.assertTrue(answer["may_reply"])

	def test_a_new_contacts_chat_appears_when_the_contact_is_added_and_goes_with_it(self):
		contact = self.contact("Budi", is_linked=False)
		chat = self.wrote(contact.wa_phone)
		self.assertEqual(self.agent.get("chat.open", **self.asked).status_code, 417)
		self.add(contact)
		frappe.db.commit()
		self.assertEqual(self.shown(), [(chat.name, contact.full_name)])
		contact.set("links", [])
		contact.save()
		frappe.db.commit()
		refused = self.agent.post(
			"chat.reply", **self.asked, body="Halo", client_key="k1", conversation=chat.name
		)
		self.assertEqual(refused.status_code, 417)

	def test_a_chat_whose_own_record_the_user_may_not_read_is_neither_shown_nor_counted_nor_answered(self):
		"""Who may change a Customer could add any Contact, and a Contact any number."""
		phone = self.phone()
		lead = self.lead(phone)
		foreign = self.wrote(phone)
		self.assertEqual((foreign.lead_doctype, foreign.lead), ("Chat Lead", lead.name))
		self.limit_to("Chat Lead", self.lead(self.phone()).name)
		self.contact("Eka", phone=phone)
		own = self.wrote(self.contact("Budi").wa_phone)
		answer = self.opened()
		self.assertEqual([chat["name"] for chat in answer["conversations"]], [own.name])
		self.assertNotIn(foreign.name, frappe.as_json(answer))
		named = {**self.asked, "conversation": foreign.name}
		calls = (
			self.agent.get("chat.open", **named),
			self.agent.get("chat.window", **named),
			self.agent.get("templates.usable", **named),
			self.agent.get("quick_replies.for_lead", **named),
			self.agent.get("documents.files", **named),
			self.agent.post("chat.reply", **named, body="Halo", client_key="k2"),
			self.agent.post(
				"chat.send_template", **named, content_sid=TEMPLATE, variables={}, client_key="k3"
			),
		)
		self.assertEqual([call.status_code for call in calls], [403] * len(calls))
		self.assertEqual(len(self.messages(foreign.name)), 1)

	def test_who_may_read_the_chats_record_only_answers_in_none_of_its_contacts_chats(self):
		chat = self.wrote(self.contact("Budi").wa_phone)
		lead = self.of_a_lead(chat)
		frappe.share.add("Chat Lead", lead.name, AGENT, read=1)
		self.limit_to("Chat Lead", self.lead(self.phone()).name)
		answer = self.opened()
		self.assertEqual((answer["conversation"], answer["may_reply"]), (chat.name, False))
		refused = self.agent.post("chat.reply", **self.asked, body="Halo", client_key="k4")
		self.assertEqual((refused.status_code, len(self.messages(chat.name))), (403, 1))

	def test_who_may_not_read_the_contact_sees_the_customers_own_name_in_place_of_its(self):
		chat = self.wrote(self.contact("Siti").wa_phone)
		self.of_a_lead(chat)
		self.limit_to("Contact", self.contact("Eka", is_linked=False).name)
		(shown,) = self.opened()["conversations"]
		self.assertEqual((shown["name"], shown["person"]), (chat.name, "Budi"))

	def test_who_may_not_chat_sees_none_of_its_chats_windows(self):
		chat = self.wrote(self.contact("Budi").wa_phone)
		frappe.get_doc("User", STRANGER).add_roles("Sales User")
		frappe.db.commit()
		stranger = Panel(STRANGER)
		for more in ({}, {"conversation": chat.name}):
			answer = stranger.get("chat.window", **self.asked, **more)
			self.assertNotEqual(answer.status_code, 200)
			self.assertNotIn(chat.customer_phone, answer.text)

	def test_quick_replies_greet_who_is_written_to(self):
		contact = self.contact("Budi")
		chat = self.wrote(contact.wa_phone)
		text = "Halo {{ first_name | Kak }} {{ customer_name | - }}"
		self.agent.post("quick_replies.add", title="Salam", text=text)
		(reply,) = self.agent.get("quick_replies.for_lead", **self.asked, conversation=chat.name).json[
			"message"
		]
		self.assertEqual(reply["text"], "Halo Budi -")
		(reply,) = self.agent.get("quick_replies.for_lead", **self.asked).json["message"]
		self.assertEqual(reply["text"], f"Halo Kak {self.record.customer_name}")

	def test_another_primary_contact_leaves_the_first_ones_chat_as_a_contacts(self):
		budi, siti = self.contact("Budi"), self.contact("Siti")
		self.choose_primary(budi)
		chat = self.wrote(budi.wa_phone)
		self.assertEqual((chat.lead_doctype, chat.lead), ("Customer", self.record.name))
		self.choose_primary(siti)
		self.assertEqual(self.labels(), [(siti.full_name, "New chat"), (budi.full_name, VIA)])
		self.assertFalse(self.agent.row(chat.name)["earlier_number"])
		budi.reload()  # v16's ERPNext has saved it too
		budi.set("links", [])
		budi.save()
		frappe.db.commit()
		earlier = f"Earlier number {budi.wa_phone}"
		self.assertEqual(self.labels(), [(siti.full_name, "New number"), ("Budi", earlier)])
		self.assertTrue(self.agent.row(chat.name)["earlier_number"])

	def choose_primary(self, contact) -> None:
		doc = frappe.get_doc("Customer", self.record.name)
		doc.customer_primary_contact = contact.name
		doc.save()
		frappe.db.commit()


class TestPeopleOfAnOpportunity(PeopleCase):
	doctype = "Opportunity"

	def make(self):
		self.customer = self.new_customer()
		values = {"opportunity_from": "Customer", "party_name": self.customer.name}
		doc = frappe.get_doc({"doctype": "Opportunity", **values, "contact_mobile": self.phone()})
		doc.insert(ignore_permissions=True)
		frappe.db.commit()
		return doc

	def test_its_own_chat_comes_first_then_those_of_its_contacts_and_of_its_customers(self):
		own = self.wrote(self.record.contact_mobile)
		self.assertEqual((own.lead_doctype, own.lead), ("Opportunity", self.record.name))
		budi, siti = self.contact("Budi"), self.contact("Siti", is_linked=False)
		siti.append("links", {"link_doctype": "Customer", "link_name": self.customer.name})
		siti.save()
		frappe.db.commit()
		chats = [self.wrote(contact.wa_phone) for contact in (budi, siti)]
		self.assertEqual(
			self.shown(),
			[(own.name, "Budi"), (chats[1].name, siti.full_name), (chats[0].name, budi.full_name)],
		)

	def test_another_contact_person_leaves_the_first_ones_chat_as_a_contacts(self):
		budi, siti = self.contact("Budi", phone=self.record.contact_mobile), self.contact("Siti")
		self.wrote(budi.wa_phone)
		doc = frappe.get_doc("Opportunity", self.record.name)
		doc.update({"contact_person": siti.name, "contact_mobile": siti.wa_phone}).save()
		frappe.db.commit()
		self.assertEqual(self.labels(), [(siti.full_name, "New chat"), (budi.full_name, VIA)])

	def test_its_contact_person_is_named_in_its_own_chat(self):
		contact = self.contact("Budi", phone=self.record.contact_mobile, is_linked=False)
		own = self.wrote(self.record.contact_mobile)
		self.record.contact_person = contact.name
		self.record.save()
		frappe.db.commit()
		self.assertEqual(self.shown(), [(own.name, contact.full_name)])


class TestPeopleOfADeal(PeopleCase):
	doctype = "CRM Deal"

	def make(self):
		values = {"first_name": "Wayan", "last_name": frappe.generate_hash(length=8)}
		lead = frappe.get_doc({"doctype": "CRM Lead", **values, "mobile_no": self.phone()}).insert()
		deal = frappe.get_doc("CRM Deal", deal_of(lead))
		frappe.db.commit()
		return deal

	def add(self, contact) -> None:
		deal = frappe.get_doc("CRM Deal", self.record.name)
		deal.append("contacts", {"contact": contact.name})
		deal.save()

	def test_its_contacts_chats_are_in_one_menu_and_a_new_ones_appears(self):
		(primary,) = self.record.contacts
		first = self.wrote(self.record.mobile_no)
		self.assertEqual(self.shown(), [(first.name, primary.full_name)])
		contact = self.contact("Siti")
		second = self.wrote(contact.wa_phone)
		self.assertEqual((second.lead_doctype, second.lead), ("Contact", contact.name))
		self.assertEqual(self.shown(), [(first.name, primary.full_name), (second.name, contact.full_name)])
		answered = self.agent.post(
			"chat.reply", **self.asked, body="Halo", client_key="k5", conversation=second.name
		)
		self.assertEqual((answered.status_code, len(self.messages(second.name))), (200, 2))

	def test_one_whose_number_has_no_chat_is_not_answered_in_its_other_contacts(self):
		(primary,) = self.record.contacts
		siti = self.contact("Siti")
		chat = self.wrote(siti.wa_phone)
		opened = self.opened()
		self.assertEqual((opened["conversation"], opened["messages"]), (None, []))
		self.assertEqual(opened["window"]["customer_address"], f"whatsapp:{self.record.mobile_no}")
		self.assertEqual(self.shown(), [("", primary.full_name), (chat.name, siti.full_name)])
		window = self.agent.get("chat.window", **self.asked).json["message"]
		self.assertEqual((window["state"], window["unread"]), ("never", 0))
		refused = self.agent.post("chat.reply", **self.asked, body="Halo", client_key="k6")
		self.assertEqual((refused.status_code, refused.json["exc_type"]), (409, "WindowClosed"))
		given = {"content_sid": self.template(), "variables": {"1": "Wayan", "2": "rumah"}}
		sent = self.agent.post("chat.send_template", **self.asked, **given, client_key="k7")
		self.assertEqual(sent.status_code, 200, sent.text)
		self.assertEqual(len(self.messages(chat.name)), 1)
		self.assertEqual(self.opened()["conversation"], self.conversation_of(self.record.mobile_no).name)

	def test_another_primary_contact_leaves_the_first_ones_chat_as_a_contacts(self):
		(primary,) = self.record.contacts
		first = self.wrote(self.record.mobile_no)
		# As of one that was moved to the deal.
		self.store.change_conversation(first.name, lead_doctype="CRM Deal", lead=self.record.name)
		siti = self.contact("Siti")
		frappe.get_attr("crm.fcrm.doctype.crm_deal.crm_deal.set_primary_contact")(self.record.name, siti.name)
		frappe.db.commit()
		self.assertEqual(self.opened()["window"]["customer_address"], f"whatsapp:{siti.wa_phone}")
		self.assertEqual(self.labels(), [(siti.full_name, "New chat"), (primary.full_name, VIA)])

	def test_its_numbers_are_its_primary_contacts_so_that_nobody_is_asked_about_another_one(self):
		self.wrote(self.record.mobile_no)
		values = {"mobile_no": self.phone()}
		answer = self.agent.post("chat.number_change", **self.asked, values=values)
		self.assertEqual((answer.status_code, answer.json["message"]), (200, ""))

	def test_its_numbers_are_shown_beside_the_chat_and_not_changed_there(self):
		chat = self.wrote(self.record.mobile_no)
		self.store.change_conversation(chat.name, lead_doctype="CRM Deal", lead=self.record.name)
		frappe.db.commit()
		fields = self.agent.get("inbox.record", conversation=chat.name).json["message"]["fields"]
		kinds = {each["fieldname"]: each["kind"] for each in fields}
		self.assertEqual((kinds["mobile_no"], kinds["deal_owner"]), ("", "link"))
