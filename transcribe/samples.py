"""Sound of any length, read in pieces: from memory, from a file, or through a gate or a mixer."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: Samples handled at once where a whole recording is gone through.
BLOCK = 1 << 20
#: Samples of all channels together that are kept in memory (80 MB): twenty minutes of mono. What is longer goes to a file.
IN_MEMORY = 20_000_000
_FLOAT = np.dtype(np.float32)


class Channel(Protocol):
    """One channel of sound; an array of shape (length,) is one."""

    def __len__(self) -> int:
        """Return the length in samples."""
        ...

    def __getitem__(self, part: slice, /) -> Any:
        """Return a piece as float32 samples between -1 and 1; the slice has no step and no negative ends."""
        ...


class Channels(Protocol):
    """All channels of a recording, equally long; an array of shape (channels, length) is one."""

    def __len__(self) -> int:
        """Return how many channels there are."""
        ...

    def __getitem__(self, index: int, /) -> Any:
        """Return one ``Channel``."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Go through the channels."""
        ...


def length_of(samples: Channels) -> int:
    """Return the length of a recording in samples."""
    return len(samples[0]) if len(samples) else 0


def blocks(channel: Channel, *, size: int = BLOCK) -> Iterator[NDArray[np.float32]]:
    """Yield a channel from its start in pieces of ``size`` samples; the last may be shorter."""
    for start in range(0, len(channel), size):
        yield channel[start : start + size]


def whole(channel: Channel) -> NDArray[np.float32]:
    """Return a channel as one array, however long it is."""
    return np.asarray(channel[0 : len(channel)], np.float32)


def raw(block: NDArray[np.float32]) -> bytes:
    """Return a block of shape (channels, length) as it is stored: sample after sample, the channels side by side."""
    return np.ascontiguousarray(block.T, _FLOAT).tobytes()


def opened(path: Path, *, channels: int, in_memory: int = IN_MEMORY) -> Channels:
    """Return the sound that was stored at ``path``; one with more than ``in_memory`` samples stays where it is.

    The file may be deleted meanwhile, where the operating system allows it.
    """
    count = path.stat().st_size // _FLOAT.itemsize
    if count <= in_memory:
        return np.ascontiguousarray(np.fromfile(path, _FLOAT).reshape(-1, channels).T)
    return StoredSound(channels, file=path.open("rb"), length=count // channels)


class MixedChannel:
    """One channel made of all of a recording, as loud as before."""

    def __init__(self, samples: Channels) -> None:
        self._samples = samples

    def __len__(self) -> int:
        return length_of(self._samples)

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        total = sum(np.asarray(channel[part], np.float32) for channel in self._samples)
        return np.asarray(total / np.float32(len(self._samples)), np.float32)


class GatedChannel:
    """A channel that is silent wherever its gate is shut; ``kept`` holds one value for every ``hop`` samples."""

    def __init__(self, channel: Channel, kept: NDArray[np.bool_], *, hop: int) -> None:
        self._channel, self._kept, self._hop = channel, kept, hop

    def __len__(self) -> int:
        return len(self._channel)

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        start, stop, _step = part.indices(len(self))
        sound = self._channel[start:stop]
        first = start // self._hop
        open_ = np.repeat(self._kept[first : -(-stop // self._hop)], self._hop)[start - first * self._hop :]
        return np.where(open_[: len(sound)], sound, np.float32(0.0))


class StoredSound:
    """Decoded sound in a temporary file, its channels side by side; the file goes when nothing refers to it any more."""

    def __init__(self, channels: int, *, file: IO[bytes] | None = None, length: int = 0) -> None:
        self._channels = channels
        self._length = length
        self._file = file or tempfile.TemporaryFile(prefix="steekproef-sound-")  # noqa: SIM115 - as long as this

    def add(self, block: NDArray[np.float32]) -> None:
        """Append a block of shape (channels, length); raises ``OSError`` when the disk is full."""
        self._file.write(raw(block))
        self._length += block.shape[1]

    def finish(self) -> None:
        """Bring everything to the file, so that it can be read."""
        self._file.flush()

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the samples from ``start`` to ``stop``, of shape (channels, length)."""
        frame = _FLOAT.itemsize * self._channels
        self._file.seek(start * frame)
        data = self._file.read(max(0, stop - start) * frame)
        return np.frombuffer(data, _FLOAT).reshape(-1, self._channels).T

    def __len__(self) -> int:
        return self._channels

    def __getitem__(self, index: int, /) -> "StoredChannel":
        if not 0 <= index < self._channels:
            raise IndexError(index)
        return StoredChannel(self, index, self._length)

    def __iter__(self) -> Iterator["StoredChannel"]:
        return (self[index] for index in range(self._channels))


class StoredChannel:
    """One channel of stored sound."""

    def __init__(self, sound: StoredSound, index: int, length: int) -> None:
        self._sound, self._index, self._length = sound, index, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        start, stop, _step = part.indices(self._length)
        return np.ascontiguousarray(self._sound.read(start, stop)[self._index])


class Gathered:
    """Collects decoded blocks: in memory while they are few, in a file from ``in_memory`` samples on."""

    def __init__(self, channels: int, *, in_memory: int = IN_MEMORY) -> None:
        self._channels, self._in_memory = channels, in_memory
        self._blocks: list[NDArray[np.float32]] = []
        self._stored: StoredSound | None = None
        self.length = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """Append a block of shape (channels, length); raises ``OSError`` when the disk is full."""
        self.length += block.shape[1]
        if self._stored is not None:
            self._stored.add(block)
            return
        self._blocks.append(block)
        if self.length * self._channels > self._in_memory:
            self._stored = StoredSound(self._channels)
            for kept in self._blocks:
                self._stored.add(kept)
            self._blocks = []

    def sound(self) -> Channels:
        """Return everything that was added."""
        if self._stored is not None:
            self._stored.finish()
            return self._stored
        if not self._blocks:
            return np.zeros((self._channels, 0), np.float32)
        return np.concatenate(self._blocks, axis=1)
