"""Every text that a person sees has its Bahasa Indonesia translation, and the catalogue holds nothing else."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

APP = Path(__file__).parents[1] / "wa_window"
KEYWORDS = {"_": None, "_lt": None, "__": None}
PLACEHOLDER = re.compile(r"\{\d+\}")
DESK = {
	"workspace": ("title",),
	"number_card": ("label",),
	"dashboard_chart": ("chart_name",),
	"report": ("report_name",),
	"module_onboarding": ("title", "subtitle", "success_message"),
	"onboarding_step": ("title", "description"),
}
NAMES = {"WA Window", "WA Window Agent", "WA Window Manager"}


def in_sources() -> Iterator[tuple[str, Path]]:
	files = [("python", path) for path in APP.rglob("*.py") if "tests" not in path.relative_to(APP).parts]
	files += [("javascript", path) for path in APP.rglob("*.js") if "dist" not in path.parts]
	for method, path in files:
		for _, message, _, _ in extract_from_file(method, str(path), keywords=KEYWORDS):
			yield message if isinstance(message, str) else message[0], path


def in_doctypes() -> Iterator[tuple[str, Path]]:
	for path in APP.glob("wa_window/doctype/*/*.json"):
		doctype = json.loads(path.read_text())
		yield doctype["name"], path
		for field in doctype["fields"]:
			yield from ((field[key], path) for key in ("label", "description") if field.get(key))
			if field["fieldtype"] == "Select":
				yield from ((option, path) for option in field["options"].split("\n") if option)


def in_desk() -> Iterator[tuple[str, Path]]:
	"""The texts of the workspace, its sidebar, its cards, its chart, the report and the onboarding."""
	for folder, keys in DESK.items():
		for path in APP.glob(f"wa_window/{folder}/*/*.json"):
			values = json.loads(path.read_text())
			yield from ((values[key], path) for key in keys)
			yield from ((shortcut["label"], path) for shortcut in values.get("shortcuts", ()))
	for path in APP.glob("workspace_sidebar/*.json"):
		yield from ((item["label"], path) for item in json.loads(path.read_text())["items"])


def entries(name: str) -> list[Message]:
	with (APP / "locale" / name).open("rb") as file:
		return [entry for entry in read_po(file) if entry.id]


def catalogue(name: str) -> dict[str, str]:
	return {entry.id: entry.string for entry in entries(name)}


@pytest.fixture(scope="module")
def places() -> dict[str, set[str]]:
	"""The files of each text."""
	found = defaultdict(set)
	for text, path in chain(in_sources(), in_doctypes(), in_desk()):
		found[text].add(path.relative_to(APP.parent).as_posix())
	return found


@pytest.fixture(scope="module")
def texts(places) -> set[str]:
	return set(places) | NAMES


def test_every_text_is_in_the_catalogue_and_nothing_else(texts):
	for name in ("main.pot", "id.po"):
		translated = set(catalogue(name))
		assert texts - translated == set(), f"missing in {name}"
		assert translated - texts == set(), f"no longer used, in {name}"


def test_the_catalogue_names_a_file_of_each_text_and_no_other(places):
	for name in ("main.pot", "id.po"):
		named = {entry.id: {path for path, _line in entry.locations} for entry in entries(name)}
		wrong = {text: files for text, files in named.items() if not files <= places.get(text, set())}
		assert wrong == {}, name
		assert [text for text, files in named.items() if text not in NAMES and not files] == [], name


def test_every_text_is_translated_with_its_placeholders():
	for text, translation in catalogue("id.po").items():
		assert translation, f"not translated: {text}"
		assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(text)), text


def test_english_titles_of_lists_and_reports_are_those_of_existing_doctypes(texts):
	rows = (APP / "translations" / "en.csv").read_text().splitlines()
	assert rows
	assert {row.split(",")[0] for row in rows} <= texts


def test_sentences_are_not_left_in_english():
	same = {text for text, translation in catalogue("id.po").items() if text == translation}
	assert all(len(text.split()) <= 3 for text in same), same
