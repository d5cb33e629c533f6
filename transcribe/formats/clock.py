"""Times as subtitle formats and tables of evaluations write them."""

import re

from transcribe.errors import N_, FormatError

TIME = re.compile(r"^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})$")


def written(time_ms: int, *, separator: str = ".") -> str:
    """``HH:MM:SS.mmm``, with more digits for the hours where there are more."""
    seconds, milliseconds = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{milliseconds:03}"


def read(text: str) -> int | None:
    """Milliseconds of ``[HH:]MM:SS.mmm`` with a dot or a comma; None where it is no time."""
    found = TIME.match(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def seconds(text: str) -> int | None:
    """Milliseconds of a number of seconds; None where it is no time."""
    try:
        number = float(text)
    except ValueError:
        return None
    return round(number * 1000) if 0 <= number < 10_000_000 else None


def stretch(start: str, length: str, *, name: str, line: int) -> tuple[int, int]:
    """Start and length in milliseconds of a table's two fields in seconds.

    Raises ``FormatError`` with the ``line`` of the file ``name`` where they are none.
    """
    start_ms, length_ms = seconds(start), seconds(length)
    if start_ms is None or length_ms is None:
        raise FormatError(
            N_("{name}, line {line}: “{start}” and “{length}” are no start and length in seconds."),
            name=name,
            line=line,
            start=start[:20],
            length=length[:20],
        )
    return start_ms, length_ms
