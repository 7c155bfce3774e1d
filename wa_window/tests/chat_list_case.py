"""The inbox's lists over records of two DocTypes: Chat Lead, and one that a hook adds and that says which lead it came from."""

from unittest.mock import patch

import frappe

from wa_window.frappe_host.records import record_types
from wa_window.frappe_host.records.leads import show_on_chats
from wa_window.frappe_host.records.permissions import has_chat_permission
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase

LEAD, VISIT = "Chat Lead", "Home Visit of a Test"
SALES = "Sales of a Test"
QUEUES = ("needs_reply", "mine", "unassigned", "all")
VISIT_TYPE = {
	"doctype": VISIT,
	"phone_fields": ["phone"],
	"name_fields": ["visitor"],
	"owner_field": "agent",
	"came_from": ["lead", "earlier_record"],
}


class ChatListCase(SiteCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.get_doc({"doctype": "Role", "role_name": SALES}).insert()
		fields = [
			{"fieldname": "visitor", "fieldtype": "Data", "label": "Visitor"},
			{"fieldname": "phone", "fieldtype": "Data", "label": "Phone"},
			{"fieldname": "agent", "fieldtype": "Link", "options": "User", "label": "Agent"},
			{"fieldname": "wa_phone", "fieldtype": "Data", "label": "WhatsApp Number"},
			{"fieldname": "lead", "fieldtype": "Link", "options": LEAD, "label": "Lead"},
			{"fieldname": "earlier", "fieldtype": "Link", "options": "DocType", "label": "Earlier"},
			{
				"fieldname": "earlier_record",
				"fieldtype": "Dynamic Link",
				"options": "earlier",
				"label": "Earlier Record",
			},
		]
		permissions = [{"role": "WA Window Agent", "read": 1, "write": 1, "create": 1}]
		about = {"module": "WA Window", "custom": 1, "title_field": "visitor", "allow_rename": 1}
		frappe.get_doc(
			{"doctype": "DocType", "name": VISIT, **about, "fields": fields, "permissions": permissions}
		).insert()
		cls.addClassCleanup(cls.remove_doctype)

	@classmethod
	def remove_doctype(cls):
		frappe.delete_doc("DocType", VISIT, force=True)
		frappe.db.commit()
		frappe.clear_cache()

	def setUp(self):
		super().setUp()
		get_hooks = frappe.get_hooks

		def with_visits(hook=None, *arguments, **named):
			found = get_hooks(hook, *arguments, **named)
			if hook == "doc_events":
				return {**found, VISIT: found[LEAD]}
			return [*found, VISIT_TYPE] if hook == record_types.HOOK else found

		hooked = patch.object(frappe, "get_hooks", with_visits)
		hooked.start()
		self.addCleanup(self.forget_events)
		self.addCleanup(hooked.stop)
		self.forget_events()
		self.addCleanup(self.restore_permissions)
		self.names = []

	def forget_events(self):
		"""Frappe keeps the hooks of documents for a request (frappe.get_doc_hooks)."""
		frappe.local.doc_events_hooks = None
		del frappe.local.doc_events_hooks

	def restore_permissions(self):
		frappe.set_user("Administrator")
		for doctype in ("User Permission", "DocShare"):
			frappe.db.delete(doctype, {"user": ("in", (AGENT, MANAGER))})
		frappe.db.delete("Custom DocPerm", {"parent": ("in", (LEAD, VISIT))})
		frappe.db.commit()
		frappe.clear_cache()

	def chat(self, doctype: str = LEAD, *, hours_ago: float = 0, **values):
		"""A chat of a new record."""
		phone = self.phone()
		if doctype == LEAD:
			record = self.lead(phone, **values)
		else:
			record = frappe.get_doc({"doctype": doctype, "visitor": "Ibu Sari", "phone": phone, **values})
			record.insert(ignore_permissions=True)
		conversation = self.written_by(phone, hours_ago=hours_ago)
		self.store.change_conversation(conversation.name, lead_doctype=doctype, lead=record.name)
		show_on_chats(record)
		frappe.db.commit()
		self.names.append(conversation.name)
		return record, conversation.name

	def answer(self, queue: str, user: str, **asked) -> dict:
		asked = {"conversations": frappe.as_json(self.names)} | asked
		answer = Panel(user).get("inbox.chats", queue=queue, **asked)
		self.assertEqual(answer.status_code, 200, answer.text)
		return answer.json["message"]

	def listed(self, queue: str, user: str = AGENT, **asked) -> set[str]:
		return {row["conversation"] for row in self.answer(queue, user, **asked)["chats"]}

	def require_permitted(self, expected: set[str], user: str = AGENT) -> None:
		"""The user sees these of the test's chats, in every list and as each chat's own check says."""
		found = {
			name for name in self.names if has_chat_permission(self.store.conversation(name), "read", user)
		}
		self.assertEqual(found, expected)
		for queue in ("needs_reply", "all"):
			self.assertEqual(self.listed(queue, user), expected, queue)
		for search in ("Halo", "Budi", "+62812"):
			self.assertEqual(self.listed("all", user, search=search), expected, search)
		# Frappe's own list may apply a User Permission to the fields of the chat too.
		listed = frappe.get_list("Chat Conversation", user=user, limit=0, pluck="name")
		self.assertFalse(set(listed) & set(self.names) - expected)

	def permit(self, doctype: str, role: str, **rights) -> None:
		"""A role's permission, in place of those of the DocType."""
		values = {"parent": doctype, "role": role, "read": 1, **rights}
		frappe.get_doc({"doctype": "Custom DocPerm", **values}).insert()
		frappe.db.commit()
		frappe.clear_cache()

	def limit(self, allow: str, value: str, **values) -> None:
		rule = {"doctype": "User Permission", "user": AGENT, "allow": allow, "for_value": value, **values}
		frappe.get_doc(rule).insert()
		frappe.db.commit()

	def share(self, record, **rights) -> None:
		frappe.share.add(record.doctype, record.name, AGENT, read=1, **rights)
		frappe.db.commit()
