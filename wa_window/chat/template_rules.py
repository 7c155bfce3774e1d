"""What Twilio and Meta refuse in a new template, said before it is sent to them.

Each rule names the page that it is taken from:
APPROVALS is https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses
VARIABLES is https://www.twilio.com/docs/content/using-variables-with-content-api
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from .media_types import type_of
from .sentences import Sentence, _lt
from .template import (
	BREAKS,
	MAX_NAME,
	MAX_RENDERED,
	MAX_VALUE,
	MAX_VARIABLES,
	PLACEHOLDER,
	rendered,
	variables_in,
)
from .template_file import TYPES

TEXT, MEDIA, QUICK_REPLIES, CALL_TO_ACTION = KINDS = (
	"Text",
	"Picture or File",
	"Quick Replies",
	"Call to Action",
)
WEBSITE, PHONE_NUMBER = "Website", "Phone Number"

NAME = re.compile(r"[a-z0-9_]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
# https://www.twilio.com/docs/content/twilio-call-to-action; the other kinds: error 63021, as when a template is sent.
MAX_BODY = {CALL_TO_ACTION: 640}
# https://www.twilio.com/docs/content/twilio-quick-reply and twilio-call-to-action
MAX_TITLE = 20
MAX_QUICK_REPLIES, MAX_WEBSITES, MAX_PHONE_NUMBERS = 10, 2, 1
MAX_EMOJIS = 10
# What is written without blanks between words cannot be counted in them.
WITHOUT_BLANKS = ("zh", "ja", "th", "lo", "km", "my")

BRACES = re.compile(r"\{\{|\}\}")
WHITESPACE = re.compile(r"\t| {5,}")
# A flag is two characters; what only colours another emoji is none.
EMOJI = re.compile("[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001f3fa\U0001f400-\U0001faff\u2600-\u27bf]")
AT_START = re.compile(rf"\s*{PLACEHOLDER.pattern}")
AT_END = re.compile(PLACEHOLDER.pattern + r"[\s.,;:!?…)\]\"'”’-]*")
WORD = re.compile(r"\w")
STATIC_DOMAIN = re.compile(r"https?://[^\s/{}]+/\S*")
LINK_WITHOUT_VARIABLE = re.compile(r"https?://[^\s/{}]+\S*")
E164 = re.compile(r"\+[1-9]\d{6,14}")
WHATSAPP_LINK = re.compile(r"//(wa\.me|api\.whatsapp\.com)\b", re.IGNORECASE)

TAKEN = _lt(
	"There is a template with this name and language already, or there was one in the last 30 days. Choose another name."
)


@dataclass(frozen=True)
class Button:
	"""`action` is WEBSITE or PHONE_NUMBER, `target` its address or number; a quick reply has the title alone."""

	title: str
	action: str = ""
	target: str = ""


@dataclass(frozen=True)
class NewTemplate:
	"""A template as it is written here; `samples` are by the names of its variables."""

	name: str
	language: str
	category: str
	kind: str
	body: str
	media_url: str = ""
	samples: Mapping[str, str] = field(default_factory=dict)
	buttons: tuple[Button, ...] = ()

	@property
	def variables(self) -> list[str]:
		"""All of its variables, in the order in which they appear."""
		return variables_in(self.body, *self.addresses)

	@property
	def shown_buttons(self) -> tuple[Button, ...]:
		"""Those that its kind has: the form keeps what belongs to another kind."""
		return self.buttons if self.kind in (QUICK_REPLIES, CALL_TO_ACTION) else ()

	@property
	def addresses(self) -> tuple[str, ...]:
		"""Of its file, or of its buttons."""
		if self.kind == MEDIA:
			return (self.media_url,)
		return tuple(button.target for button in self.buttons) if self.kind == CALL_TO_ACTION else ()


def problems(template: NewTemplate) -> list[Sentence]:
	"""Why it would be refused, each as a sentence; empty where nothing is known."""
	return [sentence for rule in RULES for sentence in rule(template)]


Found = Iterator[Sentence]


def _name(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/content-api-resources: "only lowercase alphanumeric characters and underscores"."""
	if not NAME.fullmatch(template.name):
		yield Sentence(_lt("Name: only small letters a to z, digits and underscores, such as order_update."))


