"""Chats that began at an ad: the card, the conversation, the lead that is made, the report."""

from datetime import datetime
from unittest.mock import patch

import frappe

from wa_window.chat.ports.files import FetchedFile, FetchFailed
from wa_window.frappe_host.clock import epoch_ms
from wa_window.frappe_host.desk import leads_by_ad, readable_chats
from wa_window.frappe_host.files import disk
from wa_window.frappe_host.jobs import fetch_files
from wa_window.frappe_host.records.erase import erase_customer
from wa_window.frappe_host.records.record_types import existing_record_types
from wa_window.patches.v1_1 import fill_ad_times
from wa_window.tests.files_case import PNG, FilesCase
from wa_window.tests.site_case import (
	AGENT,
	HOUR_MS,
	MANAGER,
	STRANGER,
	Panel,
	SiteCase,
	call,
	fill_in_settings,
)
from wa_window.twilio_channel.media import TwilioMedia

CHAT = "Chat Conversation"
AD = {
	"ReferralHeadline": "Cluster Melati",
	"ReferralBody": "Mulai 500 juta",
	"ReferralSourceType": "ad",
	"ReferralSourceId": "120210000000000001",
	"ReferralSourceUrl": "https://fb.me/melati",
	"ReferralCtwaClid": "ARAk",
}

PICTURE = {
	"ReferralMediaUrl": "https://scontent.xx.fbcdn.net/v/t45.1600-4/1.png?oh=00_AfBa&oe=6969F3C1",
	"ReferralMediaContentType": "image/png",
}


class TestAdsPicture(FilesCase):
	def came_by(self, answer) -> list[dict]:
		"""The messages as an agent sees them, after a customer has come by an ad whose picture is answered like this."""
		phone = self.phone()
		self.lead(phone)
		self.conversation = self.written_by(phone, **AD | PICTURE).name
		self.post_process_all()
		with patch.object(TwilioMedia, "fetch", side_effect=[answer]) as fetch:
			fetch_files.fetch_media_files()
		self.assertEqual(fetch.call_args.args[0], PICTURE["ReferralMediaUrl"])
		lead = frappe.db.get_value("Chat Conversation", self.conversation, ["lead_doctype", "lead"])
		opened = Panel(AGENT).get("chat.open", lead_doctype=lead[0], lead=lead[1])
		return opened.json["message"]["messages"]

	def test_it_is_a_private_file_that_whoever_reads_the_chat_may_open_and_goes_with_the_customer(self):
		content = PNG + frappe.generate_hash().encode()
		[message] = self.came_by(FetchedFile("image/png", content))
		picture = message["received"]["referral"]["picture"]
		self.assertEqual((message["kind"], message["media"]), ("text", []))
		self.assertEqual((picture["name"], picture["state"]), ("Cluster Melati.png", "stored"))
		self.assertEqual(self.download(AGENT, picture["file"]).data, content)
		self.assertEqual(self.download(STRANGER, picture["file"]).status_code, 403)
		self.assertEqual(call("GET", picture["file"]).status_code, 403)
		erase_customer(self.conversation)
		frappe.db.commit()
		self.assertFalse(disk.path_of(picture["file"]).exists())
		self.assertFalse(frappe.db.exists("File", {"file_url": picture["file"]}))

	def test_where_it_cannot_be_fetched_its_address_is_left(self):
		[message] = self.came_by(FetchFailed())
		ad = message["received"]["referral"]
		self.assertEqual((ad["media_url"], ad["picture"]["file"]), (PICTURE["ReferralMediaUrl"], None))
		self.assertEqual(message["media"], [])


