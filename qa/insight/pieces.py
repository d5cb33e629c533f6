"""The weeks of a draw by the month, and the months of one by the week that lies in two: parts of draws, kept like the whole.

A page that asks for weeks cuts draws by the month, and the other way round. A part is a domain of the draw's strata: parts
cannot be put together again, so that each is kept as a page may ask for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from qa.act import Act
from qa.insight.figures import Sample
from qa.insight.shares import PlainAgents, agents_to_plain, share_to_plain, shares_of
from qa.insight.stretch import Stretch, stretch_of
from qa.sampling.models import Draw, Plan
from qa.sampling.period import PeriodKind, period_of

#: The part of a draw that lies in a stretch: its first moment, and the first after it.
Clip = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a draw, of one team or all: its share and those of its agents, as rows keep them."""

    clip: Clip
    #: None where nothing was drawn.
    share: list[Any] | None
    agents: PlainAgents


def clipped(start: datetime, end: datetime, stretch: Stretch) -> Clip:
    """Return the part of a draw from ``start`` to ``end`` that lies in a stretch; the stretch must touch it."""
    return max(start, stretch.start), min(end, stretch.end)


def zones_of(act: Act, draw_ids: Iterable[int]) -> dict[int, str]:
    """Return the time_zones in which the periods of draws begin and end."""
    asked = select(Draw.id, Plan.time_zone).join(Draw.plan).where(Draw.id.in_(draw_ids))
    return dict(act.session.execute(asked).all())


def cuts_of(start: datetime, end: datetime, *, zone: str) -> dict[Clip, Stretch]:
    """Return the weeks and the months that hold a part of a draw's period and not all of it."""
    found: dict[Clip, Stretch] = {}
    for kind in (PeriodKind.WEEK, PeriodKind.MONTH):
        period = period_of(start, kind=kind, zone=zone)
        touching = [period]
        while period.end < end:
            period = period_of(period.end, kind=kind, zone=zone)
            touching.append(period)
        if len(touching) > 1:
            found |= {clipped(start, end, one): one for one in map(stretch_of, touching)}
    return found


def pieces_of(sample: Sample, cuts: Mapping[Clip, Stretch]) -> tuple[Piece, ...]:
    """Cut what was scored of one draw, or of one team of it."""
    return tuple(_piece(clip, sample.within(cut)) for clip, cut in cuts.items())


def _piece(clip: Clip, part: Sample) -> Piece:
    found = shares_of(part)
    return Piece(clip, share_to_plain(found[0]) if found else None, agents_to_plain(part))
