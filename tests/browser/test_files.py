"""Files that the agent attaches: captions, sizes, sending."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .panel import HOUR

OPEN = "host.receive(c, 'Halo', {ago: HOUR})"
PHOTO = {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8 a photo"}
BROCHURE = {"name": "brosur.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}


def choose(panel, *files) -> None:
	panel.root.get_by_role("button", name="Attach a file").click()
	panel.wait()
	with panel.page.expect_file_chooser() as chooser:
		panel.root.get_by_role("menuitem", name="From this computer").click()
	chooser.value.set_files(list(files))


def on_disk(path: Path, size: int) -> Path:
	"""A big file of nothing: Chromium reads it from the disk, where bytes given to Playwright pass through four processes."""
	path.write_bytes(b"x" * size)
	return path


def replies(panel) -> list[tuple]:
	return [(call["args"]["body"], call["args"].get("file")) for call in panel.calls("chat.reply")]


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


def test_a_brochure_takes_the_text_as_its_caption_and_audio_does_not(panel):
	panel.open(OPEN)
	choose(panel, BROCHURE)
	panel.type("Ini brosurnya")
	panel.press("Enter")
	panel.wait()
	choose(panel, {"name": "suara.opus", "mimeType": "audio/ogg", "buffer": b"OggS"})
	panel.type("Dengar ini")
	panel.press("Enter")
	panel.wait()
	assert replies(panel) == [("Ini brosurnya", "FILE-1"), ("", "FILE-2"), ("Dengar ini", None)]


def test_a_webp_says_that_it_becomes_a_sticker(panel):
	panel.open(OPEN)
	sticker = {"name": "halo.webp", "mimeType": "image/webp", "buffer": b"RIFF"}
	choose(panel, sticker)
	expect(panel.root.locator(".wa-chip")).to_contain_text("sent as a sticker")
	choose(panel, {**sticker, "name": "rumah.webp", "buffer": b"x" * 500_001})
	expect(panel.root.locator(".wa-hint")).to_contain_text(
		"rumah.webp is sent as a sticker of at most 500 kB"
	)
	expect(panel.root.locator(".wa-chip")).to_have_count(1)


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
	expect(panel.alert).to_contain_text("This may not have been sent")
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


# An upload that lasts until the test says so.
HELD = """
	const slowly = transport.upload;
	transport.upload = async (file) => {
		await new Promise((resolve) => { window.letThrough = resolve; });
		return slowly(file);
	}
"""


def test_who_comes_back_to_a_chat_that_is_sending_cannot_send_the_same_again(panel):
	panel.open(OPEN + "; host.addLead('LEAD-2', {name: 'C2'}); host.receive('C2', 'Hai')", transport=HELD)
	choose(panel, BROCHURE, PHOTO)
	panel.send_button.click()
	panel.wait()
	panel.show("LEAD-2")
	expect(panel.bubbles).to_have_count(1)
	expect(panel.root.locator(".wa-chip")).to_have_count(0)
	panel.show("LEAD-1")
	expect(panel.bubble("Halo")).to_be_visible()
	expect(panel.root.locator(".wa-chip")).to_have_count(2)
	expect(panel.send_button).to_be_disabled()
	expect(panel.root.get_by_role("button", name="Remove rumah.jpg")).to_be_disabled()
	for _ in range(2):
		expect(panel.send_button).to_be_disabled()
		panel.page.evaluate("letThrough()")
		panel.wait()
		panel.wait()
	assert replies(panel) == [("", "FILE-1"), ("", "FILE-2")]
	expect(panel.root.locator(".wa-chip")).to_have_count(0)
	expect(panel.bubbles).to_have_count(3)
	panel.type("Sudah sampai?")
	expect(panel.send_button).to_be_enabled()


def test_who_comes_back_to_a_chat_sees_why_it_could_not_send(panel):
	panel.open(OPEN + "; host.addLead('LEAD-2')", transport=HELD)
	choose(panel, BROCHURE)
	panel.send_button.click()
	panel.wait()
	panel.show("LEAD-2")
	panel.show("LEAD-1")
	panel.do("host.fail('chat.reply', {status: 417, message: 'Not this one.'})")
	panel.do("letThrough()")
	expect(panel.alert).to_contain_text("Not this one.")
	expect(panel.root.locator(".wa-chip")).to_have_count(1)
	expect(panel.send_button).to_be_enabled()


def test_attached_files_stay_with_their_chat(panel):
	panel.open(OPEN + "; host.addLead('LEAD-2', {name: 'C2'}); host.receive('C2', 'Hai')")
	choose(panel, BROCHURE)
	panel.show("LEAD-2")
	expect(panel.root.locator(".wa-chip")).to_have_count(0)
	panel.show("LEAD-1")
	expect(panel.root.locator(".wa-chip")).to_contain_text("brosur.pdf")


def test_a_file_too_big_for_whatsapp_is_refused_at_once(panel, tmp_path):
	panel.open(OPEN)
	choose(panel, on_disk(tmp_path / "brosur.pdf", 16_000_001))
	expect(panel.root.locator(".wa-hint")).to_contain_text("brosur.pdf is too large: WhatsApp accepts 16 MB")
	expect(panel.root.locator(".wa-chip")).to_have_count(0)


@pytest.mark.parametrize("name", ["rumah.jpg", "rumah.png"])
def test_a_big_photo_that_cannot_be_read_is_refused(panel, tmp_path, name):
	panel.open(OPEN)
	choose(panel, on_disk(tmp_path / name, 5_000_001))
	expect(panel.root.locator(".wa-hint")).to_contain_text(f"{name} is too large: WhatsApp accepts 5 MB")
	expect(panel.root.locator(".wa-chip")).to_have_count(0)


# A photo of noise, which no encoder compresses well, is dropped; the upload is recorded. `turned`: a portrait by its EXIF data
# (orientation 6), with landscape pixels.
PHOTOGRAPHED = """async ({ type, name, transparent, turned, width, height }) => {
	const canvas = Object.assign(document.createElement("canvas"), { width, height });
	const context = canvas.getContext("2d");
	const image = context.createImageData(width, height);
	for (let at = 0; at < image.data.length; at += 65536) crypto.getRandomValues(image.data.subarray(at, at + 65536));
	for (let at = 3; at < image.data.length; at += 4) image.data[at] = transparent && at % (4 * width) < 4 * (width / 2) ? 0 : 255;
	context.putImageData(image, 0, 0);
	const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 1));
	const exif = new Uint8Array([
		0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
	]);
	const parts = turned ? [blob.slice(0, 2), exif, blob.slice(2)] : [blob];
	const data = new DataTransfer();
	data.items.add(new File(parts, name, { type }));
	document.querySelector("wa-chat .wa-log").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
	return blob.size;
}"""
KEPT = """
	transport.upload = (file) => { window.uploaded = file; return host.upload(file); }
