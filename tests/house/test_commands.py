"""Every command and option explains itself; every setting stands in the README."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from qa.errors import InvalidError
from qa.settings import read_settings, setting_names
from tests.house.messages import ROOT
from web.entry import Commands, main


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path) or "steekproef", group
    if isinstance(group, click.Group):
        with click.Context(group) as context:
            for name in group.list_commands(context):
                command = group.get_command(context, name)
                assert command is not None, name
                yield from commands(command, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), list(commands(main)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_has_help(path: str, command: click.Command) -> None:
    assert command.help, path
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.name}"


def test_each_command_stands_under_its_own_name() -> None:
    for name, place in Commands.places.items():
        assert place.load().name == name
        assert place.about.endswith(".")


@pytest.mark.parametrize("name", sorted(setting_names()))
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(InvalidError, match="STEEKPROEF_PROT"):
        read_settings({"STEEKPROEF_PROT": "8080"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STEEKPROEF_PORT", "eighty"),
        ("STEEKPROEF_DEMO", "perhaps"),
        ("STEEKPROEF_LANGUAGE", "fr"),
        ("STEEKPROEF_TIME_ZONE", "Mars/Olympus"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("start", ["import web.app", "import web.entry"])
def test_pages_and_help_load_no_speech_library(start: str) -> None:
    heavy = ["torch", "whisper", "pyannote", "silero_vad", "onnxruntime"]
    code = f"{start}; import sys; print([name for name in {heavy!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"
