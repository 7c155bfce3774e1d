"""Each rule with what it refuses, and the nearest that it lets pass; many are the examples of Twilio's own pages."""

from dataclasses import replace

import pytest

from wa_window.chat.template_rules import (
	CALL_TO_ACTION,
	MEDIA,
	PHONE_NUMBER,
	QUICK_REPLIES,
	TEXT,
	WEBSITE,
	Button,
	NewTemplate,
	problems,
)

GOOD = NewTemplate(
	"order_update",
	"en",
	"UTILITY",
	TEXT,
	"Hi {{1}}, Your flight will depart from gate {{2}}. Thank you.",
	samples={"1": "Budi", "2": "B4"},
)
PICTURE = replace(GOOD, kind=MEDIA, media_url="https://example.com/photo.jpg")
BROCHURE = replace(
	PICTURE,
	media_url="https://example.com/{{3}}",
	samples={**GOOD.samples, "3": "brochure.pdf"},
)
REPLIES = replace(GOOD, kind=QUICK_REPLIES, buttons=(Button("Yes"),))
VISIT = Button("Check status", WEBSITE, "https://example.com/")
CALL = Button("Call us", PHONE_NUMBER, "+62215550123")
ACTIONS = replace(GOOD, kind=CALL_TO_ACTION, buttons=(VISIT,))


def body(text: str, **samples: str) -> NewTemplate:
	return replace(GOOD, body=text, samples={**GOOD.samples, "3": "x", "name": "x", **samples})


def visiting(target: str) -> NewTemplate:
	return replace(
		ACTIONS, buttons=(replace(VISIT, target=target),), samples={**GOOD.samples, "3": "x", "4": "x"}
	)


def plain(length: int) -> str:
	return "a" * length