"""
UPLOADED = """async () => {
	const { name, type, size } = window.uploaded;
	const bitmap = await createImageBitmap(window.uploaded);
	const canvas = new OffscreenCanvas(1, 1);
	canvas.getContext("2d").drawImage(bitmap, 0, 0, 1, 1, 0, 0, 1, 1);
	const [, , , alpha] = canvas.getContext("2d").getImageData(0, 0, 1, 1).data;
	return { name, type, size, wide: bitmap.width > bitmap.height, alpha };
}"""
BIG = {
	"type": "image/jpeg",
	"name": "rumah.jpg",
	"transparent": False,
	"turned": False,
	"width": 2000,
	"height": 1600,
}
# Chromium works for a second here, which is many where other programs have the cores: what is waited for is no fixed time.
MADE_SMALLER_MS = 60_000


@pytest.mark.parametrize(
	("given", "expected"),
	[
		({}, ("rumah.jpg", "image/jpeg", True)),
		({"turned": True}, ("rumah.jpg", "image/jpeg", False)),
		({"type": "image/png", "name": "rumah.png"}, ("rumah.jpg", "image/jpeg", True)),
	],
)
def test_a_photo_above_5_mb_is_made_smaller_and_says_so(panel, given, expected):
	panel.open(OPEN, transport=KEPT)
	before = panel.page.evaluate(PHOTOGRAPHED, BIG | given)
	assert before > 5_000_000
	expect(panel.root.locator(".wa-hint")).to_contain_text(
		re.compile(rf"Compressed for WhatsApp: {before / 1e6:.1f} MB to [1-4]\.\d MB"),
		timeout=MADE_SMALLER_MS,
	)
	expect(panel.send_button).to_be_enabled()
	panel.send_button.click()
	panel.wait()
	sent = panel.page.evaluate(UPLOADED)
	assert (sent["name"], sent["type"], sent["wide"]) == expected
	assert sent["size"] <= 5_000_000
	assert sent["alpha"] == 255


def test_a_big_png_with_transparent_parts_stays_one_if_that_fits(panel):
	"""Half of it is noise; at 1600 pixels that fits."""
	panel.open(OPEN, transport=KEPT)
	panel.page.evaluate(
		PHOTOGRAPHED,
		BIG | {"type": "image/png", "name": "logo.png", "transparent": True, "width": 2600, "height": 1500},
	)
	expect(panel.root.locator(".wa-hint")).to_contain_text("Compressed", timeout=MADE_SMALLER_MS)
	panel.send_button.click()
	panel.wait()
	sent = panel.page.evaluate(UPLOADED)
	assert (sent["name"], sent["type"], sent["alpha"]) == ("logo.png", "image/png", 0)
	assert sent["size"] <= 5_000_000


def test_nothing_goes_out_while_a_photo_is_being_made_smaller(panel):
	panel.open(OPEN, transport=KEPT)
	panel.do(
		"window.createImageBitmap = () => new Promise((resolve, reject) => { window.unreadable = reject; })"
	)
	panel.type("Ini")
	panel.page.evaluate(PHOTOGRAPHED, BIG)
	expect(panel.root.locator(".wa-chip")).to_contain_text("compressing")
	expect(panel.send_button).to_be_disabled()
	panel.do("window.unreadable(new Error())")
	expect(panel.root.locator(".wa-hint")).to_contain_text("rumah.jpg is too large: WhatsApp accepts 5 MB")
	expect(panel.send_button).to_be_enabled()


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
		"host.send(c, 'Masih ada, Pak', {delivery_status: 'undelivered', error_code: '63016', error_reason: 'outside_window', error_text: 'Closed.'});"
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
