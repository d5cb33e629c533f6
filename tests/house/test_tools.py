"""The tools that read the code are content: ruff, mypy, import-linter, djlint."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.messages import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["djlint", "--check", "--lint", "web/templates"],
        pytest.param(["mypy"], marks=pytest.mark.slow),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_tool_is_content(command: list[str]) -> None:
    told = subprocess.run([str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False, cwd=ROOT)
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
