"""The dicts with which a host answers the panel: the contract of the HTTP API."""

from collections.abc import Callable

from .message import Conversation, Media, Message, Record
from .received import Received
from .received import to_dict as received_to_dict
from .sentences import Locale, Sentence, _lt
from .template import CANNOT_SEND_CAROUSEL, ContentTemplate, Variable
from .template_file import WANTED, FileVariable
from .window import Window


def window_to_dict(
	window: Window, customer_address: str, business_address: str, locale: Locale
) -> dict[str, object]:
	"""A window as JSON: times in epoch ms, UTC, null where there is none; the reason in the user's language and time zone."""
	return {
		"state": window.state.value,
		"freeform_allowed": window.freeform_allowed,
		"reason": window.reason.render(locale),
		"last_inbound_at_ms": window.last_inbound_at_ms or None,
		"closes_at_ms": window.closes_at_ms or None,
		"now_ms": window.now_ms,
		"customer_address": customer_address,
		"business_address": business_address,
	}


def conversation_to_dict(
	conversation: Conversation,
	label: str,
	may_read: bool,
	unread: int,
	locale: Locale,
	person: str = "",
) -> dict[str, object]:
	"""A conversation as JSON, with the user's own unread count; without `may_read`, neither that nor the customer's name. `label` is its
	name in the menu of a lead's chats. `person`: who writes, by the name of the record's contact, else by the customer's own."""
	number = conversation.customer_address.removeprefix("whatsapp:")
	named = (_lt("Earlier number {0}"), number) if conversation.earlier_number else (_lt("via {0}"), label)
	return {
		"name": conversation.name,
		"customer_address": conversation.customer_address,
		"business_address": conversation.business_address,
		"business_label": label,
		"label": Sentence(named[0], named[1:]).render(locale),
		"profile_name": conversation.profile_name if may_read else "",
		"person": (person or conversation.profile_name) if may_read else "",
		"unread_count": unread if may_read else 0,
		"last_message_at_ms": (conversation.last_message_at_ms or None) if may_read else None,
		"may_read": may_read,
	}


def chat_to_begin_to_dict(person: str, locale: Locale, *, has_changed: bool) -> dict[str, object]:
	"""The entry of the menu for the chat that a first message to the lead's number begins: it is not stored yet. `person`: the lead's
	contact with the number; `has_changed`: the lead had another one."""
	label = _lt("New number") if has_changed else _lt("New chat")
	return {
		"name": "",
		"label": locale.translate(label),
		"person": person,
		"unread_count": 0,
		"may_read": False,
	}


def people_to_dict(record: Record, full_name: Callable[[str], str]) -> dict[str, object]:
	"""`owner` (or None) and `assigned` (a list) of a chat's record, each user as `user` and `full_name`."""

	def person(user: str) -> dict[str, str]:
		return {"user": user, "full_name": full_name(user) or user}

	return {
		"owner": person(record.owner) if record.owner else None,
		"assigned": [person(user) for user in record.assigned],
	}


def message_to_dict(
	message: Message,
	*,
	error_text: str | None,
	may_send_again: bool,
	author: str,
	is_mine: bool,
	received: Received | None = None,
	options: tuple[str, ...] = (),
) -> dict[str, object]:
	"""A message as JSON; `error_text` explains the error code; the provider's own text stays in the database. `author` is the full name of
	who wrote an outbound one, else whether it was imported, or empty; `is_mine`: the user did. `options`: what the customer could pick
	from. The picture of its ad is not among `media`, but in `received`."""
	picture = _ads_picture(message, received)
	return {
		"name": message.name,
		"conversation": message.conversation,
		"direction": message.direction,
		"kind": message.kind,
		"body": message.body,
		"sent_at_ms": message.sent_at_ms,
		"sent_at_source": message.sent_at_source,
		"stored_at_ms": message.arrival_ms,
		"message_sid": message.message_sid or None,
		"delivery_status": message.delivery_status,
		"status_times": message.status_times,
		"error_code": message.error_code or None,
		"error_reason": message.error_reason or None,
		"error_text": error_text,
		"may_send_again": may_send_again,
		"author": author,
		"is_mine": is_mine,
		"sent_outside": message.sent_outside,
		"content_template": message.content_template or None,
		"replied_to_sid": message.replied_to_sid or None,
		"media": [_media_to_dict(media) for media in message.media if media is not picture],
		"received": received_to_dict(received, _media_to_dict(picture) if picture else None),
		"options": list(options),
	}


def template_to_dict(
	template: ContentTemplate,
	value_of: Callable[[str], object],
	label_of: Callable[[str], str],
	file_address: str,
	locale: Locale,
) -> dict[str, object]:
	"""A template as JSON; `value_of` reads a field of the lead, with which variables are prefilled, `label_of` gives its label.

	`file_address` is how the links to this host's files begin. `problem` says why the template cannot be sent, None where it can.
	"""
	file = template.file
	return {
		"content_sid": template.content_sid,
		"friendly_name": template.friendly_name,
		"language": template.language,
		"category": template.category,
		"content_type": template.content_type,
		"body": template.body,
		"header": template.header,
		"media_url": template.media_url,
		"footer": template.footer,
		"buttons": list(template.buttons),
		"list_items": list(template.list_items),
		"variables": [
			_variable_to_dict(variable, value_of, label_of)
			| _file_to_dict(variable, file, file_address, locale)
			for variable in template.variables
		],
		"problem": None if template.is_supported else Sentence(CANNOT_SEND_CAROUSEL).render(locale),
	}


def _file_to_dict(
	variable: Variable, file: FileVariable | None, file_address: str, locale: Locale
) -> dict[str, object]:
	"""`file`: the media `types` that may be chosen for this variable, and the sentence (`hint`) that says so; None for a text.
	`address`: for the rest of a link to another site, its beginning."""
	if file is None or file.name != variable.name:
		return {"file": None, "address": ""}
	if file.takes(file_address):
		hint = Sentence(WANTED[file.kind]).render(locale)
		return {"file": {"types": list(file.types), "hint": hint}, "address": ""}
	return {"file": None, "address": file.address}


def _ads_picture(message: Message, received: Received | None) -> Media | None:
	"""The one among the message's files."""
	ad = received.referral if received else None
	return next((media for media in message.media if ad and media.url == ad.media_url), None)


def _media_to_dict(media: Media) -> dict[str, object]:
	return {
		"name": media.name,
		"type": media.type,
		"size": media.size,
		"file": media.file or None,
		"state": media.state,
	}


def _variable_to_dict(
	variable: Variable, value_of: Callable[[str], object], label_of: Callable[[str], str]
) -> dict[str, object]:
	value = value_of(variable.lead_field) if variable.lead_field else None
	return {
		"name": variable.name,
		"field": variable.lead_field,
		"label": label_of(variable.lead_field) if variable.lead_field else "",
		"value": str(value or variable.fallback),
		"sample": variable.sample,
	}
