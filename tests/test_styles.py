"""The panel's styles: a bundle loads them in the Desk, and a page without a bundle by itself."""

import re
from pathlib import Path

CSS = Path(__file__).parents[1] / "wa_window" / "public" / "css"


def parts(name: str) -> list[str]:
	"""The files that this one imports, in order."""
	return re.findall(r'^@import (?:url\()?"\./wa_chat/(\w+)', (CSS / name).read_text(), re.MULTILINE)


def test_the_bundle_and_the_page_without_one_load_the_same_styles_in_the_same_order():
	assert parts("wa_chat.css") == parts("wa_window.bundle.scss")
	assert sorted(parts("wa_chat.css")) == sorted(path.stem for path in (CSS / "wa_chat").iterdir())
