"""Changing what a transcript says and who says it, and taking that back; what was heard stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.edits.heard import heard_values, originals
from qa.edits.laying import as_values, edits_of, laid_over, lay, standing
from qa.edits.masking import masked_text, masked_words, shows_numbers, words_of
from qa.edits.models import EditEnding, EditKind, TranscriptEdit
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.i18n import Language, _
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from qa.transcripts.redaction import kinds_to_hide
from qa.transcripts.speakers import PARTIES
from transcribe.edits import LaidTurn, Place, Rewording, laid, laid_words
from transcribe.retyping import Retyped, retyped
from transcribe.types import Word

LONGEST_TYPED = 5_000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """Words as they read now: from ``first`` of one turn to ``last`` of the same or a later one, both included.

    ``read`` is what the reader saw there, so that nobody changes what somebody else changed meanwhile.
    """

    turn_id: int
    first: int
    until_id: int
    last: int
    read: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The chosen turns in order, with the stored turn of each."""

    rows: tuple[Turn, ...]
    turns: tuple[LaidTurn, ...]
    first: int
    last: int

    @property
    def read(self) -> str:
        words = [word.text for turn in self.turns for word in turn.turn.words]
        return " ".join(words[self.first : len(words) - len(self.turns[-1].turn.words) + self.last + 1])

    @property
    def span(self) -> tuple[int, int]:
        words, later = self.turns[0].turn.words, self.turns[-1].turn.words
        start_ms = words[self.first].start_ms if words else self.turns[0].turn.start_ms
        return start_ms, max(start_ms, later[self.last].end_ms if later else self.turns[-1].turn.end_ms)


def reword(act: Act, transcript: Transcript, *, chosen: Chosen, typed: str, reason: str = "") -> int:
    """Let other words stand for those that were chosen in one turn; none says that nothing was said. Return its number.

    Only what differs is changed. Numbers that are hidden in what was heard are hidden in what is typed.
    """
    _open(act, transcript)
    if len(typed) > LONGEST_TYPED:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TYPED), field="words")
    found = _chosen(act, transcript, chosen)
    if len(found.rows) > 1:
        raise InvalidError(_("Change the words of one turn at a time."))
    row, one = found.rows[0], found.turns[0]
    number = one.heard
    heard = heard_values(transcript.turns)[number]
    edits = edits_of(act, transcript)
    held = standing(edits)
    shown = laid_words(heard, offset=one.offset, edits=as_values(held))
    # A number may have been typed half in one part of a turn: all of what the machine took for one turn is looked at.
    before = sum(len(part.turn.words) for part in laid_over(act, transcript) if _before(part, one))
    texts = [word.word.text for word in shown]
    language = Language.of(row.language or transcript.language)
    kinds = kinds_to_hide(act.settings)
    anew = masked_words(
        [*texts[: before + found.first], *words_of(typed), *texts[before + max(found.first, found.last + 1) :]],
        kinds=kinds,
        language=language,
    )
    turn = Place(one.offset, one.offset + len(heard.words) - 1)
    emptied = [
        edit.place
        for edit in as_values(held)
        if isinstance(edit, Rewording) and not edit.words and turn.first <= edit.place.first <= turn.last
    ]
    changes = retyped(shown, anew, turn=turn, emptied=emptied)
    if not changes:
        raise InvalidError(_("Nothing was changed."), field="words")
    said = _reason(act, reason, language=language)
    made = _number(edits)
    for change in changes:
        _change(act, transcript, change, made=made, edits=edits, reason=said)
    lay(act, transcript)
    audit.record(act, "transcript.reworded", transcript, number=made, places=len(changes))
    return made


