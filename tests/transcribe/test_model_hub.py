"""What a user is told, in both languages, when a speaker model cannot be had from the hub or from its folder."""

import hashlib
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
from transcribe.errors import ModelError
from transcribe.model_folder import check_model, copy_folder, files_in, written_sums
from transcribe.pyannote_engine import COMMUNITY_MODEL
from transcribe.speakers import TINY_FOLDER, choose_diariser, speaker_source

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
    "no/pipeline": (200, {}, "neither a pyannote pipeline", "config.yaml"),
    "too/often": (429, {}, "asks to wait before too/often", "too/often"),
    "no/admittance": (418, {}, "answered 418 when asked for no/admittance", "418"),
}
Sentence = tuple[str, dict[str, object]]
#: A file of which the stand-in says another digest than it has.
SPOILT_FILE, SPOILT_DIGEST = "none", "f" * 64


#: The models that the stand-in can give out, by name; the gated ones only tell which files they have.
NO_PIPELINE = TINY_FOLDER / "plda"
GIVEN = {
    "good/voices": TINY_FOLDER,
    "no/pipeline": NO_PIPELINE,
    "gated/anonymous": TINY_FOLDER,
    "gated/refused": TINY_FOLDER,
}
COMMIT = "0" * 40


class Hub(BaseHTTPRequestHandler):
    """A local stand-in for the model hub that answers as ``ANSWERS`` says, and gives out ``GIVEN``."""

    def do_GET(self) -> None:
        api = self.path.startswith("/api/models/")
        name = "/".join(self.path.removeprefix("/api/models").split("/")[1:3])
        if name in GIVEN and (api or ANSWERS.get(name, (200,))[0] == 200):
            self.give(name, api=api)
            return
        status, headers, _, _ = ANSWERS.get(name, (404, {}, "", ""))
        self.answer(status, headers, b"")

    do_HEAD = do_GET  # noqa: N815

    def give(self, name: str, *, api: bool) -> None:
        folder = GIVEN[name]
        if api:
            listing: object = tree_of(folder) if "/tree/" in self.path else {"id": name, "modelId": name, "sha": COMMIT}
            self.answer(200, {"Content-Type": "application/json"}, json.dumps(listing).encode())
            return
        content = (folder / self.path.split(f"/resolve/{COMMIT}/")[1]).read_bytes()
        told = SPOILT_DIGEST if self.path.endswith(SPOILT_FILE) else hashlib.sha256(content).hexdigest()
        self.answer(200, {"ETag": f'"{told}"', "X-Repo-Commit": COMMIT}, content)

    def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for key, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Stay silent."""


def tree_of(folder: Path) -> list[dict[str, object]]:
    """What the hub tells of a model's files."""
    return [
        {"type": "file", "path": file.relative_to(folder).as_posix(), "size": file.stat().st_size, "oid": COMMIT}
        for file in files_in(folder)
    ]


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
from transcribe.errors import ModelError
from transcribe.model_fetching import fetch_model
cache, *names = sys.argv[1:]
told = {}
for name in names:
    token = None if name == "gated/anonymous" else "hf_test"
    name, _, source = name.partition(" from ")
    try:
        path = fetch_model(name, models=Path(cache), report=print, token=token, source=source or None)
    except ModelError as error:
        told[name] = (error.msgid, {key: str(value) for key, value in error.params.items()})
    else:
        told[name] = (str(path), {})
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
    """What the hub's answers come to, with ``hub`` for its address and ``models`` for the folder of models."""
    models = tmp_path_factory.mktemp("models")
    folder = Path(shutil.copytree(TINY_FOLDER, tmp_path_factory.mktemp("stick") / "parts"))
    config = folder / "config.yaml"
    whole = config.read_text(encoding="utf-8")
    config.write_text(whole.replace("$model/segmentation", "gated/refused"), encoding="utf-8")
    with hub() as address:
        found = ask(address, models, [*ANSWERS, "two words/and/more", f"made/parts from {folder}", "good/voices"])
    return found | {"hub": (address, {}), "models": (str(models), {})}


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
    assert "terms of gated/refused are not accepted" in in_both(told["made/parts"])[0]


