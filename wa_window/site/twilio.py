"""The ways out to Twilio, as the Settings say."""

from ..twilio_channel.client import TwilioChannel
from ..twilio_channel.media import TwilioMedia
from . import files
from .settings import account, senders, status_callback_url


def twilio_channel() -> TwilioChannel:
	"""Raises NotSetUp."""
	return TwilioChannel(
		**account(), senders=senders(), status_callback=status_callback_url, media_link=files.link
	)


def twilio_media() -> TwilioMedia:
	"""Raises NotSetUp."""
	return TwilioMedia(**account())
