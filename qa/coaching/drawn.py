"""What a report says of its draws: how they were made and for what, and what it lacks because of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.i18n import Language, Text, _, ngettext_, say
from qa.insight.figures import Sample
from qa.insight.stretch import Stretch
from qa.people.models import User, UserState
from qa.reports.content import DrawNote
from qa.sampling.models import Draw, Purpose

PURPOSES: dict[Purpose, Text] = {
    Purpose.DEVELOPMENT: _("development of the agent"),
    Purpose.APPRAISAL: _("appraisal, never on these figures alone"),
    Purpose.PROGRAMME: _("improvement of the service as a whole"),
}


def draws_of(act: Act, draw_ids: set[int]) -> list[Draw]:
    """Return the draws, oldest period first."""
    asked = select(Draw).where(Draw.id.in_(draw_ids)).options(joinedload(Draw.plan)).order_by(Draw.starts_at, Draw.id)
    return list(act.session.scalars(asked))


def draw_note(draw: Draw, sample: Sample, *, language: Language) -> DrawNote:
    """Say how the agent's interactions were drawn."""
    frames = [frame for frame in sample.frames if frame.draw_id == draw.id]
    drawn = sum(frame.drawn for frame in frames)
    # Of a stratum that holds others' too it is not known how much of it is the agent's.
    eligible = [frame.eligible if frame.own else None for frame in frames]
    known = [count for count in eligible if count is not None]
    if draw.is_weighted:
        how = ngettext_(
            "Plan “{plan}”: {n} of your {total} interactions was drawn by lot. Some had a higher chance, such as long ones; the score makes up for that.",
            "Plan “{plan}”: {n} of your {total} interactions were drawn by lot. Some had a higher chance, such as long ones; the score makes up for that.",
            n=drawn,
            plan=draw.plan.name,
            total=sum(known),
        )
    elif len(known) == len(eligible):
        how = ngettext_(
            "Plan “{plan}”: {n} of your {total} interactions was drawn by lot; each had the same chance.",
            "Plan “{plan}”: {n} of your {total} interactions were drawn by lot; each had the same chance.",
            n=drawn,
            plan=draw.plan.name,
            total=sum(known),
        )
    else:
        how = ngettext_(
            "Plan “{plan}”: {n} of your interactions was drawn by lot; each had the same chance.",
            "Plan “{plan}”: {n} of your interactions were drawn by lot; each had the same chance.",
            n=drawn,
            plan=draw.plan.name,
        )
    return DrawNote(draw_id=str(draw.id), how=say(how, language), commitment=draw.commitment)


def purpose_of(draws: Sequence[Draw], *, language: Language) -> str:
    """Say what the draws are for."""
    found = dict.fromkeys(draw.plan.purpose for draw in draws) or {Purpose.DEVELOPMENT: None}
    return ", ".join(say(PURPOSES[purpose], language) for purpose in found)


def remarks_on(
    sample: Sample, *, agent: User, stretch: Stretch, made_on: date, now: datetime, shown: int
) -> Iterable[Text]:
    """What the report lacks, and why; ``shown`` is how many evaluations stand in it line by line."""
    if agent.state is UserState.LEFT:
        yield _("The agent has left the company.")
    if stretch.end > now:
        yield _("The period is not over yet; what was evaluated after {day} is not in it.", day=made_on)
    if not sample.frames and not sample.scored:
        yield _("No interactions of this agent were drawn in this period.")
    elif not sample.scored and not sample.disputed:
        yield _("Interactions were drawn, but none has been evaluated yet.")
    without = sum(item.quality is None for item in sample.scored)
    if without:
        yield ngettext_(
            "In {n} evaluation nothing was applicable; it has no score.",
            "In {n} evaluations nothing was applicable; they have no score.",
            n=without,
        )
    if sample.disputed:
        yield ngettext_(
            "{n} evaluation is disputed; it is in no figure here until the dispute is settled.",
            "{n} evaluations are disputed; they are in no figure here until the disputes are settled.",
            n=len(sample.disputed),
        )
    waiting = len(sample.scored) - shown
    if waiting > 0:
        yield ngettext_(
            "{n} evaluation counts in the score and cannot be read yet; it is not shown line by line.",
            "{n} evaluations count in the score and cannot be read yet; they are not shown line by line.",
            n=waiting,
        )
