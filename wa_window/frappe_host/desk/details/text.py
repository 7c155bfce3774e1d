"""The text of what Frappe keeps as HTML."""

import html
import re

from frappe.utils import strip_html

END_OF_LINE = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|tr|blockquote)>", re.IGNORECASE)
EMPTY_LINES = re.compile(r"\n\s*\n\s*")
LONGEST = 2000  # characters


def as_text(content: str | None) -> str:
	"""A comment or description as plain text with its lines, cut where it is long. It is text for the browser, too: what
	looks like HTML in it is not."""
	text = html.unescape(strip_html(END_OF_LINE.sub("\n", content or "")))
	text = EMPTY_LINES.sub("\n\n", text.replace("\xa0", " ").replace("\ufeff", "")).strip()
	return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
