"""Twilio's clients, configured from Settings."""

from collections.abc import Callable

from ..chat.message import InboundMessage
from ..twilio_channel.client import TwilioChannel
from ..twilio_channel.media import TwilioMedia
from ..twilio_channel.webhook import without_nul
from .files import attachments
from .settings import account, senders, status_callback_url
from .store import database


def twilio_channel(by: Callable[[], dict] = account) -> TwilioChannel:
	"""Raises NotSetUp."""
	return TwilioChannel(
		**by(), senders=senders(), status_callback=status_callback_url, media_link=attachments.link
	)


def twilio_media() -> TwilioMedia:
	"""Raises NotSetUp."""
	return TwilioMedia(**account())


def without_unstorable_text(inbound: InboundMessage) -> InboundMessage:
	"""The message without characters that this site's database cannot store."""
	return inbound if database.holds_nul() else without_nul(inbound)
