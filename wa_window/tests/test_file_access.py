"""What other users may do with a file of a message."""

from io import BytesIO
from urllib.parse import quote, urlencode
from zipfile import ZipFile

import frappe

from wa_window.frappe_host.files import disk
from wa_window.tests.files_case import PNG, FilesCase
from wa_window.tests.site_case import (
	AGENT,
	MANAGER,
	STRANGER,
	Panel,
	call,
)


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
