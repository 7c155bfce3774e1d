"""The account's own list of messages: https://www.twilio.com/docs/messaging/api/message-resource#list-all-messages"""

from collections.abc import Iterator
from datetime import datetime, timezone

from ..chat.address import CHANNEL, business_address, customer_at
from ..chat.message import TEXT, TWILIO, UNSUPPORTED, InboundMessage, Media
from .client import TwilioChannel
from .content import ProviderUnreachable
from .webhook import media_kind

PAGE_SIZE = 200
MEDIA_HOST = "https://api.twilio.com"


def inbound_since(channel: TwilioChannel, since_ms: int) -> Iterator[InboundMessage]:
	"""The WhatsApp messages that our senders received since `since_ms` (epoch ms, UTC), at Twilio's own time.

	Twilio sorts by DateSent, the newest first, so reading a sender's ends at the first older one. What was sent to others
	is left out: a scheduled message was created long before it was sent. Raises ProviderUnreachable.
	"""
	try:
		for sender in channel.senders:
			yield from _inbound_to(sender, channel, since_ms)
	except Exception:
		# Whatever it is: it must not carry the credentials in its frames into a log.
		raise ProviderUnreachable from None


def _inbound_to(sender: str, channel: TwilioChannel, since_ms: int) -> Iterator[InboundMessage]:
	for message in channel.client.messages.stream(to=sender, page_size=PAGE_SIZE):
		if message.direction != "inbound":
			continue
		if _created_ms(message) < since_ms:
			return
		if str(message.from_).startswith(CHANNEL):
			yield from _inbound(channel, message)


def _inbound(channel: TwilioChannel, message) -> Iterator[InboundMessage]:
	customer, business = customer_at(message.from_), business_address(str(message.to))
	if not (customer and business in channel.senders):
		return
	media = _media(channel, message)
	yield InboundMessage(
		message_sid=message.sid,
		customer=customer,
		business_address=business,
		kind=_kind(message, media),
		body=message.body or "",
		sent_at_ms=_created_ms(message),
		sent_at_source=TWILIO,
		media=media,
		raw={
			"caught_up": True,
			"date_created": message.date_created.isoformat(),
			"NumMedia": message.num_media,
		},
	)


def _kind(message, media: tuple[Media, ...]) -> str:
	"""A location's or a contact's own fields are in the webhook only."""
	if media:
		return media_kind(media[0].type)
	return TEXT if message.body else UNSUPPORTED


def _media(channel: TwilioChannel, message) -> tuple[Media, ...]:
	if not int(message.num_media or 0):
		return ()
	listed = channel.client.messages(message.sid).media.list()
	return tuple(
		Media(url=MEDIA_HOST + item.uri.removesuffix(".json"), type=item.content_type) for item in listed
	)


def _created_ms(message) -> int:
	created: datetime = message.date_created
	return int(created.replace(tzinfo=created.tzinfo or timezone.utc).timestamp() * 1000)
