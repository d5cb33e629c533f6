"""What people corrected goes along when a call is transcribed again; what finds no place waits for somebody."""

from collections.abc import Sequence
from itertools import pairwise

from qa.act import Act
from qa.edits.heard import heard_values
from qa.edits.laying import as_values, edits_of, lay, standing
from qa.edits.masking import shows_numbers
from qa.edits.models import EditEnding, EditKind, TranscriptEdit
from qa.transcripts.models import Transcript
from qa.transcripts.redaction import kinds_to_hide
from transcribe.edits import Place, Swap, laid
from transcribe.replacing import place_again, places_again, share_alike
from transcribe.types import Turn
from transcribe.words import plain


def carry_edits(act: Act, *, before: Transcript, now: Transcript) -> None:
    """Lay what holds in an earlier transcript over a later one of the same call.

    Words are placed where the same words, or others between the same neighbours, are heard at the same time. Where
    the later one reads by itself as it was corrected, nothing is left to do. Parties are exchanged where that brings
    them closer to who spoke before. Everything else is kept without a place.
    """
    edits = edits_of(act, before)
    held = standing(edits)
    waiting = [edit for edit in edits if edit.unplaced and edit.ended_at is None]
    if not held and not waiting:
        return
    old, new = heard_values(before.turns), heard_values(now.turns)
    made: list[TranscriptEdit] = [_again(edit, now, unplaced=True) for edit in waiting]
    words = [word for turn in new for word in turn.words]
    for edit in held:
        if edit.kind is EditKind.SWAP:
            made.append(_again(edit, now))
            continue
        if edit.first_word is None or edit.last_word is None:
            continue
        place = Place(edit.first_word, edit.last_word)
        if edit.kind is EditKind.SPEAKER:
            places = places_again(old, new, place=place)
        else:
            found = place_again(old, new, place=place)
            places = (found,) if found else ()
        made += [_again(edit, now, place=one) for one in places] or [_again(edit, now, unplaced=True)]
        if edit.kind is EditKind.WORDS and places:
            here = words[places[0].first : places[0].last + 1]
            if [plain(word.text) for word in here] == [plain(str(word)) for word in edit.words]:
                made[-1].ended_at, made[-1].ending = act.now, EditEnding.HEARD
    made.sort(key=lambda edit: edit.number)
    _without_overlap(made)
    act.session.add_all(made)
    act.session.flush()
    _end_swaps(act, made, target=[one.turn for one in laid(old, as_values(held))], heard=new)
    _hide(act, made, heard=new)
    lay(act, now)


def _again(
    edit: TranscriptEdit, now: Transcript, *, place: Place | None = None, unplaced: bool = False
) -> TranscriptEdit:
    return TranscriptEdit(
        transcript_id=now.id,
        number=edit.number,
        kind=edit.kind,
        first_word=place.first if place else None,
        last_word=place.last if place else None,
        unplaced=unplaced,
        role=edit.role,
        words=list(edit.words),
        instead_of=edit.instead_of,
        start_ms=edit.start_ms,
        end_ms=edit.end_ms,
        reason=edit.reason,
        made_at=edit.made_at,
        made_by_id=edit.made_by_id,
    )


def _lift(edit: TranscriptEdit) -> None:
    edit.first_word = edit.last_word = None
    edit.unplaced = True


def _without_overlap(made: Sequence[TranscriptEdit]) -> None:
    """Of two rewordings that come to share words neither can be trusted to be where it belongs."""
    placed = [edit for edit in made if edit.kind is EditKind.WORDS and edit.first_word is not None]
    placed = [edit for edit in placed if edit.ended_at is None]
    ordered = sorted(placed, key=lambda edit: edit.first_word or 0)
    clashing = set()
    for one, other in pairwise(ordered):
        if (other.first_word or 0) <= (one.last_word or 0):
            clashing |= {one, other}
    for edit in clashing:
        _lift(edit)


def _end_swaps(act: Act, made: Sequence[TranscriptEdit], *, target: Sequence[Turn], heard: Sequence[Turn]) -> None:
    """End a swap that would take the parties away from who spoke before: by now the machine tells them right."""
    for edit in [edit for edit in made if edit.kind is EditKind.SWAP and edit.ended_at is None]:
        edits = as_values(standing(made))
        without = [one for one in edits if not (isinstance(one, Swap) and one.key == edit.id)]
        agree = share_alike(target, [one.turn for one in laid(heard, edits)])
        if share_alike(target, [one.turn for one in laid(heard, without)]) > agree:
            edit.ended_at, edit.ending = act.now, EditEnding.HEARD


def _hide(act: Act, made: Sequence[TranscriptEdit], *, heard: Sequence[Turn]) -> None:
    """Where a number that is to be hidden could be read again, what was typed there is not laid over it."""
    shown = shows_numbers(laid(heard, as_values(standing(made))), kinds=kinds_to_hide(act.settings))
    starts = [sum(len(turn.words) for turn in heard[:number]) for number in range(len(heard))]
    for edit in standing(made):
        if edit.kind is EditKind.WORDS and edit.first_word is not None:
            number = max(at for at, start in enumerate(starts) if start <= edit.first_word and heard[at].words)
            if number in shown:
                _lift(edit)
