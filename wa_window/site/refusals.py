"""How a refusal is answered: its HTTP status and its sentence, in the reader's language."""

from collections.abc import Callable
from functools import wraps

import frappe

from ..chat.errors import ChatError
from .clock import reader


def in_words(method: Callable) -> Callable:
	"""Answer a ChatError with its status, its class name as `exc_type` and its sentence, never with a traceback."""

	@wraps(method)
	def answered(*args, **kwargs):
		try:
			return method(*args, **kwargs)
		except ChatError as refusal:
			frappe.flags.disable_traceback = True
			frappe.msgprint(refusal.sentence.told(reader()).replace("<", "&lt;"))
			raise refusal from None

	return answered
