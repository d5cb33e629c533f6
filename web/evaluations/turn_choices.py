"""Choosing a turn without a script: from a list, or by the time at which it begins."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from qa.i18n import duration_text
from web.evaluations.lines import Line, TurnLine

#: The first words of a turn, as the list of turns shows them.
_TURN_WORDS = 8


def turn_options(lines: Iterable[Line]) -> Markup:
    """Return the choices of every list of turns: made once, since a long call has very many."""
    option = Markup('<option value="{}">{} {}: {}</option>')
    turns = [line for line in lines if isinstance(line, TurnLine)]
    return Markup('<option value="">–</option>') + Markup().join(
        option.format(turn.id, _clock(turn.start_ms), turn.speaker, _beginning(turn)) for turn in turns
    )


def turn_list(lines: Iterable[Line]) -> Markup:
    """Return every turn for one list that many fields share; what is chosen is read by `turn_named`."""
    turns = [line for line in lines if isinstance(line, TurnLine)]
    options = [
        f'<option value="{_name(turn)}" label="{escape(f"{_clock(turn.start_ms)} {turn.speaker}: {_beginning(turn)}")}">'
        for turn in turns
    ]
    return Markup("".join(options))  # noqa: S704  # what was said is escaped, the rest is numbers


def turn_named(typed: str, turns: Mapping[int, TurnLine]) -> TurnLine | None:
    """Find a turn by its number, by its time, or by both as the list writes them, such as ``02:13 #81``."""
    clock, _hash, number = typed.strip().rpartition("#")
    if number.isdecimal() and len(number) < 19:
        return turns.get(int(number))
    return next((turn for turn in turns.values() if not clock and _clock(turn.start_ms) == number != ""), None)


def _name(turn: TurnLine) -> str:
    return f"{_clock(turn.start_ms)} #{turn.id}".strip()


def _clock(start_ms: int | None) -> str:
    return "" if start_ms is None else duration_text(start_ms)


def _beginning(turn: TurnLine) -> str:
    words = [word.text for word in turn.words[: _TURN_WORDS + 1]]
    return " ".join(words[:_TURN_WORDS]) + ("…" if len(words) > _TURN_WORDS else "")
