"""A text above 1600 characters is offered as several messages."""

import re

import pytest
from playwright.sync_api import expect

OPEN = "host.receive(c, 'Halo')"
SENTENCE = "Kami punya rumah tipe empat puluh lima di Depok. "


def pieces(page, text, most=1600):
	return page.evaluate(
		"([text, most]) => import('/public/js/wa_chat/text_pieces.js').then(({piecesOf}) => piecesOf(text, most))",
		[text, most],
	)


def texts(page, text, most=1600):
	return [piece["text"] for piece in pieces(page, text, most)]


FAMILY = "👨‍👩‍👧‍👦"
TEXTS = {
	"sentences": SENTENCE * 80,
	"no spaces": "a" * 4000,
	"emoji": "😊" * 3500,
	"families": FAMILY * 700,
	"flags": "🇮🇩" * 1700,
	"skin": "👍🏽" * 1700,
	"combining": "e\u0301\u0323" * 1500,
	"Thai": "สวัสดีครับยินดีต้อนรับ" * 200,
	"Chinese": "你好。我们有房子！" * 400,
	"Arabic": "مرحبا، لدينا بيت جميل في المدينة. " * 100,
	"Hebrew": "שלום לך " * 400,
	"Devanagari": "नमस्ते क्षेत्र " * 250,
	"lines": ("Baris pertama\n\n" * 200),
	"addresses": ("https://example.com/a?b=c&d=e.f! " * 100),
	"surrogates at the edge": "x" * 1599 + "😊" * 3,
	"spaces alone": "a" + " " * 3000 + "b",
}


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_lost_no_piece_is_too_long_and_no_character_is_torn(page, name):
	text = TEXTS[name]
	found = texts(page, text)
	assert len(found) > 1
	assert all(0 < len(piece) <= 1600 for piece in found)
	assert "".join("".join(found).split()) == "".join(text.split())
	graphemes = page.evaluate(
		"""(texts) => texts.map((text) => Array.from(new Intl.Segmenter(undefined, {granularity: "grapheme"}).segment(text)).length)""",
		[
			text.replace(" ", "").replace("\n", ""),
			*(each.replace(" ", "").replace("\n", "") for each in found),
		],
	)
	assert graphemes[0] == sum(graphemes[1:])


def test_it_is_cut_after_a_sentence(page):
	found = texts(page, SENTENCE * 80)
	assert all(piece.strip().endswith("Depok.") for piece in found)
	assert all(len(piece) > 1500 for piece in found[:-1])


def test_else_between_words_and_not_in_an_address(page):
	assert texts(page, "satu dua tiga empat", 9) == ["satu dua", "tiga", "empat"]
	address = "https://example.com/?a=b"
	assert texts(page, f"Lihat di sini ya {address}", 30) == ["Lihat di sini ya", address]


def test_formatting_is_kept_whole_where_there_is_another_place(page):
	assert texts(page, "Halo semua. *Satu. Dua. Tiga.* Empat.", 25) == [
		"Halo semua.",
		"*Satu. Dua. Tiga.* Empat.",
	]
	assert "".join(texts(page, f"*{'tebal ' * 10}x*", 20)).startswith("*tebal tebal tebal")


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_left_is_cut_into_the_same_pieces_again(page, name):
	"""So that a piece whose answer was lost is the same request when it is sent again."""
	found = pieces(page, TEXTS[name])
	for index, piece in enumerate(found):
		assert texts(page, piece["rest"]) == [each["text"] for each in found[index:]]


def test_a_browser_that_knows_no_sentences_cuts_at_spaces_and_at_no_surrogate(page):
	page.evaluate("() => { Intl.Segmenter = undefined; }")
	assert texts(page, "Satu. Dua tiga.", 9) == ["Satu. Dua", "tiga."]
	assert texts(page, "😊" * 5, 2) == ["😊😊", "😊😊", "😊"]


def write(panel, text=SENTENCE * 80):
	panel.open(OPEN)
	panel.text.fill(text)
	panel.wait()
	return [each.strip() for each in texts(panel.page, text)]


def test_it_is_offered_with_its_pieces_shown_and_sent_in_order(panel):
	expected = write(panel)
	assert len(expected) == 3
	expect(panel.root.get_by_text(re.compile("of 1600 characters: too long for one message"))).to_be_visible()
	expect(panel.send_button).to_be_disabled()
	panel.root.get_by_role("button", name="Send as 3 messages…").click()
	panel.wait()
	expect(panel.dialog.get_by_role("listitem")).to_have_text(expected)
	assert panel.calls("chat.reply") == []
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	for _ in range(3):
		panel.wait()
	sent = panel.calls("chat.reply")
	assert [call["args"]["body"].strip() for call in sent] == expected
	assert len({call["args"]["client_key"] for call in sent}) == 3
	expect(panel.text).to_have_value("")


