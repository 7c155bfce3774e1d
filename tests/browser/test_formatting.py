"""A text as WhatsApp shows it: https://faq.whatsapp.com/539178204879377"""

import pytest
from playwright.sync_api import expect

# What is seen of it: elements by their names, without the hidden marks.
SHOWN = """async (text) => {
	const { formatted } = await import("/public/js/wa_chat/formatting.js");
	const shown = (node) => {
		if (node.nodeType === Node.TEXT_NODE) return node.data;
		const { localName, role, className, childNodes } = node;
		if (className === "wa-mark") return "";
		const name = role || localName;
		return `<${name}>${[...childNodes].map(shown).join("")}</${name}>`;
	};
	const div = document.createElement("div");
	div.append(...formatted(text));
	return { shown: [...div.childNodes].map(shown).join(""), text: div.textContent };
}"""


def look(page, text: str) -> str:
	"""How the text is shown; whatever that is, no character of it is lost."""
	found = page.evaluate(SHOWN, text)
	assert found["text"] == text
	return found["shown"]


@pytest.mark.parametrize(
	("text", "shown"),
	[
		("*tebal*", "<strong>tebal</strong>"),
		("_miring_", "<em>miring</em>"),
		("~coret~", "<s>coret</s>"),
		("`kode`", "<code>kode</code>"),
		("```baris\nkode```", "<code>baris\nkode</code>"),
		("Harga *Rp 500 juta*, nego", "Harga <strong>Rp 500 juta</strong>, nego"),
		("(*a*)", "(<strong>a</strong>)"),
		("*a* dan *b*", "<strong>a</strong> dan <strong>b</strong>"),
	],
)
def test_marks_around_words_are_shown_as_what_they_mean(page, text, shown):
	assert look(page, text) == shown


@pytest.mark.parametrize(
	("text", "shown"),
	[
		("*_a_*", "<strong><em>a</em></strong>"),
		("*a _b ~c~_ d*", "<strong>a <em>b <s>c</s></em> d</strong>"),
		("~*_a_*~", "<s><strong><em>a</em></strong></s>"),
		("*`a*b`*", "<strong><code>a*b</code></strong>"),
		("`*a*`", "<code>*a*</code>"),
		("```*a* _b_ `c` ```", "<code>*a* _b_ `c` </code>"),
		("*a _b* c_", "<strong>a _b</strong> c_"),
	],
)
def test_marks_may_stand_in_each_other_and_in_code_they_mean_nothing(page, text, shown):
	assert look(page, text) == shown


@pytest.mark.parametrize(
	"text",
	[
		"2*3*4",
		"2 * 3 * 4",
		"nama_depan_saya",
		"a*b*c",
		"*",
		"**",
		"x * a*",
		"*a",
		"*a\nb*",
		"~5 juta",
		"~ 5 juta ~",
		"``",
		"```   ```",
		"*a*b",
		"5~6~7",
		"-5 derajat",
		">3 juta",
		"1.500",
		"2026. ",
		"حرف*حرف*حرف",
		"क*क*",
		"",
	],
)
def test_what_is_no_mark_stays_as_it_is(page, text):
	assert look(page, text) == text


@pytest.mark.parametrize(
	("text", "shown"),
	[
		("😀*a*😀", "😀<strong>a</strong>😀"),
		("*😀*", "<strong>😀</strong>"),
		("*شقة للبيع*", "<strong>شقة للبيع</strong>"),
		("شقة *للبيع* اليوم", "شقة <strong>للبيع</strong> اليوم"),
		("¿*qué*?", "¿<strong>qué</strong>?"),
	],
)
def test_emoji_and_other_scripts_have_the_same_rules(page, text, shown):
	assert look(page, text) == shown


