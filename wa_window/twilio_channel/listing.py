"""The account's own list of messages: https://www.twilio.com/docs/messaging/api/message-resource#list-all-messages"""

from collections.abc import Iterator
from datetime import datetime, timezone

from ..chat.address import CHANNEL, business_address, customer_at
from ..chat.message import TEXT, TWILIO, InboundMessage, Media
from .client import TwilioChannel
from .content import ProviderUnreachable
from .webhook import media_kind

PAGE_SIZE = 200
MEDIA_HOST = "https://api.twilio.com"


def inbound_since(channel: TwilioChannel, since_ms: int) -> Iterator[InboundMessage]:
	"""The WhatsApp messages that our senders received since `since_ms` (epoch ms, UTC), the newest first, at Twilio's own time.

	Twilio lists the newest first, so reading ends at the first older one. Raises ProviderUnreachable.
	"""
	try:
		for message in channel.client.messages.stream(page_size=PAGE_SIZE):
			if _created_ms(message) < since_ms:
				return
			if message.direction == "inbound" and str(message.from_).startswith(CHANNEL):
				yield from _inbound(channel, message)
	except Exception:
		# Whatever it is: it must not carry the credentials in its frames into a log.
		raise ProviderUnreachable from None


def _inbound(channel: TwilioChannel, message) -> Iterator[InboundMessage]:
	customer, business = customer_at(message.from_), business_address(str(message.to))
	if not (customer and business in channel.senders):
		return
	media = _media(channel, message)
	yield InboundMessage(
		message_sid=message.sid,
		customer=customer,
		business_address=business,
		kind=media_kind(media[0].type) if media else TEXT,
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
