"""The server answers, ends when it is told to, takes its worker along, and says when its port is taken."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.messages import ROOT


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STEEKPROEF_")}
    return subprocess.Popen(
        [sys.executable, "-m", "web.entry", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**environment, "STEEKPROEF_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answers(port: int, *, seconds: float = 60) -> str:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    return ""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    port = free_port()
    server = serve(tmp_path / "data", port)
    yield server, port
    server.kill()
    server.communicate()


def test_the_server_answers_and_ends_with_its_worker(
    served: tuple["subprocess.Popen[str]", int], tmp_path: Path
) -> None:
    server, port = served
    assert "Sign in" in answers(port)
    assert (tmp_path / "data" / "steekproef.db").exists()
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0
    second = serve(tmp_path / "other", port)
    _out, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
