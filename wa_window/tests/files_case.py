"""Files of a site: what its tests have in common."""

from io import BytesIO
from unittest.mock import patch

import frappe
from PIL import Image

from wa_window.chat.ports.files import FetchedFile
from wa_window.frappe_host.jobs import fetch_files
from wa_window.tests.site_case import (
	ACCOUNT_SID,
	Panel,
	SiteCase,
	call,
)
from wa_window.twilio_channel.media import TwilioMedia

URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM{'1' * 32}/Media/ME{'1' * 32}"
PNG = bytes.fromhex("89504e470d0a1a0a") + b"not really a photo"
LINK = "/api/method/wa_window.api.media.file"


def jpeg(width: int = 10, height: int = 10, **saved) -> bytes:
	buffer = BytesIO()
	Image.new("RGB", (width, height), "green").save(buffer, "JPEG", **saved)
	return buffer.getvalue()


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
