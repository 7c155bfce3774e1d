"""Connect and Put Back, with the functions of the channel that read and write at Twilio replaced by an account in memory."""

import json
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import frappe

from wa_window.chat.errors import InvalidArgument
from wa_window.frappe_host import settings as site_settings
from wa_window.frappe_host.channel import twilio_channel
from wa_window.frappe_host.desk import connect as connecting
from wa_window.frappe_host.settings import SETTINGS, inbound_webhook_url, status_callback_url
from wa_window.tests.site_case import (
	ACCOUNT_SID,
	ADMIN,
	AGENT,
	AUTH_TOKEN,
	BUSINESS,
	MANAGER,
	Panel,
	SiteCase,
	fill_in_settings,
	sentences,
)
from wa_window.twilio_channel.rest import Refused
from wa_window.twilio_channel.webhook_settings import ListedSender, ListedService

ELSEWHERE = "https://shop:password-of-a-shop@other.example/sms"
SENDER, SERVICE = "XE" + "1" * 32, "MG" + "1" * 32


class Account:
	"""The webhooks of an account at Twilio, as they are read and written."""

	def __init__(self):
		self.settings = {SENDER: {"callback_url": ELSEWHERE}, SERVICE: {"InboundRequestUrl": ""}}
		self.refuses = False

	def senders(self, _channel) -> list[ListedSender]:
		own = self.settings[SENDER]
		urls = {"inbound_url": own.get("callback_url", ""), "status_url": own.get("status_callback_url", "")}
		methods = {"inbound_method": "POST", "status_method": "POST"}
		return [ListedSender(SENDER, "Toko Kita", **urls, **methods, settings=own, address=BUSINESS)]

	def services(self, _channel) -> list[ListedService]:
		own = self.settings[SERVICE]
		urls = {"inbound_url": own["InboundRequestUrl"], "status_url": own.get("StatusCallback", "")}
		methods = {"inbound_method": "POST", "status_method": "POST"}
		return [ListedService(SERVICE, "Penjualan", **urls, **methods, settings=own, addresses=(BUSINESS,))]

	def write(self, _channel, sid: str, settings: dict) -> None:
		if self.refuses:
			raise Refused("Twilio refused this: {0} ({1})", "Not now", 20001)
		self.settings[sid] = settings


