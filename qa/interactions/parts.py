"""The parts of a conversation: where each lies on its clock, who is on which side, and what has not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from qa.i18n import Text, _
from qa.interactions.kinds import AuthorRole
from qa.interactions.models import Interaction, Recording


@dataclass(frozen=True, slots=True)
class Place:
    """A recording and when it begins, in milliseconds from the start of the conversation.

    One that ``follows`` begins where those before it end, which is known exactly only once they were decoded.
    """

    recording: Recording
    start_ms: int
    follows: bool = False

    @property
    def end_ms(self) -> int:
        """When it ends, by the length that its file states."""
        return self.start_ms + self.recording.duration_ms


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that was told of and has not come: its number and of how many, or the file that lacks its counterpart."""

    number: int | None = None
    total: int | None = None
    beside: str = ""

    @property
    def text(self) -> Text:
        """Say what is missing."""
        if self.number is not None:
            return _(
                "Part {number} of {total} of this conversation has not come.", number=self.number, total=self.total or 0
            )
        return _("The recording {name} holds one party only; that of the other has not come.", name=self.beside)


def places(interaction: Interaction) -> list[Place]:
    """Return the recordings in the order in which they begin.

    A told offset counts; else a start of its own; else a part follows the parts with lower numbers. The two files of
    a pair begin together.
    """
    found: list[Place] = []
    for recording in sorted(interaction.recordings, key=lambda one: (one.part or 0, one.position)):
        found.append(_place(recording, interaction=interaction, before=found))
    return sorted(found, key=lambda place: (place.start_ms, place.recording.part or 0, place.recording.side or 0))


def _place(recording: Recording, *, interaction: Interaction, before: Sequence[Place]) -> Place:
    if recording.offset_ms is not None:
        return Place(recording, recording.offset_ms)
    told = recording.started_at
    if told is not None and told > interaction.started_at:
        return Place(recording, (told - interaction.started_at) // timedelta(milliseconds=1))
    number = recording.part or 0
    ends = [place.end_ms for place in before if (place.recording.part or 0) < number]
    return Place(recording, max(ends, default=0), follows=bool(ends))


def missing(recordings: Sequence[Recording]) -> list[Missing]:
    """Return what was told of and is not there: numbers that are skipped, files of pairs without their counterpart."""
    numbers = {recording.part for recording in recordings if recording.part is not None}
    total = max([*(recording.parts or 0 for recording in recordings), *numbers], default=0)
    found = [Missing(number=number, total=total) for number in range(1, total + 1) if number not in numbers]
    sided: dict[tuple[object, ...], list[Recording]] = {}
    for recording in recordings:
        if recording.side is not None:
            moment = None if recording.part is not None else (recording.started_at, recording.offset_ms)
            sided.setdefault((recording.part, moment), []).append(recording)
    alone = (pair[0] for pair in sided.values() if len({recording.side for recording in pair}) == 1)
    return [*found, *(Missing(beside=recording.file_name) for recording in alone)]


def agent_side(interaction: Interaction) -> int | None:
    """Return the channel of the agent: as the files of one party tell it, else as the source is set."""
    for recording in interaction.recordings:
        if recording.party and recording.side is not None:
            return recording.side if recording.party == AuthorRole.AGENT else 1 - recording.side
    return interaction.source.agent_channel


def side_of(party: AuthorRole, *, agent_channel: int | None) -> int:
    """Return the channel on which a party's file is laid; where the source does not say, the agent is left."""
    agent = agent_channel or 0
    return agent if party is AuthorRole.AGENT else 1 - agent
