"""The demo company by its real chain: stopped half-way, resumed, complete, and heard well enough."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.house.messages import ROOT

LONGEST_SECONDS = 900


def start(folder: Path) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STEEKPROEF_")}
    return subprocess.Popen(
        [sys.executable, "-m", "web.entry", "demo", "--dir", str(folder), "--no-serve", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.speech
@pytest.mark.timeout(2 * LONGEST_SECONDS)
def test_the_demo_is_built_stopped_resumed_and_heard_well(tmp_path: Path) -> None:
    if importlib.util.find_spec("whisper") is None:
        missing("The demo needs the speech group: uv sync --group speech.")
    first = start(tmp_path / "demo")
    assert first.stderr is not None
    heard = 0
    for line in first.stderr:
        if progress := re.search(r"Transcribing: (\d+) of", line):
            heard = int(progress[1])
        if heard:
            break
    # Not the signal of Ctrl-C: whoever runs the tests in the background may have it ignored, and so would the child.
    first.send_signal(signal.SIGTERM)
    _out, said = first.communicate(timeout=120)
    assert heard > 0
    assert "run the command again" in said

    began = time.monotonic()
    second = start(tmp_path / "demo")
    out, said = second.communicate(timeout=LONGEST_SECONDS)
    assert second.returncode == 0, said
    found = json.loads(out)
    assert found["recordings"] >= 24
    assert found["chats"] >= 120
    assert found["turns"] > 1_000
    assert found["wer_en"] <= 0.12
    assert found["wer_nl"] <= 0.12
    assert found["turns_right_stereo"] == 1.0
    assert found["der_stereo"] <= 0.10
    assert found["drawn"] >= 70
    assert found["evaluations"] >= 60
    assert found["reports"] == 6
    assert found["seconds_total"] <= time.monotonic() - began