def test_equal_pieces_have_keys_of_their_own(panel):
	write(panel, "a" * 3200)
	panel.text.focus()
	panel.press("Enter")
	panel.dialog.get_by_role("button", name="Send as 2 messages").click()
	for _ in range(3):
		panel.wait()
	first, second = panel.calls("chat.reply")
	assert first["args"]["body"] == second["args"]["body"]
	assert first["args"]["client_key"] != second["args"]["client_key"]


def test_after_a_lost_answer_the_rest_is_kept_and_nothing_is_sent_twice(panel):
	expected = write(panel)
	panel.root.get_by_role("button", name="Send as 3 messages…").click()
	panel.wait()
	panel.page.evaluate(
		"""() => {
			const reply = host.on_reply.bind(host);
			let count = 0;
			host.on_reply = (args) => {
				const sent = reply(args);
				if (++count === 2) throw Object.assign(new Error("Failed to fetch"), {status: 0, excType: ""});
				return sent;
			};
		}"""
	)
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	for _ in range(3):
		panel.wait()
	expect(panel.alert).to_contain_text("may not have been sent")
	assert panel.text.input_value().strip() == f"{expected[1]} {expected[2]}"
	panel.text.focus()
	panel.press("Enter")
	panel.dialog.get_by_role("button", name="Send as 2 messages").click()
	for _ in range(3):
		panel.wait()
	stored = panel.page.evaluate(
		"host.conversation(c).messages.filter(m => m.direction === 'Outbound').map(m => m.body.trim())"
	)
	assert stored == expected
	expect(panel.text).to_have_value("")


def test_a_file_goes_first_without_a_caption(panel):
	write(panel)
	panel.root.locator("input[type=file]").set_input_files(
		{"name": "rumah.png", "mimeType": "image/png", "buffer": b"x"}
	)
	panel.wait()
	panel.text.focus()
	panel.press("Enter")
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	for _ in range(4):
		panel.wait()
	bodies = [call["args"]["body"] for call in panel.calls("chat.reply")]
	assert len(bodies) == 4
	assert bodies[0] == ""
	assert all(bodies[1:])


def test_an_enter_that_is_held_down_shows_the_pieces_and_does_not_send_them(panel):
	write(panel)
	panel.text.focus()
	panel.press("Enter")
	expect(panel.dialog.get_by_role("button", name="Send as 3 messages")).to_be_focused()
	panel.dialog.evaluate(
		"""dialog => {
			const held = new KeyboardEvent("keydown", {key: "Enter", repeat: true, bubbles: true, cancelable: true});
			window.isPressed = document.activeElement.dispatchEvent(held);
		}"""
	)
	assert panel.page.evaluate("isPressed") is False


def test_where_a_colleague_has_answered_it_is_asked_first_and_the_pieces_are_shown_again(panel):
	expected = write(panel)
	panel.do("host.send(c, 'Masih ada', {is_mine: false, author: 'Rina'}); host.notify()")
	panel.text.focus()
	panel.press("Enter")
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	panel.wait()
	expect(panel.alert).to_contain_text("Rina answered")
	panel.alert.get_by_role("button", name="Send anyway").click()
	panel.wait()
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	for _ in range(3):
		panel.wait()
	stored = panel.page.evaluate(
		"host.conversation(c).messages.filter(m => m.is_mine && m.direction === 'Outbound').map(m => m.body.trim())"
	)
	assert stored == expected


def test_escape_leaves_the_text_as_it_is(panel):
	write(panel)
	panel.text.focus()
	panel.press("Enter")
	panel.press("Escape")
	expect(panel.dialog).to_have_count(0)
	expect(panel.text).to_have_value(SENTENCE * 80)
	assert panel.calls("chat.reply") == []


def test_cancel_cannot_be_pressed_any_more_once_it_is_being_sent(panel):
	write(panel)
	panel.root.get_by_role("button", name="Send as 3 messages…").click()
	panel.wait()
	panel.page.evaluate("() => { host.on_reply = () => new Promise(() => {}); }")
	panel.dialog.get_by_role("button", name="Send as 3 messages").click()
	expect(panel.dialog).to_have_count(0)
	expect(panel.send_button).to_be_disabled()


def test_the_offer_keeps_the_focus_while_time_passes_and_messages_come(panel):
	write(panel)
	offer = panel.root.get_by_role("button", name="Send as 3 messages…")
	offer.focus()
	panel.do("host.receive(c, 'Masih ada?')")
	panel.pass_time(120_000)
	expect(offer).to_be_focused()
