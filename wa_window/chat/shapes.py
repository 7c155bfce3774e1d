"""The shapes in which a host answers the panel: the contract of the HTTP API."""

from collections.abc import Callable

from .message import Conversation, Media, Message
from .template import ContentTemplate, Variable
from .window import Window
from .words import Words


def window_shown(window: Window, customer_address: str, business_address: str, words: Words) -> dict:
	"""A window as JSON: moments in epoch ms, UTC, null where there is none; the reason in the reader's language and time zone."""
	return {
		"state": window.state.value,
		"freeform_allowed": window.freeform_allowed,
		"reason": window.reason.told(words),
		"last_inbound_at_ms": window.last_inbound_at_ms or None,
		"closes_at_ms": window.closes_at_ms or None,
		"now_ms": window.now_ms,
		"customer_address": customer_address,
		"business_address": business_address,
	}


def conversation_shown(conversation: Conversation, label: str, may_read: bool) -> dict:
	"""A conversation as JSON; who may not read it learns neither the customer's name nor what is unread."""
	return {
		"name": conversation.name,
		"customer_address": conversation.customer_address,
		"business_address": conversation.business_address,
		"business_label": label,
		"profile_name": conversation.profile_name if may_read else "",
		"unread_count": conversation.unread_count if may_read else 0,
		"last_message_at_ms": (conversation.last_message_at_ms or None) if may_read else None,
		"may_read": may_read,
	}


def message_shown(message: Message, *, error_text: str | None, may_send_again: bool) -> dict:
	"""`error_text` is the error code in words; the provider's own text stays in the database."""
	return {
		"name": message.name,
		"conversation": message.conversation,
		"direction": message.direction,
		"kind": message.kind,
		"body": message.body,
		"sent_at_ms": message.sent_at_ms,
		"sent_at_source": message.sent_at_source,
		"message_sid": message.message_sid or None,
		"delivery_status": message.delivery_status,
		"status_times": message.status_times,
		"error_code": message.error_code or None,
		"error_text": error_text,
		"may_send_again": may_send_again,
		"content_template": message.content_template or None,
		"replied_to_sid": message.replied_to_sid or None,
		"media": [_media_shown(media) for media in message.media],
	}


def template_shown(template: ContentTemplate, value_of: Callable[[str], object]) -> dict:
	"""`value_of` reads a field of the lead, by which variables are prefilled."""
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
		"variables": [_variable_shown(variable, value_of) for variable in template.variables],
	}


def _media_shown(media: Media) -> dict:
	return {
		"name": media.name,
		"type": media.type,
		"size": media.size,
		"file": media.file or None,
		"state": media.state,
	}


def _variable_shown(variable: Variable, value_of: Callable[[str], object]) -> dict:
	value = value_of(variable.lead_field) if variable.lead_field else None
	return {"name": variable.name, "value": str(value or variable.fallback), "sample": variable.sample}
