"""The styles: a bundle loads them in the Desk and on the page /whatsapp, and a page without a bundle by itself."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[1] / "wa_window" / "public" / "css"


def parts(name: str) -> list[str]:
	"""The files that this one imports, in order."""
	return re.findall(r'^@import (?:url\()?"\./(\w+/\w+)', (CSS / name).read_text(), re.MULTILINE)


@pytest.mark.parametrize(
	("plain", "bundle"),
	[("wa_chat.css", "wa_window.bundle.scss"), ("wa_inbox.css", "wa_window_inbox.bundle.scss")],
)
def test_the_bundle_and_the_page_without_one_load_the_same_styles_in_the_same_order(plain, bundle):
	assert parts(plain) == parts(bundle)
	folder = plain.removesuffix(".css")
	assert sorted(parts(plain)) == sorted(f"{folder}/{path.stem}" for path in (CSS / folder).iterdir())
