"""Pictures open large; voice notes have a length and a speed; everything can be downloaded."""

import re

import pytest
from playwright.sync_api import expect

from playground.twilio_sim.samples import png
from playground.twilio_sim.voice_note import voice_note


@pytest.fixture
def files(panel):
	"""The panel on a site that has a picture and a voice note at every address."""
	panel.page.route("**/*.png", lambda route: route.fulfill(body=png(40, 30), content_type="image/png"))
	panel.page.route("**/*.ogg", lambda route: route.fulfill(body=voice_note(3), content_type="audio/ogg"))
	panel.page.route("**/*.amr", lambda route: route.fulfill(body=b"#!AMR", content_type="audio/amr"))
	return panel


def received(kind: str, media_type: str, *names: str) -> str:
	return "".join(
		f"host.receive(c, '', {{kind: '{kind}', media: [{{name: '{name}', type: '{media_type}', size: 900, "
		f"file: '/private/files/{name}', state: 'stored'}}]}});"
		for name in names
	)


PICTURES = received("image", "image/png", "satu.png", "dua.png", "tiga.png")


def shown(panel):
	return panel.dialog.get_by_role("img")


def test_a_picture_opens_large_with_its_name_and_can_be_downloaded(files):
	files.open(PICTURES)
	files.bubbles.nth(1).get_by_role("link").click()
	expect(files.dialog).to_have_accessible_name("dua.png")
	expect(files.dialog).to_contain_text("2 of 3")
	expect(shown(files)).to_have_attribute("src", re.compile("/private/files/dua.png$"))
	expect(files.dialog.get_by_role("link", name="Download")).to_have_attribute("download", "dua.png")


def test_the_arrow_keys_go_back_and_forth_and_escape_returns_to_the_picture(files):
	files.open(PICTURES)
	files.bubbles.nth(1).get_by_role("link").click()
	for key, name in (
		("ArrowRight", "tiga.png"),
		("ArrowRight", "tiga.png"),
		("ArrowLeft", "dua.png"),
		("Home", "satu.png"),
		("ArrowLeft", "satu.png"),
		("End", "tiga.png"),
	):
		files.page.keyboard.press(key)
		expect(shown(files)).to_have_attribute("alt", name)
	files.page.keyboard.press("Escape")
	expect(files.dialog).to_have_count(0)
	expect(files.bubbles.nth(1).get_by_role("link")).to_be_focused()


def test_where_the_page_is_mirrored_the_arrows_are_too(files):
	files.page.evaluate("document.documentElement.dir = 'rtl'")
	files.open(PICTURES)
	files.bubbles.nth(1).get_by_role("link").click()
	files.page.keyboard.press("ArrowLeft")
	expect(shown(files)).to_have_attribute("alt", "tiga.png")


def test_with_a_key_held_a_picture_opens_in_a_tab(files):
	files.open(PICTURES)
	with files.page.context.expect_page() as opened:
		files.bubbles.first.get_by_role("link").click(modifiers=["ControlOrMeta"])
	assert opened.value.url.endswith("/private/files/satu.png")
	opened.value.close()
	expect(files.dialog).to_have_count(0)


def test_a_voice_note_shows_its_length_and_plays_at_three_speeds(files):
	files.open(received("audio", "audio/ogg", "a.ogg", "b.ogg"))
	first, second = files.bubbles.all()
	expect(first.locator(".wa-length")).to_have_text("0:03")
	speed = first.get_by_role("button", name="Speed")
	for rate, text in ((1.5, "1.5×"), (2, "2×"), (1, "1×"), (1.5, "1.5×")):
		speed.click()
		expect(speed).to_have_text(text)
		assert first.locator("audio").evaluate("audio => audio.playbackRate") == rate
	second.locator("audio").evaluate("audio => audio.play()")
	expect(second.get_by_role("button", name="Speed")).to_have_text("1.5×")


def test_one_voice_note_plays_at_a_time(files):
	files.open(received("audio", "audio/ogg", "a.ogg", "b.ogg"))
	one, other = (bubble.locator("audio") for bubble in files.bubbles.all())
	one.evaluate("audio => audio.play()")
	other.evaluate("audio => audio.play()")
	assert one.evaluate("audio => audio.paused")


def test_what_a_browser_cannot_play_says_so_beside_its_download(files):
	files.open(received("audio", "audio/amr", "a.amr"))
	expect(files.bubbles.first).to_contain_text("This browser cannot play it: download it.")
	expect(files.bubbles.first.get_by_role("link", name="Download a.amr")).to_be_visible()
	expect(files.bubbles.first.get_by_role("button", name="Speed")).to_have_count(0)


def test_a_pdf_opens_and_can_be_downloaded(files):
	files.open(received("document", "application/pdf", "brosur.pdf"))
	download = files.bubbles.first.get_by_role("link", name="Download brosur.pdf")
	expect(download).to_have_attribute("download", "brosur.pdf")
	expect(files.bubbles.first.get_by_role("link").first).not_to_have_attribute("download", "brosur.pdf")