def reassign(act: Act, transcript: Transcript, *, chosen: Chosen, role: AuthorRole, reason: str = "") -> int:
    """Say that the agent, or the customer, said the chosen words; turns are split where that needs it."""
    _open(act, transcript)
    if role not in PARTIES:
        raise InvalidError(_("A speaker is the agent or the customer."))
    found = _chosen(act, transcript, chosen)
    if all(row.role is role for row in found.rows):
        raise InvalidError(_("These words are already theirs."))
    place = _place(found)
    edits = edits_of(act, transcript)
    made = _number(edits)
    start_ms, end_ms = found.span
    _add(
        act, transcript, number=made, kind=EditKind.SPEAKER, place=place, role=role, instead_of=found.read,
        span=(start_ms, end_ms), reason=_reason(act, reason, language=Language.of(transcript.language)),
    )  # fmt: skip
    lay(act, transcript)
    audit.record(act, "transcript.reassigned", transcript, number=made, role=role.value)
    return made


def swap_parties(act: Act, transcript: Transcript, *, reason: str = "") -> int:
    """Say that the agent is the customer, and the customer the agent, in the whole call."""
    _open(act, transcript)
    if not any(turn.role in PARTIES for turn in transcript.turns):
        raise InvalidError(_("Nobody in this transcript is the agent or the customer."))
    made = _number(edits_of(act, transcript))
    said = _reason(act, reason, language=Language.of(transcript.language))
    _add(act, transcript, number=made, kind=EditKind.SWAP, reason=said)
    lay(act, transcript)
    audit.record(act, "transcript.swapped", transcript, number=made)
    return made


def take_back(act: Act, transcript: Transcript, *, number: int) -> None:
    """Take back what was done in one go; where it lay over earlier edits, those hold again."""
    _open(act, transcript)
    edits = edits_of(act, transcript)
    ended = [edit for edit in edits if edit.number == number and edit.ended_at is None]
    if not ended:
        raise ConflictError(_("This was already taken back."))
    kinds = kinds_to_hide(act.settings)
    heard = heard_values(transcript.turns)
    before = shows_numbers(laid(heard, as_values(standing(edits))), kinds=kinds)
    for edit in ended:
        edit.ended_at, edit.ended_by_id, edit.ending = act.now, act.person().id, EditEnding.TAKEN_BACK
    after = shows_numbers(laid(heard, as_values(standing(edits))), kinds=kinds)
    if after - before:
        raise ConflictError(_("Taken back, a number could be read that is to be hidden. Correct the words instead."))
    lay(act, transcript)
    audit.record(act, "transcript.edit_taken_back", transcript, number=number)


def _open(act: Act, transcript: Transcript) -> None:
    """See that the actor may edit, and let others who edit the same transcript wait."""
    act.require(Permission.TRANSCRIPT_CORRECT)
    act.session.refresh(transcript, ["number"], with_for_update=True)
    if not any(turn.words for turn in originals(transcript.turns) if turn.start_ms is not None):
        raise InvalidError(_("Only what was said in a call can be corrected; messages stay as they were written."))


def _chosen(act: Act, transcript: Transcript, chosen: Chosen) -> _Found:
    rows = {row.id: at for at, row in enumerate(transcript.turns)}
    if chosen.turn_id not in rows or chosen.until_id not in rows:
        raise ConflictError(_("These words were changed meanwhile. Look at what stands there now."))
    first, until = rows[chosen.turn_id], rows[chosen.until_id]
    turns = laid_over(act, transcript)
    found = _Found(
        tuple(transcript.turns[first : until + 1]), turns[first : until + 1], first=chosen.first, last=chosen.last
    )
    if not found.rows or chosen.first < 0 or (first == until and chosen.last < chosen.first - 1):
        raise InvalidError(_("Choose words from the first to the last."))
    if chosen.last >= len(turns[until].turn.words) or " ".join(chosen.read.split()) != " ".join(found.read.split()):
        raise ConflictError(_("These words were changed meanwhile. Look at what stands there now."))
    return found


def _before(part: LaidTurn, one: LaidTurn) -> bool:
    """Whether a part belongs to the same heard turn and comes earlier in it."""
    if part.heard != one.heard or part.whole is None or one.whole is None:
        return False
    return part.whole.first < one.whole.first


def _place(found: _Found) -> Place:
    """Return the heard words under what was chosen; heard words that are read as several are nobody's in part."""
    begin, end = found.turns[0], found.turns[-1]
    if begin.whole is None or end.whole is None:
        raise InvalidError(_("There are no words here."))
    first, last = begin.whole.first, end.whole.last
    if found.first > 0:
        first = begin.places[found.first].first
        _unbroken(begin.places, found.first)
    if found.last < len(end.places) - 1:
        last = end.places[found.last].last
        _unbroken(end.places, found.last + 1)
    return Place(first, last)


