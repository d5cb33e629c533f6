"""A visit as its shopper fills it in: started, saved piece by piece, handed in once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations import service as evaluations
from qa.evaluations.marks import LONGEST_COMMENT, Mark, scored
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.i18n import Text, _, ngettext_
from qa.interactions.arrival import stable_key
from qa.interactions.kinds import Channel, Direction, InteractionState
from qa.interactions.models import Interaction, Recording, Source
from qa.jobs.kinds import JobKind
from qa.jobs.service import enqueue
from qa.mystery.models import AttachmentKind, Visit, VisitState
from qa.mystery.pieces import (
    NOTES,
    TIMES,
    Missing,
    Times,
    answer_piece,
    asked_marks,
    mark_to_json,
    marks_of,
    missing_of,
    revision_of,
)
from scorecards.errors import AnswersError
from scorecards.scoring import score
from transcribe.probing import probe_apart

#: The source that visits come from.
SOURCE = "mystery"
LONGEST_NOTES = 20_000
#: Telephones' clocks differ; further ahead than this a time was mistyped.
CLOCK_SLACK = timedelta(minutes=10)
LONGEST_VISIT = timedelta(hours=24)


class NewerError(ConflictError):
    """A newer save of the piece is kept; ``revision`` is the visit's highest, above which the next save must be."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            _("A newer answer was saved from another page or device, and was kept. Send this again to replace it.")
        )
        self.revision = revision


class UnfinishedError(InvalidError):
    """Something is missing before the visit can be handed in."""

    def __init__(self, gaps: list[Missing]) -> None:
        super().__init__(
            ngettext_(
                "{n} thing is missing before this visit can be handed in. What you filled in was kept.",
                "{n} things are missing before this visit can be handed in. What you filled in was kept.",
                n=len(gaps),
            )
        )
        self.gaps = gaps


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: the visit's highest revision, and whether this very save had come before."""

    revision: int
    repeated: bool = False


def start_visit(act: Act, visit: Visit) -> None:
    """Begin to fill the visit in; begun before, nothing happens."""
    check_own(act, visit)
    begin(act, visit)


def begin(act: Act, visit: Visit) -> None:
    """Note that a planned visit is being filled in."""
    if visit.state is VisitState.PLANNED:
        visit.state = VisitState.STARTED
        audit.record(act, "visit.started", visit)


def save_answer(act: Act, visit: Visit, *, criterion: str, mark: Mark, revision: int) -> Saved:
    """Keep the answer to one criterion, unless a newer one is there; raises ``NewerError`` then."""
    card = card_of(visit.card_version)
    if len(mark.comment) > LONGEST_COMMENT or len(mark.text) > LONGEST_COMMENT:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_COMMENT))
    try:
        score(card, scored({criterion: mark}), complete=False)
    except AnswersError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error

    def change() -> None:
        kept = {key: value for key, value in visit.answers.items() if key != criterion}
        visit.answers = kept if mark.empty else {**kept, criterion: mark_to_json(mark)}

    kept_now = marks_of(visit).get(criterion, Mark())
    return _save(act, visit, piece=answer_piece(criterion), revision=revision, same=kept_now == mark, change=change)


def save_notes(act: Act, visit: Visit, *, notes: str, revision: int) -> Saved:
    """Keep the notes, unless newer ones are there."""
    if len(notes) > LONGEST_NOTES:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NOTES), field="notes")

    def change() -> None:
        visit.notes = notes.strip()

    return _save(act, visit, piece=NOTES, revision=revision, same=visit.notes == notes.strip(), change=change)


def save_times(act: Act, visit: Visit, *, times: Times, revision: int) -> Saved:
    """Keep when the shopper came in and left, unless newer times are there."""
    for field, at in (("arrived_at", times.arrived_at), ("left_at", times.left_at)):
        if at is not None and at > act.now + CLOCK_SLACK:
            raise InvalidError(_("This time lies in the future. Check the date and the time."), field=field)
    if times.left_at is not None:
        if times.arrived_at is None:
            raise InvalidError(_("Say when you arrived."), field="arrived_at")
        if times.left_at < times.arrived_at:
            raise InvalidError(_("You cannot leave before you arrive. Check both times."), field="left_at")
        if times.left_at - times.arrived_at > LONGEST_VISIT:
            raise InvalidError(_("A visit lasts at most a day. Check both times."), field="left_at")

    def change() -> None:
        visit.started_at, visit.ended_at = times.arrived_at, times.left_at

    same = Times(visit.started_at, visit.ended_at) == times
    return _save(act, visit, piece=TIMES, revision=revision, same=same, change=change)


