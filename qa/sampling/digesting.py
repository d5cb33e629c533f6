"""The digest of a frame of any size: tokens are sorted part by part, so that memory does not grow with the frame."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling.rows import Batch, Numbering

#: What is digested of an interaction: its token alone, or with its weight.
PLAIN = b"%b"
WEIGHTED = b"%b %d"

#: How many interactions are held before they are put aside on the disk.
_HELD = 100_000
#: In how many parts the tokens of a large frame are sorted.
_PARTS = 256

_HEAD = 8
#: With more than one in so many that begin alike, all are compared as a whole.
_FEW = 100

#: Tokens as bytes of UTF-8, which sort as their code points do. They hold no NUL, which arrays of bytes cannot end with.
_Tokens = NDArray[np.bytes_]
_Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Interactions in the order of their tokens: the tokens, the places of their strata, their weights."""

    tokens: _Tokens
    places: _Whole
    weights: _Whole

    def part(self, start: int, end: int) -> "_Piece":
        return _Piece(self.tokens[start:end], self.places[start:end], self.weights[start:end])


class FrameDigest:
    """Is told every interaction of a frame in any order, and gives the digest of each stratum.

    A stratum's digest is SHA-256 of its tokens, each as UTF-8 and a line feed, sorted by code point. In a weighted frame
    a blank and the weight in decimals stand between the token and the line feed, and ``line`` can say otherwise.
    """

    def __init__(self, *, line: bytes = PLAIN) -> None:
        self._line = line
        self._numbering = Numbering()
        self._held: list[_Piece] = []
        self._holding = 0
        self.seen = 0
        #: Where each part begins, by what was put aside first; and the pieces of each part on the disk.
        self._bounds: _Tokens | None = None
        self._aside: list[list[tuple[int, int, int]]] = [[] for _part in range(_PARTS)]
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def note(self, tokens: Sequence[bytes], some: Batch) -> None:
        """Take interactions in, with their tokens in UTF-8."""
        self._held.append(
            _Piece(
                _as_array(tokens),
                self._numbering.of(some),
                np.ones(len(tokens), dtype=np.int64) if some.weights is None else some.weights,
            )
        )
        self.seen += len(tokens)
        self._holding += len(tokens)
        if self._holding >= _HELD:
            self._put_aside()

    def strata(self) -> list[tuple[str, int, str]]:
        """Return (stratum, number of interactions, digest) by stratum.

        Raises:
            InvalidError: when an interaction was told twice; it would have two chances.

        """
        digests = [hashlib.sha256() for _stratum in self._numbering.numbers]
        counts = [0] * len(digests)
        for piece in self._parts():
            twice = np.flatnonzero(piece.tokens[1:] == piece.tokens[:-1])
            if twice.size:
                key = piece.tokens[twice[0]].decode()
                raise InvalidError(
                    _("Interaction {key} stands in the list more than once; it would have two chances.", key=key)
                )
            order = np.argsort(piece.places, kind="stable")
            places, lines = piece.places[order], self._lines(piece, order)
            starts = [0, *(np.flatnonzero(places[1:] != places[:-1]) + 1).tolist(), len(places)]
            for start, end in pairwise(starts):
                place = int(places[start])
                counts[place] += end - start
                digests[place].update(lines(start, end))
        return [
            (stratum, counts[at], digests[at].hexdigest()) for stratum, at in sorted(self._numbering.numbers.items())
        ]

    def _lines(self, piece: _Piece, order: NDArray[Any]) -> Callable[[int, int], bytes | memoryview]:
        """Return what gives the lines of the interactions from one place of the order to another."""
        tokens = piece.tokens[order]
        if self._line != PLAIN:
            pairs = zip(tokens.tolist(), piece.weights[order].tolist(), strict=True)
            written = [self._line % pair + b"\n" for pair in pairs]
            return lambda start, end: b"".join(written[start:end])
        width = tokens.itemsize
        signs = tokens.view(np.uint8).reshape(len(tokens), width)
        if (signs[:, -1] == 0).any():
            ended = [token + b"\n" for token in tokens.tolist()]
            return lambda start, end: b"".join(ended[start:end])
        # All are equally long, as hexadecimal names are: the lines lie one after the other.
        block = np.full((len(tokens), width + 1), ord("\n"), dtype=np.uint8)
        block[:, :-1] = signs
        return lambda start, end: block[start:end].data

    def _parts(self) -> Iterator[_Piece]:
        """Every interaction in the order of the tokens, in parts that hold at least one."""
        if self._bounds is None:
            if self._held:
                yield _in_order(self._held)
            return
        if self._held:
            self._put_aside()
        for pieces in self._aside:
            if pieces:
                yield _in_order([self._read(*piece) for piece in pieces])

    def _put_aside(self) -> None:
        """Sort what is held and write it to the disk, cut where the parts begin."""
        piece = _in_order(self._held)
        if self._bounds is None:
            self._bounds = piece.tokens[:: -(-len(piece.tokens) // _PARTS)].copy()
        cuts = [0, *np.searchsorted(piece.tokens, self._bounds[1:]).tolist(), len(piece.tokens)]
        self._file.seek(0, 2)
        for part, (start, end) in enumerate(pairwise(cuts)):
            if start < end:
                some = piece.part(start, end)
                self._aside[part].append((self._file.tell(), end - start, some.tokens.itemsize))
                for values in (some.tokens, some.places, some.weights):
                    self._file.write(values.tobytes())
        self._held.clear()
        self._holding = 0

    def _read(self, start: int, length: int, width: int) -> _Piece:
        self._file.seek(start)
        tokens = np.frombuffer(self._file.read(length * width), dtype=f"S{width}")
        places, weights = (np.frombuffer(self._file.read(length * 8), dtype=np.int64) for _both in range(2))
        return _Piece(tokens, places, weights)


def _as_array(tokens: Sequence[bytes]) -> _Tokens:
    lengths = set(map(len, tokens))
    if len(lengths) == 1 and 0 not in lengths:
        return np.frombuffer(b"".join(tokens), dtype=f"S{lengths.pop()}")
    return np.array(tokens, dtype=np.bytes_)


def _in_order(pieces: Sequence[_Piece]) -> _Piece:
    tokens = np.concatenate([piece.tokens for piece in pieces])
    order = _order_of(tokens)
    return _Piece(
        tokens[order],
        np.concatenate([piece.places for piece in pieces])[order],
        np.concatenate([piece.weights for piece in pieces])[order],
    )


def _order_of(tokens: _Tokens) -> NDArray[np.intp]:
    """Return the order of tokens: by their first eight bytes as one number, and where those are equal by the whole."""
    width = tokens.itemsize
    heads = np.zeros((len(tokens), _HEAD), dtype=np.uint8)
    heads[:, :width] = tokens.view(np.uint8).reshape(len(tokens), width)[:, :_HEAD]
    numbers = heads.view(">u8").reshape(len(tokens)).astype(np.uint64)
    order = np.argsort(numbers)
    equal = np.flatnonzero(np.diff(numbers[order]) == 0)
    if len(equal) > len(tokens) // _FEW:
        return np.argsort(tokens, kind="stable")
    # Each run of equal ones is put in order by itself.
    for run in np.split(equal, np.flatnonzero(np.diff(equal) > 1) + 1) if len(equal) else ():
        among = order[run[0] : run[-1] + 2].copy()
        order[run[0] : run[-1] + 2] = among[np.argsort(tokens[among], kind="stable")]
    return order
