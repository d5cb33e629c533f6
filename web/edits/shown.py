"""Corrections of a transcript as pages show them: where one may begin, what was done, and what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import g, url_for

from qa.act import Act
from qa.auth.roles import Permission, may
from qa.edits.labels import ENDING_LABELS
from qa.edits.laying import edits_of, standing
from qa.edits.models import EditKind, TranscriptEdit
from qa.i18n import Text
from qa.interactions.kinds import AUTHOR_LABELS
from qa.interactions.models import Interaction
from qa.transcripts.models import Transcript, Turn
from web.edits.forms import CorrectionForm


@dataclass(frozen=True, slots=True)
class Correcting:
    """Whose transcript the reader may correct, the page to come back to, and the form that the script fills in."""

    interaction_id: int
    back: str
    form: CorrectionForm

    def addresses(self) -> tuple[str, str]:
        """What stands before and after a turn's number in the address of its form: a long call has very many."""
        whole = url_for("edits.correct", interaction_id=self.interaction_id, turn_id=0, back=self.back)
        before, _number, after = whole.partition("/turns/0/")
        return f"{before}/turns/", f"/{after}"


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change: ``words`` stand for ``instead_of``, or ``role`` is who said it; a swap has neither."""

    id: int
    kind: EditKind
    start_ms: int | None
    instead_of: str
    words: str
    role: Text | None


@dataclass(frozen=True, slots=True)
class EditShown:
    """What somebody did in one go; ``holds`` says that it can be taken back, ``ended`` why it no longer holds."""

    number: int
    who: str
    at: datetime
    reason: str
    changes: tuple[ChangeShown, ...]
    holds: bool
    ended: Text | None
    ended_by: str


@dataclass(frozen=True, slots=True)
class EditsShown:
    """Everything that was corrected, the latest first, and what found no place in this transcription."""

    done: tuple[EditShown, ...]
    waiting: tuple[ChangeShown, ...]


def correcting(
    interaction: Interaction, transcript: Transcript | None, *, back: str, turns: Sequence[Turn] | None = None
) -> Correcting | None:
    """Return what a page needs to let its reader correct; nothing where they may not, or nothing was said."""
    if transcript is None or not may(g.viewer.role if g.viewer else None, Permission.TRANSCRIPT_CORRECT):
        return None
    spoken = any(
        turn.start_ms is not None and (turn.words or turn.heard)
        for turn in (transcript.turns if turns is None else turns)
    )
    return Correcting(interaction.id, back, CorrectionForm(data={"back": back})) if spoken else None


def edits_shown(act: Act, transcript: Transcript) -> EditsShown | None:
    """Return what was corrected, for those who may correct."""
    if not act.may(Permission.TRANSCRIPT_CORRECT):
        return None
    edits = edits_of(act, transcript)
    holding = {edit.id for edit in standing(edits)}
    placed = sorted((edit for edit in edits if not edit.unplaced), key=lambda edit: (-edit.number, edit.id))
    done = [_shown(list(made), holding) for _number, made in groupby(placed, key=lambda edit: edit.number)]
    waiting = tuple(_change(edit) for edit in edits if edit.unplaced and edit.ended_at is None)
    return EditsShown(tuple(done), waiting)


def _shown(made: Sequence[TranscriptEdit], holding: set[int]) -> EditShown:
    first = made[0]
    holds = any(edit.id in holding for edit in made)
    ended = next((edit for edit in made if edit.ending is not None), None) if not holds else None
    return EditShown(
        number=first.number,
        who=first.made_by.name if first.made_by else "",
        at=first.made_at,
        reason=first.reason,
        changes=tuple(_change(edit) for edit in made),
        holds=holds,
        ended=ENDING_LABELS[ended.ending] if ended is not None and ended.ending is not None else None,
        ended_by=ended.ended_by.name if ended is not None and ended.ended_by else "",
    )


def _change(edit: TranscriptEdit) -> ChangeShown:
    return ChangeShown(
        id=edit.id,
        kind=edit.kind,
        start_ms=edit.start_ms,
        instead_of=edit.instead_of,
        words=" ".join(str(word) for word in edit.words),
        role=AUTHOR_LABELS[edit.role] if edit.role is not None else None,
    )
