"""Texts a person reads: written once in English here, translated by whoever shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone


def _lt(text: str) -> str:
	"""Mark `text` for the translation catalogue; it is translated when it is told."""
	return text


@dataclass(frozen=True)
class Timestamp:
	"""A point in time inside a sentence, told in the reader's own time zone (epoch ms, UTC)."""

	at_ms: int

	def __str__(self) -> str:
		return f"{datetime.fromtimestamp(self.at_ms / 1000, timezone.utc):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Locale:
	"""How one reader is spoken to: their language and their time zone."""

	translate: Callable[[str], str]
	moment: Callable[[int], str]


@dataclass(frozen=True)
class Sentence:
	"""A translatable text with the values for its positional placeholders."""

	text: str
	values: tuple[object, ...] = ()

	def render(self, words: Locale) -> str:
		values = [words.moment(v.at_ms) if isinstance(v, Timestamp) else v for v in self.values]
		return words.translate(self.text).format(*values)

	def __str__(self) -> str:
		return self.text.format(*self.values)
