"""Finding chats by what an agent typed, without reading all of them.

Numbers are found by their beginning, and names by the beginnings of their words, for which there is an index. In the user's
latest chats any part of a name is found, and words of messages too: an index of all messages' words would have to be written
with every message, and a frequent word finds too many of them. Messages are read chat by chat, so that where there are too many
for one answer it is the older chats of which none is read.
"""

import re

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.query_builder.functions import Count, Max
from pypika.terms import Case, Term

from ...chat.inbox import MOST_ROWS
from ...chat.search import Search
from . import database
from .chat_lists import SqlText, literal
from .tables import CONVERSATION, MESSAGE

LATEST_CHATS = 1000
# The messages of so many chats are read at once, until it were so many messages: each chat's by its index.
CHATS_AT_ONCE = 100
MESSAGES_READ = 5_000
# More than a page: the index of words would take long for a word that so many of the latest chats contain.
ENOUGH = MOST_ROWS + 1
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


def found(search: Search, latest: list[str]) -> set[str]:
	"""The names of the chats that are found, whoever may read them; `latest` are the names of the user's latest chats."""
	chat = DocType(CONVERSATION)
	is_called_so = _has_number(search) | _has_words(search)
	names = {*_saying(search, latest), *_names(is_called_so & chat.name.isin(_literals(latest)))}
	has_others = len(latest) == LATEST_CHATS
	if has_others and len(names) < ENOUGH:
		names.update(_names(_has_number(search)), _names(_has_indexed_words(search)))
	return names


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


def _saying(search: Search, chats: list[str]) -> set[str]:
	"""Those of these chats in which one message has all words; of a page more, the others are not looked at."""
	names: set[str] = set()
	left = MESSAGES_READ
	for first in range(0, len(chats), CHATS_AT_ONCE):
		read = _read(search, chats[first : first + CHATS_AT_ONCE], left)
		names.update(name for name, _count, is_found in read if is_found)
		left -= sum(count for _name, count, _is_found in read)
		if left <= 0 or len(names) >= ENOUGH:
			break
	return names


def _read(search: Search, chats: list[str], most: int) -> list[tuple]:
	"""Of each of these chats, how many of its messages were read, and whether one has all words; at most so many are read."""
	message = DocType(MESSAGE)
	messages = frappe.qb.from_(message).select(message.conversation, message.body)
	messages = messages.where(message.conversation.isin(_literals(chats)))
	read = messages.where(message.sent_at_ms >= literal(search.since_ms)).limit(most).as_("messages")
	words = Criterion.all([read.body.like(literal(f"%{word}%")) for word in search.words])
	found = Max(Case().when(words, 1).else_(0))
	query = frappe.qb.from_(read).select(read.conversation, Count("*"), found)
	return database.run_literal(query.groupby(read.conversation))


def _literals(names: list[str]) -> list[Term]:
	"""An empty list would be an error of the database."""
	return [literal(name) for name in names or [""]]
