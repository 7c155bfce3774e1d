"""Nobody can forge a window or bypass it: an agent and a manager try each way."""

import frappe

from wa_window.tests.site_case import AGENT, BUSINESS, HOUR_MS, MANAGER, STRANGER, Panel, SiteCase, sentences
from wa_window.wa_window.doctype.chat_message.chat_message import ChatMessage

LOGINS = (AGENT, MANAGER)


class TestForgery(SiteCase):
	def setUp(self):
		super().setUp()
		self.number = self.phone()
		self.doc = self.lead(self.number)
		self.conversation = self.written_by(self.number, hours_ago=25)
		self.store.change_conversation(self.conversation.name, lead_doctype="Chat Lead", lead=self.doc.name)
		frappe.db.commit()

	def assert_closed_and_unchanged(self):
		row = self.conversation_of(self.number)
		self.assertLessEqual(row.last_inbound_at_ms, self.now_ms - 24 * HOUR_MS)
		self.assertEqual(len(self.messages(row.name)), 1)

	def test_an_inbound_message_cannot_be_made_by_rest(self):
		for login in LOGINS:
			response = Panel(login).resource(
				"POST", "Chat Message", conversation=self.conversation.name, direction="Inbound", body="Halo"
			)
			self.assertEqual(response.status_code, 403)
		self.assert_closed_and_unchanged()

	def test_freeform_outside_the_window_cannot_be_made_by_rest(self):
		for login in LOGINS:
			response = Panel(login).resource(
				"POST", "Chat Message", conversation=self.conversation.name, direction="Outbound", body="Halo"
			)
			self.assertEqual((response.status_code, response.json["exc_type"]), (409, "WindowClosed"))
			self.assertIn("Send a template", sentences(response))
		self.assert_closed_and_unchanged()

	def test_what_a_rest_message_claims_beside_its_text_is_replaced(self):
		self.written_by(self.number)
		claims = {
			"message_sid": "SM" + "1" * 32,
			"delivery_status": "read",
			"sent_at_ms": 1,
			"direction": "Outbound",
		}
		response = Panel(AGENT).resource(
			"POST", "Chat Message", conversation=self.conversation.name, body="Masih ada", **claims
		)
		self.assertEqual(response.status_code, 200, response.text)
		message = self.store.message(response.json["data"]["name"])
		self.assertEqual((message.message_sid, message.delivery_status, message.kind), ("", "queued", "text"))
		self.assertGreaterEqual(message.sent_at_ms, self.now_ms)
		self.assertGreater(message.next_attempt_at_ms, 0)

	def test_a_template_without_a_text_made_by_rest_does_not_stop_the_outbox(self):
		self.template("HX" + "7" * 32, body="", variables=[], content_type="twilio/media")
		response = Panel(AGENT).resource(
			"POST", "Chat Message", conversation=self.conversation.name, content_template="HX" + "7" * 32
		)
		self.assertEqual(response.status_code, 200, response.text)
		self.assertIn(
			response.json["data"]["name"], [m.name for m in self.store.due(self.now_ms + HOUR_MS, 1000)]
		)
		opened = Panel(AGENT).get("chat.open", lead_doctype="Chat Lead", lead=self.doc.name)
		self.assertEqual(opened.status_code, 200)

	def test_only_a_lead_can_be_linked_to_a_conversation(self):
		response = Panel(MANAGER).resource(
			"PUT", f"Chat Conversation/{self.conversation.name}", lead_doctype="User", lead=AGENT
		)
		self.assertIn(response.status_code, (403, 417))
		self.assertNotEqual(self.conversation_of(self.number).lead, AGENT)

	def test_media_are_listed_only_to_whom_their_message_is(self):
		other = self.written_by(
			self.phone(), MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg"
		)
		(message,) = self.messages(other.name)
		listed = {
			login: self.client(
				Panel(login),
				"frappe.client.get_list",
				doctype="Chat Message Media",
				parent="Chat Message",
				fields=["url"],
				filters={"parent": message.name},
			)
			for login in LOGINS
		}
		self.assertEqual(len(listed[MANAGER].json["message"]), 1)
		self.assertFalse(listed[AGENT].json.get("message"))

	def test_a_message_cannot_be_changed_by_rest_desk_or_client_calls(self):
		(message,) = self.messages(self.conversation.name)
		for login in LOGINS:
			panel = Panel(login)
			change = {"sent_at_ms": self.now_ms, "body": "changed"}
			answers = [
				panel.resource("PUT", f"Chat Message/{message.name}", **change),
				self.client(
					panel,
					"frappe.client.set_value",
					doctype="Chat Message",
					name=message.name,
					fieldname=change,
				),
				self.client(
					panel,
					"frappe.client.save",
					doc={"doctype": "Chat Message", "name": message.name, **change},
				),
				self.client(
					panel,
					"frappe.desk.form.save.savedocs",
					doc=frappe.as_json(frappe.get_doc("Chat Message", message.name).as_dict() | change),
					action="Save",
				),
			]
			self.assertEqual({answer.status_code for answer in answers}, {403})
		self.assertEqual(self.messages(self.conversation.name), [message])

	def test_a_conversations_times_cannot_be_changed(self):
		for login in LOGINS:
			panel = Panel(login)
			change = {"last_inbound_at_ms": self.now_ms}
			name = self.conversation.name
			answers = [
				panel.resource("PUT", f"Chat Conversation/{name}", **change),
				self.client(
					panel, "frappe.client.set_value", doctype="Chat Conversation", name=name, fieldname=change
				),
			]
			self.assertEqual({answer.status_code for answer in answers}, {403})
		self.assert_closed_and_unchanged()

	def test_a_conversation_cannot_be_made_by_hand(self):
		for login in LOGINS:
			response = Panel(login).resource(
				"POST",
				"Chat Conversation",
				customer=self.phone(),
				business_address=BUSINESS,
				last_inbound_at_ms=self.now_ms,
			)
			self.assertEqual(response.status_code, 403)

	def test_an_import_passes_the_same_gate(self):
		for login in LOGINS:
			frappe.set_user(login)
			frappe.flags.in_import = True
			try:
				rows = ({"direction": "Inbound"}, {"direction": "Outbound"})
				refused = [
					self.error_of({"conversation": self.conversation.name, "body": "Halo", **row})
					for row in rows
				]
			finally:
				frappe.flags.in_import = False
				frappe.set_user("Administrator")
			self.assertEqual(refused, ["PermissionError", "WindowClosed"])
		self.assert_closed_and_unchanged()

	def test_even_ignoring_permissions_the_window_is_kept(self):
		doc = frappe.get_doc(
			{"doctype": "Chat Message", "conversation": self.conversation.name, "body": "Halo"}
		)
		self.assertIsInstance(doc, ChatMessage)
		self.assertRaisesRegex(Exception, "Send a template", doc.insert, ignore_permissions=True)

	def test_a_manager_links_a_lead_by_hand_and_nothing_else(self):
		other = self.lead(self.number)
		response = Panel(MANAGER).resource(
			"PUT", f"Chat Conversation/{self.conversation.name}", lead_doctype="Chat Lead", lead=other.name
		)
		self.assertEqual(response.status_code, 200, response.text)
		self.assertEqual(self.conversation_of(self.number).lead, other.name)
		self.assert_closed_and_unchanged()

	def error_of(self, values: dict) -> str:
		try:
			frappe.get_doc({"doctype": "Chat Message", **values}).insert()
		except Exception as error:
			frappe.db.rollback()
			return type(error).__name__
		return "stored"

	def client(self, panel: Panel, method: str, **arguments):
		from wa_window.tests.site_case import call

		return call("POST", f"/api/method/{method}", json=arguments, headers=panel.headers)