@pytest.mark.speech
def test_what_is_no_name_is_called_so(told: dict[str, Sentence]) -> None:
    assert "There is no model two words/and/more to fetch" in in_both(told["two words/and/more"])[0]
    assert "two words is neither a folder" in str(choose_diariser("two words").warnings[-1])


@pytest.mark.speech
def test_a_model_of_the_hub_lies_in_the_folder_of_models_whole_and_with_its_sums(told: dict[str, Sentence]) -> None:
    models = Path(told["models"][0])
    folder = models / "voices"

    assert told["good/voices"][0] == str(folder)
    assert sorted(written_sums(folder)) == sorted(file.relative_to(folder).as_posix() for file in files_in(folder))
    assert {file.relative_to(folder) for file in files_in(folder)} == {
        file.relative_to(TINY_FOLDER) for file in files_in(TINY_FOLDER)
    }
    assert not (folder / ".cache").exists()
    for name in ("good/voices", "voices"):
        assert speaker_source(name, models=models).folder == folder
    check_model(folder)
    (folder / "config.yaml").write_text("pipeline: {name: changed}\n", encoding="utf-8")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        check_model(folder)


@pytest.mark.speech
def test_a_fetched_model_tells_speakers_apart_with_the_network_off(told: dict[str, Sentence], tmp_path: Path) -> None:
    shutil.copytree(TINY_FOLDER, tmp_path / "voices")
    asked = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path)],
        env=os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert asked.stdout.split() == ["pyannote:voices", "0"]


LOAD = """
import sys
from pathlib import Path
from transcribe.speakers import choose_diariser
choice = choose_diariser("good/voices", models=Path(sys.argv[1]), threads=1)
print(choice.diariser.name, len(choice.warnings))
"""


@pytest.mark.speech
def test_a_file_that_is_not_what_the_hub_has_is_refused_and_left_out(tmp_path: Path) -> None:
    with hub() as address, pytest.MonkeyPatch.context() as changing:
        changing.setattr(sys.modules[__name__], "SPOILT_FILE", "plda.npz")
        told = ask(address, tmp_path, ["good/voices"])
        assert "did not arrive as the hub has it" in in_both(told["good/voices"])[0]
        assert not (tmp_path / "voices").exists()
        changing.setattr(sys.modules[__name__], "SPOILT_FILE", "none")
        assert ask(address, tmp_path, ["good/voices"])["good/voices"][0] == str(tmp_path / "voices")


@pytest.mark.speech
@pytest.mark.parametrize("offline", [pytest.param("0", marks=pytest.mark.slow), "1"])
def test_without_a_network_the_user_is_told_to_copy_the_model(tmp_path: Path, offline: str) -> None:
    told = ask("http://127.0.0.1:9", tmp_path, [COMMUNITY_MODEL], HF_HUB_OFFLINE=offline)

    assert "Copy its folder here" in in_both(told[COMMUNITY_MODEL])[0]


def test_a_model_that_is_not_here_is_never_asked_for_but_named(tmp_path: Path) -> None:
    warning = choose_diariser(COMMUNITY_MODEL, models=tmp_path).warnings[-1]

    english, dutch = in_both((warning.msgid, warning.params))
    for sentence in (english, dutch):
        assert f"`steekproef models fetch {COMMUNITY_MODEL}`" in sentence
        assert str(tmp_path / "speaker-diarization-community-1") in sentence


@pytest.mark.parametrize(
    "where", ["voices", "", "models--good--voices/snapshots/abc", "hub/models--good--voices/snapshots/abc"]
)
def test_a_model_is_copied_from_a_folder_with_its_sums(tmp_path: Path, where: str) -> None:
    stick, models = tmp_path / "stick", tmp_path / "models"
    folder = Path(shutil.copytree(TINY_FOLDER, stick / where, dirs_exist_ok=True))

    copied = copy_folder("good/voices", stick, models=models)
    assert copied == models / "voices"
    assert not list(models.glob("*.part"))

    shutil.copy(copied / "SHA256SUMS", folder)
    (folder / "embedding" / "pytorch_model.bin").write_bytes(b"PK changed on the way")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        copy_folder("good/voices", stick, models=tmp_path / "others")
    assert not (tmp_path / "others" / "voices").exists()


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
