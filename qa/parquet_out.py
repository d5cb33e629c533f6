"""Tables as Parquet for programs: one row group, plain and uncompressed, so that any reader takes them.

Written after the format's own description (parquet.thrift and Encodings.md of apache/parquet-format, version 1 of the data
page), of which this is the smallest part that serves: columns of texts, whole numbers and numbers, each of which may be empty.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

Value = str | int | float | None

_MAGIC = b"PAR1"
_CREATED_BY = b"steekproef"


class ColumnKind(IntEnum):
    """The physical types that are written, by their numbers in the format."""

    WHOLE = 2
    NUMBER = 5
    TEXT = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and what it holds."""

    name: str
    kind: ColumnKind


def parquet_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the table; None is an empty cell."""
    cells = list(rows)
    out = bytearray(_MAGIC)
    chunks: list[bytes] = []
    total = 0
    for place, column in enumerate(columns):
        values = [row[place] for row in cells]
        page = _page(column, values)
        chunks.append(_chunk(column, offset=len(out), size=len(page), values=len(values)))
        out += page
        total += len(page)
    group = _struct((1, _list(_STRUCT, chunks), _LIST), (2, _zigzag(total), _I64), (3, _zigzag(len(cells)), _I64))
    schema = [_root(len(columns)), *(_element(column) for column in columns)]
    meta = _struct(
        (1, _zigzag(1), _I32),
        (2, _list(_STRUCT, schema), _LIST),
        (3, _zigzag(len(cells)), _I64),
        (4, _list(_STRUCT, [group]), _LIST),
        (6, _binary(_CREATED_BY), _BINARY),
    )
    out += meta
    return bytes(out + struct.pack("<I", len(meta)) + _MAGIC)


def _page(column: Column, values: Sequence[Value]) -> bytes:
    """Return the header and the body of the one data page of a column: which cells are filled, then what is in them."""
    levels = b"".join(
        _varint(sum(1 for _same in run) << 1) + bytes([filled])
        for filled, run in groupby(value is not None for value in values)
    )
    body = struct.pack("<I", len(levels)) + levels
    body += b"".join(_plain(column.kind, value) for value in values if value is not None)
    data = _struct(
        (1, _zigzag(len(values)), _I32), (2, _zigzag(_PLAIN), _I32), (3, _zigzag(_RLE), _I32), (4, _zigzag(_RLE), _I32)
    )
    header = _struct(
        (1, _zigzag(_DATA_PAGE), _I32), (2, _zigzag(len(body)), _I32), (3, _zigzag(len(body)), _I32), (5, data, _STRUCT)
    )
    return header + body


def _plain(kind: ColumnKind, value: str | float) -> bytes:
    if kind is ColumnKind.WHOLE:
        return struct.pack("<q", int(value))
    if kind is ColumnKind.NUMBER:
        return struct.pack("<d", float(value))
    text = str(value).encode()
    return struct.pack("<I", len(text)) + text


def _chunk(column: Column, *, offset: int, size: int, values: int) -> bytes:
    meta = _struct(
        (1, _zigzag(column.kind), _I32),
        (2, _list(_I32, [_zigzag(_PLAIN), _zigzag(_RLE)]), _LIST),
        (3, _list(_BINARY, [_binary(column.name.encode())]), _LIST),
        (4, _zigzag(_UNCOMPRESSED), _I32),
        (5, _zigzag(values), _I64),
        (6, _zigzag(size), _I64),
        (7, _zigzag(size), _I64),
        (9, _zigzag(offset), _I64),
    )
    return _struct((2, _zigzag(offset), _I64), (3, meta, _STRUCT))


def _root(children: int) -> bytes:
    return _struct((4, _binary(b"schema"), _BINARY), (5, _zigzag(children), _I32))


def _element(column: Column) -> bytes:
    fields = [
        (1, _zigzag(column.kind), _I32),
        (3, _zigzag(_OPTIONAL), _I32),
        (4, _binary(column.name.encode()), _BINARY),
    ]
    if column.kind is ColumnKind.TEXT:
        fields.append((6, _zigzag(_UTF8), _I32))
    return _struct(*fields)


# Thrift's compact protocol: numbers of types, of fields as steps from the one before, and of values zigzag in groups of seven bits.
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_PLAIN, _RLE, _DATA_PAGE, _UNCOMPRESSED, _OPTIONAL, _UTF8 = 0, 3, 0, 0, 1, 0
_MOST_IN_HEAD = 14


def _struct(*fields: tuple[int, bytes, int]) -> bytes:
    out, last = bytearray(), 0
    for number, written, kind in fields:
        out.append((number - last) << 4 | kind)
        out += written
        last = number
    return bytes(out) + b"\x00"


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    few = len(items) <= _MOST_IN_HEAD
    head = bytes([len(items) << 4 | kind]) if few else bytes([0xF0 | kind]) + _varint(len(items))
    return head + b"".join(items)


def _binary(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
