"""Twilio's webhook forms as values: https://www.twilio.com/docs/messaging/guides/webhook-request

An unknown kind of message is kept as "unsupported" with its raw parameters, never dropped.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ..chat.address import CHANNEL, business_address, customer_at
from ..chat.errors import ChatError
from ..chat.media import media_kind
from ..chat.message import TEXT, UNSUPPORTED, InboundMessage, Media, StatusReport
from ..chat.words import _lt
from .keywords import opts_in

MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
MAX_MEDIA = 10
# A Body has 1600 characters, and a message 10 media: https://www.twilio.com/docs/messaging/guides/webhook-request
LARGEST_FORM = 1000 * 1000
TEXT_TYPES = ("text", "interactive", "button")
# Kinds that the file alone does not tell: a photo may be sent as a document, whose name is then in Body.
KINDS_BY_MESSAGE_TYPE = {"document": "document", "contacts": "contact"}


class UnreadableForm(ChatError):
	"""A form without what makes it a message: nothing of it could be kept."""

	http_status_code = 400
	text = _lt("This is not a message of Twilio's: MessageSid, From or To is missing or malformed.")


class FormTooLarge(ChatError):
	"""Many times what Twilio sends: it would only fill the database, or not fit into it."""

	http_status_code = 413
	text = _lt("This is larger than any message of Twilio's.")


def require_size(form: Mapping) -> None:
	"""Raise FormTooLarge where a form, a MultiDict with its repeated keys, has more characters than LARGEST_FORM."""
	if sum(len(key) + len(value) for key, value in form.items(multi=True)) > LARGEST_FORM:
		raise FormTooLarge


def inbound_message(form: Mapping[str, str], received_at_ms: int) -> InboundMessage:
	"""Read the form of an inbound message; there is no time in it, so it is sent when it was received (epoch ms, UTC).

	Raises UnreadableForm.
	"""
	sid = form.get("MessageSid", "")
	customer = customer_at(
		*(form.get(name, "") for name in ("From", "ExternalUserId", "ParentExternalUserId"))
	)
	business = business_address(form.get("To", ""))
	if not (_over_whatsapp(form) and MESSAGE_SID.fullmatch(sid) and customer and business):
		raise UnreadableForm
	media = _media(form)
	kind = _kind(form, media)
	return InboundMessage(
		message_sid=sid,
		customer=customer,
		business_address=business,
		kind=kind,
		body=_body(form, kind),
		sent_at_ms=received_at_ms,
		media=media,
		profile_name=form.get("ProfileName", ""),
		replied_to_sid=form.get("OriginalRepliedMessageSid", ""),
		opt_out=_opt_out(form, media),
		raw=_raw(form),
	)


def status_report(form: Mapping[str, str], message: str = "", reported_at_ms: int = 0) -> StatusReport:
	"""Read the form of a status callback; `message` is our own name for the message, from the callback's URL.

	Raises UnreadableForm.
	"""
	sid = form.get("MessageSid", "") or form.get("SmsSid", "")
	if not MESSAGE_SID.fullmatch(sid):
		raise UnreadableForm
	return StatusReport(
		reported_at_ms=reported_at_ms,
		message_sid=sid,
		status=form.get("MessageStatus", "") or form.get("SmsStatus", ""),
		message=message,
		error_code=form.get("ErrorCode", ""),
		error_text=form.get("ErrorMessage", "") or form.get("ChannelStatusMessage", ""),
	)


def without_nul(inbound: InboundMessage) -> InboundMessage:
	"""The message for a database that cannot hold NUL characters: without them, and raw says from which fields they went."""
	fields = [name for name in ("body", "profile_name", "replied_to_sid") if "\x00" in getattr(inbound, name)]
	raw = {_cleaned(key): _cleaned(value) for key, value in inbound.raw.items()}
	if raw == inbound.raw and not fields:
		return inbound
	changes = {name: _cleaned(getattr(inbound, name)) for name in fields}
	media = tuple(
		replace(item, name=_cleaned(item.name), url=_cleaned(item.url), type=_cleaned(item.type))
		for item in inbound.media
	)
	return replace(inbound, **changes, media=media, raw=raw | {"_nul_removed": fields})


def _over_whatsapp(form: Mapping[str, str]) -> bool:
	"""A Messaging Service posts its SMS to the same URL: they open no window. Nor does a status that was sent here."""
	ends = form.get("From", ""), form.get("To", "")
	return all(end.startswith(CHANNEL) for end in ends) and "MessageStatus" not in form


def _kind(form: Mapping[str, str], media: tuple[Media, ...]) -> str:
	if form.get("Latitude") and form.get("Longitude"):
		return "location"
	if media:
		return KINDS_BY_MESSAGE_TYPE.get(form.get("MessageType", "")) or media_kind(media[0].type)
	if form.get("ButtonText") or form.get("ButtonPayload"):
		return "button"
	message_type = form.get("MessageType") or TEXT
	if message_type == "interactive" and not _text(form):
		return UNSUPPORTED  # such as a flow, whose answers are in raw
	return TEXT if message_type in TEXT_TYPES else UNSUPPORTED


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
	"""A document puts its file name in Body."""
	media = []
	for number in range(MAX_MEDIA):
		url = form.get(f"MediaUrl{number}", "")
		if url:
			media_type = form.get(f"MediaContentType{number}", "")
			kind = KINDS_BY_MESSAGE_TYPE.get(form.get("MessageType", "")) or media_kind(media_type)
			name = form.get("Body", "") if kind == "document" else ""
			media.append(Media(url=url, type=media_type, name=name))
	return tuple(media)


def _body(form: Mapping[str, str], kind: str) -> str:
	"""The text as it was sent, byte for byte; of a location its label, address and coordinates."""
	body = form.get("Body", "")
	if kind == "location":
		place = (form.get("Label", ""), form.get("Address", ""), f"{form['Latitude']}, {form['Longitude']}")
		return "\n".join(line for line in (body, *place) if line)
	return _text(form)


def _opt_out(form: Mapping[str, str], media: tuple[Media, ...]) -> str:
	"""What the customer chose by Twilio's word for it, which comes with Advanced Opt-Out alone.

	A START opts in without it too: it is the customer's own, and what they opted out of may be older than the sender's present
	Messaging Service. A STOP that Twilio does not obey opts nobody out. The Body of a file may be its name.
	"""
	opt_out_type = form.get("OptOutType", "")
	if opt_out_type:
		return opt_out_type if opt_out_type in ("STOP", "START") else ""
	return "START" if opts_in(_text(form)) and not media else ""


def _text(form: Mapping[str, str]) -> str:
	return form.get("Body", "") or form.get("ButtonText", "") or form.get("ListTitle", "")


def _raw(form: Mapping[str, str]) -> dict:
	"""All parameters; a repeated one as a list."""
	if not hasattr(form, "getlist"):
		return dict(form)
	return {key: values if len(values) > 1 else values[0] for key in form if (values := form.getlist(key))}


def _cleaned(value):
	if isinstance(value, list):
		return [_cleaned(item) for item in value]
	return value.replace("\x00", "") if isinstance(value, str) else value
