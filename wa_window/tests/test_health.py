from unittest.mock import patch

import frappe

from wa_window.site import health
from wa_window.site.settings import inbound_webhook_url
from wa_window.tests.site_case import AGENT, BUSINESS, MANAGER, OTHER_BUSINESS, Panel, SiteCase, make_user
from wa_window.twilio_channel.connection import Account, ListedSender, NotConnected

ADMIN = "wa-admin@example.com"


class TestHealth(SiteCase):
	def checks(self, *, account=None, listed=None) -> dict[str, tuple[bool, str]]:
		"""What the checks tell where Twilio tells this of us; as it should be, if nothing else is said."""
		told = account if isinstance(account, Exception) else None
		listed = self.listed() if listed is None else listed
		with (
			patch.object(health, "account_of", side_effect=told, return_value=account or Account("Sales", 0)),
			patch.object(health, "senders_of", return_value=listed),
		):
			return {check["name"]: (check["ok"], check["words"]) for check in health.checks()}

	def listed(self, **more) -> list[ListedSender]:
		values = {"status": "ONLINE", "webhook_url": inbound_webhook_url() + "#rc=3&rp=all"} | more
		return [ListedSender(address, **values) for address in (BUSINESS, OTHER_BUSINESS)]

	def test_what_is_as_it_should_be_is_told(self):
		checks = self.checks()
		for name in ("Twilio account", "Clock", "Senders", "Public URL", "Webhook"):
			self.assertTrue(checks[name][0], (name, checks[name]))

	def test_each_fault_is_told_with_what_to_do(self):
		for name, words, told in (
			("Twilio account", "copy the account SID", {"account": NotConnected("copy the account SID")}),
			("Clock", "set it by NTP", {"account": Account("Sales", 90_000)}),
			("Senders", "is not a WhatsApp sender of this Twilio account", {"listed": []}),
			("Senders", "OFFLINE", {"listed": self.listed(status="OFFLINE")}),
			(
				"Webhook",
				"https://other.example",
				{"listed": self.listed(webhook_url="https://other.example")},
			),
			("Webhook", "no address", {"listed": self.listed(webhook_url="")}),
		):
			ok, said = self.checks(**told)[name]
			self.assertEqual((ok, words in said), (False, True), (name, said))

	def test_redis_and_workers_that_do_not_answer_are_told(self):
		with (
			patch.object(health, "get_redis_conn", side_effect=ConnectionError),
			patch.object(health, "get_workers", side_effect=ConnectionError),
		):
			checks = self.checks()
		self.assertEqual((checks["Redis"][0], checks["Workers"][0]), (False, False))

	def test_only_a_manager_may_ask(self):
		self.assertEqual(Panel(AGENT).post("settings.test_connection").status_code, 403)
		self.assertEqual(Panel(AGENT).post("settings.catch_up", days=1).status_code, 403)
		self.assertEqual(Panel(MANAGER).post("settings.catch_up", days=1).status_code, 200)

	def test_whoever_may_change_settings_may_use_their_buttons(self):
		make_user(ADMIN, "System Manager")
		self.addCleanup(lambda: frappe.delete_doc("User", ADMIN, force=True))
		frappe.db.commit()
		self.assertEqual(Panel(ADMIN).post("settings.test_connection").status_code, 200)
		self.assertEqual(Panel(ADMIN).post("settings.catch_up", days=1).status_code, 200)
