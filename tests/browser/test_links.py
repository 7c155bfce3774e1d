"""Addresses and phone numbers in a message are links, and nothing else is."""

import json

import pytest
from playwright.sync_api import expect

LINKED = [
	("Lihat https://contoh.example/a?b=1&c=2#d.", [("https://contoh.example/a?b=1&c=2#d", None)]),
	("HTTP://Contoh.example!", [("HTTP://Contoh.example", "http://contoh.example/")]),
	("(www.contoh.example/rumah), ya", [("www.contoh.example/rumah", "https://www.contoh.example/rumah")]),
	("https://wiki.example/a_(b)", [("https://wiki.example/a_(b)", None)]),
	(
		"[https://a.example], https://b.example?!",
		[("https://a.example", "https://a.example/"), ("https://b.example", "https://b.example/")],
	),
	("WA +62 812-3456-7890 ya", [("+62 812-3456-7890", "tel:+6281234567890")]),
	(
		"0812 3456 7890/(021) 500100",
		[("0812 3456 7890", "tel:081234567890"), ("(021) 500100", "tel:021500100")],
	),
	("Telp. 0812-3456-7890.", [("0812-3456-7890", "tel:081234567890")]),
]
TEXT = [
	"javascript:alert(1)",
	"data:text/html,<script>alert(1)</script>",
	"ftp://contoh.example file:///etc/passwd",
	"https:// http://. https://[ https://%",
	"awww.contoh.example",
	"Rp 150.000.000 - 175.000.000",
	"2026-11-23 08:36, 05-12-2026 10.30",
	"INV-0812345678, 0812345678abc, VA 0123 4567 8901 2345",
	"+62 12",
]


def links(panel) -> list[tuple[str, str]]:
	found = panel.bubbles.first.locator("a").evaluate_all(
		"links => links.map(({textContent, href}) => [textContent, href])"
	)
	return [tuple(link) for link in found]


def receive(panel, text: str) -> None:
	panel.open(f"host.receive(c, {json.dumps(text)})")
	assert panel.bubbles.first.locator(".wa-text").evaluate("node => node.textContent") == text


@pytest.mark.parametrize(("text", "expected"), LINKED)
def test_what_is_linked(panel, text, expected):
	receive(panel, text)
	assert links(panel) == [(words, href or words) for words, href in expected]


def test_what_is_not_linked(panel):
	receive(panel, "\n".join(TEXT))
	assert links(panel) == []


def test_a_link_sends_no_referrer_to_the_other_site(panel):
	receive(panel, "https://contoh.example")
	link = panel.bubbles.first.get_by_role("link")
	expect(link).to_have_attribute("target", "_blank")
	expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_an_address_cannot_break_out_of_its_link(panel):
	receive(
		panel, """https://a.example/"onmouseover="window.harmed=1"><img src=x onerror='window.harmed=1'>"""
	)
	assert links(panel) == [("https://a.example/", "https://a.example/")]
	assert (
		panel.bubbles.first.locator("a").evaluate("link => link.getAttributeNames().sort().join()")
		== "dir,href,rel,target"
	)
	expect(panel.bubbles.first.locator("img")).to_have_count(0)
	assert panel.page.evaluate("window.harmed") is None


def test_an_address_that_would_read_backwards_ends_before_that(panel):
	receive(panel, "https://a.example/\u202egpj.exe")
	assert links(panel) == [("https://a.example/", "https://a.example/")]


def test_a_very_long_address_stays_within_its_bubble(panel):
	receive(panel, "https://a.example/" + "x" * 4000 + "!" * 4000)
	assert len(links(panel)[0][0]) == 4018
	assert panel.root.get_by_role("log").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
