"""Content templates and their approvals: https://www.twilio.com/docs/content/content-api-resources"""

import json
from collections.abc import Callable

from ..chat.errors import ChatError
from ..chat.sentences import _lt
from ..chat.template import APPROVED, LIST_PICKER, UNSUBMITTED, ContentTemplate, Variable, variables_in
from .client import TwilioChannel
from .http import Json

FIRST_PAGE = "https://content.twilio.com/v1/ContentAndApprovals?PageSize=500"
INSIDE_WINDOW_ONLY = (LIST_PICKER, "twilio/location")
TEXT_FIELDS = ("header_text", "title", "footer", "subtitle", "button", "button_text")
BODY_FIELDS = ("body", "title", "header_text", "subtitle", "label")


class ProviderUnreachable(ChatError):
	"""Twilio could not be reached, or its answer was not as documented."""

	text = _lt("Twilio could not be read. Check the credentials in WA Window Settings.")


class NotReadInTime(ChatError):
	"""The account's templates could not be read within the time limit."""

	text = _lt("Twilio did not answer in time. Try again later.")


def content_templates(
	channel: TwilioChannel, is_over: Callable[[], bool] = lambda: False
) -> list[ContentTemplate]:
	"""All content templates of the account, from all pages; never a part of them. No page is requested once `is_over` is true.

	Raises ProviderUnreachable or NotReadInTime.
	"""
	templates, url = [], FIRST_PAGE
	while url:
		if is_over():
			raise NotReadInTime
		page = _page(channel, url)
		try:
			templates += [template_of(content) for content in page["contents"]]
		except (AttributeError, KeyError, TypeError, ValueError):
			raise ProviderUnreachable from None
		url = page["meta"].get("next_page_url")
	return templates


def _page(channel: TwilioChannel, url: str) -> Json:
	try:
		response = channel.client.request("GET", url)
		page = json.loads(response.text) if response.status_code == 200 else {}
	except Exception:
		# Any exception: its frames hold the credentials, which must not reach a log.
		page = {}
	if not (isinstance(page, dict) and "contents" in page and isinstance(page.get("meta"), dict)):
		raise ProviderUnreachable from None
	return page


def template_of(content: Json) -> ContentTemplate:
	"""From the answer about one, with or without its approval. Raises KeyError, AttributeError or TypeError."""
	types = content.get("types") or {}
	approval = content.get("approval_requests") or {}
	submitted = approval.get("content_type")
	content_type = str(submitted if submitted in types else next(iter(types), ""))
	status = approval.get("status") or UNSUBMITTED
	return ContentTemplate(
		content_sid=content["sid"],
		friendly_name=content.get("friendly_name") or "",
		language=content.get("language") or "",
		category=approval.get("category") or "",
		content_type=content_type,
		**_texts(types.get(content_type) or {}),
		variables=_variables(types, content.get("variables") or {}),
		approval_status=status,
		rejection_reason=approval.get("rejection_reason") or "",
		usable_outside_window=status == APPROVED and content_type not in INSIDE_WINDOW_ONLY,
	)


def _texts(content: Json) -> Json:
	"""The texts that WhatsApp displays. The body is the text by which an agent recognises the template; without one, as in
	a card, it is the title."""
	body = next((field for field in BODY_FIELDS if isinstance(content.get(field), str)), "")
	texts = {
		field: content[field]
		for field in TEXT_FIELDS
		if isinstance(content.get(field), str) and field != body
	}
	buttons = [action.get("title") for action in content.get("actions") or ()]
	# whatsapp/flows has a `media_url`: https://www.twilio.com/docs/content/whatsappflows
	media = content.get("media") or content.get("media_url") or [""]
	# https://www.twilio.com/docs/content/twiliolist-picker; a catalog's items have no such title.
	items = [item.get("item") for item in content.get("items") or ()]
	return {
		"body": content.get(body, ""),
		"header": texts.get("header_text") or texts.get("title") or "",
		"footer": texts.get("footer") or texts.get("subtitle") or "",
		"media_url": media[0] if isinstance(media, list) else media,
		"buttons": tuple(
			button for button in (*buttons, texts.get("button"), texts.get("button_text")) if button
		),
		"list_items": tuple(item for item in items if item),
	}


def _variables(types: Json, samples: Json) -> tuple[Variable, ...]:
	"""All variables that appear in the template, also in media and buttons, and those that are only declared."""
	written = variables_in(json.dumps(types, ensure_ascii=False))
	names = sorted(dict.fromkeys([*written, *samples]), key=_numbers_first)
	return tuple(Variable(name, str(samples.get(name) or "")) for name in names)


def _numbers_first(name: str) -> tuple[bool, int]:
	return (not name.isdigit(), int(name) if name.isdigit() else 0)
