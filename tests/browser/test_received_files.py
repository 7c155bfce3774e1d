"""Files that customers sent: displayed by type, or offered as a download."""

import re

import pytest
from playwright.sync_api import expect


def received(state: str, kind: str, media_type: str, file: str = "null") -> str:
	media = f"{{name: '', type: '{media_type}', size: 1200, file: {file}, state: '{state}'}}"
	return f"host.receive(c, '', {{kind: '{kind}', media: [{media}]}})"


def test_audio_and_video_are_played_in_place(panel):
	panel.open(
		f"{received('stored', 'audio', 'audio/ogg', repr('/private/files/a.ogg'))};"
		f"{received('stored', 'video', 'video/mp4', repr('/private/files/v.mp4'))}"
	)
	expect(panel.bubbles.locator("audio")).to_have_attribute("src", re.compile("/private/files/a.ogg$"))
	expect(panel.bubbles.locator("video")).to_have_attribute("controls", "")


def test_beside_a_player_the_file_can_be_downloaded(panel):
	panel.open(
		f"{received('stored', 'audio', 'audio/amr', repr('/private/files/a.amr'))};"
		f"{received('stored', 'video', 'video/3gpp', repr('/private/files/v.3gp'))}"
	)
	for index, file in enumerate(("a.amr", "v.3gp")):
		link = panel.bubbles.nth(index).get_by_role("link", name=f"Download {file}")
		expect(link).to_be_visible()
		assert (link.get_attribute("download"), link.get_attribute("href")[-6:]) == (file, f"/{file}"[-6:])


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document"])
def test_a_file_of_another_type_is_a_download_and_nothing_that_is_shown(panel, kind):
	panel.open(received("stored", kind, "application/octet-stream", repr("/private/files/x.bin")))
	expect(panel.bubbles.first.locator("a")).to_have_attribute("download", "x.bin")
	expect(panel.bubbles.first.locator("img, video, audio")).to_have_count(0)


def test_a_file_that_twilio_keeps_elsewhere_says_which_switch_helps(panel):
	panel.open(received("elsewhere", "image", "image/png"))
	expect(panel.bubbles.first).to_contain_text("Enforce HTTP auth on media")
	panel.bubbles.first.get_by_role("button", name="Try again").click()
	panel.wait()
	expect(panel.bubbles.first).to_contain_text("downloading")


def test_a_file_that_could_not_be_fetched_says_so_and_can_be_tried_again(panel):
	panel.open(received("failed", "image", "image/png"))
	expect(panel.bubbles.first).to_contain_text("download failed")
	panel.bubbles.first.get_by_role("button", name="Try again").click()
	panel.wait()
	expect(panel.bubbles.first).to_contain_text("downloading")
	assert panel.calls("chat.fetch_media")[0]["args"] == {"message": "m1"}


def test_a_file_that_was_not_taken_says_so_and_can_be_tried_again_where_more_is_taken_now(panel):
	panel.open(received("refused", "document", "application/x-msdownload"))
	expect(panel.bubbles.first).to_contain_text("type or size not allowed")
	expect(panel.bubbles.first.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize("url", ["//evil.example/x.png", "https://evil.example/x.png", "data:image/png,x"])
def test_a_file_of_another_site_is_neither_loaded_nor_linked(panel, url):
	panel.open(received("stored", "image", "image/png", repr(url)))
	expect(panel.bubbles.first).to_contain_text("not available")
	expect(panel.bubbles.first.locator("img, a")).to_have_count(0)
