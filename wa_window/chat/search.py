"""What an agent typed to find a chat: words of a name or of a message, or a number, whole or its beginning, however it is written."""

import re
from dataclasses import dataclass
from datetime import timedelta

import phonenumbers

from .address import canonical_phone, parse_phone

# Of longer texts only the beginning is searched for.
LONGEST = 100
# Messages of so many days are searched in the inbox; one chat as a whole.
SEARCHED_MS = int(timedelta(days=90).total_seconds() * 1000)
MOST_WORDS = 5
FEWEST_DIGITS = 3
TYPED_NUMBER = re.compile(r"[+(]*[0-9][0-9 ().+/-]*")
# Signs of SQL's LIKE: each stands for any one character, so also for itself; alone it is nothing to search for.
SIGNS = str.maketrans("%\\", "__")


@dataclass(frozen=True)
class Search:
	"""`words` are all in a name, or in a message sent after `since_ms` (epoch ms, UTC); `numbers` are possible beginnings of the
	customer's key. As patterns of SQL's LIKE without a sign for any text."""

	words: tuple[str, ...]
	numbers: tuple[str, ...] = ()
	since_ms: int = 0


def search_for(typed: str, country: str, now_ms: int) -> Search | None:
	"""Read what was typed at `now_ms` (epoch ms, UTC); None for nothing. `country` is the ISO code ("ID") of numbers without a
	country code."""
	words = words_of(typed)
	return Search(words, _beginnings(_text(typed), country), now_ms - SEARCHED_MS) if words else None


def words_of(typed: str) -> tuple[str, ...]:
	"""The words of what was typed, as in `Search`."""
	return tuple(word for word in _text(typed).split()[:MOST_WORDS] if word.strip("_"))


def _text(typed: str) -> str:
	return typed.strip()[:LONGEST].translate(SIGNS)


def _beginnings(text: str, country: str) -> tuple[str, ...]:
	"""Of the canonical number: the whole one where it is one, else what the digits may be the beginning of."""
	whole = parse_phone(text, country)
	digits = re.sub("[^0-9]", "", text)
	if whole:
		return (canonical_phone(whole),)
	if len(digits) < FEWEST_DIGITS or not TYPED_NUMBER.fullmatch(text):
		return ()
	if text.startswith("+"):
		return ("+" + digits,)
	if digits.startswith("00"):
		return ("+" + digits[2:],)
	national = f"+{phonenumbers.country_code_for_region(country.upper())}{digits.removeprefix('0')}"
	return (national,) if digits.startswith("0") else ("+" + digits, national)
