"""What is written in a draft, as a template, and what Twilio or Meta would refuse in it."""

import re
from dataclasses import replace
from itertools import count

import frappe
from frappe.utils import add_to_date, now_datetime

from ...chat.arguments import from_json
from ...chat.errors import InvalidArgument
from ...chat.sentences import Sentence, _lt
from ...chat.template_rules import TAKEN, Button, NewTemplate, problems
from ...twilio_channel.new_content import DELETED
from ..clock import current_locale
from ..store.templates import TEMPLATE
from .stored import DOCTYPE

# https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses: "WhatsApp prevents reuse of the same template name
# for 30 days".
NAME_KEPT_DAYS = 30
# Those that a form offers.
CATEGORIES = ("UTILITY", "MARKETING")
# Where Frappe sees a tag it changes the whole text when it saves (frappe/utils/html_utils.py, sanitize_html): "Reply <YES> & wait" would
# reach WhatsApp as "Reply &lt;YES&gt; &amp; wait".
TAG = re.compile("<[A-Za-z]")
LIKE_HTML = _lt("“<” right before a letter is taken for HTML. Put a space between, or leave it out.")


def written(doc) -> NewTemplate:
	"""The template of a document, or of its values as a form has them."""
	samples = {_text(row, "variable"): _text(row, "sample") for row in _rows(doc, "samples")}
	buttons = [
		Button(_text(row, "title"), _text(row, "action"), _text(row, "target").strip())
		for row in _rows(doc, "buttons")
		if _is_filled(row)
	]
	return NewTemplate(
		_text(doc, "template_name"),
		_text(doc, "language"),
		_text(doc, "category"),
		_text(doc, "kind"),
		_text(doc, "body"),
		_text(doc, "media_url").strip(),
		samples,
		tuple(buttons),
	)


def as_document(template: NewTemplate) -> dict:
	"""The values of a document that says this."""
	return {
		"template_name": template.name,
		"language": template.language,
		"category": template.category,
		"kind": template.kind,
		"body": template.body,
		"media_url": template.media_url,
		"samples": [{"variable": name, "sample": template.samples.get(name)} for name in template.variables],
		"buttons": [vars(button) for button in template.buttons],
	}


def free_name(template: NewTemplate) -> str:
	"""order_update_2 for order_update, or the first after it that is not taken."""
	numbered = re.search(r"_(\d+)$", template.name)
	stem, number = (template.name[: numbered.start()], int(numbered[1])) if numbered else (template.name, 1)
	names = (f"{stem}_{each}" for each in count(number + 1))
	return next(name for name in names if not _was_used(replace(template, name=name)))


def set_rows(doc) -> None:
	"""One row for each variable of its texts; the samples that are there stay. Without the empty row of a button that Frappe's table
	adds when one leaves the last."""
	doc.set("buttons", [row for row in doc.buttons if _is_filled(row)])
	template = written(doc)
	rows = [{"variable": name, "sample": template.samples.get(name)} for name in template.variables]
	doc.set("samples", rows)


def check(values: dict | str) -> dict:
	"""What Twilio or Meta would refuse in a form's values, as sentences, and the names of its variables. Raises InvalidArgument."""
	given = from_json(values) if isinstance(values, str) else values
	if not isinstance(given, dict):
		raise InvalidArgument(_lt("Invalid input: {0}"), "template")
	template = written(given)
	found = [sentence.render(current_locale()) for sentence in problems_of(template)]
	return {"problems": found, "variables": template.variables}


def problems_of(template: NewTemplate) -> list[Sentence]:
	ours = ((LIKE_HTML, is_like_html(template)), (TAKEN, _was_used(template)))
	return problems(template) + [Sentence(text) for text, is_so in ours if is_so]


def is_like_html(template: NewTemplate) -> bool:
	"""Whether it cannot be saved as it is."""
	buttons = [text for button in template.buttons for text in (button.title, button.target)]
	texts = (template.body, template.media_url, *template.samples.values(), *buttons)
	return any(TAG.search(text) for text in texts)


def _was_used(template: NewTemplate) -> bool:
	same = {"friendly_name": template.name, "language": template.language}
	month_ago = add_to_date(now_datetime(), days=-NAME_KEPT_DAYS)
	return bool(
		frappe.db.exists(TEMPLATE, same | {"approval_status": ("!=", DELETED)})
		or frappe.db.exists(TEMPLATE, same | {"approval_status_since": (">", month_ago)})
		or frappe.db.exists(DOCTYPE, {"claimed_name": key_of(template)})
	)


def key_of(template: NewTemplate) -> str:
	return f"{template.language} {template.name}"


def _rows(doc, field: str) -> list:
	rows = doc.get(field)
	return [row for row in rows if hasattr(row, "get")] if isinstance(rows, list) else []


def _is_filled(button) -> bool:
	return bool(_text(button, "title").strip() or _text(button, "target").strip())


def _text(row, field: str) -> str:
	value = row.get(field)
	return value if isinstance(value, str) else ""
