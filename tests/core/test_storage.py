"""A file is kept whole or not at all, under a key of ours."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NotFoundError
from qa.storage.blobs import DiskFullError, LocalFolder


@pytest.fixture
def folder(tmp_path: Path) -> LocalFolder:
    return LocalFolder(tmp_path / "files")


def test_what_was_put_is_got_back(folder: LocalFolder, tmp_path: Path) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(b"sound")
    folder.put_file("recordings/ab/abc", source)
    folder.put("reports/1.pdf", b"paper")
    assert folder.get("recordings/ab/abc") == b"sound"
    with folder.open("reports/1.pdf") as opened:
        assert opened.read() == b"paper"
    folder.delete("reports/1.pdf")
    folder.delete("reports/1.pdf")
    assert not folder.has("reports/1.pdf")
    with pytest.raises(NotFoundError):
        folder.get("reports/1.pdf")


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/.hidden", "naïve", "a\\b", "a b"])
def test_a_key_that_could_lead_elsewhere_is_no_key(folder: LocalFolder, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        folder.has(key)


@given(st.text(max_size=12))
def test_no_key_leads_out_of_the_folder(key: str) -> None:
    root = Path("/srv/files")
    try:
        place = LocalFolder(root)._place(key)
    except ValueError:
        return
    assert place.resolve().is_relative_to(root.resolve())


def test_a_full_disk_leaves_nothing_behind(folder: LocalFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError):
        folder.put("recordings/ab", b"sound")
    assert [path for path in folder.root.rglob("*") if path.is_file()] == []