@pytest.mark.parametrize(
	("text", "shown"),
	[
		("https://a.example/_b_c_?x=*1*y", "<a>https://a.example/_b_c_?x=*1*y</a>"),
		("*https://a.example/a_b_c*", "<strong><a>https://a.example/a_b_c</a></strong>"),
		("_lihat https://a.example/x_y segera_", "<em>lihat <a>https://a.example/x_y</a> segera</em>"),
		("tulis ke budi_santoso_1@a.example", "tulis ke budi_santoso_1@a.example"),
		("*+62 812-3456-7890*", "<strong><a>+62 812-3456-7890</a></strong>"),
		("`https://a.example`", "<code>https://a.example</code>"),
	],
)
def test_addresses_keep_their_underscores_and_stay_links(page, text, shown):
	assert look(page, text) == shown


@pytest.mark.parametrize(
	("text", "shown"),
	[
		(
			"Ada:\n- *satu*\n- dua\nItu saja",
			"Ada:\n<list><listitem><strong>satu</strong></listitem>\n<listitem>dua</listitem></list>\nItu saja",
		),
		("* a\n* b", "<list><listitem>a</listitem>\n<listitem>b</listitem></list>"),
		("1. a\n2. b", "<list><listitem>1. a</listitem>\n<listitem>2. b</listitem></list>"),
		("> kata _Budi_\nya", "<blockquote>kata <em>Budi</em></blockquote>\nya"),
		("- a\n\n- b", "<list><listitem>a</listitem></list>\n\n<list><listitem>b</listitem></list>"),
		("x ```a\n- b``` y", "x <code>a\n- b</code> y"),
	],
)
def test_lists_and_quotes_begin_their_line(page, text, shown):
	assert look(page, text) == shown


@pytest.mark.parametrize("mark", ["*", "_", "~", "`", "*_", "* ", "*_~`", "```", "- ", "> *"])
def test_a_hostile_text_costs_little(page, mark):
	text = mark * (4096 // len(mark)) + "a"
	spent = page.evaluate(
		"""async (text) => {
			const { formatted } = await import("/public/js/wa_chat/formatting.js");
			const began = performance.timeOrigin + performance.now();
			formatted(text);
			return performance.timeOrigin + performance.now() - began;
		}""",
		text,
	)
	assert look(page, text) is not None
	assert spent < 200


def test_text_in_marks_never_becomes_markup(panel):
	panel.open("host.receive(c, '*<img src=x onerror=\"window.harmed=1\">* _<b>a</b>_ `<i>`')")
	expect(panel.bubbles.first).to_contain_text('<img src=x onerror="window.harmed=1">')
	expect(panel.bubbles.first.locator("img, b, i")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


TEXT = "Halo *Budi*,\n- _satu_\n- dua\n> kata ~ini~\n```a\nb``` `c`\n\n2*3*4"


def test_what_is_selected_and_copied_is_the_original(panel):
	panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
	panel.open(f"host.receive(c, {TEXT!r})")
	panel.bubbles.first.locator(".wa-text").evaluate("node => getSelection().selectAllChildren(node)")
	panel.page.keyboard.press("Control+c")
	assert panel.page.evaluate("navigator.clipboard.readText()") == TEXT


def test_a_mark_takes_no_room_and_no_screen_reader_reads_it(panel):
	panel.open("host.receive(c, '*Budi*')")
	mark = panel.bubbles.first.locator(".wa-mark").first
	assert mark.evaluate("node => node.getBoundingClientRect().width") == 0
	expect(panel.bubbles.first.locator("strong")).to_have_css("font-weight", "700")
	expect(panel.bubbles.first).to_match_aria_snapshot("- strong: Budi")


def test_a_templates_preview_is_formatted_around_its_values(panel):
	panel.open(
		"""host.receive(c, 'Halo', {ago: 25 * HOUR});
		host.templates = [{content_sid: "HX1", friendly_name: "visit", language: "id", category: "UTILITY", content_type: "twilio/text",
			body: "Halo *{{1}}*, _sampai jumpa_ di {{2}}", variables: [{name: "1", value: "Budi", sample: "Ani"}, {name: "2", value: "", sample: ""}]}]"""
	)
	panel.template_button.click()
	panel.wait()
	preview = panel.dialog.locator(".wa-preview")
	expect(preview.locator("strong .wa-filled")).to_have_text("Budi")
	expect(preview.locator("em")).to_contain_text("sampai jumpa")
	expect(preview.locator(".wa-blank")).to_have_text("{{2}}")
