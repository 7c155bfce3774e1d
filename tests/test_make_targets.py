"""What the workflow and the hooks before a commit call is there: `make` targets, which anybody can run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
CALL = re.compile(r"(?:run|entry): make ([a-z-]+)")


@pytest.mark.parametrize("file", [".github/workflows/ci.yml", ".pre-commit-config.yaml"])
def test_every_make_target_that_is_called_exists(file):
	targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
	called = CALL.findall((ROOT / file).read_text())
	assert called
	assert set(called) <= targets


def test_every_step_of_the_workflow_that_checks_something_is_a_make_target():
	steps = re.findall(r"- run: (.+)", (ROOT / ".github/workflows/ci.yml").read_text())
	others = [step for step in steps if not step.startswith("make ")]
	assert others == ["git config --global --add safe.directory '*'"]
