"""Content templates and their approvals: https://www.twilio.com/docs/content/content-api-resources"""

import json
from collections.abc import Callable

from ..chat.errors import ChatError
from ..chat.template import APPROVED, ContentTemplate, Variable, variables_in
from ..chat.words import _lt
from .client import TwilioChannel

FIRST_PAGE = "https://content.twilio.com/v1/ContentAndApprovals?PageSize=500"
INSIDE_WINDOW_ONLY = ("twilio/list-picker", "twilio/location")
SHOWN = ("header_text", "title", "footer", "subtitle", "button")
BODY_FIELDS = ("body", "title", "header_text", "subtitle", "label")


class ProviderUnreachable(ChatError):
	"""Twilio could not be asked, or answered something else than expected."""

	text = _lt("Twilio could not be read: check the credentials in WA Window Settings, then try again.")


class NotReadInTime(ChatError):
	"""The account's templates are so many, or Twilio is so slow, that they were not read in the time there was."""

	text = _lt("Twilio did not answer in time: try again later.")


def content_templates(
	channel: TwilioChannel, is_over: Callable[[], bool] = lambda: False
) -> list[ContentTemplate]:
	"""All content templates of the account, of all pages; a half-read list is never returned. No page is asked for once the
	time `is_over`.

	Raises ProviderUnreachable or NotReadInTime.
	"""
	templates, url = [], FIRST_PAGE
	while url:
		if is_over():
			raise NotReadInTime
		page = _page(channel, url)
		try:
			templates += [_template(content) for content in page["contents"]]
		except (AttributeError, KeyError, TypeError, ValueError):
			raise ProviderUnreachable from None
		url = page["meta"].get("next_page_url")
	return templates


def _page(channel: TwilioChannel, url: str) -> dict:
	try:
		response = channel.client.request("GET", url)
		page = json.loads(response.text) if response.status_code == 200 else {}
	except Exception:
		# Whatever it is: it must not carry the credentials in its frames into a log.
		page = {}
	if not (isinstance(page, dict) and "contents" in page and isinstance(page.get("meta"), dict)):
		raise ProviderUnreachable from None
	return page


def _template(content: dict) -> ContentTemplate:
	types = content.get("types") or {}
	approval = content.get("approval_requests") or {}
	submitted = approval.get("content_type")
	content_type = submitted if submitted in types else next(iter(types), "")
	status = approval.get("status") or "unsubmitted"
	return ContentTemplate(
		content_sid=content["sid"],
		friendly_name=content.get("friendly_name") or "",
		language=content.get("language") or "",
		category=approval.get("category") or "",
		content_type=content_type,
		**_shown(types.get(content_type) or {}),
		variables=_variables(types, content.get("variables") or {}),
		approval_status=status,
		rejection_reason=approval.get("rejection_reason") or "",
		usable_outside_window=status == APPROVED and content_type not in INSIDE_WINDOW_ONLY,
	)


def _shown(content: dict) -> dict:
	"""What WhatsApp shows of it. The body is the text by which an agent recognises it; where there is none, such as of a
	card, it is the title."""
	body = next((field for field in BODY_FIELDS if isinstance(content.get(field), str)), "")
	shown = {
		field: content[field] for field in SHOWN if isinstance(content.get(field), str) and field != body
	}
	buttons = [action.get("title") for action in content.get("actions") or ()]
	media = content.get("media") or [""]
	return {
		"body": content.get(body, ""),
		"header": shown.get("header_text") or shown.get("title") or "",
		"footer": shown.get("footer") or shown.get("subtitle") or "",
		"media_url": media[0] if isinstance(media, list) else media,
		"buttons": tuple(button for button in (*buttons, shown.get("button")) if button),
	}


def _variables(types: dict, samples: dict) -> tuple[Variable, ...]:
	"""Every variable written anywhere in the template, in media and buttons too, and those only declared."""
	written = variables_in(json.dumps(types, ensure_ascii=False))
	names = sorted(dict.fromkeys([*written, *samples]), key=_numbers_first)
	return tuple(Variable(name, str(samples.get(name) or "")) for name in names)


def _numbers_first(name: str) -> tuple[bool, int]:
	return (not name.isdigit(), int(name) if name.isdigit() else 0)
