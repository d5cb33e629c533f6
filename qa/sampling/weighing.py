"""The weights of a frame: the facts of each interaction, read as the frame passes by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, select

from qa.act import Act
from qa.db import KEYS_AT_ONCE
from qa.interactions.models import Interaction
from qa.sampling.risk import Factor, Facts, Points, factors_of, weight_of
from qa.transcripts.heard import events_heard
from qa.transcripts.models import Transcript, Turn
from transcribe.pauses import silences
from transcribe.signals import hold_spans, unrecorded_spans
from transcribe.types import Role, Word
from transcribe.types import Transcript as Heard
from transcribe.types import Turn as HeardTurn


def weigh(act: Act, rows: Iterable[tuple[str, str]], *, points: Points) -> Iterator[tuple[str, str, int]]:
    """Give every row of a frame of (stable key, stratum) its weight."""
    for row, facts in _with_facts(act, rows):
        yield row[0], row[1], weight_of(facts, points)


def count_factors(act: Act, rows: Iterable[tuple[str, str]]) -> dict[Factor, int]:
    """Return of how many interactions of a frame each factor holds."""
    found = dict.fromkeys(Factor, 0)
    for _row, facts in _with_facts(act, rows):
        for factor in factors_of(facts):
            found[factor] += 1
    return found


def _with_facts(act: Act, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Facts]]:
    source = iter(rows)
    while some := list(islice(source, KEYS_AT_ONCE)):
        known = _facts(act, [key for key, _stratum in some])
        for row in some:
            yield row, known.get(row[0], Facts())


def _facts(act: Act, keys: Sequence[str]) -> dict[str, Facts]:
    newest = (
        select(func.max(Transcript.number))
        .where(Transcript.interaction_id == Interaction.id)
        .correlate(Interaction)
        .scalar_subquery()
    )
    asked = (
        select(
            Interaction.stable_key,
            Interaction.duration_ms,
            Interaction.transfers,
            Transcript.id.label("transcript_id"),
            Transcript.events,
        )
        .outerjoin(Transcript, (Transcript.interaction_id == Interaction.id) & (Transcript.number == newest))
        .where(Interaction.stable_key.in_(keys))
    )
    found = list(act.session.execute(asked))
    turns = _turns(act, [row.transcript_id for row in found if row.transcript_id is not None])
    return {row.stable_key: _of(row, turns.get(row.transcript_id, [])) for row in found}


def _turns(act: Act, transcript_ids: Sequence[int]) -> dict[int, list[HeardTurn]]:
    said = (
        select(Turn.transcript_id, Turn.author, Turn.role, Turn.start_ms, Turn.end_ms, Turn.text)
        .where(Turn.transcript_id.in_(transcript_ids), Turn.start_ms.is_not(None), ~Turn.internal)
        .order_by(Turn.transcript_id, Turn.position)
    )
    found: dict[int, list[HeardTurn]] = defaultdict(list)
    for row in act.session.execute(said):
        if row.start_ms == row.end_ms and not row.text:
            continue  # people said that nothing was said there
        words = tuple(Word(word, row.start_ms, row.end_ms) for word in row.text.split())
        found[row.transcript_id].append(HeardTurn(row.author, Role(row.role.value), row.start_ms, row.end_ms, words))
    return found


def _of(row: Row[Any], turns: Sequence[HeardTurn]) -> Facts:
    heard = Heard("", row.duration_ms or 0, tuple(turns), events=events_heard(row.events or []))
    holds = hold_spans(heard)
    quiet = silences(sorted(turns, key=lambda turn: turn.start_ms), without=[*holds, *unrecorded_spans(heard)])
    return Facts(
        duration_ms=row.duration_ms,
        transfers=row.transfers,
        hold_ms=sum(span.end_ms - span.start_ms for span in holds),
        longest_silence_ms=max((silence.length_ms for silence in quiet), default=0),
    )
