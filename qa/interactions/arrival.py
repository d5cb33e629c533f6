"""What recordings and conversations have in common when they arrive: identity, agent, outcome."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.models import Interaction, Source
from qa.people.models import User

#: How far in the future a start may lie before it is taken for a mistake: clocks differ, years are mistyped.
LONGEST_AHEAD_SECONDS = 36 * 3600


class Arrival(StrEnum):
    """What became of something that was sent in."""

    ADDED = "added"
    KNOWN = "known"
    GREW = "grew"
    JOINED = "joined"
    REFUSED = "refused"


ARRIVAL_LABELS: dict[Arrival, Text] = {
    Arrival.ADDED: _("Taken in"),
    Arrival.KNOWN: _("Known already, nothing changed"),
    Arrival.GREW: _("Known already, new messages were added"),
    Arrival.JOINED: _("Joined to its conversation"),
    Arrival.REFUSED: _("Refused"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the answer to an ingest: which file, what became of it, and why it was refused."""

    file: str
    arrival: Arrival
    interaction_id: int | None = None
    sentence: Text | None = None
    #: Line of the file, from 1, where the fault is.
    line: int | None = None

    @property
    def text(self) -> Text:
        """Say what became of it, its place in front."""
        told = self.sentence or ARRIVAL_LABELS[self.arrival]
        if self.line is None:
            return _("{file}: {sentence}", file=self.file, sentence=told)
        return _("{file}, line {line}: {sentence}", file=self.file, line=str(self.line), sentence=told)


def stable_key(source: Source, reference: str) -> str:
    """Return the name under which an interaction takes part in draws, whatever database it lies in."""
    return hashlib.sha256(f"{source.name}\x1f{reference}".encode()).hexdigest()


def known_interaction(act: Act, source: Source, reference: str) -> Interaction | None:
    """Return the interaction that the source calls by this reference."""
    return act.session.scalar(
        select(Interaction).where(Interaction.source_id == source.id, Interaction.reference == reference)
    )


def agent_called(act: Act, reference: str) -> User:
    """Return the agent by reference, e-mail address or, where only one has it, by name; refuse anybody else."""
    wanted = reference.strip()
    agents = select(User).where(User.role == Role.AGENT)
    for where in (
        User.reference == wanted,
        func.lower(User.email) == wanted.lower(),
        func.lower(User.name) == wanted.lower(),
    ):
        found = list(act.session.scalars(agents.where(where).limit(2)))
        if len(found) == 1:
            return found[0]
    raise InvalidError(
        _(
            "The agent {reference} is not known. Add the agent with this reference, or correct it.",
            reference=wanted[:100],
        )
    )


def check_start(act: Act, started_at: datetime) -> None:
    """Refuse a moment that cannot be."""
    if (started_at - act.now).total_seconds() > LONGEST_AHEAD_SECONDS:
        raise InvalidError(_("The start {moment} lies in the future. Check the date.", moment=started_at))
