"""Parse Twilio's webhook forms: https://www.twilio.com/docs/messaging/guides/webhook-request

A message of an unknown kind is stored as "unsupported" with its raw parameters, never dropped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from ..chat.address import CHANNEL, business_address, customer_at
from ..chat.errors import ChatError
from ..chat.media_types import PICTURES, media_kind
from ..chat.message import TEXT, UNSUPPORTED, InboundMessage, Media, StatusReport
from ..chat.sentences import _lt
from .error_codes import reason_of
from .keywords import opts_in
from .media import AD_PICTURE_URL
from .received import referral

MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
MAX_MEDIA = 10
# A Body has at most 1600 characters, and a message 10 media: https://www.twilio.com/docs/messaging/guides/webhook-request
LARGEST_FORM = 1000 * 1000
TEXT_TYPES = ("text", "interactive", "button")
# Kinds that do not follow from the file: a photo may be sent as a document, whose name is then in Body.
KINDS_BY_MESSAGE_TYPE = {"document": "document", "contacts": "contact"}


class RepeatingForm(Protocol):
	"""A MultiDict of werkzeug's, with its repeated keys."""

	def items(self, multi: bool = False) -> Iterable[tuple[str, str]]: ...


class UnreadableForm(ChatError):
	"""A form that lacks the required parameters of a message."""

	http_status_code = 400
	text = _lt("This is not a message of Twilio's: MessageSid, From or To is missing or malformed.")


class FormTooLarge(ChatError):
	"""A form that is much larger than any that Twilio sends."""

	http_status_code = 413
	text = _lt("This is larger than any message of Twilio's.")


def require_size(form: RepeatingForm) -> None:
	"""Raise FormTooLarge where a form has more characters than LARGEST_FORM."""
	if sum(len(key) + len(value) for key, value in form.items(multi=True)) > LARGEST_FORM:
		raise FormTooLarge


def inbound_message(form: Mapping[str, str], received_at_ms: int) -> InboundMessage:
	"""Parse the form of an inbound message; it has no time, so `sent_at_ms` is `received_at_ms` (epoch ms, UTC).

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
		media=media + _ad_picture(form),
		profile_name=form.get("ProfileName", ""),
		replied_to_sid=form.get("OriginalRepliedMessageSid", ""),
		opt_out=_opt_out(form, media),
		raw=_raw(form),
	)


def status_report(form: Mapping[str, str], message: str = "", reported_at_ms: int = 0) -> StatusReport:
	"""Parse the form of a status callback; `message` is our own name for the message, from the callback's URL.

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
		error_reason=reason_of(form.get("ErrorCode", "")),
	)


def without_nul(inbound: InboundMessage) -> InboundMessage:
	"""The message without NUL characters, for a database that cannot store them; `raw` says from which fields they were
	removed."""
	fields = [name for name in ("body", "profile_name", "replied_to_sid") if "\x00" in getattr(inbound, name)]
	raw = {_cleaned(key): _cleaned_value(value) for key, value in inbound.raw.items()}
	if raw == inbound.raw and not fields:
		return inbound
	media = tuple(
		replace(item, name=_cleaned(item.name), url=_cleaned(item.url), type=_cleaned(item.type))
		for item in inbound.media
	)
	return replace(
		inbound,
		body=_cleaned(inbound.body),
		profile_name=_cleaned(inbound.profile_name),
		replied_to_sid=_cleaned(inbound.replied_to_sid),
		media=media,
		raw=raw | {"_nul_removed": fields},
	)


def _over_whatsapp(form: Mapping[str, str]) -> bool:
	"""A Messaging Service posts SMS to the same URL; they do not open a window, nor does a status callback posted to it."""
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
		return UNSUPPORTED  # such as a flow, whose answers are in `raw`
	return TEXT if message_type in TEXT_TYPES else UNSUPPORTED


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
	"""For a document, Body is its file name."""
	media = []
	for number in range(MAX_MEDIA):
		url = form.get(f"MediaUrl{number}", "")
		if url:
			media_type = form.get(f"MediaContentType{number}", "")
			kind = KINDS_BY_MESSAGE_TYPE.get(form.get("MessageType", "")) or media_kind(media_type)
			name = form.get("Body", "") if kind == "document" else ""
			media.append(Media(url=url, type=media_type, name=name))
	return tuple(media)


def _ad_picture(form: Mapping[str, str]) -> tuple[Media, ...]:
	"""The picture of the ad at which the chat began, as a file of the message: of a video there is none."""
	ad = referral(form)
	if ad is None or ad.media_type not in PICTURES or not AD_PICTURE_URL.fullmatch(ad.media_url):
		return ()
	return (Media(url=ad.media_url, type=ad.media_type, name=ad.title),)


def _body(form: Mapping[str, str], kind: str) -> str:
	"""The text exactly as it was sent; for a location its label, address and coordinates."""
	body = form.get("Body", "")
	if kind == "location":
		place = (form.get("Label", ""), form.get("Address", ""), f"{form['Latitude']}, {form['Longitude']}")
		return "\n".join(line for line in (body, *place) if line)
	return _text(form)


def _opt_out(form: Mapping[str, str], media: tuple[Media, ...]) -> str:
	"""The customer's choice by OptOutType, which Twilio sends only with Advanced Opt-Out.

	The text START opts in without it too: the opt-out may be older than the sender's current Messaging Service. A STOP without
	OptOutType does not opt out, since Twilio does not enforce it. The Body of a message with a file may be its file name.
	"""
	opt_out_type = form.get("OptOutType", "")
	if opt_out_type:
		return opt_out_type if opt_out_type in ("STOP", "START") else ""
	return "START" if opts_in(_text(form)) and not media else ""


def _text(form: Mapping[str, str]) -> str:
	return form.get("Body", "") or form.get("ButtonText", "") or form.get("ListTitle", "")


def _raw(form: Mapping[str, str]) -> dict[str, object]:
	"""All parameters; a repeated one as a list."""
	if not hasattr(form, "getlist"):
		return dict(form)
	return {key: values if len(values) > 1 else values[0] for key in form if (values := form.getlist(key))}


def _cleaned_value(value: object) -> object:
	if isinstance(value, list):
		return [_cleaned_value(item) for item in value]
	return _cleaned(value) if isinstance(value, str) else value


def _cleaned(text: str) -> str:
	return text.replace("\x00", "")
