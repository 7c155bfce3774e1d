"""The translations of the app and of the playground's own pages, read from their catalogues (.po)."""

import json
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

HERE = Path(__file__).parent
APP = HERE.parent / "wa_window" / "locale"
PLAYGROUND = HERE / "locale"


@cache
def catalogue(folder: Path, language: str) -> dict[str, str]:
	"""Source text -> translation; empty for English and for a language without a catalogue."""
	path = folder / f"{language}.po"
	if not (language.isalpha() and path.exists()):
		return {}
	with path.open("rb") as file:
		return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def javascript(language: str, *folders: Path) -> str:
	"""A script that defines Desk's `__` with the catalogues of these folders."""
	translated = {text: words for folder in folders for text, words in catalogue(folder, language).items()}
	texts = json.dumps(translated, ensure_ascii=False).replace("<", "\\u003c")
	return (
		f"window.translations = {texts};\n"
		"window.__ = (text, values = []) =>\n"
		"\t(translations[text] ?? text).replace(/\\{(\\d+)\\}/g, (blank, index) => values[index] ?? blank);\n"
	)
