"""The account's own list of messages: https://www.twilio.com/docs/messaging/api/message-resource#list-all-messages"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone

from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.message.media import MediaInstance

from ..chat.address import CHANNEL, business_address, customer_at
from ..chat.media_types import media_kind
from ..chat.message import TEXT, TWILIO, UNSUPPORTED, InboundMessage, ListedMessage, Media, Sender
from .client import TwilioChannel
from .content import ProviderUnreachable
from .error_codes import reason_of
from .keywords import opts_in, opts_out

PAGE_SIZE = 1000
MEDIA_HOST = "https://api.twilio.com"


class TwilioList:
	"""The provider's list of what our senders received and sent.

	Twilio sorts by DateSent, the newest first, so reading a sender's messages ends at the first one sent earlier. For an
	inbound message DateSent is when its webhook was called, which can be long after DateCreated, so DateCreated does not end
	the reading. Raises ProviderUnreachable where Twilio cannot be read.
	"""

	def __init__(self, channel: TwilioChannel):
		self.channel = channel

	def inbound_since(self, since_ms: int) -> Iterator[InboundMessage]:
		for sender in self.channel.senders:
			for message in self._sent_since(since_ms, to=sender):
				if message.direction == "inbound":
					yield from _inbound(message, self.channel.senders[sender])

	def with_media(self, inbound: InboundMessage) -> InboundMessage:
		if not int(str(inbound.raw["NumMedia"] or 0)):
			return inbound
		media = self.media_of(inbound.message_sid)
		return replace(inbound, media=media, kind=media_kind(media[0].type) if media else inbound.kind)

	def media_of(self, message_sid: str) -> tuple[Media, ...]:
		try:
			listed = self.channel.client.messages(message_sid).media.list()
		except Exception:
			raise ProviderUnreachable from None
		return tuple(Media(url=_media_url(item), type=item.content_type) for item in listed)

	def outbound_since(self, since_ms: int) -> Iterator[ListedMessage]:
		for sender in self.channel.senders:
			for message in self._sent_since(since_ms, from_=sender):
				yield from _outbound(message, sender)

	def _sent_since(self, since_ms: int, **ends: str) -> Iterator[MessageInstance]:
		"""Messages sent since then, and those without a DateSent."""
		try:
			for message in self.channel.client.messages.stream(page_size=PAGE_SIZE, **ends):
				if message.date_sent and _epoch_ms(message.date_sent) < since_ms:
					return
				yield message
		except Exception:
			# Any exception: its frames hold the credentials, which must not reach a log.
			raise ProviderUnreachable from None


def _inbound(message: MessageInstance, sender: Sender) -> Iterator[InboundMessage]:
	customer, business = customer_at(str(message.from_)), business_address(str(message.to))
	if not (customer and business and str(message.from_).startswith(CHANNEL)):
		return
	yield InboundMessage(
		message_sid=message.sid,
		customer=customer,
		business_address=business,
		# The fields of a location or a contact are in the webhook only.
		kind=TEXT if message.body else UNSUPPORTED,
		body=message.body or "",
		sent_at_ms=_epoch_ms(message.date_created),
		sent_at_source=TWILIO,
		opt_out=_opt_out(message.body or "", sender),
		raw={
			"caught_up": True,
			"date_created": message.date_created.isoformat(),
			"NumMedia": message.num_media,
		},
	)


def _opt_out(body: str, sender: Sender) -> str:
	"""START or, where the sender has Advanced Opt-Out, STOP; by the whole text, since the list has no OptOutType.

	"Yes" alone is not a START: that keyword counts only with the webhook's OptOutType.
	"""
	if opts_in(body):
		return "START"
	return "STOP" if sender.advanced_opt_out and opts_out(body) else ""


def _outbound(message: MessageInstance, sender: str) -> Iterator[ListedMessage]:
	customer = customer_at(str(message.to))
	if customer and message.direction != "inbound":
		yield ListedMessage(
			message_sid=message.sid,
			customer=customer,
			business_address=sender,
			body=message.body or "",
			sent_at_ms=_epoch_ms(message.date_created),
			status=str(message.status),
			error_code=str(message.error_code or ""),
			error_text=message.error_message or "",
			error_reason=reason_of(str(message.error_code or "")),
			handed_over_at_ms=_epoch_ms(message.date_sent) if message.date_sent else 0,
			media_count=int(str(message.num_media or 0)),
		)


def _media_url(item: MediaInstance) -> str:
	return MEDIA_HOST + str(item.uri).removesuffix(".json")


def _epoch_ms(moment: datetime) -> int:
	"""Twilio's times are UTC; the library returns them with or without a time zone."""
	return int(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp() * 1000)
