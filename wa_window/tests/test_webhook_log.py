"""Refused webhooks are counted without flooding the database; the next genuine one clears the counts."""

from unittest.mock import patch
from urllib.parse import urlencode

import frappe
from redis.exceptions import RedisError

from wa_window.frappe_host.desk import webhook_log
from wa_window.tests.site_case import AGENT, MANAGER, Panel, SiteCase, call
from wa_window.twilio_channel.round_trip import ANSWER, PARAMETER

INBOUND = "/api/method/wa_window.api.webhook.inbound"
SETTINGS = "WA Window Settings"


class TestWebhookLog(SiteCase):
	def setUp(self):
		super().setUp()
		self.began = frappe.utils.now_datetime()
		self.clear()
		self.addCleanup(self.clear)

	def clear(self):
		self.minute_later()
		names = (*webhook_log.REASONS, webhook_log.NOTIFIED)
		frappe.cache.delete(*map(webhook_log._key, names))
		frappe.db.set_single_value(SETTINGS, {"refused_since": None, **dict.fromkeys(webhook_log.REASONS, 0)})
		frappe.db.delete("Notification Log", {"document_type": SETTINGS})
		frappe.db.commit()

	def minute_later(self):
		webhook_log._noted_in_redis.clear()
		names = (webhook_log.GENUINE_NOTED, webhook_log.REFUSED_NOTED)
		frappe.cache.delete(*map(webhook_log._key, names))

	def refused(self, times: int = 1, *, signature: str | None = "bm90IGEgc2lnbmF0dXJl"):
		headers = {"X-Twilio-Signature": signature} if signature else {}
		for _ in range(times):
			form = urlencode(self.inbound_form(self.phone()))
			self.assertEqual(call("POST", INBOUND, data=form, headers=headers).status_code, 403)

	def settings_values(self) -> tuple:
		"""The values that Settings show."""
		frappe.db.rollback()
		doc = frappe.get_doc(SETTINGS)
		doc.run_method("onload")
		return bool(doc.refused_since), *(doc.get(reason) for reason in webhook_log.REASONS)

	def notified(self) -> list[str]:
		frappe.db.rollback()
		return frappe.get_all("Notification Log", {"document_type": SETTINGS}, pluck="for_user")

	def test_settings_show_the_last_genuine_webhook_and_how_many_were_refused_since_when_and_why(self):
		self.written_by(self.phone())
		frappe.db.rollback()
		self.assertTrue(frappe.db.get_single_value(SETTINGS, "last_webhook"))
		self.assertEqual(self.settings_values(), (False, 0, 0, 0))
		self.refused(3)
		self.refused(2, signature=None)
		with patch("wa_window.api.webhook.accepted_tokens", return_value=[]):
			self.refused()
		self.assertEqual(self.settings_values(), (True, 3, 2, 1))
		self.assertEqual(self.settings_values(), (True, 3, 2, 1))

	def test_settings_are_saved_by_their_form_which_loads_the_counts_before_frappe_commits(self):
		doc = frappe.get_doc(SETTINGS).as_dict() | {"closing_hours": 3}
		headers = Panel(MANAGER).headers
		form = urlencode({"doc": frappe.as_json(doc), "action": "Save"})
		saved = call("POST", "/api/method/frappe.desk.form.save.savedocs", data=form, headers=headers)
		self.assertEqual(saved.status_code, 200, saved.text)
		self.assertEqual(frappe.db.get_single_value(SETTINGS, "closing_hours"), 3)

	def test_the_next_genuine_one_ends_it(self):
		self.written_by(self.phone())
		self.refused(2)
		self.assertTrue(self.notified())
		self.written_by(self.phone())
		self.assertEqual(self.settings_values(), (False, 0, 0, 0))
		self.assertEqual(self.notified(), [])

	def test_what_the_site_posts_to_itself_is_answered_stores_nothing_and_is_no_webhook_of_twilios(self):
		self.refused(2)
		self.assertEqual(self.settings_values(), (True, 2, 0, 0))
		messages, form = frappe.db.count("Chat Message"), {PARAMETER: "x"}
		for endpoint in ("inbound", "status"):
			answer = self.post(endpoint, form)
			self.assertEqual((answer.status_code, answer.text), (200, ANSWER))
			self.assertEqual(self.post(endpoint, form, token="another").status_code, 403)
			self.assertEqual(call("POST", INBOUND, data=urlencode(form)).status_code, 403)
		self.assertEqual(self.settings_values(), (True, 2, 0, 0))
		self.assertEqual(frappe.db.count("Chat Message"), messages)
		self.assertFalse(frappe.db.get_value("Error Log", {"creation": (">", self.began)}))

	def test_managers_are_notified_once_and_agents_are_not(self):
		self.refused(3)
		self.minute_later()
		self.refused(3)
		self.written_by(self.phone())
		frappe.db.rollback()
		self.assertEqual(self.notified(), [])
		self.minute_later()
		with patch.object(webhook_log.record_notifications, "notify") as notify:
			self.refused()
			notify.assert_not_called()  # a day has not passed
		frappe.cache.delete(webhook_log._key(webhook_log.NOTIFIED))
		self.clear()
		self.refused(3)
		self.assertEqual(self.notified().count(MANAGER), 1)
		self.assertNotIn(AGENT, self.notified())

	def test_a_flood_writes_to_the_database_once_a_minute(self):
		with patch.object(webhook_log, "note", wraps=webhook_log.note) as note:
			self.refused(20)
			self.assertEqual(note.call_count, 1)
			self.minute_later()
			self.refused(20)
			self.assertEqual(note.call_count, 2)
		self.assertEqual(self.settings_values(), (True, 40, 0, 0))
		self.assertFalse(
			frappe.db.count(
				"Error Log",
				{
					"creation": (">", frappe.utils.add_to_date(None, minutes=-1)),
					"method": ("like", "%ebhook%"),
				},
			)
		)

	def test_genuine_ones_write_of_it_once_a_minute_too(self):
		with patch.object(webhook_log, "note", wraps=webhook_log.note) as note:
			for _ in range(5):
				self.written_by(self.phone())
			self.assertEqual(note.call_count, 1)

	def test_without_redis_webhooks_are_answered_as_ever(self):
		phone = self.phone()
		with patch.object(webhook_log, "_key", side_effect=RedisError):
			self.refused()
			self.assertEqual(self.post("inbound", self.inbound_form(phone)).status_code, 200)
			self.assertEqual(self.settings_values(), (False, 0, 0, 0))
		self.assertIsNotNone(self.conversation_of(phone))
