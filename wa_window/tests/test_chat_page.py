"""The page /whatsapp; who may open it: doors/test_pages.py."""

from pathlib import Path

import frappe
from babel.messages.extract import extract_from_file

from wa_window.frappe_host.desk import chat_page
from wa_window.tests.site_case import SiteCase


class TestChatPage(SiteCase):
	def test_it_has_all_texts_of_the_scripts_that_it_loads(self):
		scripts = [
			script for folder in chat_page.SHOWN_BY for script in (chat_page.SCRIPTS / folder).glob("*.js")
		]
		extracted = {text for script in scripts for text in _texts(script)}
		self.assertGreater(len(extracted), 100)
		self.assertEqual(chat_page.inbox_texts(), extracted)

	def test_settings_cannot_end_the_script_in_which_they_stand(self):
		frappe.local.lang = "</script>"
		try:
			self.assertNotIn("<", chat_page.settings_json())
		finally:
			frappe.local.lang = "en"


def _texts(script: Path):
	for _, text, _, _ in extract_from_file("javascript", str(script), keywords={"__": None}):
		yield text if isinstance(text, str) else text[0]
