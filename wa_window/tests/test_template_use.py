"""The report Template Use: what became of the messages of each template."""

import frappe

from wa_window.chat.message import OUTBOUND, RECORD, Message
from wa_window.frappe_host.desk import template_use
from wa_window.tests.site_case import AGENT, HOUR_MS, MANAGER, Panel, SiteCase, call

DAY_MS = 24 * HOUR_MS
INDONESIAN, ENGLISH, OTHER = ("HX" + letter * 32 for letter in "abc")


class TestTemplateUse(SiteCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete("Content Template")
		frappe.db.delete("Chat Message", {"kind": "template"})
		self.template(INDONESIAN, friendly_name="greeting", language="id", approval_status="paused")
		self.template(ENGLISH, friendly_name="greeting", language="en")
		self.template(OTHER, friendly_name="farewell", language="id")
		self.chat = self.written_by(self.phone()).name

	def sent(self, sid: str, status: str, days_ago: float = 1) -> None:
		at_ms = self.now_ms - int(days_ago * DAY_MS)
		message = Message(
			self.chat, OUTBOUND, "template", "Halo", at_ms, RECORD, status, content_template=sid
		)
		self.store.add_message(message)
		frappe.db.commit()

	def row(self, sid: str) -> dict:
		return next(row for row in template_use.rows() if row["name"] == sid)

	def test_each_template_says_how_often_it_was_used_and_what_became_of_it(self):
		for status in ("sent", "delivered", "read", "read", "failed", "undelivered"):
			self.sent(INDONESIAN, status, days_ago=2)
		self.sent(INDONESIAN, "read", days_ago=29)
		self.sent(INDONESIAN, "read", days_ago=31)
		row = self.row(INDONESIAN)
		counts = {name: row[name] for name in ("used", "delivered", "read_by", "failed")}
		self.assertEqual({type(count) for count in counts.values()}, {int})
		self.assertEqual(counts, {"used": 7, "delivered": 4, "read_by": 3, "failed": 2})
		self.assertAlmostEqual(
			(frappe.utils.now_datetime() - row["last_used"]).total_seconds(), 2 * 24 * 60 * 60, delta=60
		)
		self.assertEqual((self.row(OTHER)["used"], self.row(OTHER)["last_used"]), (0, None))

	def test_the_languages_of_one_template_stand_together(self):
		names = [(row["friendly_name"], row["language"]) for row in template_use.rows()]
		self.assertEqual(names, [("farewell", "id"), ("greeting", "en"), ("greeting", "id")])

	def test_a_deleted_template_is_there_as_long_as_it_was_used(self):
		frappe.db.set_value(
			"Content Template", {"name": ("in", (INDONESIAN, OTHER))}, "approval_status", "deleted"
		)
		self.sent(INDONESIAN, "read")
		self.assertEqual({row["name"] for row in template_use.rows()}, {INDONESIAN, ENGLISH})

	def test_it_is_the_managers(self):
		asked = {"report_name": "Template Use", "filters": "{}"}
		for user, status in ((MANAGER, 200), (AGENT, 403)):
			headers = Panel(user).headers
			answer = call("GET", "/api/method/frappe.desk.query_report.run", headers=headers, json=asked)
			self.assertEqual(answer.status_code, status, answer.text)