def _unbroken(places: Sequence[Place], at: int) -> None:
    if places[at - 1].last >= places[at].first:
        raise InvalidError(_("The words on both sides stand for one word that was heard, so one person says them."))


def _change(
    act: Act, transcript: Transcript, change: Retyped, *, made: int, edits: Sequence[TranscriptEdit], reason: str
) -> None:
    """Keep one changed place; what it covers of earlier edits does not hold while this one does."""
    lower = [edit for edit in edits if edit.kind is EditKind.WORDS and _inside(edit, change.place)]
    under = [edit for edit in standing(edits) if edit in lower]
    heard = [word for turn in heard_values(transcript.turns) for word in turn.words]
    here = heard[change.place.first : change.place.last + 1]
    edit = _add(
        act, transcript, number=made, kind=EditKind.WORDS, place=change.place, words=list(change.words),
        instead_of=_read(here, change.place, under), span=(here[0].start_ms, max(word.end_ms for word in here)),
        reason=reason,
    )  # fmt: skip
    for covered in under:
        covered.replaced_by_id = edit.id
    if [word.text for word in here] == list(change.words):
        # What was typed is what was heard: the earlier edits are taken back, and this one with them.
        for one in (*(one for one in lower if one.ended_at is None), edit):
            one.ended_at, one.ended_by_id, one.ending = act.now, act.person().id, EditEnding.TAKEN_BACK


def _read(here: Sequence[Word], place: Place, under: Sequence[TranscriptEdit]) -> str:
    """Return what was read at a place before it was changed."""
    texts: list[str] = []
    by_first = {edit.first_word: edit for edit in under}
    at = place.first
    while at <= place.last:
        edit = by_first.get(at)
        texts += [str(word) for word in edit.words] if edit else [here[at - place.first].text]
        at = (edit.last_word or at) + 1 if edit else at + 1
    return " ".join(texts)


def _inside(edit: TranscriptEdit, place: Place) -> bool:
    return edit.first_word is not None and place.first <= edit.first_word <= place.last


def _add(
    act: Act,
    transcript: Transcript,
    *,
    number: int,
    kind: EditKind,
    place: Place | None = None,
    role: AuthorRole | None = None,
    words: list[str] | None = None,
    instead_of: str = "",
    span: tuple[int, int] | None = None,
    reason: str = "",
) -> TranscriptEdit:
    edit = TranscriptEdit(
        transcript_id=transcript.id,
        number=number,
        kind=kind,
        first_word=place.first if place else None,
        last_word=place.last if place else None,
        role=role,
        words=words or [],
        instead_of=instead_of,
        start_ms=span[0] if span else None,
        end_ms=span[1] if span else None,
        reason=reason,
        made_at=act.now,
        made_by_id=act.person().id,
    )
    act.session.add(edit)
    act.session.flush()
    return edit


def _number(edits: Sequence[TranscriptEdit]) -> int:
    return max((edit.number for edit in edits), default=0) + 1


def _reason(act: Act, reason: str, *, language: Language) -> str:
    said = " ".join(words_of(reason))
    if len(said) > LONGEST_REASON:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_REASON), field="reason")
    return masked_text(said, kinds=kinds_to_hide(act.settings), language=language)


def settle(act: Act, transcript: Transcript, *, edit_id: int) -> None:
    """Say that an edit without a place was looked at and needs nothing more."""
    _open(act, transcript)
    edit = next((one for one in edits_of(act, transcript) if one.id == edit_id and one.unplaced), None)
    if edit is None:
        raise NotFoundError(_("There is no such correction."))
    if edit.ended_at is not None:
        raise ConflictError(_("This was already settled."))
    edit.ended_at, edit.ended_by_id, edit.ending = act.now, act.person().id, EditEnding.TAKEN_BACK
    audit.record(act, "transcript.edit_settled", transcript, number=edit.number)
