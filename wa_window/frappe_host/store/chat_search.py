"""Finding chats by what an agent typed, without reading all of them.

In all chats: numbers by their beginning, and names by the beginnings of their words, which an index of words finds. Any part of
a name, and words of messages, only in the chats with the latest messages of those that the user may read: an index of all
messages' words would have to be written with every message, and a frequent word finds too many of them.
"""

import re

import frappe
from frappe.query_builder import Criterion, DocType, Table
from pypika.terms import Term

from ...chat.search import Search
from . import database
from .chat_lists import SqlText, literal
from .tables import CONVERSATION, MESSAGE

# In so many of the latest chats all is looked at, with at most so many of their messages.
LATEST_CHATS = 200
MOST_MESSAGES = 20_000
# More are found by a frequent name: a page of them is found sooner by reading the chats in the list's order.
MOST_FOUND = 3000
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


def found(search: Search, latest: list[str], chat: Table) -> list[Criterion]:
	"""Conditions for the chats that are found, each of which fulfils one; `latest` are the names of the user's latest chats."""
	named, number = _has_words(search, chat), _has_number(search, chat)
	if not _has_index_of_words():
		return [named | number | chat.name.isin(_literals(_saying(search, latest)))]
	by_number, by_name = _names(number), _names(_has_indexed_words(search))
	names = {*_saying(search, latest), *_names(named, among=latest)}
	frequent = []
	for matches, condition in ((by_number, number), (by_name, named)):
		if len(matches) < MOST_FOUND:
			names |= set(matches)
		else:
			frequent.append(condition)
	is_one_of = chat.name.isin(_literals(names))
	return [is_one_of, *([Criterion.any(frequent) & is_one_of.negate()] if frequent else [])]


def _has_number(search: Search, chat: Table) -> Criterion:
	numbers = [chat.customer.like(literal(f"{number}%")) for number in search.numbers]
	return Criterion.any(numbers) if numbers else SqlText("1 = 0")


def _has_words(search: Search, chat: Table) -> Criterion:
	"""All words are parts of its names."""
	words = [literal(f"%{word}%") for word in search.words]
	return Criterion.all([Criterion.any([chat[name].like(word) for name in NAMES]) for word in words])


def _has_index_of_words() -> bool:
	return frappe.db.db_type == "mariadb"


def _has_indexed_words(search: Search) -> Criterion:
	"""All of its indexed words begin words of its names."""
	words = [word for text in search.words for word in WORD.findall(text.lower().replace("_", " "))]
	words = [word for word in words if len(word) >= SHORTEST_WORD and word not in STOPWORDS]
	if not words:
		return SqlText("1 = 0")
	text = literal(" ".join(f"+{word}*" for word in words)).get_sql()
	return SqlText(f"match ({', '.join(f'`{name}`' for name in NAMES)}) against ({text} in boolean mode)")


def _names(condition: Criterion, among: list[str] | None = None) -> list[str]:
	chat = DocType(CONVERSATION)
	query = frappe.qb.from_(chat).select(chat.name).where(condition).limit(MOST_FOUND)
	if among is not None:
		query = query.where(chat.name.isin(_literals(among)))
	return [name for (name,) in database.run_literal(query)]


def _saying(search: Search, chats: list[str]) -> list[str]:
	"""Those of these chats in which one message has all words."""
	message = DocType(MESSAGE)
	messages = frappe.qb.from_(message).select(message.conversation, message.body)
	looked_at = (
		messages.where(message.conversation.isin(_literals(chats))).limit(MOST_MESSAGES).as_("messages")
	)
	words = Criterion.all([looked_at.body.like(literal(f"%{word}%")) for word in search.words])
	query = frappe.qb.from_(looked_at).select(looked_at.conversation).distinct().where(words)
	return [name for (name,) in database.run_literal(query)]


def _literals(names) -> list[Term]:
	"""An empty list would be an error of the database."""
	return [literal(name) for name in names or ("",)]
