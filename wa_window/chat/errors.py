"""The errors of the use cases: type, HTTP status and text.

Hosts answer with the class name as `exc_type`, `http_status_code` and the sentence in the user's language.
"""

from .message import PREVIEW_LENGTH, Message
from .sentences import Sentence, _lt
from .window import Window


class ChatError(Exception):
	"""A request that cannot be done. Its sentence says what the user can do."""

	http_status_code = 417
	text = ""
	# What the browser needs beside the sentence, as JSON.
	details: dict[str, object] | None = None

	def __init__(self, text: str = "", *values: object):
		self.sentence = Sentence(text or self.text, values)
		super().__init__(str(self.sentence))


class InvalidArgument(ChatError):
	"""An argument has a value that the call does not accept."""


class InvalidMessage(ChatError):
	"""The message cannot be sent as it is."""


class NoNumber(ChatError):
	"""The lead has no valid phone number."""

	text = _lt("This lead has no valid phone number. Fill in its mobile number.")


class NotSetUp(ChatError):
	"""WA Window Settings lack a value that sending or receiving needs."""


class NotPermitted(ChatError):
	"""The caller has no permission; the answer says nothing else."""

	http_status_code = 403
	text = _lt("You don't have permission to do this.")


class ForbiddenByWindow(ChatError):
	"""The window's state does not allow it: nothing was stored or sent."""

	http_status_code = 409

	def __init__(self, window: Window):
		super().__init__(window.reason.text, *window.reason.values)
		self.window = window


class WindowClosed(ForbiddenByWindow):
	"""A freeform message outside the customer service window."""


class OptedOut(ForbiddenByWindow):
	"""A message to a customer who opted out or blocked the number."""


class ChangedMeanwhile(ChatError):
	"""Somebody else has changed what the caller saw: nothing was stored."""

	http_status_code = 409


class TemplateNotUsable(ChatError):
	"""A template that is unknown, not approved, or not for this state of the window."""

	http_status_code = 409


class AnsweredMeanwhile(ChatError):
	"""A colleague has answered since the draft was begun: nothing was stored. Sending again with the answer as `seen` goes
	through.

	`details`: the answer's name (`message`), `author` (full name, or empty), `at_ms` (epoch ms, UTC), `kind` and `text` (its beginning;
	empty where it is a file alone).
	"""

	http_status_code = 409

	def __init__(self, answer: Message, author: str = ""):
		if author:
			super().__init__(_lt("{0} already answered: “{1}”. Send anyway?"), author, answer.preview)
		else:
			super().__init__(_lt("A colleague already answered: “{0}”. Send anyway?"), answer.preview)
		self.answer = answer
		self.details = {
			"message": answer.name,
			"author": author,
			"at_ms": answer.sent_at_ms,
			"kind": answer.kind,
			"text": answer.body[:PREVIEW_LENGTH],
		}
