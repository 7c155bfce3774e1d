"""Checks of a call's arguments: text that cannot be stored, sent or displayed is rejected."""

import json
import re
from collections.abc import Iterator

from .errors import InvalidArgument
from .sentences import _lt

# A database cannot store them, or a phone display them: NUL, and halves of a surrogate pair, which JSON can write alone.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST = 1000 * 1000  # characters; no call needs as many
TOO_LONG = _lt("Longer than {0} characters.")


def require_readable(value: object) -> None:
	"""Raise InvalidArgument unless every text in `value`, as deep as its lists and objects go, can be stored and sent."""
	length = 0
	for text in _texts_in(value):
		length += len(text)
		if length > LONGEST:
			raise InvalidArgument(TOO_LONG, LONGEST)
		if UNREADABLE.search(text):
			raise InvalidArgument(_lt("The text has an invalid character. Type it again."))


def from_json(text: str) -> object:
	"""Parse a JSON text. Raises InvalidArgument."""
	try:
		value = json.loads(text)
	except (ValueError, RecursionError):
		raise InvalidArgument(_lt("This is not valid JSON.")) from None
	require_readable(value)
	return value


def names_in(given: list[str] | str) -> list[str]:
	"""Names of documents, given as a list or as the JSON text of one. Raises InvalidArgument."""
	names = from_json(given) if isinstance(given, str) else given
	if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
		raise InvalidArgument(_lt("A list of names is needed."))
	return names


def whole_number(given: object) -> int:
	"""A whole number, given as one or as its text. Raises InvalidArgument."""
	try:
		return int(str(given))
	except ValueError:
		raise InvalidArgument(_lt("A whole number is needed.")) from None


def _texts_in(value: object) -> Iterator[str]:
	"""Without recursion: JSON may be nested deeper than Python's recursion limit."""
	waiting = [value]
	while waiting:
		each = waiting.pop()
		if isinstance(each, str):
			yield each
		elif isinstance(each, dict):
			waiting += [*each, *each.values()]
		elif isinstance(each, list | tuple):
			waiting += each