def hand_in(act: Act, visit: Visit) -> Evaluation:
    """Make the visit an interaction and its answers an evaluation in the shopper's name, once.

    Raises ``UnfinishedError`` with all that is missing; then nothing has changed.
    """
    check_own(act, visit)
    gaps = missing_of(visit)
    if gaps or visit.started_at is None:
        raise UnfinishedError(gaps)
    shopper = act.person()
    interaction = _interaction(act, visit, started_at=visit.started_at)
    evaluation = evaluations.assign(
        act, interaction, reviewer=shopper, version=visit.card_version, kind=EvaluationKind.MYSTERY
    )
    marks = asked_marks(card_of(visit.card_version), marks_of(visit))
    # Notes may be longer than a summary; the visit keeps them whole.
    evaluations.submit_evaluation(
        act, evaluation, marks=marks, summary=visit.notes[:LONGEST_COMMENT], revision=evaluation.revision or 0
    )
    visit.interaction_id = interaction.id
    visit.state, visit.submitted_at = VisitState.SUBMITTED, act.now
    act.session.flush()
    audit.record(act, "visit.submitted", visit, interaction=interaction.id, attachments=len(visit.attachments))
    return evaluation


def check_own(act: Act, visit: Visit) -> None:
    """Let only the visit's own shopper change it, and only before it is handed in; the row is locked meanwhile."""
    if visit.shopper_id != act.person().id:
        raise ForbiddenError(_("This visit is somebody else's."))
    act.session.refresh(
        visit, ["state", "revision", "revisions", "answers", "notes", "started_at", "ended_at"], with_for_update=True
    )
    if visit.state not in {VisitState.PLANNED, VisitState.STARTED}:
        raise ConflictError(_("This visit was already handed in, so nothing was changed."))


def _save(act: Act, visit: Visit, *, piece: str, revision: int, same: bool, change: Callable[[], None]) -> Saved:
    check_own(act, visit)
    kept = revision_of(visit, piece)
    if revision <= kept:
        if same:
            return Saved(visit.revision, repeated=True)
        raise NewerError(visit.revision)
    change()
    visit.revisions = {**visit.revisions, piece: revision}
    visit.revision = max(visit.revision, revision)
    begin(act, visit)
    act.session.flush()
    return Saved(visit.revision)


def _interaction(act: Act, visit: Visit, *, started_at: datetime) -> Interaction:
    source, reference = _source(act), f"visit-{visit.id}"
    length = visit.ended_at - started_at if visit.ended_at else None
    recording = next((item for item in visit.attachments if item.kind is AttachmentKind.RECORDING), None)
    interaction = Interaction(
        source_id=source.id,
        reference=reference,
        stable_key=stable_key(source, reference),
        channel=_channel(visit.card_version),
        direction=Direction.INBOUND,
        state=InteractionState.RECEIVED if recording else InteractionState.READY,
        agent_id=visit.agent_id,
        team_id=visit.agent.team_id,
        started_at=started_at,
        duration_ms=None if length is None else int(length.total_seconds() * 1000),
        received_at=act.now,
    )
    act.session.add(interaction)
    act.session.flush()
    if recording is not None:
        sound = probe_apart(act.blobs.path(recording.blob_key), name=recording.file_name)
        act.session.add(
            Recording(
                interaction_id=interaction.id,
                sha256=recording.sha256,
                file_name=recording.file_name,
                size_bytes=recording.size_bytes,
                codec=sound.codec,
                channels=sound.channels,
                sample_rate=sound.sample_rate,
                duration_ms=sound.duration_ms or 0,
                blob_key=recording.blob_key,
            )
        )
        act.session.flush()
        enqueue(act, JobKind.TRANSCRIBE, key=f"interaction-{interaction.id}", payload={"interaction": interaction.id})
    audit.record(act, "interaction.added", interaction, source=source.id)
    return interaction


def _source(act: Act) -> Source:
    """Return the source of visits; on a telephone nobody has a channel of their own, so none is named."""
    found = act.session.scalar(select(Source).where(Source.name == SOURCE))
    if found is None:
        found = Source(name=SOURCE, agent_channel=None, time_zone=act.settings.time_zone)
        act.session.add(found)
        act.session.flush()
        audit.record(act, "source.added", found)
    return found


def _channel(version: CardVersion) -> Channel:
    """Return the channel of the visit: a card for calls makes it a call."""
    channels = card_of(version).channels
    known = {item.value: item for item in Channel}
    return known.get(channels[0].value, Channel.IN_PERSON) if len(channels) == 1 else Channel.IN_PERSON
