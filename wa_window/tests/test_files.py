from io import BytesIO
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote, urlencode
from zipfile import ZipFile

import frappe
from frappe.utils.verified_command import get_signed_params
from PIL import Image

from wa_window.chat.message import Media
from wa_window.chat.ports.files import FetchedFile, FetchFailed
from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.files import attachments, disk
from wa_window.frappe_host.jobs import fetch_files
from wa_window.frappe_host.records.erase import erase_customer
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

URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM{'1' * 32}/Media/ME{'1' * 32}"
PNG = bytes.fromhex("89504e470d0a1a0a") + b"not really a photo"
LINK = "/api/method/wa_window.api.media.file"


def jpeg(width: int = 10, height: int = 10, **saved) -> bytes:
	buffer = BytesIO()
	Image.new("RGB", (width, height), "green").save(buffer, "JPEG", **saved)
	return buffer.getvalue()


def with_place() -> bytes:
	exif = Image.Exif()
	exif[0x010E] = "taken at home"
	return jpeg(exif=exif)


class FilesCase(SiteCase):
	def photographed(self, content: bytes = b"", media_type: str = "image/png", **lead):
		"""A customer with a lead has sent a photo, which was fetched."""
		phone = self.phone()
		lead = self.lead(phone, **lead)
		more = {"NumMedia": "1", "MediaUrl0": URL, "MediaContentType0": media_type, "MessageType": "image"}
		conversation = self.written_by(phone, body="", **more)
		self.post_process_all()
		fetched = FetchedFile(media_type, content or PNG + phone.encode())
		with patch.object(TwilioMedia, "fetch", return_value=fetched):
			fetch_files.fetch_media_files()
		return lead, self.messages(conversation.name)[0]

	def download(self, user: str, url: str):
		return call("GET", url, headers=Panel(user).headers)

	def uploaded(self, user: str, name="denah.png", content=PNG, **values) -> str:
		"""A file that was uploaded in Frappe's own way."""
		frappe.set_user(user)
		values = {"doctype": "File", "file_name": name, "content": content, "is_private": 1, **values}
		doc = frappe.get_doc(values).insert()
		frappe.set_user("Administrator")
		frappe.db.commit()
		return doc.name

	def file_at(self, url: str):
		return frappe.get_doc("File", {"file_url": url})


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


