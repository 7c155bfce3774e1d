"""Every way by which a user could get a chat: the same whichever record it belongs to, and on whatever ground it is read."""

from unittest.mock import patch

import frappe
from frappe.realtime import get_doc_room, get_user_room
from frappe.utils import add_days, nowdate

from wa_window.frappe_host.clock import SystemClock
from wa_window.tests.site_case import Panel, call

CHAT, MESSAGE = "Chat Conversation", "Chat Message"
SECRET = "The key lies under the stone"
WORD = "stone"


class Ways:
	"""For a SiteCase with a chat, `name`, and its only message, `message`, whose text is SECRET."""

	def require(self, reads: bool, user: str) -> None:
		"""By each way the user gets the chat, or by none."""
		self.assertEqual({way for way, found in self.reads(user).items() if found != reads}, set())

	def reads(self, user: str) -> dict[str, bool]:
		"""By way, whether a user gets the chat or its text."""
		return {
			**{way: answer.status_code == 200 for way, answer in self._documents(user).items()},
			**{way: self.name in answer.text for way, answer in self._lists(user).items()},
			"count": self._count(user) == 1,
			"messages": self.message.name
			in Panel(user).resource("GET", f"{MESSAGE}?limit_page_length=5000").text,
		}

	def _documents(self, user: str) -> dict:
		panel = Panel(user)
		# Version 15, and 16.
		rooms = {"can_subscribe_doc": "docname", "has_permission": "name"}
		asked = next(each for each in rooms if hasattr(frappe.realtime, each))
		room = {name: f"frappe.realtime.{asked}?doctype={name}&{rooms[asked]}=" for name in (CHAT, MESSAGE)}
		return {
			"open": panel.get("chat.open", lead_doctype=CHAT, lead=self.name),
			"older": panel.get("chat.older", conversation=self.name, before=self.message.name),
			"around": panel.get("chat.around", message=self.message.name),
			"search": panel.post("chat.search", conversation=self.name, words=WORD),
			"record": panel.get("inbox.record", conversation=self.name),
			"consent": panel.get("inbox.consent", conversation=self.name),
			"chat": panel.resource("GET", f"{CHAT}/{self.name}"),
			"message": panel.resource("GET", f"{MESSAGE}/{self.message.name}"),
			"room of the chat": self._method(panel, room[CHAT] + self.name),
			"room of the message": self._method(panel, room[MESSAGE] + self.message.name),
			"print": call(
				"GET", f"/printview?doctype={MESSAGE}&name={self.message.name}", headers=panel.headers
			),
		}

	def _lists(self, user: str) -> dict:
		panel, these = Panel(user), frappe.as_json([self.name])
		fields = frappe.as_json(["name"])
		return {
			"inbox": panel.get("inbox.chats", queue="all", conversations=these),
			"inbox to answer": panel.get("inbox.chats", queue="needs_reply", conversations=these),
			"inbox search": panel.get("inbox.chats", queue="all", conversations=these, search=WORD),
			"window": panel.get("chat.windows", conversations=these),
			"REST": panel.resource("GET", f"{CHAT}?limit_page_length=5000"),
			"report view": self._method(
				panel, f"frappe.desk.reportview.get?doctype={CHAT}&fields={fields}&start=0&page_length=5000"
			),
			"link": self._method(panel, f"frappe.desk.search.search_link?doctype={CHAT}&txt={self.name}"),
		}

	def _count(self, user: str) -> int:
		filters = frappe.as_json({"name": self.name}, indent=None)
		answer = self._method(Panel(user), f"frappe.client.get_count?doctype={CHAT}&filters={filters}")
		return answer.json["message"] if answer.status_code == 200 else 0

	def _method(self, panel: Panel, path: str):
		return call("GET", f"/api/method/{path}", headers=panel.headers)

	def in_reports(self, user: str) -> dict[str, bool]:
		"""By report, whether a user finds the chat there: its window closed without an answer, and its ad and its sender are those of no
		other one."""
		days = {"from_date": add_days(nowdate(), -3), "to_date": add_days(nowdate(), 1)}
		ad, sender = frappe.generate_hash(length=12), f"whatsapp:{self.phone()}"
		values = {"ad_title": ad, "ad_at_ms": SystemClock().now_ms(), "business_address": sender}
		frappe.db.set_value(CHAT, self.name, values)
		self.age(self.name, 30)
		waits = self._report(user, "Answer Times", **days, group_by="Sender", sender=sender)
		return {
			"Answer Times": any(row["unanswered"] for row in waits),
			"Leads by Ad": ad in str(self._report(user, "Leads by Ad", **days)),
			"Windows Closed": self.name
			in str(self._report(user, "Windows Closed Without an Answer", **days)),
		}

	def _report(self, user: str, name: str, **filters) -> list:
		asked = {"report_name": name, "filters": frappe.as_json(filters)}
		answer = call(
			"GET", "/api/method/frappe.desk.query_report.run", headers=Panel(user).headers, json=asked
		)
		return answer.json["message"]["result"] if answer.status_code == 200 else []

	def notified_of_another(self) -> set[str]:
		"""Who is notified of another message, in the Desk, in Frappe CRM or by an alert. What is published about it names the chat only
		in the chat's own room, and to these."""
		bells = {"Notification Log": "for_user", "CRM Notification": "to_user"}
		bells = {doctype: field for doctype, field in bells.items() if frappe.db.exists("DocType", doctype)}
		before = {doctype: ["", *frappe.get_all(doctype, pluck="name")] for doctype in bells}
		phone = self.store.conversation(self.name).customer_phone
		with patch.object(frappe.realtime, "emit_via_redis") as emitted:
			self.written_by(phone, Body=SECRET)
			self.post_process_all()
			frappe.db.commit()
		users = set()
		for doctype, field in bells.items():
			users |= set(frappe.get_all(doctype, {"name": ("not in", before[doctype])}, pluck=field))
		rooms = {get_user_room(user) for user in users} | {get_doc_room(CHAT, self.name)}
		telling = [
			(event, room)
			for event, message, room in (each.args for each in emitted.call_args_list)
			if room not in rooms and any(word in str(message) for word in (self.name, phone, SECRET))
		]
		self.assertEqual(telling, [])
		self.assertTrue(emitted.called)
		return users
