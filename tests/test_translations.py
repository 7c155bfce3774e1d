"""Every text that a person sees has its Bahasa Indonesia translation, and the catalogue holds nothing else."""

import json
import re
from pathlib import Path

import pytest
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


def in_sources() -> set[str]:
	files = [("python", path) for path in APP.rglob("*.py") if "tests" not in path.relative_to(APP).parts]
	files += [("javascript", path) for path in APP.rglob("*.js") if "dist" not in path.parts]
	found = set()
	for method, path in files:
		for _, message, _, _ in extract_from_file(method, str(path), keywords=KEYWORDS):
			found.add(message if isinstance(message, str) else message[0])
	return found


def in_doctypes() -> set[str]:
	found = set()
	for path in APP.glob("wa_window/doctype/*/*.json"):
		doctype = json.loads(path.read_text())
		found.add(doctype["name"])
		for field in doctype["fields"]:
			found |= {field[key] for key in ("label", "description") if field.get(key)}
			if field["fieldtype"] == "Select":
				found |= set(filter(None, field["options"].split("\n")))
	return found


def in_desk() -> set[str]:
	"""The texts of the workspace, its sidebar, its cards, its chart, the report and the onboarding."""
	found = set()
	for folder, keys in DESK.items():
		for path in APP.glob(f"wa_window/{folder}/*/*.json"):
			values = json.loads(path.read_text())
			found |= {values[key] for key in keys}
			found |= {shortcut["label"] for shortcut in values.get("shortcuts", ())}
	for path in APP.glob("workspace_sidebar/*.json"):
		found |= {item["label"] for item in json.loads(path.read_text())["items"]}
	return found


def catalogue(name: str) -> dict[str, str]:
	with (APP / "locale" / name).open("rb") as file:
		return {entry.id: entry.string for entry in read_po(file) if entry.id}


@pytest.fixture(scope="module")
def texts() -> set[str]:
	return in_sources() | in_doctypes() | in_desk() | NAMES


def test_every_text_is_in_the_catalogue_and_nothing_else(texts):
	for name in ("main.pot", "id.po"):
		translated = set(catalogue(name))
		assert texts - translated == set(), f"missing in {name}"
		assert translated - texts == set(), f"no longer used, in {name}"


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
