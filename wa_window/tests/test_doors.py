"""Permission gaps that an attack has found; wa_window/tests/doors tests all requests."""

import json

import frappe

from wa_window.frappe_host.desk.notifications import recipients
from wa_window.frappe_host.records import record_notifications, roles
from wa_window.tests.site_case import (
	AGENT,
	MANAGER,
	STRANGER,
	Panel,
	SiteCase,
	call,
	make_user,
	of_this_run,
	sentences,
)

SECRET = "Sandi brankas 4711"
ROLELESS = "wa-roleless@example.com"


class DoorCase(SiteCase):
	"""A chat of a lead that User Permissions hide from a limited manager, and one of the manager's own."""

	def setUp(self):
		super().setUp()
		self.addCleanup(self.forget_limits)
		self.foreign, self.chat = self.lead_with_chat(SECRET)
		self.own, self.own_chat = self.lead_with_chat("Halo")
		(self.message,) = self.messages(self.chat.name)
		for user in (AGENT, MANAGER):
			self.limit(user)

	def lead_with_chat(self, body: str):
		number = self.phone()
		lead = self.lead(number, lead_name=f"Lead of {body}")
		chat = self.written_by(number, Body=body, ProfileName=f"Profil {body}")
		self.store.change_conversation(chat.name, lead_doctype="Chat Lead", lead=lead.name)
		frappe.db.commit()
		return lead, self.store.conversation(chat.name)

	def limit(self, user: str) -> None:
		"""Limit a user to their own lead by a User Permission."""
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": "Chat Lead", "for_value": self.own.name}
		).insert()
		frappe.db.commit()

	def forget_limits(self) -> None:
		frappe.db.delete("User Permission", {"user": ("in", (AGENT, MANAGER))})
		frappe.clear_cache()
		frappe.db.commit()

	def method(self, login: str, path: str, **arguments):
		body = json.loads(frappe.as_json(arguments))
		return call("POST", f"/api/method/{path}", json=body, headers=Panel(login).headers)


class TestRelinking(DoorCase):
	def test_who_may_not_read_a_chat_cannot_link_it_to_a_lead_of_theirs(self):
		link = {"lead_doctype": "Chat Lead", "lead": self.own.name}
		whole = frappe.get_doc("Chat Conversation", self.chat.name).as_dict() | link
		name = self.chat.name
		answers = [
			Panel(MANAGER).resource("PUT", f"Chat Conversation/{name}", **link),
			self.method(
				MANAGER, "frappe.client.set_value", doctype="Chat Conversation", name=name, fieldname=link
			),
			self.method(MANAGER, "frappe.client.save", doc=whole),
			self.method(MANAGER, "frappe.desk.form.save.savedocs", doc=frappe.as_json(whole), action="Save"),
		]
		self.method(
			MANAGER,
			"frappe.client.bulk_update",
			docs=frappe.as_json([link | {"doctype": "Chat Conversation", "docname": name}]),
		)
		self.assertEqual({answer.status_code for answer in answers}, {403})
		self.assertFalse([answer for answer in answers if SECRET in answer.text])
		self.assertEqual(self.conversation_of(self.chat.customer_phone).lead, self.foreign.name)

	def test_a_chat_is_not_given_away_to_a_lead_that_one_may_not_change(self):
		response = Panel(MANAGER).resource(
			"PUT", f"Chat Conversation/{self.own_chat.name}", lead_doctype="Chat Lead", lead=self.foreign.name
		)
		self.assertEqual(response.status_code, 403)
		self.assertEqual(self.conversation_of(self.own_chat.customer_phone).lead, self.own.name)

	def test_a_chat_without_a_lead_is_not_given_to_one_with_its_number_that_one_may_not_change(self):
		number = self.phone()
		lead, chat = self.lead(number), self.written_by(number)
		self.store.change_conversation(chat.name, lead_doctype="", lead="")
		frappe.db.commit()
		response = Panel(MANAGER).post("inbox.create_lead", conversation=chat.name)
		self.assertEqual(response.status_code, 403)
		self.assertNotIn(lead.name, response.text)
		self.assertFalse(self.conversation_of(number).lead)

	def test_a_message_is_asked_for_by_its_stored_chat_whatever_the_document_claims(self):
		whole = frappe.get_doc("Chat Message", self.message.name).as_dict()
		claimed = json.loads(frappe.as_json(whole | {"conversation": self.own_chat.name}))
		response = call(
			"POST",
			"/api/v2/method/run_doc_method",
			json={"method": "add_comment", "document": claimed, "kwargs": {"text": "Halo"}},
			headers=Panel(AGENT).headers,
		)
		self.assertEqual(response.status_code, 403)

	def test_a_refusal_names_no_lead(self):
		for path in (f"Chat Conversation/{self.chat.name}", f"Chat Message/{self.message.name}"):
			response = Panel(AGENT).resource("GET", path)
			self.assertEqual(response.status_code, 403)
			self.assertNotIn(self.foreign.name, response.text)


