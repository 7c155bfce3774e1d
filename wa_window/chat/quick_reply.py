"""Quick replies: texts that a team keeps, with fields of the lead in them. They are put into the field for a reply, to be edited;
nothing sends them by itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .message import Media

# `{{ first_name | there }}`: a field of the lead, and the text in its place where it is empty. Nothing else is evaluated.
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(?:\|([^{}]*))?\}\}")


@dataclass(frozen=True)
class QuickReply:
	"""A text that one user, a team or everybody may put into a reply; of its `files`, `row` is the file's name at the host."""

	name: str
	title: str
	text: str
	shortcut: str = ""
	files: tuple[Media, ...] = ()


def filled(text: str, values: Mapping[str, object]) -> str:
	"""The text with its placeholders filled: by the lead's value, else by the fallback. A value is not looked into again."""
	return PLACEHOLDER.sub(lambda match: _text(values.get(match[1])) or _text(match[2]), text)


def unknown_fields(text: str, known: Iterable[str]) -> list[str]:
	"""The names of placeholders that are none of the `known` fields, each once."""
	return [name for name in _names(PLACEHOLDER.findall(text)) if name not in set(known)]


def fields_without_fallback(text: str) -> list[str]:
	"""The names of placeholders that leave a gap where the lead has no value, each once."""
	return _names(found for found in PLACEHOLDER.findall(text) if not found[1].strip())


def to_dict(reply: QuickReply, values: Mapping[str, object]) -> dict[str, object]:
	"""A quick reply as JSON, filled with the fields of a lead."""
	return {
		"name": reply.name,
		"title": reply.title,
		"shortcut": reply.shortcut,
		"text": filled(reply.text, values),
		"files": [
			{"file": each.row, "name": each.name, "type": each.type, "size": each.size}
			for each in reply.files
		],
	}


def _names(found: Iterable[tuple[str, str]]) -> list[str]:
	return list(dict.fromkeys(name for name, _fallback in found))


def _text(value: object) -> str:
	return "" if value is None else str(value).strip()
