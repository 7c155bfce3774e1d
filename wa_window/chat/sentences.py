"""Translatable texts: written in English, translated by the host that displays them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone


def _lt(text: str) -> str:
	"""Mark `text` for the translation catalogue; it is translated when it is rendered."""
	return text


@dataclass(frozen=True)
class Timestamp:
	"""A point in time inside a sentence, rendered in the user's own time zone (epoch ms, UTC)."""

	at_ms: int

	def __str__(self) -> str:
		return f"{datetime.fromtimestamp(self.at_ms / 1000, timezone.utc):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Locale:
	"""The language and time zone of one user."""

	translate: Callable[[str], str]
	format_time: Callable[[int], str]


@dataclass(frozen=True)
class Sentence:
	"""A translatable text with the values for its positional placeholders."""

	text: str
	values: tuple[object, ...] = ()

	def render(self, locale: Locale) -> str:
		values = [locale.format_time(v.at_ms) if isinstance(v, Timestamp) else v for v in self.values]
		return locale.translate(self.text).format(*values)

	def __str__(self) -> str:
		return self.text.format(*self.values)


@dataclass(frozen=True)
class Explanation:
	"""What a message's error means and what to do; `may_be_repeated`: whether sending the same message again can help."""

	sentence: Sentence
	may_be_repeated: bool = True
