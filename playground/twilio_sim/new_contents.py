"""The checks of a request to create a content template, and to submit one for approval.

The fields are those of Twilio's pages and of its OpenAPI description (github.com/twilio/twilio-oai, twilio_content_v1.json). Which
codes its errors have is not documented: they are 20001 here.
"""

import re

from .contents import Content
from .errors import SIMULATOR_ERROR, TwilioError
from .records import new_sid

FIELDS = {"friendly_name", "language", "variables", "types"}
# Of each type: what it must have, and what else it may have. Other types are stored as they are.
TYPES = {
	"twilio/text": ({"body"}, set()),
	"twilio/media": ({"media"}, {"body"}),
	"twilio/quick-reply": ({"body", "actions"}, set()),
	"twilio/call-to-action": ({"body", "actions"}, set()),
}
ACTIONS = {
	"QUICK_REPLY": ({"title"}, {"type", "id"}),
	"URL": ({"type", "title", "url"}, set()),
	"PHONE_NUMBER": ({"type", "title", "phone"}, set()),
	"COPY_CODE": ({"type", "title", "code"}, set()),
}
ACTIONS_OF = {
	"twilio/quick-reply": ("QUICK_REPLY",),
	"twilio/call-to-action": ("URL", "PHONE_NUMBER", "COPY_CODE"),
}
# https://www.twilio.com/docs/content/twilio-quick-reply and twilio-call-to-action
LONGEST_TITLE = 20
MOST_ACTIONS = 10
NAME = re.compile("[a-z0-9_]+")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")


def content_from(request: dict, now_ms: int) -> Content:
	"""The content template that a request creates; raises TwilioError."""
	_fields("the request", request, {"language", "types"}, FIELDS)
	variables = request.get("variables", {})
	if not all(isinstance(text, str) for pair in variables.items() for text in pair):
		raise TwilioError(20001, "variables are names and texts")
	if not request["types"]:
		raise TwilioError(20001, "types is empty")
	for name, content in request["types"].items():
		_type(name, content)
	return Content(
		new_sid("HX"),
		request.get("friendly_name", ""),
		request["language"],
		request["types"],
		variables,
		category="",
		approval_status="unsubmitted",
		created_ms=now_ms,
	)


def submit(content: Content, request: dict) -> None:
	"""Submit it for WhatsApp's approval; raises TwilioError."""
	_fields("the request", request, {"name", "category"}, set())
	if not NAME.fullmatch(request["name"]):
		raise TwilioError(20001, "name: only lowercase alphanumeric characters and underscores")
	if request["category"] not in CATEGORIES:
		raise TwilioError(20001, f"category is one of {', '.join(CATEGORIES)}")
	if content.approval_status != "unsubmitted":
		raise TwilioError(SIMULATOR_ERROR, "it was submitted already")
	content.category, content.approval_status = request["category"], "received"


def _type(name: str, content: dict) -> None:
	if name not in TYPES:
		return
	_fields(name, content, *TYPES[name])
	actions = content.get("actions", [])
	if name in ACTIONS_OF and not 1 <= len(actions) <= MOST_ACTIONS:
		raise TwilioError(20001, f"{name}: 1 to {MOST_ACTIONS} actions")
	for action in actions:
		kind = action.get("type", "QUICK_REPLY")
		if kind not in ACTIONS_OF[name]:
			raise TwilioError(20001, f"{name}: no action {kind}")
		_fields(kind, action, *ACTIONS[kind])
		if not 1 <= len(action["title"]) <= LONGEST_TITLE:
			raise TwilioError(20001, f"title: 1 to {LONGEST_TITLE} characters")


def _fields(of: str, given: dict, required: set[str], more: set[str]) -> None:
	missing, unknown = required - set(given), set(given) - required - more
	if missing:
		raise TwilioError(20001, f"{of}: {', '.join(sorted(missing))} is missing")
	if unknown:
		raise TwilioError(SIMULATOR_ERROR, f"{of}: unknown {', '.join(sorted(unknown))}")