class TestPermissions(SiteCase):
	def setUp(self):
		super().setUp()
		self.number = self.phone()
		self.conversation = self.written_by(self.number)

	def link(self):
		lead = self.lead(self.number)
		self.store.change_conversation(self.conversation.name, lead_doctype="Chat Lead", lead=lead.name)
		frappe.db.commit()
		return lead

	def listed(self, user: str, doctype: str, **filters) -> list:
		frappe.set_user(user)
		try:
			return frappe.get_list(doctype, filters=filters, pluck="name")
		except frappe.PermissionError:
			return []
		finally:
			frappe.set_user("Administrator")

	def test_a_conversation_without_a_lead_is_the_managers(self):
		name = self.conversation.name
		self.assertEqual(self.listed(MANAGER, "Chat Conversation", name=name), [name])
		self.assertEqual(self.listed(AGENT, "Chat Conversation", name=name), [])
		self.assertEqual(Panel(AGENT).resource("GET", f"Chat Conversation/{name}").status_code, 403)
		self.assertEqual(Panel(MANAGER).resource("GET", f"Chat Conversation/{name}").status_code, 200)

	def test_whoever_reads_the_lead_reads_its_conversation_and_messages_and_nobody_else(self):
		self.link()
		name = self.conversation.name
		(message,) = self.messages(name)
		self.assertEqual(self.listed(AGENT, "Chat Conversation", name=name), [name])
		self.assertEqual(self.listed(AGENT, "Chat Message", conversation=name), [message.name])
		self.assertEqual(self.listed(STRANGER, "Chat Message", conversation=name), [])
		self.assertEqual(Panel(AGENT).resource("GET", f"Chat Message/{message.name}").status_code, 200)
		self.assertEqual(Panel(STRANGER).resource("GET", f"Chat Message/{message.name}").status_code, 403)

	def test_lists_are_filtered_by_user_permissions_on_the_lead_alike(self):
		self.link()
		allowed = self.lead(self.phone())
		frappe.get_doc(
			{"doctype": "User Permission", "user": AGENT, "allow": "Chat Lead", "for_value": allowed.name}
		).insert()
		frappe.db.commit()
		try:
			name = self.conversation.name
			(message,) = self.messages(name)
			self.assertEqual(self.listed(AGENT, "Chat Conversation", name=name), [])
			self.assertEqual(self.listed(AGENT, "Chat Message", conversation=name), [])
			self.assertEqual(Panel(AGENT).resource("GET", f"Chat Message/{message.name}").status_code, 403)
		finally:
			frappe.db.delete("User Permission", {"user": AGENT})
			frappe.clear_cache()
			frappe.db.commit()

	def test_a_deleted_lead_leaves_its_chat_to_the_managers(self):
		lead = self.link()
		frappe.delete_doc("Chat Lead", lead.name)
		frappe.db.commit()
		row = self.conversation_of(self.number)
		self.assertEqual((row.lead, len(self.messages(row.name))), ("", 1))

	def test_deleting_a_message_computes_the_window_anew(self):
		self.written_by(self.number)
		first, last = self.messages(self.conversation.name)
		frappe.delete_doc("Chat Message", last.name)
		frappe.db.commit()
		self.assertEqual(self.conversation_of(self.number).last_inbound_at_ms, first.sent_at_ms)
