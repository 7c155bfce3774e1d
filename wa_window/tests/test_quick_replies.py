"""Quick replies on a site: filled from the lead, seen and written by whom, their files, warnings at saving."""

import json

import frappe

from wa_window.frappe_host.files import disk
from wa_window.frappe_host.store.tables import QUICK_REPLY
from wa_window.tests.chat_case import ChatCase
from wa_window.tests.files_case import jpeg
from wa_window.tests.site_case import AGENT, MANAGER, ROLES, STRANGER, Panel, call

MATE, OUTSIDER = "wa-mate@example.com", "wa-outsider@example.com"
TEAM = "WA Test Team"
GREETING = "Halo {{ lead_name | Kak }}"


class TestQuickReplies(ChatCase):
	people = ROLES | dict.fromkeys((MATE, OUTSIDER), "WA Window Agent")

	def setUp(self):
		super().setUp()
		frappe.db.delete(QUICK_REPLY)
		if not frappe.db.exists("User Group", TEAM):
			members = [{"user": AGENT}, {"user": MATE}]
			group = {"doctype": "User Group", "__newname": TEAM, "user_group_members": members}
			frappe.get_doc({**group, "name": TEAM}).insert()
		frappe.db.commit()

	def written_by_user(self, user: str, **values):
		frappe.set_user(user)
		try:
			values = {"title": "Salam", "text": GREETING, "visible_to": "Only Me", **values}
			return frappe.get_doc({"doctype": QUICK_REPLY, **values}).insert()
		finally:
			frappe.set_user("Administrator")
			frappe.db.commit()

	def offered(self, user: str = AGENT) -> list[dict]:
		return Panel(user).get("quick_replies.for_lead", **self.asked).json["message"]

	def titles(self, user: str) -> list[str]:
		return [each["title"] for each in self.offered(user)]

	def listed(self, user: str) -> set[str]:
		rows = Panel(user).resource("GET", QUICK_REPLY).json["data"]
		return {frappe.db.get_value(QUICK_REPLY, row["name"], "title") for row in rows}

	def one_of_each(self) -> None:
		self.written_by_user(AGENT, title="Mine")
		self.written_by_user(AGENT, title="Ours", visible_to="Team", team=TEAM)
		self.written_by_user(MANAGER, title="All", visible_to="Everybody")

	def test_everyone_is_offered_their_own_their_teams_and_everybodys(self):
		self.one_of_each()
		self.assertEqual(self.titles(AGENT), ["All", "Mine", "Ours"])
		self.assertEqual(self.titles(MATE), ["All", "Ours"])
		self.assertEqual(self.titles(OUTSIDER), ["All"])
		self.assertEqual(self.titles(MANAGER), ["All"])
		self.assertEqual(Panel(STRANGER).get("quick_replies.for_lead", **self.asked).status_code, 403)

	def test_a_manager_finds_all_in_the_list_others_what_they_may_use(self):
		self.one_of_each()
		self.assertEqual(self.listed(MANAGER), {"Mine", "Ours", "All"})
		self.assertEqual(self.listed(AGENT), {"Mine", "Ours", "All"})
		self.assertEqual(self.listed(MATE), {"Ours", "All"})
		self.assertEqual(self.listed(OUTSIDER), {"All"})

	def test_who_leaves_the_team_is_not_offered_its_own_any_more(self):
		self.one_of_each()
		frappe.db.delete("User Group Member", {"user": MATE})
		frappe.db.commit()
		self.assertEqual(self.titles(MATE), ["All"])

	def test_the_text_is_filled_from_the_lead_or_with_the_fallback(self):
		text = "{{ lead_name | Kak }} {{ company_name | Anda }} {{ phone | - }} {{ owner | x }} {{ 7*7 }}"
		self.written_by_user(AGENT, text=text)
		(reply,) = self.offered()
		# Only fields of the list are filled in: neither the phone nor the owner.
		self.assertEqual(reply["text"], f"{self.doc.lead_name} Anda - x {{{{ 7*7 }}}}")

	def test_a_chat_that_is_opened_on_its_own_fills_in_its_leads_fields(self):
		chat = self.written()
		self.written_by_user(AGENT)
		asked = {"lead_doctype": "Chat Conversation", "lead": chat.name}
		(reply,) = self.agent.get("quick_replies.for_lead", **asked).json["message"]
		self.assertEqual(reply["text"], f"Halo {self.doc.lead_name}")

	def test_a_field_that_the_user_may_not_see_is_not_filled_in(self):
		self.written_by_user(AGENT)
		setter = {"doctype": "Property Setter", "doctype_or_field": "DocField", "doc_type": "Chat Lead"}
		setter |= {"field_name": "lead_name", "property": "permlevel", "value": "2", "property_type": "Int"}
		made = frappe.get_doc(setter).insert()
		frappe.clear_cache(doctype="Chat Lead")
		frappe.db.commit()
		try:
			self.assertEqual(self.offered()[0]["text"], "Halo Kak")
		finally:
			made.delete()
			frappe.clear_cache(doctype="Chat Lead")
			frappe.db.commit()

	def test_an_unknown_field_and_a_gap_are_warned_of_and_saved(self):
		frappe.clear_messages()
		doc = self.written_by_user(AGENT, text="Halo {{ first_nam | Kak }} {{ lead_name }}")
		said = " ".join(
			json.loads(each)["message"] if isinstance(each, str) else each["message"]
			for each in frappe.message_log
		)
		self.assertIn("first_nam", said)
		self.assertIn("lead_name | …", said)
		self.assertTrue(frappe.db.exists(QUICK_REPLY, doc.name))
		frappe.clear_messages()
		self.written_by_user(AGENT)
		self.assertEqual(frappe.message_log, [])

	def test_an_agent_writes_only_for_themselves_and_their_teams(self):
		for values in ({"visible_to": "Everybody"}, {"visible_to": "Team", "team": TEAM}):
			with self.assertRaises(frappe.PermissionError):
				self.written_by_user(OUTSIDER, **values)
		own = self.written_by_user(OUTSIDER)
		for values in ({"visible_to": "Everybody"}, {"visible_to": "Team", "team": TEAM}):
			answer = Panel(OUTSIDER).resource("PUT", f"{QUICK_REPLY}/{own.name}", **values)
			self.assertEqual(answer.status_code, 403, values)
		doc = self.written_by_user(MATE, visible_to="Team", team=TEAM)
		self.assertEqual(Panel(MATE).resource("PUT", f"{QUICK_REPLY}/{doc.name}", title="x").status_code, 200)
		# A team mate reads it, and changes nothing.
		self.assertEqual(self.agent.resource("GET", f"{QUICK_REPLY}/{doc.name}").status_code, 200)
		self.assertEqual(self.agent.resource("PUT", f"{QUICK_REPLY}/{doc.name}", title="y").status_code, 403)
		self.assertEqual(Panel(OUTSIDER).resource("GET", f"{QUICK_REPLY}/{doc.name}").status_code, 403)
		self.assertEqual(
			Panel(MANAGER).resource("PUT", f"{QUICK_REPLY}/{doc.name}", title="z").status_code, 200
		)

	def test_nobody_shares_one_past_its_scope(self):
		doc = self.written_by_user(AGENT)
		with self.assertRaises(frappe.PermissionError):
			frappe.share.add(QUICK_REPLY, doc.name, OUTSIDER, read=1)
		frappe.db.rollback()
		self.assertEqual(self.titles(OUTSIDER), [])

	def test_a_text_is_kept_as_it_was_written(self):
		text = "Kirim ke <nama@contoh.id> & konfirmasi\n<b>lunas</b> {{ lead_name | Kak }}"
		self.assertEqual(self.written_by_user(AGENT, text=text).text, text)
		answer = self.agent.post("quick_replies.add", title="Transfer", text=text)
		frappe.db.rollback()
		self.assertEqual(frappe.db.get_value(QUICK_REPLY, answer.json["message"]["name"], "text"), text)

	def test_nobody_takes_one_over_by_naming_another_owner(self):
		doc = self.written_by_user(AGENT)
		self.agent.resource("PUT", f"{QUICK_REPLY}/{doc.name}", owner=MATE, title="x")
		frappe.db.rollback()
		self.assertEqual(frappe.db.get_value(QUICK_REPLY, doc.name, ["owner", "title"]), (AGENT, "x"))

	def test_the_team_goes_with_the_scope_and_the_shortcut_is_one_word(self):
		doc = self.written_by_user(AGENT, team=TEAM, shortcut=" /harga rumah ")
		self.assertEqual((doc.team, doc.shortcut), (None, "harga-rumah"))
		with self.assertRaises(frappe.MandatoryError):
			self.written_by_user(AGENT, visible_to="Team")

	def test_a_text_is_kept_as_ones_own(self):
		answer = self.agent.post("quick_replies.add", title="Syarat", text="Siapkan KTP.", shortcut="kpr")
		frappe.db.rollback()
		doc = frappe.get_doc(QUICK_REPLY, answer.json["message"]["name"])
		self.assertEqual((doc.owner, doc.visible_to, doc.shortcut), (AGENT, "Only Me", "kpr"))
		self.assertEqual(answer.json["message"]["warnings"], [])
		unknown = self.agent.post("quick_replies.add", title="x", text="{{ first_nam | x }}").json["message"]
		self.assertIn("first_nam", unknown["warnings"][0])
		self.assertEqual(self.agent.post("quick_replies.add", title=" ", text="x").status_code, 417)
		self.assertEqual(Panel(STRANGER).post("quick_replies.add", title="x", text="x").status_code, 403)

	def attached(self, user: str, name: str, content: bytes, **values):
		"""As the Desk attaches a file."""
		frappe.set_user(user)
		try:
			of = {"attached_to_doctype": QUICK_REPLY, "attached_to_name": name}
			file = {"doctype": "File", "file_name": "Rumah.jpg", "content": content, "is_private": 1, **of}
			return frappe.get_doc(file | values).insert()
		finally:
			frappe.set_user("Administrator")
			frappe.db.commit()

	def of_team(self):
		return self.written_by_user(AGENT, visible_to="Team", team=TEAM)

	def test_its_files_are_sent_and_stay_with_it(self):
		self.written()
		doc = self.of_team()
		file = self.attached(AGENT, doc.name, jpeg())
		(reply,) = self.offered(MATE)
		(offered,) = reply["files"]
		self.assertEqual((offered["name"], offered["file_name"]), (file.name, file.file_name))
		self.assertEqual((offered["type"], offered["size"]), ("image/jpeg", file.file_size))
		for body in ("Ini", "Lagi"):
			asked = {**self.asked, "body": body, "file": offered["name"], "client_key": self.key()}
			sent = Panel(MATE).post("chat.reply", **asked)
			self.assertEqual(sent.status_code, 200, sent.text)
			self.assertEqual(sent.json["message"]["media"][0]["name"], file.file_name)
		frappe.db.rollback()
		self.assertEqual(frappe.db.get_value("File", file.name, "attached_to_name"), doc.name)
		asked |= {"client_key": self.key()}
		self.assertEqual(Panel(OUTSIDER).post("chat.reply", **asked).status_code, 403)

	def test_one_is_sent_by_all_who_see_it_though_somebody_else_has_the_same_file(self):
		self.written()
		content = jpeg(12, 12)
		file = {"doctype": "File", "file_name": "punya.jpg", "content": content, "is_private": 1}
		frappe.set_user(OUTSIDER)
		theirs = frappe.get_doc(file).insert()
		frappe.set_user("Administrator")
		file = self.attached(AGENT, self.of_team().name, content)
		self.assertNotEqual(file.file_url, theirs.file_url)
		asked = {**self.asked, "body": "Ini", "file": file.name, "client_key": self.key()}
		sent = Panel(MATE).post("chat.reply", **asked)
		self.assertEqual(sent.status_code, 200, sent.text)
		self.assertTrue(theirs.exists_on_disk())

	def test_its_file_is_read_by_who_sees_it_and_by_nobody_else(self):
		for is_private in (1, 0):
			content = jpeg(20 + is_private, 20)
			file = self.attached(AGENT, self.of_team().name, content, is_private=is_private)
			self.assertTrue(file.file_url.startswith("/private/files/"))
			self.assertEqual(frappe.db.get_value("File", file.name, "is_private"), 1)
			self.assertEqual(call("GET", file.file_url, headers=Panel(MATE).headers).status_code, 200)
			outsider = Panel(OUTSIDER)
			self.assertEqual(call("GET", file.file_url, headers=outsider.headers).status_code, 403)
			for of in ({}, {"attached_to_doctype": "Chat Lead", "attached_to_name": self.doc.name}):
				made = outsider.resource("POST", "File", file_url=file.file_url, is_private=1, **of)
				self.assertEqual(made.status_code, 403, made.text)
			for earlier in ("/private/files/Rumah.jpg", "/files/Rumah.jpg"):
				self.assertFalse(disk.path_of(earlier).exists())
			public = Panel(AGENT).resource("PUT", f"File/{file.name}", is_private=0)
			self.assertEqual(public.status_code, 403, public.text)

	def test_who_may_not_write_it_any_more_changes_none_of_its_files(self):
		doc = self.of_team()
		file = self.attached(AGENT, doc.name, jpeg(30, 30))
		self.assertEqual(self.agent.resource("PUT", f"File/{file.name}", folder="Home").status_code, 200)
		frappe.db.delete("User Group Member", {"user": AGENT})
		frappe.db.commit()
		self.assertEqual(self.agent.resource("PUT", f"File/{file.name}", file_name="x.jpg").status_code, 403)
		self.assertEqual(self.agent.resource("DELETE", f"File/{file.name}").status_code, 403)
		self.assertTrue(disk.path_of(file.file_url).exists())
		self.assertEqual(Panel(MANAGER).resource("DELETE", f"File/{file.name}").status_code, 202)
		self.assertFalse(disk.path_of(file.file_url).exists())

	def test_nobody_gets_another_users_file_by_attaching_its_address(self):
		frappe.set_user(OUTSIDER)
		theirs = {"doctype": "File", "file_name": "rahasia.jpg", "content": jpeg(40, 40), "is_private": 1}
		theirs = frappe.get_doc(theirs).insert()
		frappe.set_user("Administrator")
		mine = self.written_by_user(AGENT)
		attached = {"attached_to_doctype": QUICK_REPLY, "attached_to_name": mine.name}
		elsewhere = "https://files.example.com/a.jpg"
		for given in ({"file_url": theirs.file_url}, {"file_name": "x.jpg"}, {"file_url": elsewhere}):
			answer = self.agent.resource("POST", "File", **given, **attached)
			self.assertIn(answer.status_code, (403, 404, 417, 500), answer.text)
		free = {"doctype": "File", "file_name": "lain.jpg", "content": jpeg(41, 41), "is_private": 1}
		frappe.set_user(AGENT)
		free = frappe.get_doc(free).insert()
		frappe.set_user("Administrator")
		frappe.db.commit()
		answer = self.agent.resource("PUT", f"File/{free.name}", **attached)
		self.assertEqual(answer.status_code, 403, answer.text)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("File", attached))
		own = self.agent.resource("POST", "File", file_url=free.file_url, **attached)
		self.assertEqual(own.status_code, 200, own.text)
		self.assertEqual(len(self.offered()[0]["files"]), 1)

	def test_a_file_that_whatsapp_does_not_take_is_offered_with_why(self):
		doc = self.written_by_user(AGENT)
		self.attached(AGENT, doc.name, b"AC1032", file_name="denah.dwg")
		(offered,) = self.offered()[0]["files"]
		self.assertEqual((offered["file_name"], offered["type"]), ("denah.dwg", ""))
		self.assertIn("does not accept this type", offered["problem"])

	def test_nobody_attaches_a_file_to_somebody_elses(self):
		doc = self.written_by_user(MANAGER, visible_to="Everybody")
		file = {"file_name": "x.txt", "content": "x", "is_private": 1}
		attached = {"attached_to_doctype": QUICK_REPLY, "attached_to_name": doc.name}
		self.assertEqual(self.agent.resource("POST", "File", **file, **attached).status_code, 403)
		answer = Panel(MANAGER).resource("POST", "File", **file, **attached)
		self.assertEqual(answer.status_code, 200, answer.text)