def _language(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/content-api-resources: two letters, some with a region such as pt_BR."""
	if not LANGUAGE.fullmatch(template.language):
		yield Sentence(_lt("Language: a code such as id, en or pt_BR."))


def _body_length(template: NewTemplate) -> Found:
	"""Its variables filled with their samples, since Meta sees it so."""
	longest = MAX_BODY.get(template.kind, MAX_RENDERED)
	if not template.body.strip():
		yield Sentence(_lt("Write the message."))
	if len(rendered(template.body, template.samples)) > longest:
		yield Sentence(_lt("The message with its samples is longer than {0} characters."), (longest,))


def _whitespace(template: NewTemplate) -> Found:
	"""APPROVALS."""
	if WHITESPACE.search(template.body):
		yield Sentence(_lt("Remove tabs, and more than four spaces in a row."))


def _emojis(template: NewTemplate) -> Found:
	"""APPROVALS: "more than 10 emojis"."""
	if len(EMOJI.findall(template.body)) > MAX_EMOJIS:
		yield Sentence(_lt("Use {0} emojis at most."), (MAX_EMOJIS,))


def _braces(template: NewTemplate) -> Found:
	"""APPROVALS: "malformed placeholders". VARIABLES: without blanks."""
	texts = (template.body, *template.addresses)
	if any(BRACES.search(PLACEHOLDER.sub("", text)) for text in texts):
		words = _lt("A variable is a number, or a name of letters, digits and underscores: {0} or {1}.")
		yield Sentence(words, ("{{1}}", "{{name}}"))


def _variable_limits(template: NewTemplate) -> Found:
	"""VARIABLES."""
	for name in template.variables:
		if len(name) > MAX_NAME:
			yield Sentence(_lt("{0}: a variable's name has {1} characters at most."), (name, MAX_NAME))
	if len(template.variables) > MAX_VARIABLES:
		yield Sentence(_lt("Use {0} variables at most."), (MAX_VARIABLES,))


def _sequence(template: NewTemplate) -> Found:
	"""VARIABLES: "variable definitions should not skip over integers"."""
	numbers = sorted(int(name) for name in template.variables if name.isdigit())
	missing = next((n for n, number in enumerate(numbers, start=1) if n != number), 0)
	if missing:
		yield Sentence(_lt("Number the variables from 1 without gaps: {0} is missing."), (missing,))


def _edges(template: NewTemplate) -> Found:
	"""APPROVALS: rejected at the beginning or end. VARIABLES: punctuation after it does not help."""
	if AT_START.match(template.body):
		yield Sentence(_lt("Write something before the first variable: a message cannot begin with one."))
	if any(AT_END.fullmatch(template.body, found.start()) for found in PLACEHOLDER.finditer(template.body)):
		yield Sentence(_lt("Write something after the last variable: a message cannot end with one."))


def _neighbours(template: NewTemplate) -> Found:
	"""APPROVALS: "at least one word between variables"."""
	found = list(PLACEHOLDER.finditer(template.body))
	for first, second in pairwise(found):
		if not WORD.search(template.body[first.end() : second.start()]):
			yield Sentence(_lt("Write at least a word between {0} and {1}."), (first[0], second[0]))


def _words(template: NewTemplate) -> Found:
	"""VARIABLES: "for every 'x' variables, there must be 2x+1 non-variable words"."""
	if template.language.startswith(WITHOUT_BLANKS):
		return
	variables = len(PLACEHOLDER.findall(template.body))
	words = sum(bool(WORD.search(word)) for word in PLACEHOLDER.sub(" ", template.body).split())
	needed = 2 * variables + 1
	if variables and words < needed:
		text = _lt("Too few words for {0} variables: write at least {1}; there are {2}.")
		yield Sentence(text, (variables, needed, words))


def _samples(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/twilio-quick-reply: "A sample value for each variable is required". Its form is that of a
	value: VARIABLES."""
	for name in template.variables:
		sample = template.samples.get(name, "")
		if not sample.strip():
			yield Sentence(_lt("Give a sample for {0}: Meta reads the message with it."), (name,))
		elif BREAKS.search(sample):
			yield Sentence(
				_lt("{0}: one line only, without tabs or more than four spaces in a row."), (name,)
			)
		elif len(sample) > MAX_VALUE:
			yield Sentence(_lt("{0} is longer than {1} characters: shorten it."), (name, MAX_VALUE))


def _media(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/twilio-media: variables only after the domain; with its sample it "must contain the file
	type". The types: `template_file.TYPES`."""
	if template.kind != MEDIA:
		return
	if not STATIC_DOMAIN.fullmatch(template.media_url):
		yield Sentence(
			_lt("File: its address begins with https:// and a domain; a variable may stand after the slash.")
		)
		return
	path = urlsplit(rendered(template.media_url, template.samples)).path
	if type_of(path) not in {each for types in TYPES.values() for each in types}:
		yield Sentence(
			_lt(
				"File: with its sample, the address must end in the name of a JPEG, PNG, MP4, PDF or Office file, "
				"such as /brochure.pdf."
			)
		)


def _titles(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/twilio-quick-reply and twilio-call-to-action: 20 characters; variables in a quick reply's
	only inside the window, in the others' never."""
	for button in template.shown_buttons:
		if not button.title.strip():
			yield Sentence(_lt("Each button needs a text."))
		if len(button.title) > MAX_TITLE:
			yield Sentence(
				_lt("“{0}”: a button's text has {1} characters at most."), (button.title, MAX_TITLE)
			)
		if PLACEHOLDER.search(button.title):
			yield Sentence(_lt("“{0}”: no variables in a button's text."), (button.title,))


def _button_counts(template: NewTemplate) -> Found:
	"""https://www.twilio.com/docs/content/twilio-quick-reply: "between 1 and 10"; twilio-call-to-action: two addresses, one call."""
	buttons = template.shown_buttons
	if template.kind in (QUICK_REPLIES, CALL_TO_ACTION) and not buttons:
		yield Sentence(_lt("Add a button."))
	if template.kind == QUICK_REPLIES and len(buttons) > MAX_QUICK_REPLIES:
		yield Sentence(_lt("Use {0} quick replies at most."), (MAX_QUICK_REPLIES,))
	if template.kind == CALL_TO_ACTION:
		actions = [button.action for button in buttons]
		if actions.count(WEBSITE) > MAX_WEBSITES or actions.count(PHONE_NUMBER) > MAX_PHONE_NUMBERS:
			yield Sentence(_lt("Use two buttons for websites and one for a phone number at most."))


def _targets(template: NewTemplate) -> Found:
	if template.kind != CALL_TO_ACTION:
		return
	for button in template.buttons:
		rule = _phone_number if button.action == PHONE_NUMBER else _website
		yield from rule(button)


def _phone_number(button: Button) -> Found:
	"""https://www.twilio.com/docs/content/twilio-call-to-action: E.164, without variables."""
	if not E164.fullmatch(button.target):
		yield Sentence(
			_lt("“{0}”: write the phone number with its country code, such as +62215550123."), (button.title,)
		)


def _website(button: Button) -> Found:
	"""https://www.twilio.com/docs/content/twilio-call-to-action: variables at the end of the address. VARIABLES: after a slash.
	APPROVALS: no link to WhatsApp itself."""
	static, *variables = PLACEHOLDER.split(button.target)[::2]
	at_end = not variables or (variables == [""] and STATIC_DOMAIN.fullmatch(static))
	if not (LINK_WITHOUT_VARIABLE.fullmatch(static) and at_end):
		yield Sentence(
			_lt("“{0}”: the address begins with https://; one variable may stand at its end, after a slash."),
			(button.title,),
		)
	if WHATSAPP_LINK.search(button.target):
		yield Sentence(
			_lt("“{0}”: Meta refuses links to WhatsApp (wa.me). Use the phone number."), (button.title,)
		)


RULES: tuple[Callable[[NewTemplate], Found], ...] = (
	_name,
	_language,
	_body_length,
	_whitespace,
	_emojis,
	_braces,
	_variable_limits,
	_sequence,
	_edges,
	_neighbours,
	_words,
	_samples,
	_media,
	_titles,
	_button_counts,
	_targets,
)
