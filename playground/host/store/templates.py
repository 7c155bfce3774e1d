"""Content templates."""

import json
from dataclasses import asdict

from wa_window.chat.template import ContentTemplate, Variable

from .database import Database


class TemplateStore(Database):
	def template(self, content_sid: str) -> ContentTemplate | None:
		return next((template for template in self.templates() if template.content_sid == content_sid), None)

	def templates(self) -> list[ContentTemplate]:
		rows = self._run("SELECT content FROM template ORDER BY friendly_name, language")
		return [_template(json.loads(row["content"])) for row in rows]

	def replace_templates(self, templates: list[ContentTemplate]) -> None:
		def write() -> None:
			self._run("DELETE FROM template")
			for template in templates:
				row = {key: getattr(template, key) for key in ("content_sid", "friendly_name", "language")}
				self._insert("template", row | {"content": json.dumps(asdict(template))})

		self.transaction(write)


def _template(content: dict) -> ContentTemplate:
	return ContentTemplate(
		**content
		| {
			"variables": tuple(Variable(**item) for item in content["variables"]),
			"buttons": tuple(content["buttons"]),
			"list_items": tuple(content["list_items"]),
		}
	)
