"""What may be called over HTTP says which types it takes and gives: Frappe checks an argument by its annotation, and only then
(frappe/utils/typing_validations.py)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def whitelisted() -> Iterator[tuple[str, ast.FunctionDef]]:
	"""Place and definition of every function or method under `@frappe.whitelist`."""
	for path in sorted((ROOT / "wa_window").rglob("*.py")):
		for node in ast.walk(ast.parse(path.read_text())):
			if isinstance(node, ast.FunctionDef) and any(is_whitelist(each) for each in node.decorator_list):
				yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def is_whitelist(decorator: ast.expr) -> bool:
	return ast.unparse(decorator).split("(")[0] in ("frappe.whitelist", "whitelist")


def without_type(function: ast.FunctionDef) -> list[str]:
	taken = function.args
	parameters = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
	missing = [
		each.arg for each in parameters if each and not each.annotation and each.arg not in ("self", "cls")
	]
	return missing + ([] if function.returns else ["return"])


def test_every_whitelisted_method_is_annotated():
	found = {place: without_type(function) for place, function in whitelisted()}
	assert len(found) > 20
	assert not {place: missing for place, missing in found.items() if missing}


def test_a_method_without_annotations_would_be_noticed():
	(function,) = ast.parse("def reply(self, body: str, *rest, key, **others): ...").body
	assert without_type(function) == ["key", "rest", "others", "return"]
