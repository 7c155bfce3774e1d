"""Create, read, submit and delete content templates: https://www.twilio.com/docs/content/content-api-resources

Version 8.5 of the library has no methods for it.
"""

import json
from dataclasses import dataclass

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioRestException

from ..chat.errors import ChatError
from ..chat.ports.channel import Outcome, OutcomeUnknown, Rejected
from ..chat.sentences import _lt
from ..chat.template import ContentTemplate
from ..chat.template_rules import (
	CALL_TO_ACTION,
	MEDIA,
	PHONE_NUMBER,
	QUICK_REPLIES,
	TEXT,
	WEBSITE,
	Button,
	NewTemplate,
)
from .client import TwilioChannel, not_connected, outcome_of
from .content import ProviderUnreachable, template_of
from .http import JSON_TYPE, Json

CONTENT = "https://content.twilio.com/v1/Content"
TYPES = {
	TEXT: "twilio/text",
	MEDIA: "twilio/media",
	QUICK_REPLIES: "twilio/quick-reply",
	CALL_TO_ACTION: "twilio/call-to-action",
}
NOT_FOUND = "20404"
UNSUBMITTED, DELETED = "unsubmitted", "deleted"


class NotDone(ChatError):
	"""Twilio did not do it: it was refused, or Twilio could not be reached."""

	def __init__(self, text: str, *values: object, code: str = ""):
		super().__init__(text, *values)
		self.code = code


class AnswerLost(ChatError):
	"""Whether it was done is not known."""

	text = _lt("Twilio did not answer. Look here again in ten minutes.")


@dataclass(frozen=True)
class Approval:
	"""What WhatsApp has decided; `status` is one of Twilio's, or DELETED where there is no such template."""

	status: str
	rejection_reason: str = ""
	category: str = ""


def create(channel: TwilioChannel, template: NewTemplate) -> ContentTemplate:
	"""Create it, and return it as Twilio has stored it. Raises NotDone or AnswerLost."""
	request = {
		"friendly_name": template.name,
		"language": template.language,
		"variables": {name: template.samples[name] for name in template.variables},
		"types": {TYPES[template.kind]: _content(template)},
	}
	answer = _call(channel, "POST", CONTENT, request)
	if not answer.get("sid"):
		raise AnswerLost
	return template_of(answer)


def fetch(channel: TwilioChannel, content_sid: str, content_type: str) -> NewTemplate:
	"""What a template says, of which this content type is used; its category is not known here. Raises NotDone or AnswerLost, and
	ProviderUnreachable where it is none that `create` makes."""
	answer = _call(channel, "GET", f"{CONTENT}/{content_sid}")
	try:
		(kind,) = [kind for kind, name in TYPES.items() if name == content_type]
		content = answer["types"][content_type]
		return NewTemplate(
			answer["friendly_name"],
			answer["language"],
			"",
			kind,
			content.get("body") or "",
			(content.get("media") or [""])[0] if kind == MEDIA else "",
			dict(answer["variables"]),
			tuple(_button(action) for action in content.get("actions") or ()),
		)
	except (AttributeError, KeyError, TypeError, ValueError):
		raise ProviderUnreachable from None


def submit(channel: TwilioChannel, content_sid: str, name: str, category: str) -> Approval:
	"""Ask for WhatsApp's approval. Raises NotDone or AnswerLost."""
	url = f"{CONTENT}/{content_sid}/ApprovalRequests/whatsapp"
	return _approval(_call(channel, "POST", url, {"name": name, "category": category}))


def approval_of(channel: TwilioChannel, content_sid: str) -> Approval:
	"""Raises NotDone or AnswerLost."""
	try:
		answer = _call(channel, "GET", f"{CONTENT}/{content_sid}/ApprovalRequests")
	except NotDone as error:
		if error.code == NOT_FOUND:
			return Approval(DELETED)
		raise
	return _approval(answer.get("whatsapp") or {})


def delete(channel: TwilioChannel, content_sid: str) -> None:
	"""Delete it; one that is not there is deleted. Raises NotDone or AnswerLost."""
	try:
		_call(channel, "DELETE", f"{CONTENT}/{content_sid}")
	except NotDone as error:
		if error.code != NOT_FOUND:
			raise


def _content(template: NewTemplate) -> Json:
	content: Json = {"body": template.body}
	if template.kind == MEDIA:
		content["media"] = [template.media_url]
	if template.kind == QUICK_REPLIES:
		# Its id is what a tap sends beside the title: https://www.twilio.com/docs/content/twilio-quick-reply
		content["actions"] = [{"title": button.title, "id": button.title} for button in template.buttons]
	if template.kind == CALL_TO_ACTION:
		content["actions"] = [_action(button) for button in template.buttons]
	return content


def _action(button: Button) -> Json:
	if button.action == PHONE_NUMBER:
		return {"type": "PHONE_NUMBER", "title": button.title, "phone": button.target}
	return {"type": "URL", "title": button.title, "url": button.target}


def _button(action: Json) -> Button:
	"""One with another action, such as a code to copy, keeps its title alone."""
	if action.get("type") == "PHONE_NUMBER":
		return Button(action["title"], PHONE_NUMBER, action["phone"])
	return Button(action["title"], WEBSITE if action.get("url") else "", action.get("url") or "")


def _approval(answer: Json) -> Approval:
	return Approval(
		answer.get("status") or UNSUBMITTED,
		answer.get("rejection_reason") or "",
		answer.get("category") or "",
	)


def _call(channel: TwilioChannel, method: str, url: str, request: Json | None = None) -> Json:
	"""The parsed answer; an empty one where it has none. Raises NotDone or AnswerLost."""
	body = {"data": json.dumps(request), "headers": {"Content-Type": JSON_TYPE}} if request else {}
	try:
		response = channel.client.request(method, url, **body)
		answer = json.loads(response.text or "{}")
	except (ConnectTimeout, NotConnected) as failure:
		raise _error(not_connected(failure)) from None
	except Exception:
		# Any exception: its frames hold the credentials, which must not reach a log.
		raise AnswerLost from None
	if not isinstance(answer, dict):
		raise AnswerLost
	if response.status_code >= 300:
		error = TwilioRestException(
			response.status_code, url, str(answer.get("message") or ""), answer.get("code"), method
		)
		raise _error(outcome_of(error))
	return answer


def _error(outcome: Outcome) -> ChatError:
	if isinstance(outcome, OutcomeUnknown):
		return AnswerLost()
	if isinstance(outcome, Rejected):
		return NotDone(
			_lt("Twilio refused: {0} ({1})"), outcome.error_text, outcome.error_code, code=outcome.error_code
		)
	return NotDone(_lt("Twilio could not be reached, or has too much to do. Try again later."))
