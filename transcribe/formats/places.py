"""Reading the JSON of others: every value is asked for by its key, and a refusal names the key."""

import json
import math

from transcribe.errors import N_, FormatError


class Place:
    """An object inside a document, which says where it is when something in it is wrong."""

    def __init__(self, value: object, *, name: str, where: str = "") -> None:
        self.name, self.where = name, where
        if not isinstance(value, dict):
            raise self.wrong("")
        self._value: dict[str, object] = value

    def has(self, key: str) -> bool:
        """Whether something stands at ``key``."""
        return self._value.get(key) is not None

    def text(self, key: str) -> str:
        """The text at ``key``."""
        value = self._value.get(key)
        if not isinstance(value, str):
            raise self.wrong(key)
        return value

    def milliseconds(self, key: str) -> int:
        """The time at ``key``, a number that is not below zero."""
        return round(self.number(key))

    def number(self, key: str) -> float:
        """The number at ``key``, which is not below zero."""
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise self.wrong(key)
        return float(value)

    def inside(self, key: str) -> "Place":
        """The object at ``key``."""
        return Place(self._value.get(key), name=self.name, where=self._path(key))

    def each(self, key: str) -> list["Place"]:
        """The objects of the list at ``key``."""
        items = self._value.get(key)
        if not isinstance(items, list):
            raise self.wrong(key)
        return [Place(item, name=self.name, where=f"{self._path(key)}[{index}]") for index, item in enumerate(items)]

    def wrong(self, key: str) -> FormatError:
        """The refusal that names ``key``."""
        where = self._path(key) or "{}"
        return FormatError(N_("{name}: {place} is missing or not what belongs there."), name=self.name, place=where)

    def _path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where and key else self.where or key


def document(text: str, *, name: str) -> Place:
    """The object that ``text`` is as JSON. Raises ``FormatError``, with the line where it is none."""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        raise FormatError(
            N_("{name}, line {line}: this is no JSON ({reason})."), name=name, line=line, reason=reason
        ) from error
    return Place(value, name=name)
