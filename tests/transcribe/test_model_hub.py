"""What a user is told, in both languages, when a speaker model cannot be had from the hub or from its folder."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qa.i18n import Language, Text, say
from transcribe.pyannote_engine import COMMUNITY_MODEL
from transcribe.speakers import TINY_FOLDER, choose_diariser

#: What the stand-in hub answers for each model, and the words by which its sentence is known in English and Dutch.
ANSWERS: dict[str, tuple[int, dict[str, str], str, str]] = {
    "gated/anonymous": (
        401,
        {"X-Error-Code": "GatedRepo"},
        "needs a free account at the model hub: 1. accept the terms at {hub}/gated/anonymous, 2.",
        "{hub}/gated/anonymous",
    ),
    "gated/refused": (
        403,
        {"X-Error-Code": "GatedRepo"},
        "Your token works, but the terms of gated/refused are not accepted",
        "{hub}/gated/refused",
    ),
    "wrong/token": (
        401,
        {"X-Error-Message": "Invalid credentials in Authorization header"},
        "The model token is not valid",
        "",
    ),
    "wrong/name": (404, {"X-Error-Code": "RepoNotFound"}, "There is no speaker model named wrong/name", "wrong/name"),
    "no/pipeline": (404, {"X-Error-Code": "EntryNotFound"}, "holds no config.yaml", "config.yaml"),
    "too/often": (429, {}, "asks to wait before too/often", "too/often"),
    "no/admittance": (418, {}, "answered 418 when asked for no/admittance", "418"),
}
Sentence = tuple[str, dict[str, object]]


class Hub(BaseHTTPRequestHandler):
    """A local stand-in for the model hub that answers as ``ANSWERS`` says."""

    def do_HEAD(self) -> None:
        status, headers, _, _ = ANSWERS["/".join(self.path.split("/")[1:3])]
        self.send_response(status)
        for key, value in (headers | {"Content-Length": "0"}).items():
            self.send_header(key, value)
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Stay silent."""


@contextmanager
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ASK = """
import json, sys
from pathlib import Path
from transcribe.speakers import choose_diariser
cache, *names = sys.argv[1:]
told = {}
for name in names:
    token = None if name == "gated/anonymous" else "hf_test"
    sentence = choose_diariser(name, models=Path(cache), token=token).warnings[-1]
    told[name] = (sentence.msgid, {key: str(value) for key, value in sentence.params.items()})
print(json.dumps(told))
"""


def ask(address: str, cache: Path, names: list[str], **more: str) -> dict[str, Sentence]:
    """What a user is told who asks the hub at ``address`` for models; in a process of its own, which reads it once."""
    environment = os.environ | {"HF_ENDPOINT": address, "HF_HOME": str(cache / "home"), "HF_TOKEN": ""}
    asked = subprocess.run(
        [sys.executable, "-c", ASK, str(cache), *names],
        env=environment | {"HF_HUB_OFFLINE": "0"} | more, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Sentence] = json.loads(asked.stdout)
    return told


def in_both(sentence: Sentence) -> tuple[str, str]:
    """The sentence in English and in Dutch, which must differ."""
    english, dutch = (say(Text(*sentence), language) for language in (Language.EN, Language.NL))
    assert english != dutch
    return english, dutch


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sentence]:
    """What the hub's answers come to, with ``{hub}`` for its address and ``{folder}`` for a folder of models."""
    folder = Path(shutil.copytree(TINY_FOLDER, tmp_path_factory.mktemp("models") / "voices"))
    config = folder / "config.yaml"
    whole = config.read_text(encoding="utf-8")
    config.write_text(whole.replace("$model/segmentation", "gated/refused"), encoding="utf-8")
    with hub() as address:
        found = ask(address, folder.parent, [*ANSWERS, "two words", str(folder)])
    return found | {"folder": found[str(folder)], "hub": (address, {})}


@pytest.mark.speech
@pytest.mark.parametrize("name", ANSWERS)
def test_each_refusal_of_the_hub_has_its_own_sentence(told: dict[str, Sentence], name: str) -> None:
    english, dutch = in_both(told[name])

    assert ANSWERS[name][2].format(hub=told["hub"][0]) in english
    assert ANSWERS[name][3].format(hub=told["hub"][0]) in dutch
    assert [other for other in ANSWERS if told[other] == told[name]] == [name]


@pytest.mark.speech
def test_without_a_token_a_gated_model_tells_the_three_steps(told: dict[str, Sentence]) -> None:
    english, dutch = in_both(told["gated/anonymous"])

    assert all(step in english for step in ("1. accept", "2. make a token", "3. set it", "Stereo calls need none"))
    assert all(step in dutch for step in ("1. ", "2. ", "3. ", "STEEKPROEF_HUB_TOKEN", "STEEKPROEF_SPEAKER_MODEL"))


@pytest.mark.speech
def test_a_part_that_is_gated_by_itself_is_the_one_that_is_named(told: dict[str, Sentence]) -> None:
    assert "terms of gated/refused are not accepted" in in_both(told["folder"])[0]


@pytest.mark.speech
def test_what_is_no_name_is_called_so(told: dict[str, Sentence]) -> None:
    assert "two words is neither a folder" in in_both(told["two words"])[0]


@pytest.mark.speech
def test_with_the_network_switched_off_the_user_is_told_to_copy_the_model(tmp_path: Path) -> None:
    told = ask("http://127.0.0.1:9", tmp_path, [COMMUNITY_MODEL], HF_HUB_OFFLINE="1")

    assert "Copy its folder here" in in_both(told[COMMUNITY_MODEL])[0]


@pytest.mark.speech
@pytest.mark.slow
def test_without_a_network_the_user_is_told_to_copy_the_model(tmp_path: Path) -> None:
    told = ask("http://127.0.0.1:9", tmp_path, [COMMUNITY_MODEL])

    assert "Copy its folder here" in in_both(told[COMMUNITY_MODEL])[0]


def test_a_token_that_would_be_dropped_is_refused_before_anybody_is_asked() -> None:
    warning = choose_diariser(COMMUNITY_MODEL, token="abc").warnings[-1]

    english, dutch = in_both((warning.msgid, warning.params))
    assert "does not begin with hf_" in english
    assert "hf_" in dutch


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_config(folder: Path) -> None:
    (folder / "config.yaml").unlink()


def leave_pointer(folder: Path) -> None:
    (folder / "embedding" / "pytorch_model.bin").write_text("version https://git-lfs.github.com/spec/v1\n")


@pytest.mark.parametrize(
    ("damage", "told"), [(lose, "does not exist"), (lose_config, "no config.yaml"), (leave_pointer, "git-lfs pointer")]
)
def test_a_damaged_folder_is_told_in_both_languages(tmp_path: Path, damage: Callable[[Path], None], told: str) -> None:
    folder = Path(shutil.copytree(TINY_FOLDER, tmp_path / "voices"))
    damage(folder)

    warning = choose_diariser(str(folder)).warnings[-1]

    english, dutch = in_both((warning.msgid, warning.params))
    assert told in english
    assert str(folder) in dutch