class TestConnect(SiteCase):
	def setUp(self):
		super().setUp()
		fill_in_settings(senders=[], former_webhooks="")
		frappe.db.commit()
		self.account = Account()

	@contextmanager
	def twilio(self):
		with (
			patch.object(connecting, "senders_of", self.account.senders),
			patch.object(connecting, "services_of", self.account.services),
			patch.object(connecting, "write_settings", self.account.write),
		):
			yield

	def connect(self, *sids: str) -> list[dict]:
		with self.twilio():
			return connecting.connect(list(sids))

	def put_back(self) -> list[dict]:
		with self.twilio():
			return connecting.put_back()

	def rows(self) -> list[tuple]:
		rows = frappe.get_doc(SETTINGS).senders
		return [(row.address, row.label, row.messaging_service_sid or "", row.is_default) for row in rows]

	def kept(self) -> dict:
		return json.loads(
			frappe.get_doc(SETTINGS).get_password("former_webhooks", raise_exception=False) or "{}"
		)

	def test_each_is_shown_with_what_stands_there_but_no_password(self):
		with self.twilio():
			sender, service = connecting.webhooks_at_twilio()
		self.assertEqual((sender["name"], sender["label"]), (BUSINESS.removeprefix("whatsapp:"), "Toko Kita"))
		self.assertEqual((sender["here"], sender["elsewhere"]), (False, True))
		self.assertEqual(sender["inbound_url"], "https://other.example/sms")
		self.assertEqual((service["elsewhere"], service["members"]), (False, [sender["name"]]))

	def test_a_sender_is_added_with_its_service_and_both_post_here(self):
		results = self.connect(SENDER, SERVICE)
		self.assertEqual([result["ok"] for result in results], [True, True])
		self.assertEqual(self.rows(), [(BUSINESS, "Toko Kita", SERVICE, 1)])
		self.assertEqual(
			self.account.settings[SENDER]["callback_url"], inbound_webhook_url() + "#rc=3&rp=all"
		)
		with self.twilio():
			self.assertTrue(all(owner["here"] for owner in connecting.webhooks_at_twilio()))
		self.connect(SENDER)
		self.assertEqual(self.rows(), [(BUSINESS, "Toko Kita", SERVICE, 1)])

	def test_without_its_service_a_sender_sends_without_one_and_a_label_stays(self):
		fill_in_settings(senders=[{"address": BUSINESS, "label": "Ours", "is_default": 1}])
		frappe.db.commit()
		self.connect(SENDER)
		self.assertEqual(self.rows(), [(BUSINESS, "Ours", "", 1)])
		self.assertEqual(self.account.settings[SERVICE], {"InboundRequestUrl": ""})

	def test_what_stood_there_is_kept_encrypted_and_put_back_once(self):
		self.connect(SENDER, SERVICE)
		self.connect(SENDER, SERVICE)
		self.assertEqual(set(self.kept()), {SENDER, SERVICE})
		stored = frappe.db.get_singles_dict(SETTINGS)["former_webhooks"]
		self.assertEqual(set(stored), {"*"})
		self.assertTrue(all(result["ok"] for result in self.put_back()))
		self.assertEqual(self.account.settings[SENDER], {"callback_url": ELSEWHERE})
		self.assertEqual(self.account.settings[SERVICE], {"InboundRequestUrl": ""})
		self.assertEqual((self.kept(), len(self.rows())), ({}, 1))
		with self.assertRaises(InvalidArgument):
			self.put_back()

	def test_it_is_put_back_after_this_site_has_changed_its_address_too(self):
		self.connect(SENDER)
		fill_in_settings(senders=[], public_url="https://new.example.com")
		frappe.db.commit()
		self.addCleanup(fill_in_settings)
		self.connect(SENDER)
		self.assertIn("https://new.example.com/", self.account.settings[SENDER]["callback_url"])
		fill_in_settings(public_url="https://newer.example.com")
		frappe.db.commit()
		self.assertEqual([result["words"] for result in self.put_back()], ["Put back."])
		self.assertEqual(self.account.settings[SENDER], {"callback_url": ELSEWHERE})

	def test_what_stood_there_is_kept_before_twilio_is_changed(self):
		self.account.refuses = True
		(result,) = self.connect(SENDER)
		self.assertEqual((result["ok"], "Not now" in result["words"]), (False, True))
		self.assertEqual(self.kept()[SENDER]["settings"], {"callback_url": ELSEWHERE})

	def test_what_twilio_refuses_to_take_back_is_kept(self):
		self.connect(SENDER)
		self.account.refuses = True
		self.assertFalse(self.put_back()[0]["ok"])
		self.account.refuses = False
		self.assertTrue(self.put_back()[0]["ok"])
		self.assertEqual(self.account.settings[SENDER], {"callback_url": ELSEWHERE})

	def test_what_somebody_changed_since_or_deleted_is_left_alone(self):
		self.connect(SENDER, SERVICE)
		self.account.settings[SENDER] = {"callback_url": "https://third.example"}
		service = self.account.services
		with patch.object(self.account, "services", lambda channel: service(channel)[:0]):
			results = self.put_back()
		self.assertEqual(
			[result["words"] for result in results],
			["It was changed at Twilio since, and stays as it is.", "It is not at Twilio any more."],
		)
		self.assertEqual(self.account.settings[SENDER], {"callback_url": "https://third.example"})
		self.assertEqual(self.kept(), {})

	def test_nothing_chosen_or_an_unknown_one_changes_nothing(self):
		for sids in ([], ["XE" + "9" * 32]):
			with self.assertRaises(InvalidArgument):
				self.connect(*sids)
		self.assertEqual((self.rows(), self.kept()), ([], {}))

	def test_a_service_that_defers_and_a_status_elsewhere_are_seen(self):
		(sender,) = self.account.senders(None)
		sender = replace(sender, inbound_url=inbound_webhook_url(), status_url="https://other.example")
		with self.twilio(), patch.object(connecting, "senders_of", lambda _: [sender]):
			shown, service = connecting.webhooks_at_twilio()
		self.assertEqual((shown["here"], shown["elsewhere"]), (False, True))
		sender = replace(sender, status_url=status_callback_url() + "#rc=3&rp=all")
		with self.twilio(), patch.object(connecting, "senders_of", lambda _: [sender]):
			shown, service = connecting.webhooks_at_twilio()
		self.assertEqual((shown["here"], shown["elsewhere"], service["here"]), (True, False, False))

	def test_only_who_may_change_settings_may(self):
		for method, arguments in (
			("webhooks_at_twilio", {}),
			("connect", {"sids": [SENDER]}),
			("put_back_webhooks", {}),
		):
			self.assertEqual(Panel(AGENT).post(f"settings.{method}", **arguments).status_code, 403)
			for user in (MANAGER, ADMIN):
				self.assertNotEqual(Panel(user).post(f"settings.{method}", **arguments).status_code, 403)

	def test_without_an_account_it_says_so(self):
		fill_in_settings(account_sid="")
		frappe.db.commit()
		answer = Panel(MANAGER).post("settings.webhooks_at_twilio")
		self.assertEqual(answer.status_code, 417)
		self.assertIn("Account SID", sentences(answer))


class TestApiKey(SiteCase):
	def test_calls_are_made_with_the_key_and_the_check_of_the_account_with_the_token(self):
		fill_in_settings(api_key_sid="SK" + "1" * 32, api_key_secret="secret-of-a-key")
		frappe.db.commit()
		client = twilio_channel().client
		self.assertEqual((client.username, client.password), ("SK" + "1" * 32, "secret-of-a-key"))
		self.assertEqual(client.account_sid, ACCOUNT_SID)
		client = twilio_channel(site_settings.account_by_token).client
		self.assertEqual((client.username, client.password), (ACCOUNT_SID, AUTH_TOKEN))
		form = self.inbound_form(self.phone())
		self.assertEqual(self.post("inbound", form).status_code, 200)

	def test_a_key_without_its_secret_is_not_saved(self):
		with self.assertRaises(frappe.ValidationError):
			fill_in_settings(api_key_sid="SK" + "1" * 32, api_key_secret="")