class TestChildRows(DoorCase):
	def setUp(self):
		super().setUp()
		media = {"MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/jpeg", "NumMedia": "1"}
		self.post("inbound", self.inbound_form(self.chat.customer_phone, **media))
		self.row = frappe.db.get_value(
			"Chat Message Media", {"parent": self.messages(self.chat.name)[-1].name}
		)

	def test_nobody_writes_rows_of_media_as_documents(self):
		(own_message,) = self.messages(self.own_chat.name)
		row = {"parenttype": "Chat Message", "parentfield": "media", "state": "pending", "type": "image/jpeg"}
		for user in (AGENT, MANAGER):
			panel = Panel(user)
			for message in (self.message.name, own_message.name):
				response = panel.resource(
					"POST", "Chat Message Media", parent=message, url="https://x", **row
				)
				self.assertEqual(response.status_code, 403)
			self.assertEqual(
				panel.resource("PUT", f"Chat Message Media/{self.row}", file="/private/files/x").status_code,
				403,
			)
			self.assertEqual(panel.resource("DELETE", f"Chat Message Media/{self.row}").status_code, 403)
		self.assertEqual(
			frappe.db.get_value("Chat Message Media", self.row, ["file", "state"]), (None, "pending")
		)

	def test_a_row_of_media_is_read_by_who_may_read_its_message(self):
		for path in (
			f"/api/resource/Chat Message Media/{self.row}",
			f"/api/v2/document/Chat Message Media/{self.row}",
		):
			self.assertEqual(call("GET", path, headers=Panel(AGENT).headers).status_code, 403)
		self.forget_limits()
		self.assertEqual(Panel(AGENT).resource("GET", f"Chat Message Media/{self.row}").status_code, 200)

	def test_a_row_whose_message_is_gone_is_nobodys(self):
		frappe.db.set_value("Chat Message Media", self.row, "parent", "gone")
		frappe.db.commit()
		self.assertEqual(Panel(MANAGER).resource("GET", f"Chat Message Media/{self.row}").status_code, 403)

	def test_rows_of_templates_senders_and_erased_messages_are_not_documents_of_their_own(self):
		self.template()
		variable = frappe.db.get_value("Content Template Variable", {"parent": "HX" + "0" * 31 + "1"})
		for path in (f"Content Template Variable/{variable}",):
			self.assertEqual(Panel(MANAGER).resource("PUT", path, sample="x").status_code, 403)
			self.assertEqual(Panel(MANAGER).resource("DELETE", path).status_code, 403)
		made = [
			Panel(MANAGER).resource(
				"POST",
				"WA Window Sender",
				parent="WA Window Settings",
				parenttype="WA Window Settings",
				parentfield="senders",
				address="whatsapp:+15550001",
			),
			Panel(MANAGER).resource("POST", "Erased Message", message_sid="SM" + "1" * 32),
		]
		self.assertEqual({answer.status_code for answer in made}, {403})