class TestAds(SiteCase):
	def came_by(self, **ad):
		phone = self.phone()
		self.written_by(phone, **AD | ad)
		self.post_process_all()
		return self.conversation_of(phone)

	def test_the_chat_shows_the_ad_and_keeps_it(self):
		chat = self.came_by()
		(message,) = self.messages(chat.name)
		self.assertEqual(chat.ad_at_ms, message.sent_at_ms)
		self.assertEqual((chat.ad_title, chat.ad_id), ("Cluster Melati", AD["ReferralSourceId"]))
		self.assertEqual((chat.ad_url, chat.ad_click_id), ("https://fb.me/melati", "ARAk"))
		opened = (
			Panel(MANAGER).get("chat.open", lead_doctype="Chat Conversation", lead=chat.name).json["message"]
		)
		self.assertEqual(opened["messages"][0]["received"]["referral"]["body"], "Mulai 500 juta")

	def test_a_later_ad_does_not_take_the_place_of_the_first(self):
		chat = self.came_by()
		self.written_by(chat.customer_phone, **AD | {"ReferralHeadline": "Another"})
		self.post_process_all()
		self.assertEqual(self.store.conversation(chat.name).ad_title, "Cluster Melati")

	def test_every_kind_of_lead_that_is_made_has_the_ad_and_its_source(self):
		for kind in existing_record_types():
			if not kind.can_be_new:
				continue
			fill_in_settings(lead_doctype=kind.doctype)
			chat = self.came_by()
			lead = frappe.get_doc(chat.lead_doctype, chat.lead)
			self.assertEqual((lead.doctype, lead.wa_ad), (kind.doctype, "Cluster Melati"))
			for field in ("source", "utm_source"):
				if lead.meta.has_field(field):
					self.assertEqual(lead.get(field), "WhatsApp Ad", kind.doctype)

	def test_erpnext_of_version_16_has_the_ad_as_content_of_no_campaign_and_no_medium(self):
		if not (frappe.db.exists("DocType", "Lead") and frappe.get_meta("Lead").has_field("utm_content")):
			self.skipTest("ERPNext of version 15 has no UTM fields")
		fill_in_settings(lead_doctype="Lead")
		lead = frappe.get_doc("Lead", self.came_by().lead)
		self.assertEqual((lead.utm_source, lead.utm_content), ("WhatsApp Ad", "Cluster Melati"))
		self.assertFalse(lead.get("utm_campaign") or lead.get("utm_medium"))

	def test_a_hostile_headline_is_cut_and_no_formula_and_no_markup(self):
		fill_in_settings(lead_doctype="Chat Lead")
		chat = self.came_by(ReferralHeadline="=HYPERLINK(<b>)" + "x" * 500, ReferralSourceUrl="x" * 900)
		for text in (chat.ad_title, frappe.db.get_value(chat.lead_doctype, chat.lead, "wa_ad")):
			self.assertEqual(len(text), 140)
			self.assertFalse(text.startswith("="))
			self.assertNotIn("<", text)

	def test_a_lead_without_an_ad_has_none(self):
		fill_in_settings(lead_doctype="Chat Lead")
		phone = self.phone()
		self.written_by(phone)
		self.post_process_all()
		chat = self.conversation_of(phone)
		self.assertFalse(frappe.db.get_value(chat.lead_doctype, chat.lead, "wa_ad"))

	def test_the_report_counts_the_chats_and_leads_of_each_ad_that_the_user_may_see(self):
		fill_in_settings(lead_doctype="Chat Lead")
		self.came_by(ReferralSourceId="7", ReferralHeadline="Seven")
		self.came_by(ReferralSourceId="7", ReferralHeadline="Seven")
		today = frappe.utils.today()
		with patch.object(readable_chats, "AT_A_TIME", 1):
			self.assertEqual(self.counted("7", today, today), ("Seven", 2, 2))
		self.assertIsNone(self.counted("7", "2020-01-01", "2020-01-02"))
		frappe.set_user(AGENT)
		frappe.get_doc("Report", "Leads by Ad").execute_script_report({"from_date": today, "to_date": today})

	def counted(self, ad_id: str, first: str, last: str) -> tuple | None:
		found = {row["ad_id"]: row for row in leads_by_ad.rows(first, last)}
		return (
			(found[ad_id]["ad_title"], found[ad_id]["chats"], found[ad_id]["leads"])
			if ad_id in found
			else None
		)

	def test_a_customer_of_last_year_counts_on_the_day_on_which_they_wrote_from_the_ad(self):
		phone = self.phone()
		chat = self.written_by(phone)
		self.post_process_all()
		frappe.db.set_value(CHAT, chat.name, "creation", "2025-03-01 12:00:00", update_modified=False)
		frappe.db.commit()
		self.written_by(phone, **AD | {"ReferralSourceId": "8"})
		self.post_process_all()
		today = frappe.utils.today()
		self.assertEqual(self.counted("8", today, today), ("Cluster Melati", 1, 1))
		self.assertIsNone(self.counted("8", "2025-02-01", "2025-04-01"))

	def test_existing_chats_get_the_time_of_the_first_message_with_their_ad(self):
		chat = self.came_by(ReferralHeadline="=Melati <b>" + "x" * 200)
		self.written_by(chat.customer_phone, **AD | {"ReferralHeadline": "Another"})
		self.written_by(chat.customer_phone)
		for hours_ago, message in zip((30, 50, 70), self.messages(chat.name), strict=True):
			self.store.change_message(message.name, sent_at_ms=self.now_ms - hours_ago * HOUR_MS)
		deleted, done = self.came_by(), self.came_by()
		frappe.db.delete("Chat Message", {"conversation": deleted.name})
		frappe.db.set_value(CHAT, deleted.name, "creation", "2025-03-01 12:00:00", update_modified=False)
		for each in (chat, deleted):
			self.store.change_conversation(each.name, ad_at_ms=0)
		frappe.db.commit()
		for _time in range(2):
			fill_ad_times.execute()
			filled = [self.store.conversation(each.name).ad_at_ms for each in (chat, deleted, done)]
			created_ms = epoch_ms(datetime(2025, 3, 1, 12))
			self.assertEqual(filled, [self.now_ms - 30 * HOUR_MS, created_ms, done.ad_at_ms])
