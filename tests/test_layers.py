"""The allowed imports of each layer: see docs/architecture.md."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Folder -> first names of forbidden imports.
FORBIDDEN = {
	"wa_window/chat": {"frappe", "twilio", "werkzeug", "requests", "pypika", "playground"},
	"wa_window/twilio_channel": {"frappe", "werkzeug", "pypika", "playground"},
	"wa_window/frappe_host": {"playground", "werkzeug"},
	"wa_window/api": {"playground", "twilio", "pypika"},
	"wa_window/patches": {"playground", "twilio"},
	"playground": {"frappe", "pypika"},
}
# Folder -> the app's packages that it may import: only those below it.
MAY_USE = {
	"wa_window/chat": {"chat"},
	"wa_window/twilio_channel": {"chat", "twilio_channel"},
	"wa_window/frappe_host": {"chat", "twilio_channel", "frappe_host"},
	"wa_window/api": {"chat", "twilio_channel", "frappe_host"},
	"wa_window/wa_window": {"chat", "frappe_host", "wa_window"},
	"wa_window/site": {"frappe_host"},
	"wa_window/patches": {"chat", "twilio_channel", "frappe_host", "patches"},
	"playground": {"chat", "twilio_channel"},
}


def imports_of(path: Path) -> set[str]:
	"""Absolute dotted names of all imports in a file, relative ones resolved."""
	package = path.relative_to(ROOT).with_suffix("").parts[:-1]
	found = set()
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.Import):
			found |= {alias.name for alias in node.names}
		elif isinstance(node, ast.ImportFrom):
			base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
			module = ".".join(filter(None, (base, node.module)))
			found |= {f"{module}.{alias.name}" for alias in node.names}
	return found


def files_in(folder: str) -> list[Path]:
	return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_layer_imports_what_is_foreign_to_it(folder):
	for path in files_in(folder):
		firsts = {name.split(".")[0] for name in imports_of(path)}
		assert not firsts & FORBIDDEN[folder], path


@pytest.mark.parametrize("folder", MAY_USE)
def test_each_layer_uses_only_those_below_it(folder):
	for path in files_in(folder):
		used = {name.split(".")[1] for name in imports_of(path) if name.startswith("wa_window.")}
		assert used <= MAY_USE[folder], path


def test_the_store_reads_no_settings():
	"""They are passed as values, since the settings are read by the store's statements."""
	for path in files_in("wa_window/frappe_host/store"):
		used = {name.split(".")[2] for name in imports_of(path) if name.startswith("wa_window.frappe_host.")}
		assert used <= {"store", "clock"}, path


def test_the_window_is_decided_in_one_place():
	"""The 24 hours are a constant in one line; other code calls `window_at`."""
	deciding = [
		path.relative_to(ROOT).as_posix()
		for folder in (
			"wa_window/chat",
			"wa_window/frappe_host",
			"wa_window/api",
			"wa_window/wa_window",
			"wa_window/twilio_channel",
		)
		for path in files_in(folder)
		if "24 * 60" in path.read_text() or "86_400" in path.read_text() or "86400" in path.read_text()
	]
	assert deciding == ["wa_window/chat/window.py"]


def test_nothing_but_the_window_itself_knows_how_long_it_is_open():
	"""Queries use `inbound_bounds`."""
	for folder in ("wa_window", "playground"):
		for path in files_in(folder):
			if path.parts[-2:] != ("chat", "window.py") and "tests" not in path.parts:
				assert "WINDOW_MS" not in path.read_text(), path


def test_only_twilios_boundary_knows_twilios_error_codes():
	"""All other code uses the reason."""
	for folder in ("wa_window/chat", "wa_window/frappe_host", "wa_window/api", "playground/host"):
		for path in files_in(folder):
			numbers = {
				node.value
				for node in ast.walk(ast.parse(path.read_text()))
				if isinstance(node, ast.Constant)
				and re.fullmatch(r"(204|205|21[2-9]|63\d)\d\d", str(node.value))
			}
			assert not numbers, path