class TestSearchAndCounts(DoorCase):
	def test_a_search_finds_what_a_list_shows_even_if_asked_to_ignore_permissions(self):
		options = {"ignore_user_permissions": 1, "as_dict": 1, "page_length": 500}
		for doctype, fields, own in (
			("Chat Message", ["name", "body", "raw"], self.messages(self.own_chat.name)[0].name),
			("Chat Conversation", ["name", "last_message_preview", "profile_name"], self.own_chat.name),
			("Chat Lead", ["name", "lead_name"], self.own.name),
		):
			for method in ("search_widget", "search_link"):
				asked = {"doctype": doctype, "txt": "", **options, "filter_fields": frappe.as_json(fields)}
				if method == "search_link":
					asked = {"doctype": doctype, "txt": "", "ignore_user_permissions": 1, "page_length": 500}
				response = self.method(AGENT, f"frappe.desk.search.{method}", **asked)
				self.assertEqual(response.status_code, 200, response.text)
				self.assertNotIn(SECRET, response.text)
				self.assertIn(own, response.text)

	def test_other_doctypes_are_searched_as_before(self):
		response = self.method(
			"Administrator", "frappe.desk.search.search_link", doctype="Country", txt="Indones"
		)
		self.assertIn("Indonesia", response.text)

	def test_nobody_counts_what_they_may_not_list(self):
		hidden = [["Chat Message", "body", "like", f"{SECRET[:5]}%"]]
		for user in (STRANGER, AGENT):
			response = self.method(user, "frappe.client.get_count", doctype="Chat Message", filters=hidden)
			self.assertIn(
				(response.status_code, (response.json or {}).get("message")), ((403, None), (200, 0))
			)
		response = self.method(AGENT, "frappe.client.get_count", doctype="Chat Message", filters={})
		self.assertEqual(response.json["message"], 1)
		self.assertEqual(
			self.method(
				AGENT,
				"frappe.client.get_count",
				doctype="User",
				filters=[["Chat Message Media", "url", "like", "%"]],
			).status_code,
			403,
		)

	def test_other_doctypes_are_counted_as_before(self):
		response = self.method(
			STRANGER, "frappe.client.get_count", doctype="Country", filters={"name": "Indonesia"}
		)
		self.assertIn(response.status_code, (200, 403))
		response = self.method(
			"Administrator", "frappe.client.get_count", doctype="Country", filters={"name": "Indonesia"}
		)
		self.assertEqual(response.json["message"], 1)

	def test_a_heatmap_of_chats_is_refused_and_another_chart_counts_what_one_may_see(self):
		chart = {
			"chart_name": "x",
			"name": "x",
			"chart_type": "Count",
			"document_type": "Chat Message",
			"based_on": "creation",
			"timespan": "Last Year",
			"time_interval": "Yearly",
			"filters_json": "[]",
			"type": "Heatmap",
		}
		get = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
		self.assertEqual(self.method(AGENT, get, chart=frappe.as_json(chart)).status_code, 403)
		line = frappe.as_json(chart | {"type": "Line"})
		answers = [self.method(user, get, chart=line, no_cache=1) for user in ("Administrator", AGENT)]
		counted = [sum(answer.json["message"]["datasets"][0]["values"]) for answer in answers]
		self.assertGreater(counted[0], 1)
		self.assertEqual(counted[1], 1)

	def test_no_method_of_frappes_counts_or_compares_what_one_may_not_see(self):
		workflow = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"
		goal = {
			"title": "x",
			"doctype": "User",
			"docname": AGENT,
			"goal_value_field": "name",
			"goal_total_field": "idx",
			"goal_history_field": "",
			"goal_doctype": "Chat Message",
			"goal_doctype_link": "docstatus",
			"goal_field": "body",
			"date_field": "creation",
			"aggregation": "max",
		}
		hidden = frappe.as_json([["body", "like", "S%"]])
		foreign = self.message.name
		answers = [
			self.method(AGENT, workflow, doctype="Chat Message", workflow_state_field="body", states="[]"),
			self.method(AGENT, "frappe.utils.goal.get_monthly_goal_graph_data", **goal),
			self.method(
				AGENT,
				"frappe.desk.listview.get_group_by_count",
				doctype="Chat Message",
				field="assigned_to",
				current_filters=hidden,
			),
			self.method(
				AGENT,
				"frappe.desk.treeview.get_all_nodes",
				doctype="Chat Message",
				label="x",
				parent="",
				tree_method="frappe.desk.search.search_widget",
				ignore_user_permissions=1,
			),
			self.method(
				AGENT, "frappe.desk.form.utils.get_next", doctype="Chat Message", value=foreign, prev=0
			),
		]
		self.assertEqual({answer.status_code for answer in answers}, {403})
		self.assertFalse([answer for answer in answers if SECRET in answer.text])

	def test_whether_a_condition_holds_is_not_seen_by_the_kind_of_refusal(self):
		"""Frappe finds a document by any condition before it checks permissions: 403 where there is one, 404 where not."""
		for user in (AGENT, STRANGER):
			for method, name in (("frappe.client.get", "filters"), ("frappe.desk.form.load.getdoc", "name")):
				answers = [
					self.method(user, method, doctype="Chat Message", **{name: {"body": ["like", text]}})
					for text in (f"{SECRET[:5]}%", "Nothing like it%")
				]
				self.assertEqual(answers[0].status_code, answers[1].status_code)
				self.assertNotIn(SECRET, answers[0].text)

	def test_a_title_is_not_read_by_its_name(self):
		response = self.method(
			AGENT, "frappe.desk.search.get_link_title", doctype="Chat Lead", docname=self.foreign.name
		)
		self.assertNotIn(SECRET, response.text)


