"""The app's translations, read from the catalogue (.po)."""

import json
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[2] / "wa_window" / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
	"""Source text -> translation; empty for English and for a language without a catalogue."""
	path = LOCALE / f"{language}.po"
	if not (language.isalpha() and path.exists()):
		return {}
	with path.open("rb") as file:
		return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def javascript(language: str) -> str:
	"""A script that defines Desk's `__` for the panel."""
	texts = json.dumps(catalogue(language), ensure_ascii=False).replace("<", "\\u003c")
	return (
		f"window.translations = {texts};\n"
		"window.__ = (text, values = []) =>\n"
		"\t(translations[text] ?? text).replace(/\\{(\\d+)\\}/g, (blank, index) => values[index] ?? blank);\n"
	)
