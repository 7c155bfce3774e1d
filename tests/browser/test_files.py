"""Files: shown as what they are, attached, dropped and pasted, and never lost."""

import re

import pytest
from playwright.sync_api import expect

from .panel import HOUR

OPEN = "host.receive(c, 'Halo', {ago: HOUR})"
PHOTO = {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8 a photo"}
BROCHURE = {"name": "brosur.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}


def received(state: str, kind: str, media_type: str, file: str = "null") -> str:
	media = f"{{name: '', type: '{media_type}', size: 1200, file: {file}, state: '{state}'}}"
	return f"host.receive(c, '', {{kind: '{kind}', media: [{media}]}})"


def choose(panel, *files) -> None:
	with panel.page.expect_file_chooser() as chooser:
		panel.root.get_by_role("button", name="Attach a file").click()
	chooser.value.set_files(list(files))


def replies(panel) -> list[tuple]:
	return [(call["args"]["body"], call["args"].get("file")) for call in panel.calls("chat.reply")]


def test_audio_and_video_are_played_in_place(panel):
	panel.open(
		f"{received('stored', 'audio', 'audio/ogg', repr('/private/files/a.ogg'))};"
		f"{received('stored', 'video', 'video/mp4', repr('/private/files/v.mp4'))}"
	)
	expect(panel.bubbles.locator("audio")).to_have_attribute("src", re.compile("/private/files/a.ogg$"))
	expect(panel.bubbles.locator("video")).to_have_attribute("controls", "")


def test_a_file_that_could_not_be_fetched_says_so_and_can_be_tried_again(panel):
	panel.open(received("failed", "image", "image/png"))
	expect(panel.bubbles.first).to_contain_text("could not be fetched")
	panel.bubbles.first.get_by_role("button", name="Try again").click()
	panel.wait()
	expect(panel.bubbles.first).to_contain_text("being fetched")
	assert panel.calls("chat.fetch_media")[0]["args"] == {"message": "m1"}


def test_a_file_that_was_not_taken_says_so(panel):
	panel.open(received("refused", "document", "application/x-msdownload"))
	expect(panel.bubbles.first).to_contain_text("its type or size is not allowed here")
	expect(panel.bubbles.first.locator(".wa-link")).to_have_count(0)


@pytest.mark.parametrize("url", ["//evil.example/x.png", "https://evil.example/x.png", "data:image/png,x"])
def test_a_file_of_another_site_is_neither_loaded_nor_linked(panel, url):
	panel.open(received("stored", "image", "image/png", repr(url)))
	expect(panel.bubbles.first).to_contain_text("not available")
	expect(panel.bubbles.first.locator("img, a")).to_have_count(0)


def test_a_photo_takes_the_text_as_its_caption(panel):
	panel.open(OPEN)
	choose(panel, PHOTO)
	expect(panel.root.locator(".wa-chip")).to_contain_text("rumah.jpg")
	panel.type("Tampak depan")
	panel.press("Enter")
	assert replies(panel) == [("Tampak depan", "FILE-1")]
	expect(panel.root.locator(".wa-chip")).to_have_count(0)
	expect(panel.bubbles.last.locator("img")).to_have_attribute("alt", "rumah.jpg")
	expect(panel.text).to_have_value("")


def test_other_files_go_first_and_the_text_after_them(panel):
	panel.open(OPEN)
	choose(panel, BROCHURE, PHOTO)
	panel.type("Ini brosurnya")
	panel.press("Enter")
	panel.wait()
	assert replies(panel) == [("", "FILE-1"), ("", "FILE-2"), ("Ini brosurnya", None)]
	keys = {call["args"]["client_key"] for call in panel.calls("chat.reply")}
	assert len(keys) == 3
	expect(panel.text).to_have_value("")


def test_a_file_alone_can_be_sent_and_taken_away_again(panel):
	panel.open(OPEN)
	choose(panel, BROCHURE)
	expect(panel.send_button).to_be_enabled()
	panel.root.get_by_role("button", name="Remove brosur.pdf").click()
	expect(panel.send_button).to_be_disabled()
	expect(panel.text).to_be_focused()


def test_a_lost_answer_is_asked_for_again_with_the_same_file_and_key(panel):
	panel.open(OPEN)
	choose(panel, PHOTO)
	panel.type("Tampak depan")
	panel.do("host.fail('chat.reply', {status: 0, afterwards: true, once: true})")
	panel.press("Enter")
	expect(panel.alert).to_contain_text("not certain that this was sent")
	expect(panel.text).to_have_value("Tampak depan")
	expect(panel.root.locator(".wa-chip")).to_have_count(1)
	panel.send_button.click()
	panel.wait()
	first, second = (call["args"] for call in panel.calls("chat.reply"))
	assert first == second
	expect(panel.bubbles.locator("img")).to_have_count(1)


def test_an_upload_that_fails_keeps_file_and_text(panel):
	panel.open(OPEN)
	choose(panel, BROCHURE)
	panel.type("Ini brosurnya")
	panel.do("host.fail('upload', {status: 413, message: 'The file is too big.'})")
	panel.press("Enter")
	expect(panel.alert).to_contain_text("The file is too big.")
	expect(panel.text).to_have_value("Ini brosurnya")
	expect(panel.root.locator(".wa-chip")).to_have_count(1)
	assert replies(panel) == []


def test_a_file_too_big_for_whatsapp_is_refused_at_once(panel):
	panel.open(OPEN)
	choose(panel, {**PHOTO, "buffer": b"x" * 5_000_001})
	expect(panel.root.locator(".wa-hint")).to_contain_text("rumah.jpg is bigger than the 5 MB")
	expect(panel.root.locator(".wa-chip")).to_have_count(0)


TRANSFER = """() => {
	const data = new DataTransfer();
	data.items.add(new File(["a"], "denah.png", {type: "image/png"}));
	return data;
}"""


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_file_can_be_dropped_and_pasted(panel, event):
	panel.open(OPEN)
	data = panel.page.evaluate_handle(TRANSFER)
	if event == "drop":
		panel.bubbles.first.dispatch_event("drop", {"dataTransfer": data})
	else:
		panel.text.evaluate(
			"(area, data) => area.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))",
			data,
		)
	expect(panel.root.locator(".wa-chip")).to_contain_text("denah.png")


def test_nothing_can_be_attached_while_the_window_is_closed_and_a_chosen_file_stays(panel):
	panel.open("host.receive(c, 'Halo', {ago: 24 * HOUR - MINUTE})")
	choose(panel, PHOTO)
	panel.pass_time(60_000)
	expect(panel.root.get_by_role("button", name="Attach a file")).to_be_disabled()
	expect(panel.send_button).to_be_disabled()
	panel.bubbles.first.dispatch_event("drop", {"dataTransfer": panel.page.evaluate_handle(TRANSFER)})
	expect(panel.root.locator(".wa-chip")).to_have_count(1)
	panel.do("host.receive(c, 'Halo lagi')")
	expect(panel.send_button).to_be_enabled()


def test_text_refused_as_outside_the_window_is_at_hand_in_the_template_dialog(panel):
	panel.open(
		f"host.receive(c, 'Halo', {{ago: {2 * HOUR}}}); host.conversation(c).refusedAt = host.now();"
		"host.send(c, 'Masih ada, Pak', {delivery_status: 'undelivered', error_code: '63016', error_text: 'Closed.'});"
		"host.templates = [{content_sid: 'HX1', friendly_name: 'lanjut', language: 'id', category: 'UTILITY', content_type: 'twilio/text', body: 'Halo {{1}}', variables: [{name: '1', value: 'Budi', sample: ''}]}]"
	)
	panel.bubble("Masih ada, Pak").get_by_role("button", name="Send template…").click()
	panel.wait()
	expect(panel.dialog.locator(".wa-draft-note")).to_contain_text("Masih ada, Pak")


def test_an_unconfirmed_message_is_offered_again_only_once_that_is_right(panel):
	panel.open(
		f"host.receive(c, 'Halo', {{ago: {HOUR}}});"
		"host.send(c, 'Satu', {delivery_status: 'unknown', error_code: 'no_answer', error_text: 'It is being looked up.'});"
		"host.send(c, 'Dua', {delivery_status: 'unknown', error_code: 'not_listed', error_text: 'Not in the list.', may_send_again: true})"
	)
	expect(panel.bubble("Satu")).to_contain_text("It is being looked up.")
	expect(panel.bubble("Satu").locator(".wa-link")).to_have_count(0)
	expect(panel.bubble("Dua").get_by_role("button", name="Send again?")).to_be_visible()