class TestBell(DoorCase):
	def test_a_notification_is_read_by_the_user_to_whom_it_was_sent(self):
		"""Frappe lets everybody read the entry that a condition finds."""
		record_notifications.notify(MANAGER, "Chat Lead", self.foreign.name, f"{SECRET} wrote")
		frappe.db.commit()
		about = {"subject": ("like", f"{SECRET}%")}
		for user, status in ((STRANGER, 403), (AGENT, 403), (MANAGER, 200)):
			response = self.method(user, "frappe.client.get", doctype="Notification Log", filters=about)
			self.assertEqual(response.status_code, status)
			self.assertEqual(SECRET in response.text, status == 200)

	def test_other_notifications_are_read_as_before(self):
		entry = {"doctype": "Notification Log", "for_user": MANAGER, "type": "Alert", "subject": "x"}
		name = frappe.get_doc(entry).insert(ignore_permissions=True).name
		frappe.db.commit()
		self.assertEqual(Panel(STRANGER).resource("GET", f"Notification Log/{name}").status_code, 200)


class TestWrites(DoorCase):
	def test_nothing_of_ours_is_renamed(self):
		self.template()
		for doctype, name in (
			("Content Template", "HX" + "0" * 31 + "1"),
			("Chat Message", self.messages(self.own_chat.name)[0].name),
			("Chat Conversation", self.own_chat.name),
			("Chat Lead", self.own.name),
		):
			for user in (AGENT, MANAGER):
				args = frappe.as_json({"name": "HX" + "f" * 32, "validate_rename": 0})
				answers = [
					self.method(user, "run_doc_method", dt=doctype, dn=name, method="rename", args=args),
					self.method(
						user, "frappe.client.rename_doc", doctype=doctype, old_name=name, new_name="x" * 20
					),
					call(
						"POST",
						f"/api/v2/document/{doctype}/{name}/method/rename",
						json={"name": "x"},
						headers=Panel(user).headers,
					),
				]
				self.assertFalse([answer.status_code for answer in answers if answer.status_code < 400])
			self.assertTrue(frappe.db.exists(doctype, name))

	def test_only_the_sync_writes_what_is_twilios(self):
		name = self.template("HX" + "9" * 32, approval_status="rejected")
		panel = Panel(MANAGER)
		for change in (
			{"approval_status": "approved"},
			{"body": "Halo"},
			{"usable_outside_window": 0},
			{"media_url": "javascript:alert(1)"},
			{"variables": []},
		):
			self.assertEqual(
				panel.resource("PUT", f"Content Template/{name}", **change).status_code, 403, change
			)
		rows = frappe.get_doc("Content Template", name).as_dict()["variables"]
		rows[0]["lead_field"], rows[1]["fallback"] = "email", "rumah"
		response = panel.resource(
			"PUT", f"Content Template/{name}", variables=frappe.parse_json(frappe.as_json(rows))
		)
		self.assertEqual(response.status_code, 200, response.text)

	def test_a_chat_is_neither_shared_nor_assigned_to_who_may_not_read_it(self):
		name = self.chat.name
		share = {"doctype": "Chat Conversation", "name": name, "user": AGENT}
		self.assertEqual(self.method("Administrator", "frappe.share.add", **share).status_code, 403)
		assign = {"assign_to": [AGENT], "doctype": "Chat Conversation", "name": name}
		self.method("Administrator", "frappe.desk.form.assign_to.add", args=assign, **assign)
		self.assertEqual(Panel(AGENT).resource("GET", f"Chat Conversation/{name}").status_code, 403)

	def test_erasing_creating_a_lead_and_recording_an_opt_in_ask_for_the_chat_itself(self):
		for method, more in (
			("settings.erase_customer", {}),
			("inbox.create_lead", {}),
			("settings.opt_in", {"reason": "By telephone"}),
		):
			self.assertEqual(
				Panel(MANAGER).post(method, conversation=self.chat.name, **more).status_code, 403
			)
		self.assertTrue(self.conversation_of(self.chat.customer_phone))


