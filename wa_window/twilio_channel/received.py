"""What the stored parameters of a message say besides its text: https://www.twilio.com/docs/messaging/guides/webhook-request

`raw` has the webhook's parameters; a repeated one is a list. All of it is text of customers or advertisers.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from ..chat.message import INBOUND, Message
from ..chat.received import FORWARDED, FORWARDED_OFTEN, NUMBER_BEFORE, Answer, Received, Referral

# The parameters of a form that was filled in: https://www.twilio.com/docs/content/flows. Their JSON is that of the form, which
# everybody designs as they like.
FLOWS = ("FlowData", "InteractiveData")
AD_PICTURE = "ReferralMediaUrl"
# What Meta adds to the answers in `response_json`: https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/receiveflowresponse
# Exact names: "token" is also what people fill in, such as the number of an electricity token.
NOT_SHOWN = re.compile(r"(?:flow|access|auth)_?token", re.IGNORECASE)
RESPONSE = "response_json"
QUESTIONS, ANSWERS = ("label", "question", "title", "name"), ("value", "answer", "response")
MOST_ANSWERS = 50
LONGEST_FORM = 1_000_000
LONGEST = 1000  # characters of a name or a value
LONGEST_URL = 2000  # Meta's are signed
DEEPEST = 8
# What every message has, whatever its kind.
COMMON = re.compile(
	r"AccountSid|ApiVersion|Body|ChannelMetadata|(?:Parent)?ExternalUserId|From|To|WaId|ProfileName|MessageType|"
	r"\w*Sid|SmsStatus|Num(?:Media|Segments)|Media(?:Url|ContentType)\d+|Referral\w+|Forwarded|FrequentlyForwarded|"
	r"OriginalRepliedMessage\w+|OptOutType|Button\w+|List\w+|_.*|caught_up|date_created"
)


def referral(raw: Mapping[str, object]) -> Referral | None:
	"""The ad of a message that began at one (a click-to-WhatsApp ad); only its first message has it."""
	found = Referral(
		headline=_text(raw, "ReferralHeadline"),
		body=_text(raw, "ReferralBody"),
		source_type=_text(raw, "ReferralSourceType"),
		source_id=_text(raw, "ReferralSourceId"),
		source_url=_text(raw, "ReferralSourceUrl"),
		media_url=_text(raw, AD_PICTURE, LONGEST_URL),
		media_type=_text(raw, "ReferralMediaContentType"),
		click_id=_text(raw, "ReferralCtwaClid"),
	)
	return found if found != Referral() else None


def received(raw: Mapping[str, object], kind: str) -> Received:
	"""All that is shown of the parameters of a message of this kind."""
	return Received(
		referral=referral(raw),
		forwarded=_forwarded(raw),
		picked=bool(_text(raw, "ListId") or _text(raw, "ListTitle")),
		description=_text(raw, "ListDescription"),
		answers=_answers(raw, kind),
		number_before=_text(raw, NUMBER_BEFORE),
	)


def stored_received(messages: Iterable[Message]) -> dict[str, Received]:
	"""By inbound message, what is shown of its stored parameters."""
	return {
		message.name: received(message.raw, message.kind)
		for message in messages
		if message.direction == INBOUND
	}


def _forwarded(raw: Mapping[str, object]) -> str:
	if _text(raw, "FrequentlyForwarded").lower() == "true":
		return FORWARDED_OFTEN
	return FORWARDED if _text(raw, "Forwarded").lower() == "true" else ""


def _answers(raw: Mapping[str, object], kind: str) -> tuple[Answer, ...]:
	forms = {name: text for name in FLOWS if (text := _text(raw, name, longest=LONGEST_FORM))}
	if not forms and kind == "unsupported":
		forms = {
			name: _text(raw, name, longest=LONGEST_FORM)
			for name in raw
			if not COMMON.fullmatch(name) and _text(raw, name)
		}
	found = [answer for name, text in forms.items() for answer in _in_text(name, text)]
	return tuple(dict.fromkeys(found))[:MOST_ANSWERS]


def _in_text(name: str, text: str) -> Iterator[Answer]:
	"""The answers in a parameter, which is JSON or plain text."""
	try:
		value = json.loads(text)
	except (ValueError, RecursionError):
		value = None
	if isinstance(value, dict | list):
		yield from _of_form("", value)
	elif name not in FLOWS:
		yield Answer(_readable(name), _line(text))


def _of_form(name: str, value: object, depth: int = 0) -> Iterator[Answer]:
	for answers in list(_responses(value)) or [value]:
		yield from _leaves(name, answers, depth)


def _responses(value: object, depth: int = 0) -> Iterator[object]:
	"""The answers within a message of Meta's, whose other entries nobody filled in."""
	if depth > DEEPEST:
		return
	if isinstance(value, dict) and RESPONSE in value:
		yield value[RESPONSE]
	elif isinstance(value, dict | list):
		for each in value.values() if isinstance(value, dict) else value:
			yield from _responses(each, depth + 1)


def _leaves(name: str, value: object, depth: int = 0) -> Iterator[Answer]:
	if depth > DEEPEST or NOT_SHOWN.fullmatch(name):
		return
	if isinstance(value, dict):
		yield from _of_dict(value, depth)
	elif isinstance(value, list):
		plain = [_plain(item) for item in value if not isinstance(item, dict | list)]
		if plain:
			yield from _answer(name, ", ".join(text for text in plain if text))
		for item in value:
			if isinstance(item, dict | list):
				yield from _leaves(name, item, depth + 1)
	elif isinstance(value, str) and value[:1] in ("{", "["):
		yield from _nested(name, value, depth)
	else:
		yield from _answer(name, _plain(value))


def _of_dict(value: dict[str, object], depth: int) -> Iterator[Answer]:
	"""A question with its answer, then each of the other entries."""
	question = next((key for key in QUESTIONS if isinstance(value.get(key), str) and value[key]), "")
	answer = next((key for key in ANSWERS if value.get(key) not in (None, "", [], {})), "")
	if question and answer:
		yield from _leaves(str(value[question]), value[answer], depth + 1)
	asked = (question, answer) if question and answer else ()
	for key, each in value.items():
		if key not in asked:
			yield from _leaves(str(key), each, depth + 1)


def _nested(name: str, text: str, depth: int) -> Iterator[Answer]:
	"""JSON in JSON, such as Meta's `response_json`."""
	try:
		yield from _of_form(name, json.loads(text), depth + 1)
	except (ValueError, RecursionError):
		yield from _answer(name, text)


def _answer(name: str, value: str) -> Iterator[Answer]:
	if value:
		yield Answer(_readable(name), _line(value))


def _plain(value: object) -> str:
	if value is None:
		return ""
	if isinstance(value, bool):
		return "✓" if value else "✗"
	return str(value)


def _readable(name: str) -> str:
	"""`screen_0_First_Name_1` and `firstName` are shown as `First Name` and `first Name`."""
	bare = re.sub(r"^screen_\d+_|_\d+$", "", name)
	words = re.sub(r"(?<=[a-z])(?=[A-Z])|_+", " ", bare)
	return _line(words) or name[:LONGEST]


def _line(text: str) -> str:
	return text.strip()[:LONGEST]


def _text(raw: Mapping[str, object], name: str, longest: int = LONGEST) -> str:
	value = raw.get(name, "")
	if isinstance(value, list):
		value = value[0] if value else ""
	return value.strip()[:longest] if isinstance(value, str) else ""
