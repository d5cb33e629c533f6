"""Writing a transcript's turns as its edits have them; what was heard is kept beside them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from qa.act import Act
from qa.edits.heard import heard_values, keep_heard, originals, put_back_heard
from qa.edits.models import EditKind, TranscriptEdit
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from transcribe.edits import Edit, LaidTurn, Place, Reassigning, Rewording, Swap, laid
from transcribe.types import Role


def edits_of(act: Act, transcript: Transcript) -> list[TranscriptEdit]:
    """Return the edits of a transcript in the order in which they were made."""
    return list(
        act.session.scalars(
            select(TranscriptEdit).where(TranscriptEdit.transcript_id == transcript.id).order_by(TranscriptEdit.id)
        )
    )


def standing(edits: Iterable[TranscriptEdit]) -> list[TranscriptEdit]:
    """Return the edits that hold: they have a place, nobody took them back, and no later one lies over them."""
    found = list(edits)
    by_id = {edit.id: edit for edit in found}
    return [edit for edit in found if edit.ended_at is None and not edit.unplaced and not _covered(edit, by_id)]


def _covered(edit: TranscriptEdit, by_id: dict[int, TranscriptEdit]) -> bool:
    above = by_id.get(edit.replaced_by_id) if edit.replaced_by_id is not None else None
    return above is not None and (above.ended_at is None or _covered(above, by_id))


def as_values(edits: Iterable[TranscriptEdit]) -> list[Edit]:
    """Return stored edits that hold as what the pure part lays over turns."""
    found: list[Edit] = []
    for edit in edits:
        if edit.kind is EditKind.SWAP:
            found.append(Swap(edit.id))
        elif edit.first_word is not None and edit.last_word is not None:
            place = Place(edit.first_word, edit.last_word)
            if edit.role is not None:
                found.append(Reassigning(edit.id, place, Role(edit.role.value)))
            else:
                found.append(Rewording(edit.id, place, tuple(str(word) for word in edit.words)))
    return found


def laid_over(act: Act, transcript: Transcript) -> tuple[LaidTurn, ...]:
    """Return the turns of a transcript as its edits have them, one for each stored turn and in their order."""
    return laid(heard_values(transcript.turns), as_values(standing(edits_of(act, transcript))))


def lay(act: Act, transcript: Transcript) -> None:
    """Write the turns of a transcript anew from what was heard and the edits that hold.

    A turn keeps its number, to which evidence is bound; parts that somebody else said become turns of their own.
    """
    found = laid_over(act, transcript)
    heard = originals(transcript.turns)
    parts = {row.id: [one for one in transcript.turns if one.heard_turn_id == row.id] for row in heard}
    rows: list[Turn] = []
    for number, row in enumerate(heard):
        here = [one for one in found if one.heard == number]
        spare = sorted(parts[row.id], key=lambda one: one.position)
        rows += [row, *spare[: len(here) - 1], *(_part_of(row) for _one in here[1 + len(spare) :])]
        for gone in spare[len(here) - 1 :]:
            act.session.delete(gone)
    if len(rows) != len(transcript.turns) or any(one.position != at for at, one in enumerate(rows)):
        _number(act, rows)
    for at, (row, one) in enumerate(zip(rows, found, strict=True)):
        row.position = at
        _write(row, one)
    act.session.add_all(rows)
    act.session.flush()
    act.session.expire(transcript, ["turns"])


def _number(act: Act, rows: Sequence[Turn]) -> None:
    """Free the places of turns that move: each place is taken once at any moment."""
    for at, row in enumerate(rows):
        if row.id is not None:
            row.position = -1 - at
    act.session.flush()


def _part_of(row: Turn) -> Turn:
    return Turn(
        transcript_id=row.transcript_id,
        heard_turn_id=row.id,
        language=row.language,
        internal=row.internal,
        external_id=row.external_id,
    )


def _write(row: Turn, one: LaidTurn) -> None:
    if row.heard_turn_id is None:
        by_hand = row.role_by_hand if row.heard is None else bool(row.heard["role_by_hand"])
        changed = one.by_hand or one.replaced or len(one.places) != len((row.heard or {}).get("words", row.words))
        if not changed:
            put_back_heard(row)
            return
        keep_heard(row)
    else:
        by_hand = False
    turn = one.turn
    row.role, row.role_by_hand, row.author = AuthorRole(turn.role.value), one.by_hand or by_hand, turn.speaker[:200]
    row.text, row.start_ms, row.end_ms = turn.text, turn.start_ms, turn.end_ms
    row.words = [
        [word.text, word.start_ms, word.end_ms, round(word.probability, 3), sorted(word.doubts)] for word in turn.words
    ]
    offset = one.offset
    row.places = [[place.first - offset, place.last - offset] for place in one.places]
    row.replaced = [[gap.at, gap.count, gap.heard] for gap in one.replaced]
