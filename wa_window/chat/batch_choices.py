"""What there is to choose from for a template to many."""

from typing import Any

from . import outbound
from .batch_host import BatchHost
from .sentences import Sentence, _lt
from .serializers import template_to_dict
from .template import ContentTemplate

OWN_FILE = _lt("This template takes a file, which is chosen in a chat. Choose another template.")


def choices(doctype: str, host: BatchHost) -> dict[str, Any]:
	"""The approved `templates`, the `fields` of these records that may fill a variable, each with its label, and the `senders`, the
	default one first. A template's variables are prefilled with the `field` and the text (`value`) that a manager has set."""
	fields = host.record_fields(doctype)
	default = host.default_sender().address
	senders = sorted(host.senders(), key=lambda sender: sender.address != default)
	return {
		"templates": [_template(each, fields, host) for each in outbound.usable_templates(host.chat, None)],
		"fields": [{"fieldname": name, "label": label} for name, label in fields.items()],
		"senders": [{"address": each.address, "label": host.label_of(each.address)} for each in senders],
	}


def _template(template: ContentTemplate, fields: dict[str, str], host: BatchHost) -> dict[str, Any]:
	locale, files = host.locale(), host.file_address()
	shown = template_to_dict(template, lambda field: None, lambda field: fields.get(field, ""), files, locale)
	if template.file and template.file.takes(files):
		shown["problem"] = Sentence(OWN_FILE).render(locale)
	return shown