class TestOthersFiles(FilesCase):
	"""A user who knows the URL of a message's file, or the name of its File, but may not read the message."""

	def setUp(self):
		super().setUp()
		_lead, self.message = self.photographed()
		self.url = self.message.media[0].file
		self.file = self.file_at(self.url).name

	def assert_nothing_was_given(self, user: str = STRANGER):
		frappe.db.rollback()
		self.assertEqual(self.download(user, self.url).status_code, 403)
		content, own = (
			disk.path_of(self.url).read_bytes(),
			frappe.get_all("File", {"owner": user}, pluck="file_url"),
		)
		for url in own:
			self.assertNotEqual(disk.path_of(url).read_bytes(), content, url)
		doc = frappe.get_doc("File", self.file)
		self.assertEqual(
			(doc.file_url, doc.attached_to_name, doc.is_private), (self.url, self.message.name, 1)
		)

	def written(self) -> list[str]:
		name = self.url.rpartition("/")[2]
		return [
			self.url,
			f"/private/files/./{name}",
			f"/private/files//{name}",
			f"/private/files/x/../{name}",
			f"/private/files/{name}/.",
			f"/files/../../private/files/{name}",
			quote(self.url.replace("private", "%70rivate")),
			self.url.replace(name, "".join(f"%{ord(letter):02x}" for letter in name)),
			frappe.utils.get_url(self.url),
		]

	def test_make_no_file_of_its_address(self):
		for url in self.written():
			for more in ({}, {"file_name": "mine.png"}, {"is_private": 0}):
				answer = Panel(STRANGER).resource("POST", "File", file_url=url, **more)
				self.assertIn(answer.status_code, (403, 404, 417, 500), (url, answer.text[:300]))
		self.assert_nothing_was_given()

	def test_point_no_file_of_theirs_at_it(self):
		mine = self.uploaded(STRANGER, content=PNG + b"mine")
		for url in self.written():
			answer = Panel(STRANGER).resource("PUT", f"File/{mine}", file_url=url)
			self.assertIn(answer.status_code, (403, 417, 500), (url, answer.text[:300]))
		name = self.url.rpartition("/")[2]
		Panel(STRANGER).resource("PUT", f"File/{mine}", file_url="", file_name=name)
		self.assert_nothing_was_given()

	def test_take_its_file_from_no_message(self):
		todo = frappe.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": STRANGER}).insert()
		frappe.db.set_value("ToDo", todo.name, "owner", STRANGER)
		frappe.db.commit()
		to_me = {"attached_to_doctype": "ToDo", "attached_to_name": todo.name}
		for user in (STRANGER, AGENT, MANAGER):
			for change in (
				to_me,
				{"owner": user},
				{"is_private": 0},
				{"content_hash": "x"},
				{"attached_to_doctype": None},
			):
				answer = Panel(user).resource("PUT", f"File/{self.file}", **change)
				self.assertEqual(answer.status_code, 403, (user, change, answer.text[:300]))
		self.assert_nothing_was_given()

	def test_put_no_file_on_a_message(self):
		here = {"attached_to_doctype": "Chat Message", "attached_to_name": self.message.name}
		answer = Panel(STRANGER).resource("POST", "File", file_name="x.txt", content="x", **here)
		self.assertEqual(answer.status_code, 403, answer.text[:300])
		mine = self.uploaded(STRANGER, content=PNG + b"mine")
		self.assertEqual(Panel(STRANGER).resource("PUT", f"File/{mine}", **here).status_code, 403)
		frappe.db.rollback()
		self.assertEqual(frappe.db.count("File", here), 1)

	def test_unpack_no_zip_that_a_customer_sent(self):
		buffer = BytesIO()
		with ZipFile(buffer, "w") as zipped:
			zipped.writestr("ktp.txt", "a customer's number")
		_lead, message = self.photographed(buffer.getvalue(), "application/zip")
		zip_file = self.file_at(message.media[0].file).name
		path = f"/api/method/frappe.core.api.file.unzip_file?name={zip_file}"
		answer = call("POST", path, headers=Panel(STRANGER).headers)
		self.assertEqual(answer.status_code, 403, answer.text[:300])
		frappe.db.rollback()
		here = {"attached_to_doctype": "Chat Message", "attached_to_name": message.name}
		self.assertEqual(frappe.get_all("File", here, pluck="name"), [zip_file])

	def test_use_it_in_no_document_and_no_mail(self):
		user = frappe.get_doc("User", STRANGER)
		frappe.set_user(STRANGER)
		for take in (
			lambda: frappe.get_doc("File", self.file).check_permission("read"),
			lambda: frappe.get_doc({"doctype": "File", "file_url": self.url}).insert(),
		):
			self.assertRaises(frappe.PermissionError, take)
		for field in ("user_image", "banner_image"):
			# Frappe alone would attach a copy of it to the document.
			user.reload().update({field: self.url}).save(ignore_permissions=True)
		frappe.set_user("Administrator")
		frappe.db.commit()
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": STRANGER}))
		token = disk.token_of(self.url)
		self.assertEqual(len(list(disk.path_of(self.url).parent.glob(f"{token}*"))), 1)
		answer = call(
			"POST",
			"/api/method/upload_file",
			data=urlencode({"library_file_name": self.file}),
			headers=Panel(STRANGER).headers,
		)
		self.assertEqual(answer.status_code, 403)
		self.assert_nothing_was_given()

	def test_find_it_in_no_list(self):
		mine = self.lead(self.phone())
		rule = {"doctype": "User Permission", "user": AGENT, "allow": "Chat Lead", "for_value": mine.name}
		seen = '"attached_to_doctype","=","Chat Message"'
		path = f"/api/resource/File?{urlencode({'filters': f'[[{seen}]]', 'limit_page_length': 0})}"

		def listed(user: str) -> list[str]:
			return [row["name"] for row in self.download(user, path).json["data"]]

		for user in (AGENT, MANAGER):
			self.assertIn(self.file, listed(user))
		try:
			frappe.get_doc(rule).insert(ignore_permissions=True)
			frappe.db.commit()
			self.assertEqual(listed(AGENT), [])
			for method, given in (
				("get_files_by_search_text", {"text": "whatsapp"}),
				("get_attached_images", {"doctype": "Chat Message", "names": f'["{self.message.name}"]'}),
			):
				found = call(
					"GET",
					f"/api/method/frappe.core.api.file.{method}?{urlencode(given)}",
					headers=Panel(AGENT).headers,
				)
				self.assertNotIn(self.url.rpartition("/")[2], found.text)
		finally:
			frappe.db.delete("User Permission", {"user": AGENT})
			frappe.clear_cache(user=AGENT)
			frappe.db.commit()

	def test_others_files_are_what_they_were_to_everybody(self):
		own, public = (
			self.uploaded(STRANGER, content=PNG + b"o"),
			self.uploaded(AGENT, content=PNG + b"p", is_private=0),
		)
		for user, file, verb, status in (
			(STRANGER, own, "GET", 200),
			(AGENT, own, "GET", 403),
			(STRANGER, public, "GET", 200),
			(STRANGER, public, "PUT", 403),
			(AGENT, public, "PUT", 200),
		):
			answer = Panel(user).resource(verb, f"File/{file}")
			self.assertEqual(answer.status_code, status, (user, file, verb, answer.text[:300]))
		self.assertIn(own, [row["name"] for row in Panel(STRANGER).resource("GET", "File").json["data"]])

	def test_whoever_may_read_the_message_may_keep_a_copy_which_is_a_file_of_its_own(self):
		answer = Panel(AGENT).resource("POST", "File", file_url=self.url, file_name="salinan.png")
		self.assertEqual(answer.status_code, 200, answer.text[:300])
		self.assertNotEqual(answer.json["data"]["file_url"], self.url)
		self.assertEqual(self.download(AGENT, answer.json["data"]["file_url"]).status_code, 200)


