"""Print a document as PDF, by Frappe's own means, into a private file that the session's user is going to send."""

import os
import shutil

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import get_bench_path

from ...chat.errors import InvalidArgument, InvalidMessage, NotPermitted
from ...chat.sentences import _lt
from ..files import attachments
from ..store import database
from .linked import Records, is_printable, printable

STANDARD = "Standard"
CHROME, WKHTMLTOPDF = "chrome", "wkhtmltopdf"
MISSING = {
	WKHTMLTOPDF: _lt(
		"This site cannot make PDFs: wkhtmltopdf is not installed. Ask your administrator to install it."
	),
	CHROME: _lt(
		"This site cannot make PDFs: it has no Chrome. Ask your administrator to set chromium_path in common_site_config.json."
	),
}


def choices(records: Records) -> dict:
	"""What can be printed: `documents` (see `linked.printable`), `formats` by DocType, each with `name` and `label`, the one that
	Frappe itself takes first, and the site's `languages`, each with `name` and `label`."""
	documents = printable(records)
	doctypes = dict.fromkeys(row["doctype"] for row in documents)
	return {
		"documents": documents,
		"formats": {doctype: _formats(doctype) for doctype in doctypes},
		"languages": _languages(),
	}


def print_to_file(records: Records, doctype: str, name: str, print_format: str, language: str) -> dict:
	"""The stored PDF: `file` (the File), `name`, `type` and `size` (bytes). Raises NotPermitted or InvalidMessage."""
	if not is_printable(records, doctype, name):
		raise NotPermitted
	for chosen, offered in ((print_format, _formats(doctype)), (language, _languages())):
		if chosen not in [each["name"] for each in offered]:
			raise InvalidArgument(_lt("Invalid input: {0}"), chosen)
	content, title = _pdf(doctype, name, print_format, language)
	file_name = f"{title} {name}.pdf"
	stored = attachments.upload(file_name, content)
	shown = frappe.db.get_value("File", stored["name"], "file_name")
	return {
		"file": stored["name"],
		"name": shown,
		"type": "application/pdf",
		"size": len(content),
	}


def _pdf(doctype: str, name: str, print_format: str, language: str) -> tuple[bytes, str]:
	"""The PDF, and the DocType's name in its language."""
	lang, jenv = frappe.local.lang, frappe.local.jenv
	try:
		with print_language(language):
			content = frappe.get_print(doctype, name, print_format, as_pdf=True)
			return content, _(doctype)
	except frappe.PermissionError:
		raise NotPermitted from None
	except Exception:
		_log(doctype, name)
		raise InvalidMessage(_why(print_format)) from None
	finally:
		# print_language puts them back only where nothing was raised.
		frappe.local.lang, frappe.local.jenv = lang, jenv
		frappe.clear_messages()


def _log(doctype: str, name: str) -> None:
	"""Log the exception that is being handled, in a transaction of its own: that of the call is rolled back."""
	about = {"message": frappe.get_traceback(), "reference_doctype": doctype, "reference_name": name}
	title = "WA Window: a document could not be printed"
	database.transaction(lambda: frappe.log_error(title, **about))


def _why(print_format: str) -> str:
	generator = _generator(print_format)
	is_there = _has_chrome() if generator == CHROME else shutil.which(WKHTMLTOPDF)
	if generator in MISSING and not is_there:
		return MISSING[generator]
	return _lt("This document could not be printed. Choose another print format, or print it in the Desk.")


def _generator(print_format: str) -> str:
	"""As frappe.utils.print_utils.get_print."""
	if not frappe.get_meta("Print Format").has_field("pdf_generator"):
		return WKHTMLTOPDF
	return frappe.get_cached_value("Print Format", print_format, "pdf_generator") or WKHTMLTOPDF


def _has_chrome() -> bool:
	"""Version 16 looks for it where `chromium_path` says, else in the bench (frappe/utils/print_utils.py,
	find_or_download_chromium_executable)."""
	config = frappe.get_common_site_config()
	in_bench = os.path.join(get_bench_path(), "chromium")
	return bool(
		config.get("chromium_websocket_url")
		or shutil.which(config.get("chromium_path") or "")
		or (os.path.isdir(in_bench) and os.listdir(in_bench))
	)


def _formats(doctype: str) -> list[dict]:
	"""Those that Frappe's own print page offers (frappe/public/js/frappe/model/meta.js, get_print_formats), without those for
	label printers."""
	filters = {"doc_type": doctype, "disabled": 0, "print_format_type": ("!=", "JS"), "raw_printing": 0}
	names = [STANDARD, *frappe.get_all("Print Format", filters, pluck="name", order_by="name asc")]
	default = frappe.get_meta(doctype).default_print_format
	first = default if default in names else STANDARD
	return [{"name": name, "label": _(name)} for name in sorted(names, key=lambda name: name != first)]


def _languages() -> list[dict]:
	columns = ["name", "language_name as label"]
	rows = frappe.get_all("Language", {"enabled": 1}, columns, order_by="language_name asc")
	return [{"name": row.name, "label": row.label or row.name} for row in rows]
