"""What the playground's composer can attach: sample files of a lead and sample documents, as `wa_window.api.documents` answers them."""

from typing import TYPE_CHECKING

from wa_window.chat.errors import InvalidArgument, NotPermitted
from wa_window.chat.media_types import type_of
from wa_window.chat.message import Media
from wa_window.chat.panel import Panel
from wa_window.chat.sendable_media import offered
from wa_window.chat.sentences import _lt

from ..twilio_sim.samples import png

if TYPE_CHECKING:
	from .host import EmbeddedHost

LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
FORMATS = ("Standard", "With letterhead")
# Name, DocType, status, amount, date.
SAMPLES = (
	("SAL-QTN-2026-00012", "Quotation", "Open", "Rp 450.000.000", "20-11-2026"),
	("SAL-ORD-2026-00007", "Sales Order", "To Deliver and Bill", "Rp 445.000.000", "23-11-2026"),
	("ACC-SINV-2026-00031", "Sales Invoice", "Unpaid", "Rp 45.000.000", "24-11-2026"),
)
TITLES = {
	"en": {},
	"id": {"Quotation": "Penawaran", "Sales Order": "Pesanan Penjualan", "Sales Invoice": "Faktur Penjualan"},
}


class Documents:
	"""Each lead has the same ones."""

	def __init__(self, host: "EmbeddedHost"):
		self.host = host
		# By lead, the names of its stored files.
		self.files_of: dict[str, list[str]] = {}

	def files(self, doctype: str, lead: str, conversation: str) -> list[dict[str, object]]:
		Panel(self.host).records(doctype, lead, conversation)
		if lead not in self.files_of:
			self.files_of[lead] = [self._stored(name, content) for name, content in _sample_files().items()]
		return [self._file(name) for name in self.files_of[lead]]

	def printable(self, doctype: str, lead: str, conversation: str) -> dict[str, object]:
		Panel(self.host).records(doctype, lead, conversation)
		formats = [{"name": name, "label": name} for name in FORMATS]
		return {
			"documents": [
				{
					"doctype": of,
					"label": of,
					"name": name,
					"status": status,
					"amount": amount,
					"date": date,
					"language": "id",
				}
				for name, of, status, amount, date in SAMPLES
			],
			"formats": {of: formats for _name, of, *_rest in SAMPLES},
			"languages": [{"name": name, "label": label} for name, label in LANGUAGES.items()],
		}

	def pdf(self, doctype: str, lead: str, conversation: str, chosen: dict[str, str]) -> dict[str, object]:
		"""`chosen`: doctype, name, print_format and language."""
		Panel(self.host).records(doctype, lead, conversation)
		sample = next(
			(each for each in SAMPLES if (each[1], each[0]) == (chosen["doctype"], chosen["name"])), None
		)
		if sample is None:
			raise NotPermitted
		if chosen["print_format"] not in FORMATS or chosen["language"] not in LANGUAGES:
			raise InvalidArgument(_lt("Invalid input: {0}"), chosen["print_format"])
		name, of, status, amount, date = sample
		title = TITLES[chosen["language"]].get(of, of)
		content = pdf_of([f"{title} {name}", f"{date}  {status}", amount, chosen["print_format"]])
		return self._file(self._stored(f"{title} {name}.pdf", content))

	def _stored(self, file_name: str, content: bytes) -> str:
		store = self.host.store
		return store.transaction(lambda: store.keep_file(file_name, type_of(file_name), content))

	def _file(self, name: str) -> dict[str, object]:
		row = self.host.store.file(name)
		if row is None:
			raise NotPermitted
		media = Media(type=row["type"], size=len(row["content"]), name=row["file_name"], row=name)
		return offered(media, self.host.locale())


def _sample_files() -> dict[str, bytes]:
	return {
		"Denah tipe 45.pdf": pdf_of(["Denah tipe 45", "2 kamar tidur, 1 kamar mandi"]),
		"tampak-depan.png": png(320, 200),
		"Tur rumah.gif": b"GIF89a" + bytes(40),
	}


def pdf_of(lines: list[str]) -> bytes:
	"""A page with these lines: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf, annex H."""
	shown = " T* ".join(f"({line.translate(ESCAPED)}) Tj" for line in lines)
	text = f"BT /F1 18 Tf 24 TL 60 760 Td {shown} ET".encode("latin-1", "replace")
	objects = (
		b"<</Type/Catalog/Pages 2 0 R>>",
		b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
		b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	)
	made, places = b"%PDF-1.4\n", []
	for number, body in enumerate(objects, start=1):
		places.append(len(made))
		made += b"%d 0 obj%s endobj\n" % (number, body)
	table = b"".join(b"%010d 00000 n \n" % place for place in places)
	size = len(objects) + 1
	end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
	return made + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


ESCAPED = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})
