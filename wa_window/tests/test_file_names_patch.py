from itertools import product
from unittest.mock import patch

import frappe

from wa_window.frappe_host.files import disk
from wa_window.patches import file_names
from wa_window.patches.v1_1 import give_files_unguessable_names
from wa_window.tests.files_case import PNG, FilesCase
from wa_window.tests.site_case import AGENT, STRANGER

OWN_URL = r"^/private/files/[0-9a-f]{16}\.png$"


class Killed(BaseException):
	"""Ends a migration at once."""


class TestFileNamesPatch(FilesCase):
	"""Files as version 0.1.0 stored them: as documents, with readable names, and shared where equal."""

	def kept_by_the_first_version(self, content: bytes, **values) -> str:
		"""A message with such a file; its name."""
		_lead, message = self.photographed()
		self.keep_as_before(message.name, content, **values)
		return message.name

	def keep_as_before(self, message: str, content: bytes, **values) -> None:
		here = {"attached_to_doctype": "Chat Message", "attached_to_name": message}
		for url in frappe.get_all("File", here, pluck="file_url"):
			disk.remove(url)
		frappe.db.delete("File", here)
		file = {"file_name": "whatsapp-20261125-234848.png", "content": content, "is_private": 1}
		doc = frappe.get_doc({"doctype": "File", **here, **file, **values}).insert(ignore_permissions=True)
		(media,) = self.store.message(message).media
		self.store.change_media(media.row, file=doc.file_url, filename="")
		frappe.db.commit()

	def file_of(self, message: str) -> tuple[str, str, bytes]:
		"""URL, name and content of a message's file, after a check of its one File."""
		(media,) = self.store.message(message).media
		(doc,) = frappe.get_all(
			"File",
			{"attached_to_doctype": "Chat Message", "attached_to_name": message},
			["file_url", "content_hash", "owner", "is_private"],
		)
		self.assertEqual((doc.file_url, doc.is_private), (media.file, 1))
		self.assertEqual((doc.content_hash, doc.owner), (disk.token_of(media.file), "Administrator"))
		return media.file, media.name, disk.path_of(media.file).read_bytes()

	def content(self) -> bytes:
		return PNG + frappe.generate_hash().encode()

	def test_a_photo_gets_a_name_that_nobody_can_guess_and_keeps_the_readable_one(self):
		content = self.content()
		message = self.kept_by_the_first_version(content)
		old = self.store.message(message).media[0].file
		give_files_unguessable_names.execute()
		url, name, found = self.file_of(message)
		self.assertRegex(url, OWN_URL)
		self.assertTrue(name.startswith("whatsapp-20261125-234848"), name)
		self.assertEqual(found, content)
		self.assertFalse(disk.path_of(old).exists())
		self.assertEqual(self.download(AGENT, url).status_code, 200)
		give_files_unguessable_names.execute()
		self.assertEqual(self.file_of(message)[0], url)

	def test_a_file_that_several_messages_and_others_hold_is_lost_by_nobody(self):
		content = self.content()
		theirs = self.uploaded(STRANGER, "theirs.png", content)
		messages = [self.kept_by_the_first_version(content) for _ in range(3)]
		self.assertEqual(len({self.store.message(name).media[0].file for name in messages}), 1)
		give_files_unguessable_names.execute()
		found = [self.file_of(name) for name in messages]
		self.assertEqual(len({url for url, _name, _content in found}), 3)
		self.assertEqual([each[2] for each in found], [content] * 3)
		doc = frappe.get_doc("File", theirs)
		self.assertEqual(disk.path_of(doc.file_url).read_bytes(), content)
		frappe.delete_doc("Chat Message", messages[0])
		frappe.delete_doc("File", theirs)
		frappe.db.commit()
		self.assertEqual([self.file_of(name)[2] for name in messages[1:]], [content] * 2)

	def test_what_only_messages_share_leaves_nothing_under_the_old_name(self):
		content = self.content()
		messages = [self.kept_by_the_first_version(content) for _ in range(2)]
		old = self.store.message(messages[0]).media[0].file
		give_files_unguessable_names.execute()
		self.assertEqual([self.file_of(name)[2] for name in messages], [content] * 2)
		self.assertFalse(disk.path_of(old).exists())

	def test_a_message_that_was_sent_again_gets_a_file_and_a_row_that_somebody_made_gets_none(self):
		content, secret = self.content(), self.content()
		first, again, made = (self.kept_by_the_first_version(content) for _ in range(3))
		conversation = self.store.message(first).conversation
		self.store.change_message(again, conversation=conversation)
		for name in (again, made):
			frappe.db.delete("File", {"attached_to_name": name})
		payroll = frappe.get_doc("File", self.uploaded("Administrator", "payroll.png", secret)).file_url
		self.store.change_media(self.store.message(made).media[0].row, file=payroll)
		frappe.db.commit()
		give_files_unguessable_names.execute()
		self.assertEqual([self.file_of(name)[2] for name in (first, again)], [content] * 2)
		self.assertEqual(self.store.message(made).media[0].file, payroll)
		self.assertEqual(disk.path_of(payroll).read_bytes(), secret)
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": made}))

	def test_a_public_file_stays_where_pages_show_it(self):
		content = self.content()
		message = self.kept_by_the_first_version(content, file_name="logo.png", is_private=0)
		old = self.store.message(message).media[0].file
		self.assertTrue(old.startswith("/files/"))
		give_files_unguessable_names.execute()
		self.assertEqual(self.file_of(message)[2], content)
		self.assertEqual(disk.path_of(old).read_bytes(), content)

	def test_killed_at_any_point_and_run_again_it_loses_nothing(self):
		doors = (
			(file_names.os, "replace"),
			(disk, "link"),
			(file_names, "insert_file"),
			(frappe.db, "set_value"),
			(frappe.db, "commit"),
		)
		first, second, alone = (self.kept_by_the_first_version(self.content()) for _ in range(3))
		for (holder, name), turn, after in product(doors, (1, 2, 3), (False, True)):
			content, alone_content = self.content(), self.content()
			for message in (first, second):
				self.keep_as_before(message, content)
			self.keep_as_before(alone, alone_content)
			self.kill(holder, name, turn, after)
			give_files_unguessable_names.execute()
			found = [self.file_of(message)[2] for message in (first, second, alone)]
			self.assertEqual(found, [content, content, alone_content], (name, turn, after))

	def kill(self, holder, name: str, turn: int, after: bool) -> None:
		"""Run the patch until the n-th call of this function, and end it before or after the call."""
		original, calls = getattr(holder, name), []

		def call(*args, **kwargs):
			calls.append(name)
			if len(calls) == turn and not after:
				raise Killed
			result = original(*args, **kwargs)
			if len(calls) == turn:
				raise Killed
			return result

		try:
			with patch.object(holder, name, call):
				give_files_unguessable_names.execute()
		except Killed:
			pass
		frappe.db.rollback()