class TestNames(DoorCase):
	def test_filters_name_only_chats_that_the_user_may_see(self):
		self.store.change_conversation(self.chat.name, provider_closed_at_ms=self.now_ms + 1)
		frappe.db.commit()
		response = Panel(AGENT).get("inbox.filters", kind="open", doctype="Chat Conversation")
		self.assertEqual(response.status_code, 200)
		self.assertNotIn(self.chat.name, response.text)
		self.assertEqual(
			Panel(STRANGER).get("inbox.filters", kind="open", doctype="Chat Conversation").status_code, 403
		)

	def test_only_users_who_may_read_the_chat_are_notified(self):
		frappe.db.set_value(
			"Chat Lead",
			self.foreign.name,
			{"lead_owner": AGENT, "_assign": frappe.as_json([STRANGER, "Administrator"])},
		)
		frappe.db.commit()
		row = frappe.get_doc("Chat Conversation", self.chat.name)
		self.assertEqual(recipients(row), ["Administrator"])


class TestRole(DoorCase):
	"""A user who may read and write every lead, without a role of ours."""

	def setUp(self):
		super().setUp()
		make_user(ROLELESS, "System Manager")
		self.addCleanup(frappe.delete_doc, "User", ROLELESS, force=True)
		frappe.permissions.add_permission("Chat Lead", "System Manager")
		frappe.permissions.update_permission_property("Chat Lead", "System Manager", 0, "write", 1)
		self.addCleanup(frappe.permissions.reset_perms, "Chat Lead")
		frappe.db.commit()
		self.asked = {"lead_doctype": "Chat Lead", "lead": self.own.name}

	def test_without_a_role_one_sees_the_state_of_the_window_and_nothing_else(self):
		panel = Panel(ROLELESS)
		self.assertEqual(panel.get("chat.window", **self.asked).json["message"]["state"], "open")
		self.assertEqual(
			panel.get(
				"chat.lead_windows", lead_doctype="Chat Lead", leads=f'["{self.own.name}"]'
			).status_code,
			200,
		)
		answers = [
			panel.get("chat.open", **self.asked),
			panel.get("templates.usable", **self.asked),
			panel.post("chat.reply", **self.asked, body="Halo", client_key="k1"),
			panel.post("chat.send_template", **self.asked, content_sid="HX", client_key="k2"),
			panel.post("chat.mark_read", conversation=self.own_chat.name),
			panel.get("chat.older", conversation=self.own_chat.name, before=self.message.name),
		]
		self.assertEqual({answer.status_code for answer in answers}, {403})
		self.assertIn("WA Window Agent", sentences(answers[0]))

	def test_users_who_have_sent_messages_keep_the_chat_by_the_update_and_managers_are_notified(self):
		(message,) = self.messages(self.own_chat.name)
		frappe.db.set_value("Chat Message", message.name, {"owner": ROLELESS, "direction": "Outbound"})
		roles.give_role_to_senders()
		frappe.db.commit()
		self.assertEqual(Panel(ROLELESS).get("chat.open", **self.asked).status_code, 200)
		subjects = frappe.get_all("Notification Log", {"for_user": MANAGER, **of_this_run()}, pluck="subject")
		self.assertEqual([ROLELESS in subject for subject in subjects], [True])
		roles.give_role_to_senders()
		self.assertEqual(frappe.db.count("Has Role", {"parent": ROLELESS, "role": "WA Window Agent"}), 1)

	def test_an_admin_gives_the_role_to_several_users_at_once(self):
		given = {"users": [ROLELESS, STRANGER], "role": "WA Window Agent"}
		self.assertEqual(Panel(MANAGER).post("settings.give_role", **given).status_code, 403)
		self.assertEqual(Panel(ROLELESS).post("settings.give_role", **given).status_code, 200)
		self.assertEqual(Panel(ROLELESS).get("chat.open", **self.asked).status_code, 200)
		other = {"users": [STRANGER], "role": "System Manager"}
		self.assertEqual(Panel(ROLELESS).post("settings.give_role", **other).status_code, 417)
