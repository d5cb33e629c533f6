"""What the machine heard, under the edits: as rows of turns to show, and as values to lay edits over."""

from collections.abc import Mapping, Sequence
from typing import Any

from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Turn
from transcribe.types import Doubt, Role, Word
from transcribe.types import Turn as HeardTurn


def heard_rows(turns: Sequence[Turn]) -> list[Turn]:
    """Return turns as they were heard, in order; edited ones are copies that are not stored."""
    return [_unedited(turn) for turn in originals(turns)]


def originals(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns that the machine made, in order, without the parts that edits cut off them."""
    return sorted((turn for turn in turns if turn.heard_turn_id is None), key=lambda turn: turn.position)


def heard_words(turn: Turn) -> list[Any]:
    """Return the words of a turn as they were heard."""
    words: list[Any] = turn.words if turn.heard is None else turn.heard["words"]
    return words


def heard_values(turns: Sequence[Turn]) -> tuple[HeardTurn, ...]:
    """Return heard turns as values."""
    return tuple(
        HeardTurn(
            row.author,
            Role(row.role.value),
            row.start_ms or 0,
            row.end_ms or 0,
            tuple(
                Word(str(text), int(start), int(end), float(probability), frozenset(Doubt(doubt) for doubt in doubts))
                for text, start, end, probability, doubts in row.words
            ),
            row.language,
        )
        for row in heard_rows(turns)
    )


def keep_heard(turn: Turn) -> None:
    """Keep what was heard of a turn that is about to be edited; kept before, it stays."""
    if turn.heard is None:
        turn.heard = {
            "role": turn.role.value,
            "role_by_hand": turn.role_by_hand,
            "author": turn.author,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "words": turn.words,
        }


def name_heard(turn: Turn, roles: Mapping[str, AuthorRole]) -> None:
    """Say who the speaker is whom the machine heard, under whatever edits lie over the turn."""
    kept = turn.heard
    if kept is None and turn.author in roles:
        turn.role, turn.role_by_hand = roles[turn.author], True
    elif kept is not None and kept["author"] in roles:
        turn.heard = {**kept, "role": roles[kept["author"]].value, "role_by_hand": True}


def put_back_heard(turn: Turn) -> None:
    """Let a turn read again as it was heard."""
    turn.places, turn.replaced = [], []
    if turn.heard is None:
        return
    plain = _unedited(turn)
    turn.role, turn.role_by_hand, turn.author = plain.role, plain.role_by_hand, plain.author
    turn.start_ms, turn.end_ms, turn.words, turn.text = plain.start_ms, plain.end_ms, plain.words, plain.text
    turn.heard = None


def _unedited(turn: Turn) -> Turn:
    kept = turn.heard
    if kept is None:
        return turn
    return Turn(
        id=turn.id,
        position=turn.position,
        role=AuthorRole(kept["role"]),
        role_by_hand=kept["role_by_hand"],
        author=kept["author"],
        text=" ".join(str(word[0]) for word in kept["words"]),
        language=turn.language,
        start_ms=kept["start_ms"],
        end_ms=kept["end_ms"],
        sent_at=turn.sent_at,
        internal=turn.internal,
        words=kept["words"],
        places=[],
        replaced=[],
    )
