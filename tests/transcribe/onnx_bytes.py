"""A speaker embedding as an ONNX file, written byte by byte: the few fields of the format that onnxruntime needs.

Field numbers are those of onnx.proto; every message is a sequence of (number, wire type) keys and values.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLOAT = 1
ATTRIBUTE_INT, ATTRIBUTE_INTS = 2, 7
IR_VERSION, OPERATORS = 8, 13


def write_embedding(path: Path, *, mixing: NDArray[np.float32], projection: NDArray[np.float32]) -> Path:
    """Write a network (batch, frames, bins) → (batch, dimension): statistics of the filter bank, then a fixed matrix.

    ``mixing`` (bins, hidden) is followed by a rectifier; the means over the frames of that and of the squares go through
    ``projection`` (hidden + bins + 1, dimension), whose last row is added.
    """
    nodes = [
        _node("MatMul", ["feats", "mixing"], "mixed"),
        _node("Relu", ["mixed"], "positive"),
        _node("ReduceMean", ["positive"], "means", axes=[1], keepdims=0),
        _node("Mul", ["feats", "feats"], "squares"),
        _node("ReduceMean", ["squares"], "powers", axes=[1], keepdims=0),
        _node("Concat", ["means", "powers"], "statistics", axis=1),
        _node("MatMul", ["statistics", "projection"], "projected"),
        _node("Add", ["projected", "shift"], "embs"),
    ]
    graph = b"".join(_message(1, node) for node in nodes) + _text(2, "embedding")
    for name, values in {"mixing": mixing, "projection": projection[:-1], "shift": projection[-1:]}.items():
        graph += _message(5, _tensor(name, values))
    graph += _message(11, _value("feats", ["B", "T", len(mixing)])) + _message(12, _value("embs", ["B", "D"]))
    path.write_bytes(_number(1, IR_VERSION) + _message(8, _number(2, OPERATORS)) + _message(7, graph))
    return path


def statistics(features: NDArray[np.float32], *, mixing: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the network's projection is given, for ``features`` (frames, bins)."""
    means = np.maximum(features @ mixing, 0).mean(axis=0)
    return np.concatenate([means, np.square(features).mean(axis=0), [1.0]]).astype(np.float64)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _message(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dimensions = b"".join(_number(1, size) for size in values.shape)
    return dimensions + _number(2, FLOAT) + _text(8, name) + _message(9, values.astype("<f4").tobytes())


def _value(name: str, shape: Sequence[str | int]) -> bytes:
    sizes = (_text(2, size) if isinstance(size, str) else _number(1, size) for size in shape)
    dimensions = b"".join(_message(1, size) for size in sizes)
    return _text(1, name) + _message(2, _message(1, _number(1, FLOAT) + _message(2, dimensions)))


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: int | Sequence[int]) -> bytes:
    body = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)
    for name, value in attributes.items():
        if isinstance(value, int):
            kept = _number(3, value) + _number(20, ATTRIBUTE_INT)
        else:
            kept = b"".join(_number(8, item) for item in value) + _number(20, ATTRIBUTE_INTS)
        body += _message(5, _text(1, name) + kept)
    return body
