"""Quick replies: texts that a team keeps, with fields of the lead in them. They are put into the field for a reply, to be edited;
nothing sends them by itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .message import Media
from .sendable_media import offered
from .sentences import Locale, Sentence, _lt

# `{{ first_name | there }}`: a field of the lead, and the text in its place where it is empty. Nothing else is evaluated.
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(?:\|([^{}]*))?\}\}")
UNKNOWN = _lt("No lead has the field {0}: only its fallback will stand there. There are: {1}.")
GAP = _lt("{0} has no fallback for a lead where it is empty. Write it so: {1}.")


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


def warnings(text: str, known: Sequence[str]) -> list[Sentence]:
	"""What is wrong with a text's placeholders, where `known` are the fields that leads have; it can be kept all the same."""
	found = PLACEHOLDER.findall(text)
	names = [name for name, _fallback in found]
	unknown = [name for name in names if name not in known]
	gaps = [name for name, fallback in found if name in known and not fallback.strip()]
	said = []
	if unknown:
		said.append(Sentence(UNKNOWN, (_listed(unknown), _listed(known))))
	if gaps:
		said.append(Sentence(GAP, (_listed(gaps), f"{{{{ {gaps[0]} | … }}}}")))
	return said


def to_dict(reply: QuickReply, values: Mapping[str, object], locale: Locale) -> dict[str, object]:
	"""A quick reply as JSON, filled with the fields of a lead."""
	return {
		"name": reply.name,
		"title": reply.title,
		"shortcut": reply.shortcut,
		"text": filled(reply.text, values),
		"files": [offered(each, locale) for each in reply.files],
	}


def _listed(names: Iterable[str]) -> str:
	return ", ".join(dict.fromkeys(names))


def _text(value: object) -> str:
	return "" if value is None else str(value).strip()
