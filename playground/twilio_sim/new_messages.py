"""A new message as Twilio stores it: of the business, by a request; of a customer, as their phone sends it."""

from .checks import Request
from .contents import Content
from .records import INBOUND, OUTBOUND, Customer, Media, Message, Sender, new_sid
from .samples import Upload


def outbound_message(request: Request, content: Content | None, customer: Customer, now_ms: int) -> Message:
	return Message(
		new_sid("MM" if request.media_url or (content and content.has_media) else "SM"),
		OUTBOUND,
		request.named_from,
		request.to,
		content.text(request.content_variables) if content else request.body,
		"accepted" if request.messaging_service_sid else "queued",
		now_ms,
		customer.id,
		request.sender.address,
		kind="template" if content else "text",
		updated_ms=now_ms,
		messaging_service_sid=request.messaging_service_sid,
		media_url=request.media_url or (content.media_url(request.content_variables) if content else ""),
		status_callback=request.status_callback,
		content_sid=request.content_sid,
		content_variables=request.content_variables,
		buttons=content.buttons(request.content_variables) if content else [],
	)


def inbound_message(
	customer: Customer,
	sender: Sender,
	now_ms: int,
	*,
	body: str,
	kind: str,
	media: Upload | None,
	location: dict | None,
) -> Message:
	message = Message(
		new_sid("MM" if media else "SM"),
		INBOUND,
		customer.address,
		sender.address,
		body,
		"received",
		now_ms,
		customer.id,
		sender.address,
		kind=kind,
		updated_ms=now_ms,
		messaging_service_sid=sender.messaging_service_sid,
	)
	if media:
		message.media = [Media(new_sid("ME"), media.content_type, media.data, media.name)]
		if kind == "document":
			message.body = media.name
	if kind == "location":
		message.location = location or {"Latitude": "-6.2", "Longitude": "106.816666", "Label": "Kantor"}
	return message
