from unittest.mock import patch

import frappe

from wa_window.chat.message import Conversation
from wa_window.frappe_host.store.database import holds_nul
from wa_window.patches.v1_1 import move_parent_ids
from wa_window.tests.site_case import (
	AUTH_TOKEN,
	BUSINESS,
	OTHER_BUSINESS,
	SiteCase,
	call,
)


class TestInboundWebhook(SiteCase):
	def test_a_signed_message_is_stored_and_opens_the_window(self):
		conversation = self.written_by(self.phone(), body="Halo, masih ada?")
		(message,) = self.messages(conversation.name)
		self.assertEqual(
			(message.direction, message.body, message.kind), ("Inbound", "Halo, masih ada?", "text")
		)
		self.assertEqual(message.sent_at_source, "receipt")
		self.assertEqual(conversation.last_inbound_at_ms, message.sent_at_ms)
		self.assertEqual(conversation.unread_count, 1)
		self.assertTrue(frappe.db.get_value("Chat Message", message.name, "sent_at"))

	def test_the_answer_is_an_empty_twiml_response(self):
		response = self.post("inbound", self.inbound_form(self.phone()))
		self.assertEqual(
			(response.status_code, response.mimetype, response.text), (200, "text/xml", "<Response/>")
		)

	def test_the_same_message_sid_twice_is_one_row_and_200_both_times(self):
		phone = self.phone()
		form = self.inbound_form(phone)
		self.assertEqual([self.post("inbound", form).status_code for _ in range(2)], [200, 200])
		conversation = self.conversation_of(phone)
		self.assertEqual(len(self.messages(conversation.name)), 1)
		self.assertEqual(conversation.unread_count, 1)

	def test_a_message_to_another_business_number_does_not_open_this_one(self):
		phone = self.phone()
		self.written_by(phone, To=OTHER_BUSINESS)
		self.assertFalse(
			frappe.db.exists("Chat Conversation", {"customer_phone": phone, "business_address": BUSINESS})
		)

	def test_missing_wrong_and_other_accounts_signatures_are_403_and_nothing_is_stored(self):
		phone = self.phone()
		form = self.inbound_form(phone)
		path = "/api/method/wa_window.api.webhook.inbound"
		self.assertEqual(call("POST", path, data=form).status_code, 403)
		self.assertEqual(self.post("inbound", form, token="another-account's-token").status_code, 403)
		response = self.post("inbound", form, **{"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"})
		self.assertEqual(response.status_code, 403)
		self.assertNotIn(AUTH_TOKEN, response.text)
		self.assertIsNone(self.conversation_of(phone))

	def test_a_form_changed_after_signing_is_403(self):
		phone = self.phone()
		form = self.inbound_form(phone)
		signature = {"X-Twilio-Signature": self.signature("inbound", form)}
		self.assertEqual(self.post("inbound", {**form, "Body": "changed"}, **signature).status_code, 403)
		self.assertIsNone(self.conversation_of(phone))
		self.assertEqual(self.post("inbound", form, **signature).status_code, 200)

	def test_without_a_token_configured_every_webhook_is_refused(self):
		with patch("wa_window.api.webhook.accepted_tokens", return_value=[]):
			self.assertEqual(self.post("inbound", self.inbound_form(self.phone()), token="").status_code, 403)

	def test_unknown_extra_parameters_still_verify_and_are_kept(self):
		conversation = self.written_by(self.phone(), SomethingNew="kept as it came")
		message = self.messages(conversation.name)[0].name
		self.assertIn("kept as it came", frappe.db.get_value("Chat Message", message, "raw"))

	def test_text_is_stored_as_sent(self):
		texts = (
			"<b>tebal</b> <script>alert(1)</script>",
			'it\'s 100% "quoted" %s %(name)s \\n {0} `x`',
			"😀" * 1600,
			"  spaces kept  \nand lines\t",
			"",
		)
		for text in texts:
			with self.subTest(text=text[:20]):
				conversation = self.written_by(self.phone(), body=text)
				self.assertEqual(self.messages(conversation.name)[0].body, text)

	def test_a_nul_byte_is_kept_where_the_database_can_hold_it(self):
		conversation = self.written_by(self.phone(), body="before\x00after", ProfileName="B\x00udi")
		message = self.messages(conversation.name)[0]
		self.assertEqual(message.body, "before\x00after" if holds_nul() else "beforeafter")
		self.post_process_all()
		self.assertTrue(self.conversation_of(conversation.customer_phone).lead)

	def test_garbage_forms_are_never_a_5xx(self):
		for form in (
			{},
			{"MessageSid": ""},
			{"From": "x", "To": "y", "MessageSid": "z"},
			{"Body": "\x00" * 10},
		):
			with self.subTest(form=form):
				for endpoint in ("inbound", "status"):
					self.assertLess(self.post(endpoint, form).status_code, 500)

	def test_a_body_larger_than_any_of_twilios_is_413_and_nothing_is_stored(self):
		phone = self.phone()
		for size in (10, 1):
			form = self.inbound_form(phone, Body="x" * size * 1000 * 1000)
			self.assertEqual(self.post("inbound", form).status_code, 413)
			self.assertEqual(self.post("status", form | {"MessageStatus": "sent"}).status_code, 413)
		self.assertIsNone(self.conversation_of(phone))
		self.assertEqual(self.post("inbound", self.inbound_form(phone, Body="x" * 900_000)).status_code, 200)

	def test_overlong_values_are_no_error(self):
		response = self.post(
			"inbound", self.inbound_form(self.phone(), ProfileName="n" * 500, Label="l" * 3000)
		)
		self.assertEqual(response.status_code, 200)

	def test_a_hidden_phone_number_is_stored_by_its_user_id_and_joined_when_the_phone_is_shown(self):
		phone, user_id = self.phone(), "IN.2081" + frappe.generate_hash(length=12)
		form = self.inbound_form(phone) | {
			"From": f"whatsapp:{user_id}",
			"ExternalUserId": f"whatsapp:{user_id}",
		}
		form.pop("WaId")
		self.assertEqual(self.post("inbound", form).status_code, 200)
		hidden = frappe.db.get_value(
			"Chat Conversation", {"customer_user_id": user_id}, ["name", "customer_phone"]
		)
		self.assertFalse(hidden[1])
		self.written_by(phone, ExternalUserId=f"whatsapp:{user_id}")
		joined = self.conversation_of(phone)
		self.assertEqual(joined.customer_user_id, user_id)
		self.assertEqual(len(self.messages(joined.name)), 2)
		self.assertEqual(frappe.db.count("Chat Conversation", {"customer_user_id": user_id}), 1)

	def test_ids_that_were_seen_together_are_one_customer(self):
		unique = frappe.generate_hash(length=12)
		user_id, parent_id = f"whatsapp:IN.2081{unique}", f"whatsapp:IN.ENT.4081{unique}"
		phone = self.phone()
		for ids in (
			{"From": parent_id, "ExternalUserId": ""},
			{"From": user_id, "ExternalUserId": user_id},
			{"From": user_id, "ExternalUserId": user_id, "ParentExternalUserId": parent_id},
			{"ParentExternalUserId": parent_id},
		):
			form = self.inbound_form(phone) | ids
			if form["From"] in (user_id, parent_id):
				form.pop("WaId")
			self.assertEqual(self.post("inbound", form).status_code, 200)
		joined = self.conversation_of(phone)
		self.assertEqual(len(self.messages(joined.name)), 4)
		known = {"customer_user_id": user_id, "customer_parent_id": parent_id}
		for field, value in known.items():
			self.assertEqual(getattr(joined, field), value.removeprefix("whatsapp:"))
			self.assertEqual(frappe.db.count("Chat Conversation", {field: getattr(joined, field)}), 1)

	def test_an_id_that_was_kept_in_the_others_place_is_found_after_the_patch(self):
		parent_id = f"IN.ENT.4081{frappe.generate_hash(length=12)}"
		row = self.store.transaction(
			lambda: self.store.add_conversation(
				Conversation(self.phone(), BUSINESS, f"whatsapp:{parent_id}", customer_user_id=parent_id)
			)
		)
		for _ in range(2):
			move_parent_ids.execute()
			frappe.db.commit()
			stored = self.store.conversation(row.name)
			self.assertEqual((stored.customer_user_id, stored.customer_parent_id), ("", parent_id))

	def test_a_forwarded_https_url_verifies(self):
		"""Twilio signed the URL of the proxy, which is not the public URL in Settings."""
		form = self.inbound_form(self.phone())
		signature = self.signature("inbound", form, base="https://proxy.example.com")
		headers = {"X-Twilio-Signature": signature, "X-Forwarded-Proto": "https"}
		self.assertEqual(self.post("inbound", form, **headers).status_code, 403)
		headers["X-Forwarded-Host"] = "proxy.example.com"
		self.assertEqual(self.post("inbound", form, **headers).status_code, 200)
