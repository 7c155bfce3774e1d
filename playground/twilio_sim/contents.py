"""Content templates: types, variables, and the errors of WhatsApp."""

import mimetypes
import re
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# https://www.twilio.com/docs/content/using-variables-with-content-api: no newlines, no tabs, at most 4 spaces in a row
UNFIT_VALUE = re.compile(r"[\n\r\t]| {5}")
RENDERED_LIMIT = 1024
# Types that cannot be sent without Meta's approval, even inside the window.
ALWAYS_APPROVED = ("twilio/carousel", "twilio/flows", "whatsapp/flows", "whatsapp/authentication")


@dataclass
class Content:
	"""A content template with its approval for WhatsApp."""

	sid: str
	friendly_name: str
	language: str
	types: dict[str, dict]
	variables: dict[str, str] = field(default_factory=dict)
	category: str = "UTILITY"
	approval_status: str = "approved"
	rejection_reason: str = ""
	created_ms: int = 1_780_000_000_000

	@property
	def type(self) -> str:
		"""The type that WhatsApp displays: the richest; twilio/text is the fallback for other channels."""
		return next((t for t in self.types if t != "twilio/text"), "twilio/text")

	@property
	def approved(self) -> bool:
		return self.approval_status == "approved"

	@property
	def has_media(self) -> bool:
		return bool(self.types[self.type].get("media"))

	def media_url(self, values: dict[str, str]) -> str:
		"""The URL of its file with the variables filled; empty where it has none."""
		return (self.rendered(values).get("media") or [""])[0]

	def takes(self, content_type: str) -> bool:
		"""Whether a file of this type has the kind of header that was approved: that of the sample
		(https://www.twilio.com/docs/content/twilio-media)."""
		approved = mimetypes.guess_type(self.media_url({}))[0] or ""
		return _header(approved) == _header(content_type)

	def rendered(self, values: dict[str, str]) -> dict:
		"""The content of its type with the variables filled; a missing one silently gets its sample, as at Twilio."""
		return _filled(self.types[self.type], {**self.variables, **values})

	def text(self, values: dict[str, str]) -> str:
		content = self.rendered(values)
		titles = (content.get("title"), content.get("subtitle"))
		return content.get("body") or "\n".join(title for title in titles if title) or self._passcode(values)

	def _passcode(self, values: dict[str, str]) -> str:
		"""The text that WhatsApp presets: https://www.twilio.com/docs/content/whatsappauthentication"""
		code = {**self.variables, **values}.get("1", "")
		return f"{code} is your verification code." if self.type == "whatsapp/authentication" else ""

	def buttons(self, values: dict[str, str]) -> list[dict]:
		"""The buttons that the customer may tap: id and title."""
		content = self.rendered(values)
		if "button_text" in content:
			return [{"id": "flow", "title": content["button_text"], "type": "FLOW"}]
		if "items" in content:
			return [{"id": item["id"], "title": item["item"], "type": "LIST"} for item in content["items"]]
		return [
			{
				"id": action.get("id", action.get("title", "")),
				"title": action.get("title") or action.get("copy_code_text", ""),
				"type": action.get("type", "QUICK_REPLY"),
			}
			for action in content.get("actions", ())
		]

	def problem(self, values: dict[str, str]) -> int:
		"""The error code of an invalid value or of a text that is too long; 0 where there is none."""
		if any(UNFIT_VALUE.search(value) for value in values.values()):
			return 63013
		return 63021 if len(self.text(values)) > RENDERED_LIMIT else 0


def _header(content_type: str) -> str:
	kind = content_type.split("/", maxsplit=1)[0]
	return kind if kind in ("image", "video") else "document"


def _filled(node, values: dict[str, str]):
	if isinstance(node, str):
		return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), node)
	if isinstance(node, list):
		return [_filled(item, values) for item in node]
	if isinstance(node, dict):
		return {name: _filled(item, values) for name, item in node.items()}
	return node
