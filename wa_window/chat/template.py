"""Content templates: their variables, the limits on them, and when they may be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .arguments import require_readable
from .errors import InvalidMessage, TemplateNotUsable
from .sentences import _lt
from .template_file import FileVariable, file_variable
from .window import Window

APPROVED = "approved"
UNSUBMITTED = "unsubmitted"
# A list to pick from, which WhatsApp does not approve, and which can be sent while the window is open:
# https://www.twilio.com/docs/content/twiliolist-picker
LIST_PICKER = "twilio/list-picker"
# A set of cards, each with a file and buttons of its own: https://www.twilio.com/docs/content/carousel. Its cards are not shown here,
# so nobody would see what they send.
CAROUSEL = "twilio/carousel"
# One-time passcodes, which a program sends: https://www.twilio.com/docs/content/whatsappauthentication
AUTHENTICATION = ("whatsapp/authentication", "AUTHENTICATION")
CANNOT_SEND_CAROUSEL = _lt("Carousels cannot be sent from here. Choose another template.")

# Twilio's limits: https://www.twilio.com/docs/content/using-variables-with-content-api and error 63013, 63021.
MAX_VARIABLES = 100
MAX_NAME = 16
MAX_VALUE = 1600
MAX_RENDERED = 1024

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
BREAKS = re.compile(r"[\n\r\t]| {5,}")


@dataclass(frozen=True)
class Variable:
	"""A variable of a template; it is prefilled from `lead_field`, else with `fallback`."""

	name: str
	sample: str = ""
	lead_field: str = ""
	fallback: str = ""


@dataclass(frozen=True)
class ContentTemplate:
	"""A content template of Twilio's, identified by `content_sid` only: names repeat across languages.

	Beside the body, for the preview: header, URL of a file, footer, titles of buttons, and of the list that a button opens.
	"""

	content_sid: str
	friendly_name: str = ""
	language: str = ""
	category: str = ""
	content_type: str = ""
	body: str = ""
	variables: tuple[Variable, ...] = ()
	approval_status: str = ""
	rejection_reason: str = ""
	usable_outside_window: bool = True
	header: str = ""
	media_url: str = ""
	footer: str = ""
	buttons: tuple[str, ...] = ()
	list_items: tuple[str, ...] = ()

	@property
	def file(self) -> FileVariable | None:
		"""The variable for its file; None where it has none, or where that variable stands in a text too."""
		samples = {variable.name: variable.sample for variable in self.variables}
		(name, *_more) = variables_in(self.media_url) or [""]
		if name in variables_in(self.body, self.header, self.footer, *self.buttons):
			return None
		return file_variable(self.media_url, samples.get(name, ""))

	def options(self, values: Mapping[str, str]) -> tuple[str, ...]:
		"""What a customer can pick, with these values of the variables."""
		return tuple(rendered(option, values) for option in self.list_items or self.buttons)

	@property
	def is_for_programs(self) -> bool:
		"""Whether no person sends it."""
		return self.content_type in AUTHENTICATION or self.category in AUTHENTICATION

	@property
	def needs_no_approval(self) -> bool:
		return self.content_type == LIST_PICKER and self.approval_status == UNSUBMITTED

	@property
	def is_supported(self) -> bool:
		return self.content_type != CAROUSEL


def variables_in(*texts: str) -> list[str]:
	"""The names of the variables written as `{{name}}` in `texts`, each once, in the order in which they appear."""
	return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)))


def rendered(body: str, values: Mapping[str, str]) -> str:
	"""The body with its variables filled; one without a value stays a placeholder."""
	return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), body)


def filled(
	template: ContentTemplate, values: Mapping[str, object], *, has_file: bool = False
) -> dict[str, str]:
	"""The values to send: every variable of the template, checked against Twilio's limits; with `has_file` without that of the file,
	whose link is made when it is sent.

	Twilio silently fills a missing variable with its sample, so a missing one is an error here.
	Raises InvalidMessage, saying which variable and why, or InvalidArgument.
	"""
	file = template.file.name if has_file and template.file else None
	names = [variable.name for variable in template.variables if variable.name != file]
	require_readable(values)
	_refuse_other_names(names, values)
	texts = as_texts(values)
	given = {name: _required(name, texts.get(name, "")) for name in names}
	if len(rendered(template.body, given)) > MAX_RENDERED:
		raise InvalidMessage(
			_lt("The message is longer than {0} characters: shorten your values."),
			MAX_RENDERED,
		)
	return given


def as_texts(values: Mapping[str, object]) -> dict[str, str]:
	"""Names and values as texts; None is an empty one."""
	return {str(name): "" if value is None else str(value) for name, value in values.items()}


def require_usable(template: ContentTemplate | None, window: Window) -> ContentTemplate:
	"""Return the template. Raises TemplateNotUsable unless it exists and may be sent in this state of the window."""
	if template is None:
		raise TemplateNotUsable(_lt("Template not found. Sync the templates, then choose again."))
	if template.approval_status != APPROVED and not template.needs_no_approval:
		raise TemplateNotUsable(_lt("This template is not approved by WhatsApp. Choose another one."))
	if template.is_for_programs:
		raise TemplateNotUsable(_lt("This template is for one-time passcodes. Choose another one."))
	if not template.is_supported:
		raise TemplateNotUsable(CANNOT_SEND_CAROUSEL)
	if not (template.usable_outside_window or window.freeform_allowed):
		raise TemplateNotUsable(
			_lt("This template can only be sent while the window is open. Choose another one.")
		)
	return template


def is_usable(template: ContentTemplate, window: Window) -> bool:
	"""Whether `require_usable` passes."""
	try:
		require_usable(template, window)
	except TemplateNotUsable:
		return False
	return True


def is_shown(template: ContentTemplate, window: Window) -> bool:
	"""Whether it is usable, or would be if this app could send it: that is said rather than hidden."""
	return is_usable(template, window) or (
		not template.is_supported and template.approval_status == APPROVED and not template.is_for_programs
	)


def _refuse_other_names(names: list[str], values: Mapping[str, object]) -> None:
	other = [str(name) for name in values if name not in names]
	if other:
		raise InvalidMessage(
			_lt("This template has no variable {0}. Sync the templates, then try again."), other[0]
		)
	if len(names) > MAX_VARIABLES or any(len(name) > MAX_NAME for name in names):
		raise InvalidMessage(
			_lt("This template has too many variables, or too long names, for WhatsApp. Choose another one.")
		)


def _required(name: str, text: str) -> str:
	if not text.strip():
		raise InvalidMessage(_lt("Fill in {0} first."), name)
	if len(text) > MAX_VALUE:
		raise InvalidMessage(_lt("{0} is longer than {1} characters: shorten it."), name, MAX_VALUE)
	if BREAKS.search(text):
		raise InvalidMessage(
			_lt("{0}: one line only, without tabs or more than four spaces in a row."),
			name,
		)
	return text
