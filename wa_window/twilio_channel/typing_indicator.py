"""Twilio's typing indicators, a public beta: https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource"""

import threading
from contextlib import suppress

from .client import TwilioChannel

ADDRESS = "https://messaging.twilio.com/v2/Indicators/Typing.json"
# It is of no use later.
TIMEOUT_S = 5


def show_typing(channel: TwilioChannel, message_sid: str) -> threading.Thread:
	"""Show the customer for up to 25 seconds that an answer to this message of theirs is being written, and that it was read.

	It returns at once: a thread of its own makes the call, so that no message waits for it, in no job and in no request. Whether it
	succeeded is nobody's concern.
	"""
	thread = threading.Thread(target=_post, args=(channel, message_sid), daemon=True)
	thread.start()
	return thread


def _post(channel: TwilioChannel, message_sid: str) -> None:
	with suppress(Exception):
		parameters = {"messageId": message_sid, "channel": "whatsapp"}
		channel.client.request("POST", ADDRESS, data=parameters, timeout=TIMEOUT_S)
