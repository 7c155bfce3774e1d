from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import decrypt

from wa_window.frappe_host.desk import health
from wa_window.frappe_host.settings import inbound_webhook_url
from wa_window.tests.site_case import (
	ADMIN,
	AGENT,
	AUTH_TOKEN,
	BUSINESS,
	MANAGER,
	OTHER_BUSINESS,
	Panel,
	SiteCase,
	of_this_run,
)
from wa_window.twilio_channel.connection import Account, ListedSender, NotConnected


class TestHealth(SiteCase):
	def checks(self, *, account=None, listed=None) -> dict[str, tuple[bool, str]]:
		"""The results of the checks for these answers of Twilio; by default everything is right."""
		error = account if isinstance(account, Exception) else None
		listed = self.listed() if listed is None else listed
		with (
			patch.object(
				health, "account_of", side_effect=error, return_value=account or Account("Sales", 0)
			),
			patch.object(health, "senders_of", return_value=listed),
		):
			return {check["name"]: (check["ok"], check["words"]) for check in health.checks()}

	def listed(self, **more) -> list[ListedSender]:
		values = {"status": "ONLINE", "webhook_url": inbound_webhook_url() + "#rc=3&rp=all"} | more
		return [ListedSender(address, **values) for address in (BUSINESS, OTHER_BUSINESS)]

	def test_a_check_that_passes_says_so(self):
		checks = self.checks()
		for name in ("Twilio account", "Clock", "Senders", "Public URL", "Webhook"):
			self.assertTrue(checks[name][0], (name, checks[name]))

	def test_files_that_twilio_stores_elsewhere_are_reported_with_the_setting_to_change(self):
		self.assertTrue(self.checks()["Files"][0])
		phone = self.phone()
		conversation = self.written_by(
			phone, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg"
		)
		(message,) = self.messages(conversation.name)
		self.store.change_media(message.media[0].row, state="elsewhere")
		frappe.db.commit()
		ok, said = self.checks()["Files"]
		self.assertEqual((ok, "Enforce HTTP auth on media" in said), (False, True), said)
		self.store.change_media(message.media[0].row, state="refused")
		frappe.db.commit()

	def test_each_fault_is_reported_with_what_to_do(self):
		for name, words, answers in (
			("Twilio account", "copy the account SID", {"account": NotConnected("copy the account SID")}),
			("Clock", "Set it by NTP", {"account": Account("Sales", 90_000)}),
			("Senders", "is not a WhatsApp sender of this Twilio account", {"listed": []}),
			("Senders", "OFFLINE", {"listed": self.listed(status="OFFLINE")}),
			(
				"Webhook",
				"https://other.example",
				{"listed": self.listed(webhook_url="https://other.example")},
			),
			("Webhook", "no address", {"listed": self.listed(webhook_url="")}),
			("Webhook", "None of your senders was found", {"listed": []}),
		):
			ok, said = self.checks(**answers)[name]
			self.assertEqual((ok, words in said), (False, True), (name, said))

	def test_redis_and_workers_that_do_not_answer_are_reported(self):
		with (
			patch.object(health, "get_redis_conn", side_effect=ConnectionError),
			patch.object(health, "get_workers", side_effect=ConnectionError),
		):
			checks = self.checks()
		self.assertEqual((checks["Redis"][0], checks["Workers"][0]), (False, False))

	def test_a_scheduler_that_is_on_but_does_not_run_is_reported(self):
		minutes_ago = partial(add_to_date, now_datetime())
		for ok, words, job in (
			(True, "The scheduler is running.", {"last_execution": minutes_ago(minutes=-9)}),
			(False, "has run nothing for 11 minutes", {"last_execution": minutes_ago(minutes=-11)}),
			(False, "is stopped", {"last_execution": now_datetime(), "stopped": 1}),
		):
			frappe.db.set_value("Scheduled Job Type", {"method": health.SWEEP}, job)
			with patch.object(health, "is_scheduler_inactive", return_value=False):
				self.assertEqual(self.checks()["Scheduler"][0], ok, job)
				self.assertIn(words, self.checks()["Scheduler"][1])

	def test_a_token_that_cannot_be_decrypted_fails_its_checks_in_words(self):
		with (
			patch(
				"wa_window.frappe_host.desk.health.auth_tokens",
				side_effect=lambda: decrypt("not by this key"),
			),
			patch.object(frappe.local, "message_log", []),
		):
			checks = self.checks()
			self.assertEqual(frappe.local.message_log, [])
		ok, words = checks["Twilio account"]
		self.assertEqual((ok, "Encryption key is invalid" in words), (False, True), words)
		self.assertTrue(checks["Senders"][0])

	def test_what_nobody_expected_fails_its_own_check_and_shows_no_secret(self):
		def fails(*_arguments):
			auth_token = AUTH_TOKEN
			raise RuntimeError(f"{len(auth_token)} characters")

		with patch.object(health, "get_workers", return_value=[]), patch.object(health, "_templates", fails):
			checks = self.checks()
		self.assertEqual((checks["Templates"][0], "RuntimeError" in checks["Templates"][1]), (False, True))
		self.assertTrue(checks["Senders"][0])
		logged = frappe.get_all("Error Log", of_this_run(), pluck="error")
		self.assertIn("RuntimeError", str(logged))
		self.assertNotIn(AUTH_TOKEN, str(logged))

	def test_only_a_manager_may_ask(self):
		self.assertEqual(Panel(AGENT).post("settings.test_connection").status_code, 403)
		self.assertEqual(Panel(AGENT).post("settings.catch_up", days=1).status_code, 403)
		self.assertEqual(Panel(MANAGER).post("settings.catch_up", days=1).status_code, 200)

	def test_whoever_may_change_settings_may_use_their_buttons(self):
		self.assertEqual(Panel(ADMIN).post("settings.test_connection").status_code, 200)
		self.assertEqual(Panel(ADMIN).post("settings.catch_up", days=1).status_code, 200)