class TestSentFiles(FilesCase):
	def upload(self, user: str, name="denah.png", content=PNG):
		return Panel(user).upload(name, content)

	def reply(self, user: str, lead, **given):
		where = {"lead_doctype": "Chat Lead", "lead": lead.name, "client_key": frappe.generate_hash()}
		return Panel(user).post("chat.reply", **where | given)

	def chat(self):
		phone = self.phone()
		lead = self.lead(phone)
		self.written_by(phone)
		self.post_process_all()
		return lead

	def sent(self, lead, **given):
		file = self.upload(AGENT, **given).json["message"]["name"]
		answer = self.reply(AGENT, lead, file=file)
		self.assertEqual(answer.status_code, 200, answer.text)
		return self.store.message(answer.json["message"]["name"])

	def path(self, message) -> str:
		return attachments.link(message.media[0].row).removeprefix(PUBLIC_URL)

	def test_a_private_file_goes_to_twilio_by_a_link_that_only_the_site_can_make(self):
		lead, file = self.chat(), self.upload(AGENT).json["message"]["name"]
		answer = self.reply(AGENT, lead, file=file, body="Denahnya")
		self.assertEqual(answer.status_code, 200, answer.text)
		message = self.store.message(answer.json["message"]["name"])
		(media,) = message.media
		self.assertEqual((message.kind, media.type, media.name), ("image", "image/png", "denah.png"))
		self.assertRegex(media.file, r"^/private/files/[0-9a-f]{16}\.png$")
		attached = frappe.db.get_value("File", file, ["attached_to_doctype", "attached_to_name", "file_url"])
		self.assertEqual(attached, ("Chat Message", message.name, media.file))
		self.assertEqual(self.download(MANAGER, media.file).status_code, 200)
		self.assertEqual(self.download(STRANGER, media.file).status_code, 403)
		path = self.path(message)
		fetched = call("GET", path)
		self.assertEqual((fetched.status_code, fetched.data, fetched.mimetype), (200, PNG, "image/png"))
		self.assertEqual(fetched.headers["X-Content-Type-Options"], "nosniff")
		asked = call("HEAD", path)
		self.assertEqual((asked.status_code, asked.data), (200, b""))
		for answer in (asked, fetched):  # Twilio uses both, and takes the file name from the header
			self.assertEqual(answer.headers["Content-Disposition"], 'inline; filename="denah.png"')
			self.assertEqual(answer.headers["Content-Length"], str(len(PNG)))

	def test_a_forged_link_is_answered_shortly_and_never_with_an_error(self):
		message = self.sent(self.chat())
		path, row = self.path(message), message.media[0].row
		signature = path.rpartition("=")[2]
		of_inbound = get_signed_params(
			{"row": self.photographed()[1].media[0].row, "expires_at_ms": "9" * 14}
		)
		of_nothing = get_signed_params({"row": "nothing", "expires_at_ms": "9" * 14})
		for forged in (
			path.replace(row, "x" * 20),
			path.replace("expires_at_ms=1", "expires_at_ms=9"),
			path[:-4] + "0000",
			LINK,
			f"{LINK}?row={row}&expires_at_ms=99999999999999",
			f"{LINK}?row={row}&expires_at_ms=99999999999999&_signature=",
			f"{LINK}?row={row}&expires_at_ms=soon&_signature={signature}",
			f"{LINK}?row=%ff%00&expires_at_ms=%ed%a0%80&_signature=%ed%a0%80%c3%a9",
			f"{path[:-4]}0000&_signature={signature}",
			f"{path}0&_signature=x&_signature=y&row=z",
			f"{LINK}?{of_inbound}",
			f"{LINK}?{of_nothing}",
		):
			for accept in ("text/html", "application/json", "*/*"):
				answer = call("GET", forged, headers={"Accept": accept})
				self.assertEqual((answer.status_code, answer.mimetype), (403, "application/json"), forged)
				self.assertLess(len(answer.data), 100)
		self.assertEqual(call("GET", f"{path}&_signature={signature}").status_code, 200)
		for odd in (
			{"row": "\ud800", "_signature": "\ud800"},
			{"row": {"a": 1}},
			{"_signature": ["a"]},
			{"row": 5},
		):
			answer = call("GET", LINK, json=odd)
			self.assertIn(answer.status_code, (403, 417), (odd, answer.text[:300]))

	def test_the_link_expires(self):
		message = self.sent(self.chat())
		with patch.object(SystemClock, "now_ms", return_value=self.now_ms - 6 * HOUR_MS):
			path = self.path(message)
		self.assertEqual(call("GET", path).status_code, 403)

	def test_a_link_serves_only_the_file_that_belongs_to_its_message(self):
		message = self.sent(self.chat())
		secret = self.uploaded("Administrator", "payroll.txt", b"TOP SECRET")
		secret_url = frappe.db.get_value("File", secret, "file_url")
		for url in (
			secret_url,
			self.photographed()[1].media[0].file,
			"/private/files/../site_config.json",
			"",
		):
			self.store.change_media(message.media[0].row, file=url)
			frappe.db.commit()
			self.assertEqual(call("GET", self.path(message)).status_code, 403, url)

	def test_the_same_sending_asked_for_twice_is_one_message(self):
		lead, file, key = self.chat(), self.upload(AGENT).json["message"]["name"], frappe.generate_hash()
		first, again = (self.reply(AGENT, lead, file=file, client_key=key) for _ in range(2))
		self.assertEqual((first.status_code, again.status_code), (200, 200), again.text)
		self.assertEqual(first.json["message"]["name"], again.json["message"]["name"])
		self.assertEqual(again.json["message"]["media"][0]["file"], first.json["message"]["media"][0]["file"])

	def test_another_file_of_the_same_type_and_size_is_not_taken_for_the_one_that_was_sent(self):
		lead, key = self.chat(), frappe.generate_hash()
		one, same, other = (
			self.uploaded(AGENT, "brosur.txt", content) for content in (b"promo A", b"promo A", b"promo B")
		)
		first, again = (self.reply(AGENT, lead, file=file, client_key=key) for file in (one, same))
		self.assertEqual(again.status_code, 200, again.text)
		self.assertEqual(first.json["message"]["name"], again.json["message"]["name"])
		refused = self.reply(AGENT, lead, file=other, client_key=key)
		self.assertEqual(refused.status_code, 417)
		self.assertIn("this sending's key", sentences(refused))

	def test_a_file_from_elsewhere_stays_there_and_the_message_has_its_own(self):
		item = self.lead(self.phone())
		here = {"attached_to_doctype": "Chat Lead", "attached_to_name": item.name}
		content = frappe.generate_hash().encode()
		file = self.uploaded("Administrator", "brosur.txt", content, **here)
		doc = frappe.get_doc("File", file)
		first, second = (
			self.store.message(self.reply(AGENT, self.chat(), file=file).json["message"]["name"])
			for _ in range(2)
		)
		urls = {doc.file_url, first.media[0].file, second.media[0].file}
		self.assertEqual(len(urls), 3)
		self.assertEqual(frappe.get_doc("File", file).attached_to_name, item.name)
		self.assertEqual((first.media[0].name, first.media[0].type), ("brosur.txt", "text/plain"))
		frappe.delete_doc("File", file)
		frappe.db.commit()
		self.assertEqual(call("GET", self.path(first)).data, content)

	def test_a_message_that_is_sent_again_has_a_file_of_its_own(self):
		message = self.sent(self.chat())
		self.store.change_message(message.name, delivery_status="failed", error_code="63019")
		frappe.db.commit()
		answer = Panel(AGENT).post("chat.send_again", message=message.name, client_key=frappe.generate_hash())
		self.assertEqual(answer.status_code, 200, answer.text)
		copy = self.store.message(answer.json["message"]["name"])
		self.assertNotEqual(copy.media[0].file, message.media[0].file)
		frappe.delete_doc("Chat Message", message.name)
		frappe.db.commit()
		self.assertEqual(call("GET", self.path(copy)).data, PNG)

	def test_a_row_that_names_anothers_file_sends_it_to_nobody(self):
		message = self.sent(self.chat())
		self.store.change_message(message.name, delivery_status="failed", error_code="63019")
		secret = frappe.get_doc("File", self.uploaded("Administrator", "payroll.txt", b"SECRET 2"))
		here = {"attached_to_doctype": "Chat Message", "attached_to_name": message.name}
		frappe.get_doc({"doctype": "File", "file_url": secret.file_url, **here}).insert()
		self.store.change_media(message.media[0].row, file=secret.file_url)
		frappe.db.commit()
		answer = Panel(AGENT).post("chat.send_again", message=message.name, client_key=frappe.generate_hash())
		self.assertEqual(answer.status_code, 417, answer.text)
		self.assertEqual(len(self.messages(message.conversation)), 2)

	def test_a_file_that_the_agent_may_not_read_is_not_sent(self):
		lead, file = self.chat(), self.uploaded("Administrator", content=PNG + b"not yours")
		self.assertEqual(self.reply(AGENT, lead, file=file).status_code, 403)
		self.assertEqual(self.reply(AGENT, lead, file="nothing").status_code, 417)

	def test_a_file_made_of_a_guessed_address_is_no_right_to_send_what_lies_there(self):
		lead = self.chat()
		secret = frappe.get_doc(
			"File", self.uploaded("Administrator", "gaji.txt", frappe.generate_hash().encode())
		)
		name = secret.file_url.rpartition("/")[2]
		for url in (secret.file_url, f"/private/files/./{name}", f"/private/files//{name}"):
			made = Panel(AGENT).resource("POST", "File", file_url=url, file_name="mine.txt")
			self.assertEqual(made.status_code, 200, made.text[:300])
			answer = self.reply(AGENT, lead, file=made.json["data"]["name"])
			self.assertIn(answer.status_code, (403, 417), url)
		self.assertIn("this site", sentences(answer))

	def test_ogg_is_known_by_its_content_also_where_it_lies_here_already(self):
		first_page = b"OggS\x00\x02" + bytes(20) + b"\x01\x13"
		opus, vorbis = first_page + b"OpusHead" + bytes(11), first_page + b"\x01vorbis" + bytes(11)
		message = self.sent(self.chat(), name="suara.opus", content=opus)
		self.assertEqual((message.kind, message.media[0].type), ("audio", "audio/ogg"))
		self.assertTrue(message.media[0].name.endswith("suara.ogg"))
		refused = self.upload(AGENT, name="suara.ogg", content=vorbis)
		self.assertEqual(refused.status_code, 417)
		self.assertIn("Opus codec only", sentences(refused))
		here = self.uploaded(AGENT, "lagu.ogg", vorbis)
		answer = self.reply(AGENT, self.chat(), file=here)
		self.assertIn("Opus codec only", sentences(answer))

	def test_what_whatsapp_would_not_take_is_refused_with_what_to_do(self):
		lead, file = self.chat(), self.uploaded(AGENT, "page.html", b"<b>")
		for refused in (self.reply(AGENT, lead, file=file), self.upload(AGENT, "page.html", b"<b>")):
			self.assertEqual(refused.status_code, 417)
			self.assertIn("no file of this type", sentences(refused))

	def test_an_upload_has_a_name_of_its_own_and_is_the_uploaders_alone(self):
		first, second = (self.upload(user).json["message"] for user in (AGENT, MANAGER))
		self.assertNotEqual(first["file_url"], second["file_url"])
		self.assertEqual(self.download(AGENT, first["file_url"]).status_code, 200)
		self.assertEqual(self.download(MANAGER, first["file_url"]).status_code, 403)
		self.assertEqual(self.reply(MANAGER, self.chat(), file=first["name"]).status_code, 403)
		self.assertEqual(frappe.db.get_value("File", first["name"], "file_name"), "denah.png")
		for name, content in (("x.png", b""), ("", PNG), ("../" + "ก" * 300 + ".png", PNG)):
			answer = self.upload(AGENT, name, content)
			self.assertIn(answer.status_code, (200, 417), answer.text[:300])
