"""What a browser has to fetch, as a bench builds it (esbuild, minified), gzipped."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import HERE

ROOT = HERE.parents[1]
JS = ROOT / "wa_window" / "public" / "js"
CSS = ROOT / "wa_window" / "public" / "css"
PANEL_BYTES = 25 * 1024
PAGE_BYTES = 60 * 1024
PARTS_BYTES = 12 * 1024


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


def test_what_is_loaded_on_demand_is_small_too(gzipped):
	assert gzipped(JS / "wa_window_parts.bundle.js") <= PARTS_BYTES


def test_the_inbox_with_the_chat_leaves_room_for_its_page(gzipped):
	"""60 KB are for the whole page, with its document, icons and texts."""
	assert (
		gzipped(JS / "wa_inbox" / "index.js", CSS / "wa_chat.css", CSS / "wa_inbox.css")
		<= PAGE_BYTES - 15 * 1024
	)
