"""A template whose file is a variable, on a site: uploaded, checked, and given by the signed link."""

import frappe

from wa_window.chat.template_file import file_variable
from wa_window.frappe_host.files import attachments
from wa_window.tests.chat_case import ChatCase, ScriptedChannel, dispatch_to
from wa_window.tests.files_case import PNG
from wa_window.tests.site_case import PUBLIC_URL, STRANGER, Panel, call, sentences

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
BROCHURE = "HX" + "b" * 32
ELSEWHERE = "HX" + "c" * 32


class TestTemplateFiles(ChatCase):
	def setUp(self):
		super().setUp()
		self.brochure()

	def brochure(self, media_url: str = PUBLIC_URL + "/{{2}}", content_sid: str = BROCHURE) -> None:
		variables = [{"variable": "1", "sample": "Budi"}, {"variable": "2", "sample": "contoh.pdf"}]
		self.template(
			content_sid,
			body="Halo {{1}}",
			media_url=media_url,
			content_type="twilio/media",
			variables=variables,
		)

	def uploaded(self, name: str = "brosur.pdf", content: bytes = PDF) -> str:
		return self.agent.upload(name, content).json["message"]["name"]

	def send(self, file: str | None, **given):
		how = {"variables": {"1": "Pak Budi"}, "client_key": self.key(), "content_sid": BROCHURE} | given
		return self.agent.post("chat.send_template", **self.asked, **how, file=file)

	def offered(self, content_sid: str = BROCHURE) -> dict:
		listed = self.agent.get("templates.usable", **self.asked).json["message"]
		return next(each for each in listed if each["content_sid"] == content_sid)

	def test_it_goes_to_twilio_as_the_end_of_a_link_that_only_the_site_can_make(self):
		self.assertIn("application/pdf", self.offered()["variables"][1]["file"]["types"])
		answer = self.send(self.uploaded())
		self.assertEqual(answer.status_code, 200, answer.text)
		message = self.store.message(answer.json["message"]["name"])
		self.assertEqual(
			(message.kind, message.body, message.media[0].name), ("template", "Halo Pak Budi", "brosur.pdf")
		)
		channel = ScriptedChannel()
		dispatch_to(channel)
		(sent,) = (each for each in channel.sent if each.message == message.name)
		self.assertEqual((sent.content_sid, sent.media), (BROCHURE, message.media[0].row))
		self.assertEqual(frappe.parse_json(sent.content_variables), {"1": "Pak Budi"})
		value = file_variable(sent.media_url).value(attachments.link(sent.media))
		self.assertRegex(value, r"^api/method/wa_window\.api\.media\.file\?name=file\.pdf&row=")
		fetched = call("GET", f"/{value}")
		self.assertEqual((fetched.status_code, fetched.data, fetched.mimetype), (200, PDF, "application/pdf"))
		self.assertEqual(fetched.headers["Content-Disposition"], 'inline; filename="brosur.pdf"')

	def test_it_is_stored_once_per_key(self):
		file, key = self.uploaded(), self.key()
		first, again = (self.send(file, client_key=key) for _ in range(2))
		self.assertEqual(first.json["message"]["name"], again.json["message"]["name"])
		other = self.send(self.uploaded("lain.pdf", PDF + b"other"), client_key=key)
		self.assertEqual((other.status_code, other.json["exc_type"]), (417, "InvalidMessage"))

	def test_another_kind_and_somebody_elses_file_are_refused_and_nothing_is_stored(self):
		photo = self.send(self.uploaded("depan.png", PNG))
		self.assertEqual((photo.status_code, photo.json["exc_type"]), (417, "InvalidMessage"))
		self.assertIn("takes a document", sentences(photo))
		theirs = Panel(STRANGER).upload("punya-orang.pdf", PDF + b"theirs").json["message"]["name"]
		self.assertEqual(self.send(theirs).status_code, 403)
		self.assertIsNone(self.conversation_of(self.number))

	def test_where_it_is_at_another_site_the_rest_of_the_link_is_a_text(self):
		self.brochure("https://files.example.com/{{2}}", ELSEWHERE)
		variable = self.offered(ELSEWHERE)["variables"][1]
		self.assertEqual((variable["file"], variable["address"]), (None, "https://files.example.com/"))
		self.assertEqual(self.send(self.uploaded(), content_sid=ELSEWHERE).status_code, 417)
		answer = self.send(None, content_sid=ELSEWHERE, variables={"1": "Pak Budi", "2": "brosur.pdf"})
		self.assertEqual((answer.status_code, answer.json["message"]["media"]), (200, []))
