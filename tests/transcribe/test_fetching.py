"""A model file over HTTP and from a folder: going on where it was cut off, and never taking what is wrong."""

import hashlib
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.i18n import Language, Text, say
from tests.transcribe.file_server import Served, serving
from transcribe.errors import ModelError
from transcribe.fetching import PAUSES, Arrival, Wanted, copy, download

CONTENT = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(CONTENT) as found:
        yield found


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    return Wanted("small", tmp_path / "models" / "small.pt", DIGEST)


def part_of(wanted: Wanted) -> Path:
    return wanted.target.with_name("small.pt.part")


def refused(wanted: Wanted, address: str) -> str:
    """The English sentence of a download that fails; the Dutch one must be another."""
    with pytest.raises(ModelError) as error:
        download(wanted, address, report=lambda _: None, sleep=lambda _: None)
    dutch = say(Text(error.value.msgid, error.value.params), Language.NL)
    assert dutch != str(error.value)
    return str(error.value)


def test_a_file_comes_whole_and_tells_how_far_it_is(served: Served, wanted: Wanted) -> None:
    told: list[Arrival] = []

    assert download(wanted, f"{served.address}/small.pt", report=told.append) == wanted.target
    assert wanted.target.read_bytes() == CONTENT
    assert (told[-1].done, told[-1].total) == (len(CONTENT), len(CONTENT))
    assert told[-1].speed > 0
    assert not part_of(wanted).exists()


def test_a_redirect_is_followed(served: Served, wanted: Wanted) -> None:
    download(wanted, f"{served.address}/moved/small.pt", report=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT


def test_what_an_earlier_attempt_left_is_not_fetched_again(served: Served, wanted: Wanted) -> None:
    wanted.target.parent.mkdir()
    part_of(wanted).write_bytes(CONTENT[:1_000_000])

    download(wanted, f"{served.address}/moved/small.pt", report=lambda _: None)

    assert served.asked == ["bytes=1000000-"]
    assert wanted.target.read_bytes() == CONTENT


def test_a_whole_part_only_has_to_be_checked(served: Served, wanted: Wanted) -> None:
    wanted.target.parent.mkdir()
    part_of(wanted).write_bytes(CONTENT)
    download(wanted, f"{served.address}/small.pt", report=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT


def test_a_server_that_cannot_go_on_in_the_middle_begins_again(served: Served, wanted: Wanted) -> None:
    served.ranges = False
    wanted.target.parent.mkdir()
    part_of(wanted).write_bytes(b"x" * 1000)
    download(wanted, f"{served.address}/small.pt", report=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT


def test_a_connection_that_breaks_is_gone_on_with(served: Served, wanted: Wanted) -> None:
    served.cuts = [300_000] * 6
    waited: list[float] = []

    download(wanted, f"{served.address}/small.pt", report=lambda _: None, sleep=waited.append)

    assert served.asked == ["", *(f"bytes={300_000 * times}-" for times in range(1, 7))]
    assert waited == [PAUSES[0]] * 6
    assert wanted.target.read_bytes() == CONTENT


def test_a_connection_that_stays_broken_leaves_what_came(served: Served, wanted: Wanted) -> None:
    served.cuts = [2_000_000, 0, 0, 0, 0]

    told = refused(wanted, f"{served.address}/small.pt")

    assert "2 MB of the model small are kept" in told
    assert part_of(wanted).stat().st_size == 2_000_000
    download(wanted, f"{served.address}/small.pt", report=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT


def test_nobody_at_the_address_is_told(wanted: Wanted) -> None:
    assert "The connection to 127.0.0.1:9 broke" in refused(wanted, "http://127.0.0.1:9/small.pt")


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ([404], "has no model small (404)"),
        ([403], "does not give out the model small (403)"),
        ([407], "A proxy or the server refuses it"),
        ([400], "answered 400"),
        ([503] * (1 + len(PAUSES)), "answered 503"),
    ],
)
def test_a_refusal_has_its_sentence(served: Served, wanted: Wanted, statuses: list[int], sentence: str) -> None:
    served.statuses = statuses
    assert sentence in refused(wanted, f"{served.address}/small.pt")
    assert served.statuses == []
    assert not wanted.target.exists()


def test_a_busy_server_is_asked_again(served: Served, wanted: Wanted) -> None:
    served.statuses = [503, 429]
    download(wanted, f"{served.address}/small.pt", report=lambda _: None, sleep=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT


def test_a_wrong_file_is_thrown_away_and_what_was_there_stays(served: Served, wanted: Wanted) -> None:
    wanted.target.parent.mkdir()
    wanted.target.write_bytes(b"an older one")
    other = Wanted("small", wanted.target, "0" * 64)

    assert "SHA-256 is not the one it must have" in refused(other, f"{served.address}/small.pt")
    assert wanted.target.read_bytes() == b"an older one"
    assert not part_of(wanted).exists()


def test_a_stop_keeps_the_part(served: Served, wanted: Wanted) -> None:
    def stop(_: Arrival) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(wanted, f"{served.address}/small.pt", report=stop)
    kept = part_of(wanted).stat().st_size
    assert kept > 0
    download(wanted, f"{served.address}/small.pt", report=lambda _: None)
    assert served.asked == ["", f"bytes={kept}-"]
    assert wanted.target.read_bytes() == CONTENT


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(
    served: Served, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000_000))
    told = refused(wanted, f"{served.address}/small.pt")
    assert "needs 271 MB" in told
    assert "200 MB are free" in told
    assert not wanted.target.parent.exists()


def test_a_copy_is_checked_too(wanted: Wanted, tmp_path: Path) -> None:
    source = tmp_path / "stick.pt"
    source.write_bytes(CONTENT[:-1])
    with pytest.raises(ModelError, match="SHA-256"):
        copy(wanted, source, report=lambda _: None)
    assert not wanted.target.exists()
    source.write_bytes(CONTENT)
    assert copy(wanted, source, report=lambda _: None).read_bytes() == CONTENT
    with pytest.raises(ModelError, match="no file"):
        copy(wanted, tmp_path / "none.pt", report=lambda _: None)


def test_a_proxy_of_the_environment_is_asked(served: Served, wanted: Wanted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", served.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    # The opener of this process has read the environment already.
    monkeypatch.setattr(urllib.request, "_opener", None)
    download(wanted, "http://models.example/small.pt", report=lambda _: None)
    assert wanted.target.read_bytes() == CONTENT
