"""Only users who may read a chat can read its files, whatever File rows they own."""

import re

from .world import KNOWS, MESSAGE, World, get, post

READ = {
	"by its address": get("<file_url>"),
	"download_file": get("/api/method/download_file", file_url="<file_url>"),
	"frappe.handler.download_file": get("frappe.handler.download_file", file_url="<file_url>"),
	"zip_files": post("frappe.core.api.file.zip_files", files='["<file>"]'),
	"File row": get("/api/resource/File/<file>"),
	"File row v2": get("/api/v2/document/File/<file>/"),
	"File in the Desk": post("frappe.desk.form.load.getdoc", doctype="File", name="<file>"),
	"chart of accounts (erpnext)": post(
		"erpnext.accounts.doctype.chart_of_accounts_importer.chart_of_accounts_importer.get_coa",
		doctype="x",
		parent="All Accounts",
		file_name="<file_url>",
	),
	"import preview": post(
		"frappe.core.doctype.data_import.data_import.get_preview_from_template",
		data_import="x",
		import_file="<file_url>",
	),
}
# Requests that create a File row of one's own with another file's URL, or return the content of a file.
ACQUIRE = {
	"a File of its address": post(
		"/api/resource/File", file_url="<file_url>", file_name="x.csv", is_private=1
	),
	"a File attached to one's own": post(
		"/api/resource/File",
		file_url="<file_url>",
		is_private=1,
		attached_to_doctype="User",
		attached_to_name="<me>",
	),
	"client.insert": post(
		"frappe.client.insert", doc={"doctype": "File", "file_url": "<file_url>", "is_private": 1}
	),
	"upload_file": post("upload_file", file_url="<file_url>", is_private=1, file_name="x.csv"),
	"upload_file to one's own": post(
		"upload_file", file_url="<file_url>", is_private=1, doctype="User", docname="<me>", file_name="x.csv"
	),
	"add_attachments": post(
		"frappe.utils.file_manager.add_attachments", doctype="User", name="<me>", attachments='["<file>"]'
	),
	"a mail": post(
		"frappe.core.doctype.communication.email.make",
		content="x",
		subject="x",
		recipients="x@example.com",
		attachments='["<file>"]',
		doctype="User",
		name="<me>",
	),
	"a new address": post(
		"frappe.client.set_value", doctype="File", name="<file>", fieldname={"is_private": 0}
	),
	"unzip_file": post("frappe.core.api.file.unzip_file", name="<file>"),
	"unzip_file by its former name": post("frappe.core.doctype.file.file.unzip_file", name="<file>"),
	"unzip_file by another name": post("frappe.core.doctype.file.test_file.unzip_file", name="<file>"),
	"remove_attach": post("frappe.desk.form.utils.remove_attach", fid="<file>", dt=MESSAGE, dn="<message>"),
	"move_file": post(
		"frappe.core.api.file.move_file",
		file_list='[{"name":"<file>"}]',
		new_parent="Home",
		old_parent="Home/Attachments",
	),
	"optimize_file": post("run_doc_method", dt="File", dn="<file>", method="optimize_file"),
	"delete": post("frappe.client.delete", doctype="File", name="<file>"),
}


class TestFiles(World):
	def test_a_file_is_read_by_who_may_read_its_chat(self):
		wrong = []
		for user in KNOWS:
			for letter in "ABNQGP":
				for door, request in READ.items():
					if self.there_is(request):
						wrong += self.judged(door, user, letter, request)
		self.here()
		self.assertFalse(wrong, "\n" + "\n".join(wrong))

	def test_nobody_gets_at_a_file_by_a_row_of_their_own(self):
		wrong = []
		for user in KNOWS:
			letter = next((each for each in "BAN" if each not in KNOWS[user]), "")
			if not letter:
				continue
			thing = self.things[letter]
			for door, request in ACQUIRE.items():
				if not self.there_is(request):
					continue
				answer = self.ask(user, request, thing, me=f"wa-doors-{user}@example.com")
				if thing.secret in answer.said:
					wrong.append(f"{door} tells {user} of {letter} ({answer.status_code})")
				urls = {thing.file_url, *re.findall(r'/private/files/[^"\\\\]+', answer.said)}
				wrong += [
					f"{door} ({answer.status_code}) lets {user} read the file of {letter}"
					for url in urls
					if thing.secret in self.ask(user, get(url)).said
				]
		manager = self.ask("manager", get("<file_url>"), self.things["A"])
		self.here()
		self.assertIn(self.things["A"].secret, manager.said)
		self.assertFalse(wrong, "\n" + "\n".join(wrong))

	def judged(self, door: str, user: str, letter: str, request) -> list[str]:
		thing, known = self.things[letter], letter in KNOWS[user]
		answer = self.ask(user, request, thing)
		disclosed = thing.secret in answer.said
		if disclosed and not known:
			return [f"{door} shows {user} the file of {letter}"]
		if door == "by its address" and known and not disclosed:
			return [f"{door} does not show {user} the file of {letter} ({answer.status_code})"]
		return []
