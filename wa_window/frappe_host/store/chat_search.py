"""Finding chats by what an agent typed, without reading all of them.

Numbers are found by their beginning, and names by the beginnings of their words, for which there is an index. Any other part of a
name and words of messages are found by reading, chat after chat in the order of the list: an index of all messages' words would
have to be written with every message, and a frequent word finds too many of them. One answer reads some chats, and the next one
goes on behind them.
"""

import re

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.query_builder.functions import Count, Max
from pypika.terms import Case, Term

from ...chat.search import Search
from . import database
from .chat_lists import SqlText, literal
from .tables import CONVERSATION, MESSAGE

# One answer reads so many chats, fewer where they have more messages than these; a search's first one is to come soon.
CHATS_SEARCHED_FIRST, CHATS_SEARCHED, MESSAGES_READ = 200, 1000, 2000
# The messages of so many chats are read by one statement, each chat's by its index.
CHATS_AT_ONCE = 100
# The index of words would take long for a word that so many of the first chats contain: the others are found by reading.
FREQUENT = 10
# Of rarer names and numbers.
MOST_FOUND = 5000
NAMES = ("lead_title", "profile_name")
# InnoDB's index of words does not have shorter ones, nor these:
# https://mariadb.com/kb/en/full-text-index-stopwords/#innodb-stopwords
SHORTEST_WORD = 3
STOPWORDS = (
	*(
		"about",
		"are",
		"com",
		"for",
		"from",
		"how",
		"that",
		"the",
		"this",
		"und",
		"was",
		"what",
		"when",
		"where",
		"who",
	),
	*("will", "with", "www"),
)
WORD = re.compile(r"\w+")


def found(search: Search, chats: list[str], enough: int, *, is_last: bool) -> tuple[set[str], int]:
	"""The names of the chats that are found, whoever may read them, and how many of `chats` were read, which are the names of the
	user's next ones: fewer, where `enough` were found or there were too many messages. `is_last` if no others are behind them."""
	names, read = _among(search, chats, enough)
	has_others = read < len(chats) or not is_last
	if has_others and len(names) < FREQUENT:
		names.update(_names(_has_number(search)), _names(_has_indexed_words(search)))
	return names, read


def _has_number(search: Search) -> Criterion:
	chat = DocType(CONVERSATION)
	numbers = [chat.customer.like(literal(f"{number}%")) for number in search.numbers]
	return Criterion.any(numbers) if numbers else SqlText("1 = 0")


def _has_words(search: Search) -> Criterion:
	"""All words are parts of its names."""
	chat = DocType(CONVERSATION)
	words = [literal(f"%{word}%") for word in search.words]
	return Criterion.all([Criterion.any([chat[name].like(word) for name in NAMES]) for word in words])


def _has_indexed_words(search: Search) -> Criterion:
	"""All of its words that are in the index begin words of its names."""
	if frappe.db.db_type != "mariadb":
		return _has_words(search)
	words = [word for text in search.words for word in WORD.findall(text.lower().replace("_", " "))]
	words = [word for word in words if len(word) >= SHORTEST_WORD and word not in STOPWORDS]
	if not words:
		return SqlText("1 = 0")
	text = literal(" ".join(f"+{word}*" for word in words)).get_sql()
	return SqlText(f"match ({', '.join(f'`{name}`' for name in NAMES)}) against ({text} in boolean mode)")


def _names(condition: Criterion) -> list[str]:
	chat = DocType(CONVERSATION)
	query = frappe.qb.from_(chat).select(chat.name).where(condition).limit(MOST_FOUND)
	return [name for (name,) in database.run_literal(query)]


def _among(search: Search, chats: list[str], enough: int) -> tuple[set[str], int]:
	"""Those of these chats that are called so, or in which one message has all words, and how many were looked at."""
	names: set[str] = set()
	is_called_so = _has_number(search) | _has_words(search)
	left = MESSAGES_READ
	for first in range(0, len(chats), CHATS_AT_ONCE):
		some = chats[first : first + CHATS_AT_ONCE]
		read = _read(search, some)
		names.update(name for name, _count, is_found in read if is_found)
		names.update(_names(is_called_so & DocType(CONVERSATION).name.isin(_literals(some))))
		left -= sum(count for _name, count, _is_found in read)
		if left <= 0 or len(names) >= enough:
			return names, first + len(some)
	return names, len(chats)


def _read(search: Search, chats: list[str]) -> list[tuple]:
	"""Of each of these chats, how many of its messages were read, and whether one has all words."""
	message = DocType(MESSAGE)
	words = Criterion.all([message.body.like(literal(f"%{word}%")) for word in search.words])
	query = frappe.qb.from_(message).select(
		message.conversation, Count("*"), Max(Case().when(words, 1).else_(0))
	)
	query = query.where(message.conversation.isin(_literals(chats)))
	query = query.where(message.sent_at_ms >= literal(search.since_ms))
	return database.run_literal(query.groupby(message.conversation))


def _literals(names: list[str]) -> list[Term]:
	"""An empty list would be an error of the database."""
	return [literal(name) for name in names or [""]]