# What is refused, the words of its sentence, and what passes.
RULES = {
	"name": (replace(GOOD, name="Order Update"), "only small letters", replace(GOOD, name="order_2")),
	"no name": (replace(GOOD, name=""), "only small letters", GOOD),
	"language": (replace(GOOD, language="English"), "a code such as", replace(GOOD, language="pt_BR")),
	"no message": (body(" \n"), "Write the message", body("Hi")),
	"length": (body(plain(1025)), "longer than 1024", body(plain(1024))),
	"length with samples": (
		body(f"{plain(1000)} {{{{1}}}} a b c", **{"1": plain(20)}),
		"longer than 1024",
		body(f"{plain(1000)} {{{{1}}}} a b c", **{"1": plain(17)}),
	),
	"length of a call to action": (
		replace(ACTIONS, body=plain(641)),
		"longer than 640",
		replace(ACTIONS, body=plain(640)),
	),
	"tabs": (body("Hi\tthere"), "Remove tabs", body("Hi\nthere")),
	"spaces": (body("Hi     there"), "more than four spaces", body("Hi    there")),
	"emojis": (body("Hi" + "👋" * 11), "10 emojis at most", body("Hi" + "👋🏽" * 10)),
	"flags": (body("Hi" + "🇮🇩" * 11), "10 emojis at most", body("Hi" + "🇮🇩" * 10)),
	"braces": (body("Hi {{full name}} there, how are you"), "A variable is", body("Hi { there }")),
	"braces of an address": (visiting("https://example.com/{{ }}"), "A variable is", ACTIONS),
	"a variable's name": (
		body(f"Hi {{{{{plain(17)}}}}} there, how are you", **{plain(17): "x"}),
		"16 characters at most",
		body(f"Hi {{{{{plain(16)}}}}} there, how are you", **{plain(16): "x"}),
	),
	"a hundred variables": (
		body(
			" a b c ".join(["Hi", *(f"{{{{{n}}}}}" for n in range(1, 102)), "."]),
			**{str(n): "x" for n in range(200)},
		),
		"100 variables at most",
		body(
			" a b c ".join(["Hi", *(f"{{{{{n}}}}}" for n in range(1, 41)), "."]),
			**{str(n): "x" for n in range(200)},
		),
	),
	"gaps": (
		body("Hi {{1}}, Your flight will depart from gate {{3}}. Thank you."),
		"2 is missing",
		body("Hi {{2}}, Your flight will depart from gate {{1}}. Thank you."),
	),
	"gaps from the beginning": (
		body("Hi {{2}}, how are you today?"),
		"1 is missing",
		body("Hi {{name}}, how are you today?"),
	),
	"gaps across the file's address": (replace(BROCHURE, body="Hi there"), "1 is missing", BROCHURE),
	"at the beginning": (
		body("{{1}}, your flight departs now"),
		"cannot begin",
		body("👋 Welcome {{1}}. What company do you work for?"),
	),
	"at the end": (
		body("Hi {{1}}, your flight will depart from gate {{2}}"),
		"cannot end",
		GOOD,
	),
	"at the end, with punctuation": (
		body("Hi {{1}}, your flight will depart from gate {{2}}."),
		"cannot end",
		body("Hi {{1}}, your flight will depart from gate {{2}}. Please reply Stop to unsubscribe."),
	),
	"side by side": (
		body("Hi {{1}}{{2}}, your flight is ready to depart"),
		"between {{1}} and {{2}}",
		body("Hi {{1}} and {{2}}, your flight is ready to depart"),
	),
	"side by side, with a blank and a comma": (
		body("Hi {{1}}, {{2}}, your flight is ready to depart"),
		"between {{1}} and {{2}}",
		body("Name: {{1}}\nDate: {{2}}\nWe will see you there."),
	),
	"too few words": (body("Hi {{1}}, gate {{2}}. Thank you."), "at least 5; there are 4", GOOD),
	"too few words for a variable": (
		body("Hi {{1}}, thanks"),
		"at least 3; there are 2",
		replace(body("你好 {{1}} 谢谢"), language="zh_CN"),
	),
	"samples": (replace(GOOD, samples={"1": "Budi", "2": " "}), "a sample for 2", GOOD),
	"samples of a file": (
		replace(BROCHURE, samples=GOOD.samples),
		"a sample for 3",
		BROCHURE,
	),
	"a sample's form": (replace(GOOD, samples={"1": "Bu\ndi", "2": "x"}), "1: one line only", GOOD),
	"a sample's length": (
		replace(
			ACTIONS,
			buttons=(replace(VISIT, target="https://example.com/{{3}}"),),
			samples={**GOOD.samples, "3": plain(1601)},
		),
		"3 is longer than 1600",
		replace(
			ACTIONS,
			buttons=(replace(VISIT, target="https://example.com/{{3}}"),),
			samples={**GOOD.samples, "3": plain(1600)},
		),
	),
	"a file's address": (replace(PICTURE, media_url="photo.jpg"), "begins with https://", PICTURE),
	"a variable in the domain": (
		replace(BROCHURE, media_url="https://{{3}}/brochure.pdf"),
		"begins with https://",
		BROCHURE,
	),
	"a file's type": (
		replace(PICTURE, media_url="https://example.com/photo.gif"),
		"must end in the name",
		replace(PICTURE, media_url="https://example.com/video.mp4"),
	),
	"the type of a file's sample": (
		replace(BROCHURE, samples={**GOOD.samples, "3": "brochure"}),
		"must end in the name",
		BROCHURE,
	),
	"no button": (replace(REPLIES, buttons=()), "Add a button", REPLIES),
	"no action": (replace(ACTIONS, buttons=()), "Add a button", ACTIONS),
	"quick replies": (
		replace(REPLIES, buttons=(Button("Yes"),) * 11),
		"10 quick replies",
		replace(REPLIES, buttons=(Button("Yes"),) * 10),
	),
	"websites": (
		replace(ACTIONS, buttons=(VISIT,) * 3),
		"two buttons for websites",
		replace(ACTIONS, buttons=(VISIT, VISIT, CALL)),
	),
	"phone numbers": (
		replace(ACTIONS, buttons=(CALL, CALL)),
		"one for a phone number",
		replace(ACTIONS, buttons=(CALL,)),
	),
	"a button's text": (replace(REPLIES, buttons=(Button(" "),)), "needs a text", REPLIES),
	"a button's length": (
		replace(REPLIES, buttons=(Button(plain(21)),)),
		"20 characters at most",
		replace(REPLIES, buttons=(Button(plain(20)),)),
	),
	"a variable in a button": (
		replace(REPLIES, buttons=(Button("Yes {{1}}"),)),
		"no variables in a button",
		REPLIES,
	),
	"a phone number": (
		replace(ACTIONS, buttons=(replace(CALL, target="0812 3456"),)),
		"with its country code",
		replace(ACTIONS, buttons=(CALL,)),
	),
	"an address": (visiting("example.com"), "begins with https://", visiting("https://example.com")),
	"a variable inside of an address": (
		visiting("https://example.com/{{3}}/status"),
		"at its end",
		visiting("https://example.com/status/{{3}}"),
	),
	"two variables in an address": (
		visiting("https://example.com/{{3}}{{4}}"),
		"at its end",
		visiting("https://example.com/?order={{3}}"),
	),
	"a variable without a slash": (
		visiting("https://example.com{{3}}"),
		"after a slash",
		visiting("https://example.com/{{3}}"),
	),
	"a link to WhatsApp": (
		visiting("https://wa.me/14154443344"),
		"wa.me",
		visiting("https://example.com/wa.me/1"),
	),
}


def said(template: NewTemplate) -> list[str]:
	return [str(problem) for problem in problems(template)]


@pytest.mark.parametrize(("bad", "words", "good"), RULES.values(), ids=RULES)
def test_a_rule_refuses_what_breaks_it_and_nothing_else(bad, words, good):
	assert any(words in sentence for sentence in said(bad))
	assert said(good) == []


@pytest.mark.parametrize("template", [GOOD, PICTURE, BROCHURE, REPLIES, ACTIONS])
def test_each_kind_of_template_can_be_without_a_problem(template):
	assert said(template) == []


def test_what_belongs_to_another_kind_is_not_looked_at():
	"""The form keeps it, so that one may change the kind and change it back."""
	left_over = replace(GOOD, media_url="x", buttons=(Button("Yes {{9}}", WEBSITE, "{{8}}"),))
	assert said(left_over) == []
	assert left_over.variables == ["1", "2"]
	assert replace(left_over, kind=QUICK_REPLIES).variables == ["1", "2"]
	assert replace(left_over, kind=CALL_TO_ACTION).variables == ["1", "2", "8"]
