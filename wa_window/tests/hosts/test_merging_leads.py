"""Two leads with one number: who is offered Frappe's own merge, and what becomes of the chats."""

import frappe

from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.tests.site_case import MANAGER, Panel, SiteCase, call, fill_in_settings

SALES = "wa-merge-sales@example.com"
NO_SALES = "wa-merge-reader@example.com"


class TestMergingLeads(SiteCase):
	"""Leads of a CRM."""

	people = {SALES: "WA Window Agent", NO_SALES: "WA Window Agent", MANAGER: "WA Window Manager"}  # noqa: RUF012
	# ERPNext deletes the contact of a lead that goes.
	roles = ("Sales User", "Sales Manager", "Sales Master Manager")

	def setUp(self):
		super().setUp()
		self.doctype = self.lead_doctype()
		fill_in_settings(lead_doctype=self.doctype)
		frappe.get_doc("User", SALES).add_roles(*self.roles)
		frappe.db.commit()
		number = self.phone()
		self.kept, self.other = (self.named(name, number) for name in ("Budi", "Siti"))

	def lead_doctype(self) -> str:
		doctype = next(row.doctype for row in existing_record_types() if row.can_be_new)
		if doctype == "Chat Lead":
			self.skipTest("This site has no CRM.")
		return doctype

	def named(self, first_name: str, number: str) -> str:
		values = {"doctype": self.doctype, "first_name": first_name, "mobile_no": number}
		doc = frappe.get_doc(values).insert(ignore_permissions=True)
		frappe.db.commit()
		return doc.name

	def offered(self, user: str):
		response = Panel(user).get("chat.other_leads", lead_doctype=self.doctype, lead=self.kept)
		return response.json["message"] if response.status_code == 200 else response.status_code

	def test_who_may_write_both_is_offered_the_merge_and_the_chats_go_along(self):
		(other,) = self.offered(SALES)
		self.assertEqual((other["name"], other["merge_into"]), (self.other, self.kept))
		chat = self.written_by(frappe.db.get_value(self.doctype, self.other, "wa_phone")).name
		self.store.change_conversation(chat, lead_doctype=self.doctype, lead=self.other)
		frappe.db.commit()
		asked = {"doctype": self.doctype, "docname": self.other, "name": self.kept, "merge": 1}
		path = "/api/method/frappe.model.rename_doc.update_document_title"
		merged = call("POST", path, json=asked, headers=Panel(SALES).headers)
		self.assertEqual(merged.status_code, 200, merged.text)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists(self.doctype, self.other))
		self.assertEqual(self.store.conversation(chat).lead, self.kept)
		self.assertEqual(self.offered(SALES), [])

	def test_who_may_not_write_them_is_not(self):
		offered = self.offered(NO_SALES)
		if offered != 403:
			self.assertEqual([each["merge_into"] for each in offered], [None] * len(offered))


class TestMergingChatLeads(TestMergingLeads):
	"""This app's own, which managers may delete."""

	roles = ("WA Window Manager",)

	def lead_doctype(self) -> str:
		return "Chat Lead"

	def named(self, first_name: str, number: str) -> str:
		return self.lead(number, lead_name=first_name).name

	def test_who_may_not_write_both_and_delete_the_one_merges_them_by_no_way(self):
		self.assertEqual(self.merged_by(NO_SALES), [])
		# A manager who may write and delete the one that would go, and not the one that would be left.
		limited = {"user": SALES, "allow": "Chat Lead", "for_value": self.other}
		limit = frappe.get_doc({"doctype": "User Permission", **limited}).insert()
		frappe.db.commit()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "User Permission", limit.name)
		self.assertEqual(self.merged_by(SALES), [])

	def merged_by(self, user: str) -> list[str]:
		"""Frappe's ways that merge the other one into this one."""
		of = {"doctype": "Chat Lead"}
		dialog = {"docname": self.other, "name": self.kept, "merge": 1}
		plain = {"old": self.other, "new": self.kept, "merge": 1, "force": 1}
		client = {"old_name": self.other, "new_name": self.kept, "merge": 1}
		args = {"name": self.kept, "merge": 1, "force": 1, "validate_rename": 0}
		ways = {
			"frappe.model.rename_doc.update_document_title": of | dialog,
			"frappe.rename_doc": of | plain,
			"frappe.client.rename_doc": of | client,
			"run_doc_method": {"dt": "Chat Lead", "dn": self.other, "method": "rename", "args": args},
		}
		headers = Panel(user).headers
		for way, given in ways.items():
			call("POST", f"/api/method/{way}", json=given, headers=headers)
			frappe.db.rollback()
			if not frappe.db.exists("Chat Lead", self.other):
				return [way]
		return []

	def test_one_is_not_renamed_otherwise(self):
		for way in (frappe.rename_doc, lambda _of, old, new: frappe.get_doc("Chat Lead", old).rename(new)):
			with self.assertRaises(frappe.PermissionError):
				way("Chat Lead", self.other, "Siti")
