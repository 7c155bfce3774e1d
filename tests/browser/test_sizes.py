"""What a browser has to fetch, as a bench builds it (esbuild, minified), gzipped."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from .conftest import HERE

ROOT = HERE.parents[1]
JS = ROOT / "wa_window" / "public" / "js"
CSS = ROOT / "wa_window" / "public" / "css"
PANEL_BYTES = 25 * 1024
PAGE_BYTES = 60 * 1024
PARTS_BYTES = 18 * 1024


@pytest.fixture(scope="module")
def gzipped():
	# It installs what package-lock.json pins.
	subprocess.run([ROOT / "scripts" / "biome", "--version"], check=True, capture_output=True)
	# Node.js may be there only in the environment of these tests (scripts/biome).
	environment = os.environ | {"PATH": f"{os.environ['PATH']}:{Path(sys.executable).parent}"}
	esbuild = ROOT / "scripts" / "node" / "node_modules" / ".bin" / "esbuild"

	def size(*files) -> int:
		built = [
			subprocess.run(
				[esbuild, file, "--bundle", "--minify", "--format=iife"],
				check=True,
				capture_output=True,
				env=environment,
			).stdout
			for file in files
		]
		return sum(len(gzip.compress(each, 9)) for each in built)

	return size


def test_the_panel_is_small(gzipped):
	assert gzipped(JS / "wa_window.bundle.js", CSS / "wa_chat.css") <= PANEL_BYTES


def test_the_page_of_the_inbox_is_shown_after_a_few_bytes(gzipped):
	"""Its HTML with the texts of a translation, the script and the styles; socket.io's client comes after the first paint."""
	html = (ROOT / "wa_window" / "www" / "whatsapp.html").read_text() + texts("id")
	page = gzipped(JS / "wa_window_page.bundle.js", CSS / "wa_chat.css", CSS / "wa_inbox.css")
	assert page + len(gzip.compress(html.encode(), 9)) <= PAGE_BYTES


def texts(language: str) -> str:
	"""The texts of the scripts, as the page has them."""
	with (ROOT / "wa_window" / "locale" / f"{language}.po").open("rb") as file:
		entries = [entry for entry in read_po(file) if any("/js/" in path for path, _ in entry.locations)]
	return json.dumps({str(entry.id): str(entry.string) for entry in entries}, ensure_ascii=False)


def test_what_is_loaded_on_demand_is_small_too(gzipped):
	assert gzipped(JS / "wa_window_parts.bundle.js") <= PARTS_BYTES
