"""A digest of a content value, so that a printed page can be held against the stored content."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256


def content_digest(content: object) -> str:
    """Return the SHA-256, in hexadecimal, of the content as JSON with sorted keys."""
    written = json.dumps(plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: object) -> object:
    """Return the value as JSON knows it: dates in ISO 8601, decimals as text, dataclasses as objects."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a report.")
