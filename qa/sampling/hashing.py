"""HMAC-SHA256 of many short texts under one key, with the key's share of the work done once."""

import hashlib
from collections.abc import Callable

_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def keyed(key: bytes) -> Callable[[bytes], bytes]:
    """Return the function that gives the 32 bytes of HMAC-SHA256(key, text); RFC 2104.

    A frame of millions is hashed under two keys; `hmac.digest` prepares the key anew for each of its texts.
    """
    block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner, outer = hashlib.sha256(block.translate(_INNER)).copy, hashlib.sha256(block.translate(_OUTER)).copy

    def digest(text: bytes) -> bytes:
        within, around = inner(), outer()
        within.update(text)
        around.update(within.digest())
        return around.digest()

    return digest
