"""Files that agents send."""

from unittest.mock import patch

import frappe
from frappe.utils.verified_command import get_signed_params

from wa_window.frappe_host.clock import SystemClock
from wa_window.frappe_host.files import attachments
from wa_window.tests.files_case import LINK, PNG, FilesCase
from wa_window.tests.site_case import (
	AGENT,
	HOUR_MS,
	MANAGER,
	PUBLIC_URL,
	STRANGER,
	Panel,
	call,
	sentences,
)


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
		self.assertIn("already sent with other content", sentences(refused))

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
		self.assertIn("This file", sentences(answer))

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
			self.assertIn("this type of file", sentences(refused))

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
