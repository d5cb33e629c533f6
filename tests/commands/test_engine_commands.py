"""Commands that choose, convert and check what recognises speech."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from transcribe.measures import edits, normalised
from web.entry import main

Run = Callable[..., Result]
CLIP = Path(__file__).parent.parent / "transcribe" / "clips" / "parties-nl.ogg"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a data folder of its own."""
    environment = {"STEEKPROEF_DATA_DIR": str(tmp_path / "data")}

    def run(*words: str | Path, **more: str) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env=environment | more)

    return run


@pytest.mark.speech
def test_a_converted_model_says_what_the_first_one_says(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    pytest.importorskip("faster_whisper", exc_type=ImportError)
    folder = tmp_path / "data" / "models" / "voice"
    made = run("models", "convert", "demo-voice", folder)
    assert (made.exit_code, str(folder) in made.output) == (0, True), made.output

    first = run("transcribe", CLIP, "--format", "json")
    second = run(
        "transcribe", CLIP, "--format", "json", STEEKPROEF_ASR_ENGINE="faster-whisper", STEEKPROEF_ASR_MODEL="voice"
    )
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    one, other = json.loads(first.stdout), json.loads(second.stdout)
    assert (one["engine"], one["model"]) == ("openai-whisper", "demo-voice")
    assert (other["engine"], other["model"]) == ("faster-whisper", "voice")
    # On a processor faster-whisper computes in int8, and how that rounds, and so a word or two, depends on the processor.
    said = [
        normalised(" ".join(word["text"] for turn in each["turns"] for word in turn["words"])) for each in (one, other)
    ]
    assert edits(*said) <= 0.2 * len(said[0])
    assert len(one["turns"]) > 1

    listed = json.loads(run("models", "list", "--json").stdout)["models"]
    assert [(fact["name"], fact["configured"]) for fact in listed if fact["path"] == str(folder)] == [("voice", False)]
    assert "not empty" in run("models", "convert", "demo-voice", folder).stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"STEEKPROEF_ASR_ENGINE": "whisperx"}, "There is no engine whisperx. Choose one of openai-whisper,"),
        ({"STEEKPROEF_ASR_ENGINE": "server"}, "needs an address such as"),
        (
            {"STEEKPROEF_ASR_ENGINE": "server", "STEEKPROEF_ASR_SERVER": "https://8.8.8.8"},
            "outside the company's network",
        ),
        ({"STEEKPROEF_ASR_ENGINE": "faster-whisper", "STEEKPROEF_ASR_MODEL": "turbo"}, "no CTranslate2 model turbo"),
    ],
)
def test_doctor_says_what_is_wrong_with_the_engine(run: Run, settings: dict[str, str], sentence: str) -> None:
    problems = json.loads(run("doctor", "--json", **settings).stdout)["problems"]
    assert [problem for problem in problems if sentence in problem]


def test_a_server_needs_no_model_here_and_its_key_is_not_shown(run: Run) -> None:
    told = json.loads(
        run(
            "doctor", "--json", STEEKPROEF_ASR_ENGINE="server", STEEKPROEF_ASR_SERVER="http://10.0.0.5:8000",
            STEEKPROEF_ASR_SERVER_KEY="very secret", STEEKPROEF_ASR_MODEL="large",
        ).stdout
    )  # fmt: skip
    assert not [problem for problem in told["problems"] if "large" in problem or "server" in problem]
    assert "very secret" not in json.dumps(told)
    assert not [fact for fact in told["models"] if fact["kind"] == "asr" and fact["configured"]]


def test_an_engine_that_is_not_there_is_refused_in_a_sentence(run: Run) -> None:
    found = run("transcribe", CLIP, STEEKPROEF_ASR_ENGINE="server", STEEKPROEF_LANGUAGE="nl")
    assert found.exit_code == 1
    assert "heeft een adres nodig" in found.stderr
