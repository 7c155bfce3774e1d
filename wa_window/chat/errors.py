"""Every refusal: its type, the HTTP status it is answered with, and its words.

Hosts answer with the class name as `exc_type`, `http_status_code` and the sentence, in the reader's language.
"""

from .words import Sentence, _lt


class ChatError(Exception):
	"""A request that cannot be done, with a sentence on which a person can act."""

	http_status_code = 417
	text = ""

	def __init__(self, text: str = "", *values):
		self.sentence = Sentence(text or self.text, values)
		super().__init__(str(self.sentence))


class InvalidArgument(ChatError):
	"""A call was given what it cannot be called with."""


class InvalidMessage(ChatError):
	"""What was asked to be sent cannot be sent as it is."""


class NoNumber(ChatError):
	"""The Lead has no number that WhatsApp could reach."""

	text = _lt("This lead has no valid phone number: fill in its mobile number, then reload.")


class NotSetUp(ChatError):
	"""WA Window Settings lack what sending or receiving needs."""


class NotPermitted(ChatError):
	"""The user, or whoever calls, has no right to this; the answer says nothing else."""

	http_status_code = 403
	text = _lt("You are not permitted to do this.")


class RefusedByWindow(ChatError):
	"""The window's state does not allow it: nothing was stored, nothing was sent."""

	http_status_code = 409

	def __init__(self, window):
		super().__init__(window.reason.text, *window.reason.values)
		self.window = window


class WindowClosed(RefusedByWindow):
	"""Freeform text outside the customer service window."""


class OptedOut(RefusedByWindow):
	"""Anything to a customer who opted out or blocked the number."""


class TemplateNotUsable(ChatError):
	"""A template that is unknown, not approved, or not for this state of the window."""

	http_status_code = 409
