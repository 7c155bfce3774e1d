"""Files that customers send."""

from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import frappe
from PIL import Image

from wa_window.chat.message import Media
from wa_window.chat.ports.files import FetchFailed
from wa_window.frappe_host.files import attachments, disk
from wa_window.frappe_host.jobs import fetch_files
from wa_window.frappe_host.records.erase import erase_customer
from wa_window.tests.files_case import PNG, FilesCase, jpeg
from wa_window.tests.site_case import (
	AGENT,
	MANAGER,
	STRANGER,
	Panel,
	call,
)
from wa_window.twilio_channel.media import TwilioMedia


def with_place() -> bytes:
	exif = Image.Exif()
	exif[0x010E] = "taken at home"
	return jpeg(exif=exif)


class TestReceivedFiles(FilesCase):
	def test_a_photo_is_a_private_file_that_whoever_reads_the_lead_may_open(self):
		_lead, message = self.photographed()
		(media,) = message.media
		self.assertEqual((media.state, media.type), ("stored", "image/png"))
		for user, status in ((AGENT, 200), (MANAGER, 200), (STRANGER, 403)):
			self.assertEqual(self.download(user, media.file).status_code, status, user)
		self.assertEqual(call("GET", media.file).status_code, 403)

	def test_a_file_of_another_type_is_a_private_download_that_no_browser_shows(self):
		for content, media_type in (
			(b"<script>alert(1)</script>", "text/html"),
			(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
			(b"ftypheic", "image/heic"),
			(b"Rar!", "application/octet-stream"),
			(b"a,b", "text/csv"),
		):
			_lead, message = self.photographed(content, media_type)
			(media,) = message.media
			self.assertEqual(media.state, "stored", media_type)
			self.assertEqual(self.download(STRANGER, media.file).status_code, 403)
			served = self.download(AGENT, media.file)
			self.assertEqual((served.status_code, served.data), (200, content))
			self.assertEqual(served.headers["Content-Disposition"], "attachment")
			self.assertEqual(served.headers["X-Content-Type-Options"], "nosniff")
			self.assertNotIn("html", served.mimetype)
			self.assertNotIn("svg", served.mimetype)
		_lead, photo = self.photographed()
		shown = self.download(AGENT, photo.media[0].file).headers.get("Content-Disposition", "")
		self.assertNotIn("attachment", shown)

	def test_a_files_name_on_the_disk_cannot_be_guessed_and_people_read_another(self):
		_lead, message = self.photographed()
		(media,) = message.media
		self.assertRegex(media.file, r"^/private/files/[0-9a-f]{16}\.png$")
		doc = self.file_at(media.file)
		for name in (doc.file_name, media.name):
			self.assertRegex(name, r"^whatsapp-\d{8}-\d{6}\.png$")
		shown = Panel(AGENT).get("chat.older", conversation=message.conversation, before="x")
		self.assertEqual(shown.status_code, 200)
		self.assertEqual((doc.attached_to_name, doc.is_private), (message.name, 1))

	def test_a_browser_takes_a_message_s_file_for_nothing_else(self):
		_lead, message = self.photographed()
		served = self.download(AGENT, message.media[0].file)
		self.assertEqual(served.headers.get("X-Content-Type-Options"), "nosniff")
		other = self.download(AGENT, self.file_of(self.uploaded(AGENT, content=PNG + b"other")))
		self.assertNotIn("X-Content-Type-Options", other.headers)

	def file_of(self, name: str) -> str:
		return frappe.db.get_value("File", name, "file_url")

	def test_equal_files_share_nothing_and_what_happens_to_one_happens_to_no_other(self):
		content = PNG + frappe.generate_hash().encode()
		before = self.uploaded(STRANGER, content=content)
		_lead, message = self.photographed(content)
		_other_lead, other = self.photographed(content)
		after = self.uploaded(STRANGER, "later.png", content=content)
		urls = {self.file_of(before), self.file_of(after), message.media[0].file, other.media[0].file}
		self.assertGreaterEqual(len(urls), 3)
		self.assertNotIn(
			message.media[0].file, (self.file_of(before), self.file_of(after), other.media[0].file)
		)
		answer = Panel(STRANGER).resource("PUT", f"File/{before}", is_private=0)
		self.assertEqual(answer.status_code, 200, answer.text)
		frappe.delete_doc("Chat Message", other.name)
		frappe.db.commit()
		self.assertFalse(disk.path_of(other.media[0].file).exists())
		self.assertEqual(self.download(AGENT, message.media[0].file).data, content)

	def test_a_failed_download_is_tried_again_on_request_by_whoever_may_read(self):
		_lead, message = self.photographed()
		self.store.change_media(message.media[0].row, state="failed", file="")
		frappe.db.commit()
		self.assertEqual(Panel(STRANGER).post("chat.fetch_media", message=message.name).status_code, 403)
		answer = Panel(AGENT).post("chat.fetch_media", message=message.name)
		self.assertEqual(answer.json["message"]["media"][0]["state"], "pending")
		with patch.object(TwilioMedia, "fetch", side_effect=FetchFailed):
			fetch_files.fetch_media_files()
		media = self.messages(message.conversation)[0].media[0]
		self.assertEqual((media.state, media.attempts), ("pending", 1))
		self.assertGreater(media.next_attempt_at_ms, self.now_ms)

	def test_a_type_that_the_site_does_not_allow_is_not_taken(self):
		allowed = {"allowed_file_extensions": "PDF"}
		ask = frappe.get_system_settings
		with patch("frappe.get_system_settings", side_effect=lambda key: allowed.get(key) or ask(key)):
			_lead, message = self.photographed()
		self.assertEqual(message.media[0].state, "refused")

	def test_a_pdf_that_cannot_be_parsed_is_not_lost(self):
		_lead, message = self.photographed(b"%PDF-1.4 " + frappe.generate_hash().encode(), "application/pdf")
		self.assertEqual((message.media[0].state, message.media[0].type), ("stored", "application/pdf"))

	def test_a_file_that_cannot_be_written_leaves_nothing_and_says_why_to_the_administrator(self):
		with patch("os.fsync", side_effect=OSError(28, "No space left on device")):
			_lead, message = self.photographed(PNG + b"for a full disk")
		self.assertEqual((message.media[0].state, message.media[0].attempts), ("pending", 1))
		log = frappe.get_all("Error Log", {"reference_name": message.name}, ["method", "error"])
		self.assertIn("No space left", log[0].error)
		self.assertNotIn("for a full disk", log[0].error)
		kept = Path(frappe.get_site_path("private", "files")).iterdir()
		self.assertFalse([path for path in kept if b"for a full disk" in path.read_bytes()])

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
			self.assertFalse(disk.path_of(url).exists())
			self.assertFalse(frappe.db.exists("Chat Message Media", {"parent": message.name}))
			self.assertFalse(frappe.db.exists("Comment", {"reference_name": message.name}))


class TestPhotos(FilesCase):
	def kept(self, content: bytes) -> tuple[Media, bytes]:
		_lead, message = self.photographed(content, "image/jpeg")
		(media,) = message.media
		self.assertEqual(media.state, "stored")
		kept = disk.path_of(media.file).read_bytes()
		self.assertEqual(media.size, len(kept))
		return media, kept

	def test_a_photo_is_kept_without_its_place(self):
		media, kept = self.kept(with_place())
		self.assertEqual((media.type, dict(Image.open(BytesIO(kept)).getexif())), ("image/jpeg", {}))

	def test_a_very_large_photo_is_kept_as_it_is_and_its_pixels_are_not_read(self):
		# Pillow does not open the last one: 65,500 pixels wide and high, by its header.
		bomb = bytearray(jpeg())
		at = bomb.index(b"\xff\xc0") + 5
		bomb[at : at + 4] = (65_500).to_bytes(2, "big") * 2
		for content, bound in ((jpeg(101, 100), 10_000), (bytes(bomb), disk.LARGEST_STRIPPED)):
			with (
				patch.object(disk, "LARGEST_STRIPPED", bound),
				patch.object(disk, "strip_exif_data") as strip,
			):
				media, kept = self.kept(content)
			strip.assert_not_called()
			self.assertEqual((media.type, kept), ("image/jpeg", content))

	def test_a_photo_that_cannot_be_read_is_kept_as_a_download_and_logged(self):
		for bad in (b"\xff\xd8\xff not a photo", b"", jpeg()[:20], b"%PDF-1.4"):
			content = bad + frappe.generate_hash().encode()
			media, kept = self.kept(content)
			self.assertEqual((media.type, kept), (attachments.DOWNLOAD, content))
			self.assertEqual(self.download(AGENT, media.file).data, content)
		self.assertTrue(frappe.db.exists("Error Log", {"method": ("like", "%stored as a download%")}))
