"""The list of what customers answered: filters, pages, and the same as a table for spreadsheets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_
from sqlalchemy.orm import contains_eager, joinedload

from qa.act import Act
from qa.csv_out import Cell
from qa.feedback.models import CustomerAnswer
from qa.feedback.queries import newest_first, visible_answers
from qa.feedback.rating import USUALLY_LOW
from qa.interactions.models import Interaction
from qa.paging import Page, page_of

HEADS = (
    "reference", "source", "agent", "team", "started_at", "survey", "id", "invited", "answered_at", "csat", "csat_scale",
    "csat_percent", "nps", "ces", "resolved", "comment", "language",
)  # fmt: skip
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class AnswerFilters:
    """Which answers are looked for; empty means all. The days are those of the interaction, of a waiting one of the answer."""

    since: date | None = None
    until: date | None = None
    team_id: int | None = None
    agent_id: int | None = None
    #: Only with a low rating; only with words of the customer; only what waits for its interaction.
    low: bool = False
    commented: bool = False
    waiting: bool = False


def find_answers(act: Act, filters: AnswerFilters, *, page: int = 1) -> Page[CustomerAnswer]:
    """Return the visible answers that pass the filters, the newest first; who is silent stands last."""
    return page_of(act, _asked(act, filters).order_by(*newest_first()), number=page)


def answer_rows(act: Act, filters: AnswerFilters) -> Iterator[tuple[Cell, ...]]:
    """Yield the visible answers that pass the filters as rows under ``HEADS``."""
    asked = _asked(act, filters).order_by(*newest_first()).execution_options(yield_per=_ROWS_AT_ONCE)
    for one in act.session.scalars(asked):
        call = one.interaction
        yield (
            one.reference,
            call.source.name if call else one.interaction_source,
            call.agent.name if call else "",
            call.team.name if call and call.team else "",
            call.started_at.isoformat() if call else "",
            one.source.name,
            one.external_id,
            "yes" if one.invited else "no",
            one.answered_at.isoformat() if one.answered_at else "",
            one.csat_given or "",
            f"{one.csat_lowest}-{one.csat_highest}" if one.csat_bp is not None else "",
            None if one.csat_bp is None else one.csat_bp / 100,
            one.nps,
            one.ces,
            "" if one.resolved is None else "yes" if one.resolved else "no",
            one.comment,
            one.language,
        )


def _asked(act: Act, filters: AnswerFilters) -> Select[CustomerAnswer]:
    asked: Select[Any] = (
        visible_answers(act)
        .outerjoin(CustomerAnswer.interaction)
        .options(
            contains_eager(CustomerAnswer.interaction).joinedload(Interaction.agent),
            contains_eager(CustomerAnswer.interaction).joinedload(Interaction.team),
            contains_eager(CustomerAnswer.interaction).joinedload(Interaction.source),
            joinedload(CustomerAnswer.source),
        )
    )
    if filters.since is not None:
        asked = asked.where(_from(_midnight(act, filters.since)))
    if filters.until is not None:
        asked = asked.where(_before(_midnight(act, filters.until + timedelta(days=1))))
    if filters.team_id is not None:
        asked = asked.where(Interaction.team_id == filters.team_id)
    if filters.agent_id is not None:
        asked = asked.where(Interaction.agent_id == filters.agent_id)
    if filters.low:
        asked = asked.where(CustomerAnswer.csat_bp <= 100 * USUALLY_LOW)
    if filters.commented:
        asked = asked.where(CustomerAnswer.comment != "")
    if filters.waiting:
        asked = asked.where(CustomerAnswer.interaction_id.is_(None))
    return asked


def _from(moment: datetime) -> Any:
    waiting = Interaction.id.is_(None) & (CustomerAnswer.answered_at >= moment)
    return or_(Interaction.started_at >= moment, waiting)


def _before(moment: datetime) -> Any:
    waiting = Interaction.id.is_(None) & (CustomerAnswer.answered_at < moment)
    return or_(Interaction.started_at < moment, waiting)


def _midnight(act: Act, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(act.time_zone))
