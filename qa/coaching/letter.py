"""What stands on an agent's own page: the period in plain words, with the way to each example."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer, joinedload

from qa.act import Act
from qa.cards.queries import card_of
from qa.coaching.service import report_content
from qa.coaching.shared import Shared
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import visible_evaluations
from qa.i18n import Language
from qa.insight.stretch import Stretch
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.reports.content import CoachingReport, Quote
from qa.sampling.models import Draw


@dataclass(frozen=True, slots=True)
class Example:
    """Words of an interaction and where they can be read and heard: an evaluation, and the criterion on its page."""

    quote: Quote
    evaluation_id: int | None
    criterion: str | None


@dataclass(frozen=True, slots=True)
class Praised:
    """Something that went well."""

    criterion: str
    remark: str
    example: Example | None


@dataclass(frozen=True, slots=True)
class ToTry:
    """Something to try next, and what better looks like."""

    criterion: str
    remark: str
    better: str
    example: Example | None


@dataclass(frozen=True, slots=True)
class Letter:
    """The page, before it is drawn. ``content`` is the report the same period would give."""

    stretch: Stretch
    content: CoachingReport
    praised: tuple[Praised, ...]
    to_try: tuple[ToTry, ...]
    draws: tuple[Draw, ...]


def letter_of(act: Act, agent: User, stretch: Stretch, *, language: Language, shared: Shared | None = None) -> Letter:
    """Write the letter for the days, in the reader's language; ``shared`` is what was read of the stretch already."""
    content = report_content(
        act, agent, starts_on=stretch.first, ends_on=stretch.last, language=language, coach="", shared=shared
    )
    own = {item.interaction.started_at: item for item in own_evaluations(act, agent, stretch=stretch)}
    numbers = [int(note.draw_id) for note in content.draws]
    asked = select(Draw).where(Draw.id.in_(numbers)).options(joinedload(Draw.plan)).order_by(Draw.starts_at, Draw.id)
    return Letter(
        stretch=stretch,
        content=content,
        praised=tuple(
            Praised(item.criterion, item.remark, _example(item.quote, item.criterion, own, language=language))
            for item in content.strengths
        ),
        to_try=tuple(
            ToTry(
                item.criterion, item.remark, item.better, _example(item.quote, item.criterion, own, language=language)
            )
            for item in content.points
        ),
        draws=tuple(act.session.scalars(asked)),
    )


def own_evaluations(act: Act, agent: User, *, stretch: Stretch | None = None, unread: bool = False) -> list[Evaluation]:
    """Return the agent's evaluations that the actor may see, newest interaction first.

    Of a stretch, with ``unread`` also those of any other time that the agent has not marked as seen.
    """
    asked = (
        visible_evaluations(act)
        .join(Evaluation.interaction)
        .where(Evaluation.agent_id == agent.id, Evaluation.submitted_at.is_not(None))
        # Years of whole computations would cost most of the page, and none of them stands on it.
        .options(
            joinedload(Evaluation.interaction),
            joinedload(Evaluation.card_version),
            defer(Evaluation.computation),
            defer(Evaluation.played),
        )
        .order_by(Interaction.started_at.desc(), Evaluation.id.desc())
    )
    if stretch is not None:
        within = and_(Interaction.started_at >= stretch.start, Interaction.started_at < stretch.end)
        asked = asked.where(or_(within, Evaluation.state == EvaluationState.RELEASED) if unread else within)
    return list(act.session.scalars(asked))


def _example(quote: Quote | None, name: str, own: dict[datetime, Evaluation], *, language: Language) -> Example | None:
    if quote is None:
        return None
    evaluation = own.get(quote.contact.occurred_at)
    if evaluation is None:
        return Example(quote, None, None)
    criteria = card_of(evaluation.card_version).criteria()
    key = next((item.key for _section, item in criteria if item.name.in_(language) == name), None)
    return Example(quote, evaluation.id, key)
