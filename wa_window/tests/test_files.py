from unittest.mock import patch
from urllib.parse import urlsplit

import frappe

from wa_window.chat.ports import Fetched, FetchFailed
from wa_window.site import files, jobs
from wa_window.site.clock import SystemClock
from wa_window.site.erasing import erase_customer
from wa_window.tests.site_case import (
	ACCOUNT_SID,
	AGENT,
	HOUR_MS,
	MANAGER,
	PUBLIC_URL,
	STRANGER,
	Panel,
	SiteCase,
	call,
	sentences,
)
from wa_window.twilio_channel.media import TwilioMedia

URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM1/Media/ME1"
PNG = bytes.fromhex("89504e470d0a1a0a") + b"not really a photo"


class FilesCase(SiteCase):
	def photographed(self, content: bytes = b"", **lead):
		"""A customer with a lead has sent a photo, which was fetched."""
		phone = self.phone()
		lead = self.lead(phone, **lead)
		more = {"NumMedia": "1", "MediaUrl0": URL, "MediaContentType0": "image/png", "MessageType": "image"}
		conversation = self.written_by(phone, body="", **more)
		self.follow_up_all()
		fetched = Fetched("image/png", content or PNG + phone.encode())
		with patch.object(TwilioMedia, "fetch", return_value=fetched):
			jobs.fetch_media_files()
		return lead, self.messages(conversation.name)[0]

	def download(self, user: str, url: str):
		return call("GET", url, headers=Panel(user).headers)


class TestReceivedFiles(FilesCase):
	def test_a_photo_is_a_private_file_that_whoever_reads_the_lead_may_open(self):
		_lead, message = self.photographed()
		(media,) = message.media
		self.assertEqual((media.state, media.type), ("stored", "image/png"))
		self.assertTrue(media.file.startswith("/private/files/"))
		for user, status in ((AGENT, 200), (MANAGER, 200), (STRANGER, 403)):
			self.assertEqual(self.download(user, media.file).status_code, status, user)
		self.assertEqual(call("GET", media.file).status_code, 403)

	def test_a_failed_download_is_tried_again_on_request_by_whoever_may_read(self):
		_lead, message = self.photographed()
		self.store.change_media(message.media[0].row, state="failed", file="")
		frappe.db.commit()
		self.assertEqual(Panel(STRANGER).post("chat.fetch_media", message=message.name).status_code, 403)
		answer = Panel(AGENT).post("chat.fetch_media", message=message.name)
		self.assertEqual(answer.json["message"]["media"][0]["state"], "pending")
		with patch.object(TwilioMedia, "fetch", side_effect=FetchFailed):
			jobs.fetch_media_files()
		media = self.messages(message.conversation)[0].media[0]
		self.assertEqual((media.state, media.attempts), ("pending", 1))
		self.assertGreater(media.next_attempt_at_ms, self.now_ms)

	def test_a_type_that_the_site_does_not_allow_is_not_taken(self):
		allowed = {"allowed_file_extensions": "PDF"}
		ask = frappe.get_system_settings
		with patch("frappe.get_system_settings", side_effect=lambda key: allowed.get(key) or ask(key)):
			_lead, message = self.photographed()
		self.assertEqual(message.media[0].state, "refused")

	def test_the_files_go_with_their_message_and_with_their_customer(self):
		for forget in (
			lambda message: frappe.delete_doc("Chat Message", message.name),
			lambda message: erase_customer(message.conversation),
		):
			_lead, message = self.photographed()
			url = message.media[0].file
			self.assertTrue(url, message.media[0])
			self.assertTrue(frappe.db.exists("File", {"file_url": url}))
			forget(message)
			frappe.db.commit()
			self.assertFalse(frappe.db.exists("File", {"file_url": url}))
			self.assertFalse(frappe.db.exists("Chat Message Media", {"parent": message.name}))
			self.assertFalse(frappe.db.exists("Comment", {"reference_name": message.name}))


class TestSentFiles(FilesCase):
	def uploaded(self, user: str, name="denah.png", content=PNG) -> str:
		frappe.set_user(user)
		values = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
		doc = frappe.get_doc(values).insert()
		frappe.set_user("Administrator")
		frappe.db.commit()
		return doc.name

	def reply(self, user: str, lead, **given):
		where = {"lead_doctype": "Chat Lead", "lead": lead.name}
		return Panel(user).post("chat.reply", **where, client_key=frappe.generate_hash(), **given)

	def chat(self):
		phone = self.phone()
		lead = self.lead(phone)
		self.written_by(phone)
		self.follow_up_all()
		return lead

	def test_a_private_file_goes_to_twilio_by_a_link_that_only_the_site_can_make(self):
		lead, file = self.chat(), self.uploaded(AGENT)
		answer = self.reply(AGENT, lead, file=file, body="Denahnya")
		self.assertEqual(answer.status_code, 200, answer.text)
		message = self.store.message(answer.json["message"]["name"])
		self.assertEqual((message.kind, message.media[0].type), ("image", "image/png"))
		attached = frappe.db.get_value("File", file, ["attached_to_doctype", "attached_to_name"])
		self.assertEqual(attached, ("Chat Message", message.name))
		self.assertEqual(self.download(MANAGER, message.media[0].file).status_code, 200)
		link = files.link(message.media[0].row)
		self.assertTrue(link.startswith(PUBLIC_URL + "/api/method/wa_window.api.media.file?"))
		path = link.removeprefix(PUBLIC_URL)
		fetched = call("GET", path)
		self.assertEqual((fetched.status_code, fetched.data, fetched.mimetype), (200, PNG, "image/png"))
		for forged in (
			path.replace(message.media[0].row, "x" * 20),
			path.replace("expires_at_ms=1", "expires_at_ms=9"),
			path[:-4] + "0000",
			urlsplit(path).path,
			urlsplit(path).path + f"?row={message.media[0].row}&expires_at_ms=99999999999999",
		):
			self.assertEqual(call("GET", forged).status_code, 403, forged)

	def test_the_link_expires(self):
		lead, file = self.chat(), self.uploaded(AGENT)
		message = self.store.message(self.reply(AGENT, lead, file=file).json["message"]["name"])
		with patch.object(SystemClock, "now_ms", return_value=self.now_ms - 6 * HOUR_MS):
			link = files.link(message.media[0].row)
		self.assertEqual(call("GET", link.removeprefix(PUBLIC_URL)).status_code, 403)

	def test_a_file_that_the_agent_may_not_read_is_not_sent(self):
		lead, file = self.chat(), self.uploaded("Administrator")
		self.assertEqual(self.reply(AGENT, lead, file=file).status_code, 403)
		self.assertEqual(self.reply(AGENT, lead, file="nothing").status_code, 417)

	def test_what_whatsapp_would_not_take_is_refused_with_what_to_do(self):
		lead, file = self.chat(), self.uploaded(AGENT, "page.html", b"<b>")
		refused = self.reply(AGENT, lead, file=file)
		self.assertEqual(refused.status_code, 417)
		self.assertIn("no file of this type", sentences(refused))
