import json
from contextlib import ExitStack
from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import decrypt

from wa_window.frappe_host.desk import health, twilio_checks
from wa_window.frappe_host.settings import inbound_webhook_url, status_callback_url
from wa_window.tests.site_case import (
	ADMIN,
	AGENT,
	AUTH_TOKEN,
	BUSINESS,
	MANAGER,
	OTHER_BUSINESS,
	PUBLIC_URL,
	Panel,
	SiteCase,
	fill_in_settings,
	of_this_run,
)
from wa_window.twilio_channel.alerts import Alert, AlertGroup
from wa_window.twilio_channel.connection import Account, NotConnected
from wa_window.twilio_channel.rest import NotAllowed
from wa_window.twilio_channel.round_trip import NotBack
from wa_window.twilio_channel.webhook_settings import ListedSender, ListedService

SERVICE = "MG" + "1" * 32
AT_THIS_SITE = {
	"sid": "XE" + "1" * 32,
	"name": "Sales",
	"inbound_method": "POST",
	"status_url": "",
	"status_method": "POST",
	"settings": {},
}
ASKED = {
	"account": "account_of",
	"listed": "senders_of",
	"services": "services_of",
	"alerts": "alerts_about",
	"back": "post_round_trip",
}


class TestHealth(SiteCase):
	def checks(self, **answers) -> dict[str, tuple[bool, str]]:
		return {check["name"]: (check["ok"], check["words"]) for check in self.results(**answers)}

	def results(self, run=health.checks, **answers) -> list[dict]:
		"""The results of the checks for these answers of Twilio and of this site; by default everything is right."""
		right = {
			"account": Account("Sales", 0),
			"listed": self.listed(),
			"services": [],
			"alerts": [],
			"back": None,
		}
		with ExitStack() as patches:
			for name, answer in (right | answers).items():
				outcome = {"side_effect" if isinstance(answer, Exception) else "return_value": answer}
				patches.enter_context(patch.object(twilio_checks, ASKED[name], **outcome))
			return run()

	def listed(self, **more) -> list[ListedSender]:
		values = (
			AT_THIS_SITE | {"inbound_url": inbound_webhook_url() + "#rc=3&rp=all", "status": "ONLINE"} | more
		)
		return [ListedSender(address=address, **values) for address in (BUSINESS, OTHER_BUSINESS)]

	def service(self, **more) -> ListedService:
		values = AT_THIS_SITE | {"sid": SERVICE, "inbound_url": inbound_webhook_url()} | more
		return ListedService(addresses=(BUSINESS,), **values)

	def test_a_check_that_passes_says_so(self):
		checks = self.checks()
		for name in (
			"Twilio account",
			"Clock",
			"Senders",
			"Quality",
			"Public URL",
			"Round trip",
			"Webhook",
			"Messaging Services",
			"Statuses",
			"Twilio's alerts",
		):
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
				{"listed": self.listed(inbound_url="https://user:password@other.example")},
			),
			("Webhook", "no address", {"listed": self.listed(inbound_url="")}),
			("Webhook", "by GET", {"listed": self.listed(inbound_method="GET")}),
			("Webhook", "Service Sales receives no messages", {"services": [self.service(inbound_url="")]}),
			(
				"Webhook",
				"Service Sales posts its messages to https://other.example.",
				{"services": [self.service(inbound_url="https://other.example")]},
			),
			("Webhook", "credentials in WA Window Settings", {"services": NotAllowed()}),
			("Senders", "OFFLINE at Twilio. Check it there. Suspended", {"listed": self.offline()}),
			("Quality", "quality LOW, limit 1K", {"listed": self.listed(quality="LOW", limit="1K")}),
			(
				"Statuses",
				"https://old.example/api/method/wa_window.api.webhook.status by POST",
				{
					"listed": self.listed(
						status_url=status_callback_url().replace(PUBLIC_URL, "https://old.example")
					)
				},
			),
			(
				"Statuses",
				"by GET",
				{"listed": self.listed(status_url=status_callback_url(), status_method="GET")},
			),
			(
				"Round trip",
				"does not reach",
				{"back": NotBack("This server does not reach {0}.", "https://crm.example.com")},
			),
			("Twilio's alerts", "Your site answered 502, 11 times since", {"alerts": [self.alert()]}),
			(
				"Twilio's alerts",
				"error 11205, 11 times",
				{"alerts": [self.alert("11205", "Timeout")]},
			),
			("Webhook", "None of your senders was found", {"listed": []}),
		):
			ok, said = self.checks(**answers)[name]
			self.assertEqual((ok, words in said), (False, True), (name, said))

	def offline(self) -> list[ListedSender]:
		return self.listed(status="OFFLINE", offline_reason="Suspended")

	def alert(self, code: str = "11200", text: str = "") -> AlertGroup:
		last = Alert("NO1", inbound_webhook_url(), code, "502" if code == "11200" else "", text, self.now_ms)
		return AlertGroup(last, 11, self.now_ms - 60_000, "Bad Gateway")

	def test_the_throughput_that_twilios_api_does_not_name_is_shown_as_settings_have_it(self):
		fill_in_settings(messages_per_second=40)
		self.addCleanup(fill_in_settings, messages_per_second=80)
		ok, said = self.checks()["Quality"]
		self.assertEqual((ok, "Up to 40 messages a second" in said), (True, True), said)

	def test_a_service_decides_for_its_sender_unless_it_defers(self):
		elsewhere = {"listed": [*self.listed(inbound_url="https://other.example")[:1], self.listed()[1]]}
		self.assertTrue(self.checks(**elsewhere, services=[self.service()])["Webhook"][0])
		self.assertFalse(self.checks(**elsewhere, services=[self.service(defers=True)])["Webhook"][0])

	def test_a_sender_that_is_not_in_the_service_of_its_row_is_reported(self):
		rows = [{"address": BUSINESS, "messaging_service_sid": SERVICE, "is_default": 1}]
		fill_in_settings(senders=rows)
		self.assertIn("is not in the Messaging Service", self.checks()["Messaging Services"][1])
		ok, said = self.checks(services=[self.service()])["Messaging Services"]
		self.assertEqual((ok, "Advanced Opt-Out" in said), (True, True))
		fill_in_settings()
		frappe.db.commit()

	def test_templates_that_meta_stopped_are_reported(self):
		self.template()
		for status in ("paused", "disabled"):
			stopped = self.template("HX" + "2" * 32, friendly_name="promo")
			frappe.db.set_value("Content Template", stopped, "approval_status", status)
			ok, said = self.checks()["Templates"]
			self.assertEqual((ok, "promo" in said), (False, True), said)
		frappe.db.set_value("Content Template", stopped, "approval_status", "approved")
		self.assertTrue(self.checks()["Templates"][0])

	def test_files_that_everybody_may_read_are_reported(self):
		for protected, ok, words in (
			(True, True, "protected"),
			(False, False, "can read it"),
			(None, True, ""),
		):
			with patch.object(twilio_checks, "_newest_file_is_protected", return_value=protected):
				found, said = self.checks()["Files"]
				self.assertEqual((found, words in said), (ok, True), said)

	def test_one_failure_at_twilio_hides_no_other_check(self):
		checks = self.checks(listed=NotAllowed(), services=RuntimeError("boom"), alerts=NotAllowed())
		self.assertEqual([name for name in ("Senders", "Quality", "Twilio's alerts") if checks[name][0]], [])
		self.assertTrue(
			checks["Twilio account"][0] and checks["Round trip"][0] and checks["Messaging Services"][0]
		)

	def test_a_login_that_twilio_refuses_is_said_once(self):
		refused = NotConnected("Twilio refused the credentials.")
		results = self.results(
			account=refused, listed=NotAllowed(), services=NotAllowed(), alerts=NotAllowed()
		)
		failed = [result for result in results if "Twilio refused" in result["words"]]
		self.assertEqual([result["name"] for result in failed], ["Twilio account"])
		caused = {
			result["name"]: result["words"] for result in results if result["cause"] == "Twilio account"
		}
		self.assertEqual(
			list(caused), ["Clock", "Senders", "Quality", "Webhook", "Statuses", "Twilio's alerts"]
		)
		self.assertEqual(set(caused.values()), {"See Twilio account."})

	def test_an_account_that_is_not_filled_in_is_said_once(self):
		fill_in_settings(account_sid="")
		results = {result["name"]: result for result in self.results()}
		self.assertEqual(results["Twilio account"]["words"], "Fill in Account SID and Auth Token, then save.")
		self.assertEqual(results["Webhook"]["cause"], "Twilio account")
		fill_in_settings()
		frappe.db.commit()

	def test_settings_keep_the_last_results_and_when_they_were_found(self):
		before = now_datetime()
		results = self.results(health.test_connection, alerts=[self.alert()])
		kept = partial(frappe.db.get_single_value, "WA Window Settings")
		self.assertEqual(json.loads(kept("last_check_results")), results)
		self.assertGreaterEqual(kept("last_check"), before)
		(webhook,) = [result for result in results if result["name"] == "Webhook"]
		self.assertEqual((webhook["ok"], webhook["action"], webhook["cause"]), (True, "connect", ""))

	def test_what_settings_keep_holds_no_key_of_another_program(self):
		for url in (
			"https://user:k3y@other.example/sms",
			"https://other.example/T00/k3y",
			"https://other.example?token=k3y",
			"https://other.example#k3y",
			status_callback_url().replace(PUBLIC_URL, "https://user:k3y@old.example") + "?token=k3y",
		):
			listed = self.listed(inbound_url=url, status_url=url)
			self.results(health.test_connection, listed=listed)
			kept = frappe.db.get_single_value("WA Window Settings", "last_check_results")
			self.assertIn("posts its messages to https://o", kept)
			self.assertNotIn("k3y", kept)
			self.assertNotIn(AUTH_TOKEN, kept)

	def test_what_twilio_and_this_site_said_is_quoted_by_doctor_and_not_kept(self):
		"""In developer mode a site answers with a traceback."""
		alerts = [self.alert(), self.alert("11205", "Timeout")]
		self.results(health.test_connection, alerts=alerts)
		kept = frappe.db.get_single_value("WA Window Settings", "last_check_results")
		quoted = str(self.results(partial(health.checks, quotes=True), alerts=alerts))
		for said in ("Bad Gateway", "Timeout"):
			self.assertIn(f"“{said}”", quoted)
			self.assertNotIn(said, kept)

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
				"wa_window.frappe_host.desk.twilio_checks.auth_tokens",
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

		with (
			patch.object(health, "get_workers", return_value=[]),
			patch.object(twilio_checks, "_templates", fails),
		):
			checks = self.checks()
		self.assertEqual((checks["Templates"][0], "RuntimeError" in checks["Templates"][1]), (False, True))
		self.assertTrue(checks["Senders"][0])
		logged = frappe.get_all("Error Log", of_this_run(), pluck="error")
		self.assertIn("RuntimeError", str(logged))
		self.assertNotIn(AUTH_TOKEN, str(logged))

	def test_two_faults_of_our_own_that_read_alike_are_not_one_cause(self):
		with (
			patch.object(twilio_checks, "_templates", side_effect=KeyError("a")),
			patch.object(twilio_checks, "_files", side_effect=KeyError("b")),
		):
			failed = [result for result in self.results() if "KeyError" in result["words"]]
		self.assertEqual(
			[(each["name"], each["cause"]) for each in failed], [("Files", ""), ("Templates", "")]
		)

	def test_only_a_manager_may_ask(self):
		self.assertEqual(Panel(AGENT).post("settings.test_connection").status_code, 403)
		self.assertEqual(Panel(AGENT).post("settings.catch_up", days=1).status_code, 403)
		self.assertEqual(Panel(MANAGER).post("settings.catch_up", days=1).status_code, 200)

	def test_whoever_may_change_settings_may_use_their_buttons(self):
		self.assertEqual(Panel(ADMIN).post("settings.test_connection").status_code, 200)
		self.assertEqual(Panel(ADMIN).post("settings.catch_up", days=1).status_code, 200)
