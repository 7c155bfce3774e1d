"""The values of an enumeration as text."""

from enum import Enum


class TextEnum(str, Enum):
	"""Its value, also in a format string, as Python 3.11's StrEnum: Frappe v15 runs on 3.10 too."""

	__str__ = str.__str__
