"""Files by key: a folder of the company's own machine, written whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from qa.errors import NotFoundError, RefusedError
from qa.i18n import _


class Blobs(Protocol):
    """Where files lie; keys are ours, never made of what a stranger typed."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key, replacing what was there."""

    def put_file(self, key: str, source: Path) -> None:
        """Keep a copy of the file under the key."""

    def get(self, key: str) -> bytes:
        """Return the bytes kept under the key."""

    def open(self, key: str) -> BinaryIO:
        """Open what is kept under the key for reading."""

    def path(self, key: str) -> Path:
        """Return a readable local path of what is kept under the key."""

    def has(self, key: str) -> bool:
        """Tell whether something is kept under the key."""

    def delete(self, key: str) -> None:
        """Forget what is kept under the key; nothing there is fine."""

    def delete_all(self, folder: str) -> None:
        """Forget everything whose key begins with the folder's name and a slash; nothing there is fine."""


class DiskFullError(RefusedError):
    """The disk has no room for what was sent."""

    status = 507

    def __init__(self) -> None:
        super().__init__(_("The disk is full. Nothing was stored; make room and try again."))


class LocalFolder:
    """Blobs in a folder; a file appears under its name only when all of it is on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key."""
        with self._writing(key) as target:
            target.write(data)

    def put_file(self, key: str, source: Path) -> None:
        """Keep a copy of the file under the key."""
        with source.open("rb") as origin, self._writing(key) as target:
            shutil.copyfileobj(origin, target, 1 << 20)

    def get(self, key: str) -> bytes:
        """Return the bytes kept under the key."""
        return self.path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """Open what is kept under the key."""
        return self.path(key).open("rb")

    def path(self, key: str) -> Path:
        """Return where the key's file lies; refuse when there is none."""
        found = self._place(key)
        if not found.is_file():
            raise NotFoundError(_("The file is no longer there."))
        return found

    def has(self, key: str) -> bool:
        """Tell whether there is a file."""
        return self._place(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._place(key).unlink(missing_ok=True)

    def delete_all(self, folder: str) -> None:
        """Remove the folder with all that is in it."""
        place = self._place(folder)
        if place.is_dir():
            shutil.rmtree(place)

    def _place(self, key: str) -> Path:
        parts = key.split("/")
        if not all(part and part[0] != "." and set(part) <= _ALLOWED for part in parts):
            message = f"not a key: {key!r}"
            raise ValueError(message)
        return self.root.joinpath(*parts)

    @contextmanager
    def _writing(self, key: str) -> Iterator[BinaryIO]:
        place = self._place(key)
        draft = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("xb") as target:
                yield target
                target.flush()
                os.fsync(target.fileno())
            draft.replace(place)
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFullError from error
            raise
        finally:
            draft.unlink(missing_ok=True)


_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
#: No space left, quota exceeded.
_FULL = frozenset({28, 122})
