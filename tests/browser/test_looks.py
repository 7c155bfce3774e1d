"""Every width, both themes, both directions."""

import pytest

from .test_template_dialog import CLOSED, TEMPLATES

LONG = "host.receive(c, 'x'.repeat(400), {ago: HOUR}); host.send(c, 'Baik, '.repeat(40)); host.conversation(c).profile = 'Panjang '.repeat(12);"


@pytest.mark.parametrize("width", [360, 480, 768, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_sticks_out_at_any_width(panel, width, direction):
	panel.page.set_viewport_size({"width": width, "height": 740})
	panel.page.evaluate("direction => { document.documentElement.dir = direction }", direction)
	panel.open(LONG + TEMPLATES)
	overflow = "node => node.scrollWidth - node.clientWidth"
	assert panel.page.locator("html").evaluate(overflow) <= 0
	assert panel.root.get_by_role("log").evaluate(overflow) <= 0
	panel.template_button.click()
	panel.wait()
	box = panel.dialog.bounding_box()
	assert box["x"] >= 0
	assert box["x"] + box["width"] <= width
	assert box["y"] >= 0
	assert box["y"] + box["height"] <= 740
	assert panel.dialog.locator(".wa-dialog-body").evaluate(overflow) <= 0


def test_rtl_puts_the_customer_on_the_right(panel):
	panel.page.evaluate("document.documentElement.dir = 'rtl'")
	panel.open("host.receive(c, 'مرحبا', {ago: HOUR}); host.send(c, 'أهلا')")
	inbound, outbound = (panel.bubbles.nth(index).bounding_box() for index in range(2))
	assert inbound["x"] > outbound["x"]


CONTRAST = """node => {
	const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
	const light = (colour) => parse(colour).slice(0, 3)
		.map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
		.reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
	let ground = node;
	const painted = (element) => { const [, , , alpha = 1] = parse(getComputedStyle(element).backgroundColor); return alpha === 1; };
	while (!painted(ground)) ground = ground.parentElement;
	const pair = [light(getComputedStyle(node).color), light(getComputedStyle(ground).backgroundColor)].sort((a, b) => b - a);
	return (pair[0] + 0.05) / (pair[1] + 0.05);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_in_both_themes(panel, theme):
	panel.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
	panel.open(CLOSED + "host.send(c, 'Baik', {delivery_status: 'failed', error_text: 'No.'})")
	for selector in (
		".wa-title",
		".wa-address",
		".wa-in .wa-text",
		".wa-out time",
		".wa-failure-notice",
		".wa-banner .wa-button-primary",
	):
		assert panel.root.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_placeholder_is_dimmed_and_readable_whatever_the_desk_calls_muted(panel, theme):
	"""The dark Desk of version 15 may have white for its muted text."""
	panel.page.evaluate(
		"""theme => {
			document.documentElement.dataset.theme = theme;
			const colour = theme === "dark" ? "#ffffff" : "#000000";
			for (const name of ["--text-color", "--text-muted"]) document.documentElement.style.setProperty(name, colour);
		}""",
		theme,
	)
	panel.open("host.receive(c, 'Halo')")
	placeholder, typed = (
		panel.text.evaluate(
			"""(area, part) => {
				const probe = document.createElement("canvas").getContext("2d");
				probe.fillStyle = getComputedStyle(area).backgroundColor;
				probe.fillRect(0, 0, 1, 1);
				probe.fillStyle = getComputedStyle(area, part).color;
				const ground = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
				probe.fillRect(0, 0, 1, 1);
				const text = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
				const light = (rgb) => rgb.map((one) => one / 255).map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
					.reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
				const [high, low] = [light(ground), light(text)].sort((one, other) => other - one);
				return (high + 0.05) / (low + 0.05);
			}""",
			part,
		)
		for part in ("::placeholder", None)
	)
	assert placeholder >= 4.5
	assert placeholder < typed * 0.7
