"""How scores of one agent spread among peers, at the end of each period: kept by the hourly job, as everything dashboards rest on.

All pages and reports ask here, so that a figure has the same interval wherever it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from qa.act import Act
from qa.estimate.intervals import Peers
from qa.estimate.pooling import Common
from qa.insight.counting import SECTION, TOTAL
from qa.insight.figures import CardPeers, in_section, peers_by_card, section_names
from qa.insight.models import PeerSpread
from qa.insight.peers import AFTERWARDS, read_peers
from qa.insight.pool import Basis, basis_of
from qa.insight.stretch import ONE_DAY, Stretch
from qa.sampling.models import Draw
from qa.sampling.period import PeriodKind, period_of, previous_period

#: The weeks and months of so long ago are kept, also where no draw ends with them.
RECENT = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Spreads:
    """What is learnt from peers, by card: of the whole score and of each section, and how agents differ."""

    subjects: Mapping[str, CardPeers]
    bases: Mapping[str, Basis | None]

    def of(self, subject: str = TOTAL) -> CardPeers:
        """Return how the whole score spreads, or that of a section."""
        return self.subjects.get(subject, {})

    def of_section(self, key: str) -> CardPeers:
        """Return how scores of the section with this key spread."""
        return self.of(SECTION + key)


def spreads_of(act: Act, stretch: Stretch, *, sections: bool = False) -> Spreads:
    """Return what was kept for the end of the stretch; where nothing was, it is learnt now, of sections if they are asked for."""
    kept = act.session.scalar(select(PeerSpread.spreads).where(PeerSpread.until == stretch.end))
    return _from_plain(kept) if kept is not None else learn_spreads(act, stretch, sections=sections)


def learn_spreads(act: Act, stretch: Stretch, *, sections: bool) -> Spreads:
    """Learn from the scores themselves."""
    peers = read_peers(act, stretch, sections=sections)
    subjects: dict[str, CardPeers] = {TOTAL: peers_by_card(peers)}
    for key in section_names(peers):
        subjects[SECTION + key] = peers_by_card(peers, rated=in_section(key))
    return Spreads(subjects, {card: basis_of(peers, card=card) for card in subjects[TOTAL]})


def due_spreads(act: Act, changed: Iterable[int]) -> list[Stretch]:
    """Return a stretch for each end that nothing is kept for, or whose scores can be among those of the changed draws."""
    zone = act.settings.time_zone
    kept = set(act.session.scalars(select(PeerSpread.until)))
    wanted = {moment for moment in act.session.scalars(select(Draw.ends_at).distinct()) if moment is not None}
    for kind in (PeriodKind.WEEK, PeriodKind.MONTH):
        period = period_of(act.now, kind=kind, zone=zone)
        while period.end > act.now - RECENT:
            wanted.add(period.end)
            period = previous_period(period)
    # Nothing is scored before the period it was drawn from, and scores of a later half-year hold it no more.
    first = act.session.scalars(
        select(Draw.starts_at).where(Draw.id.in_(list(changed))).order_by(Draw.starts_at)
    ).first()
    again = {end for end in kept if first is not None and end > first - AFTERWARDS}
    stretches = {_ending(end, zone) for end in (wanted - kept) | again}
    return sorted(stretches, key=lambda one: one.last)


def keep_spreads(act: Act, stretch: Stretch, spreads: Spreads) -> None:
    """Keep what was learnt in the place of what was kept before."""
    act.session.execute(delete(PeerSpread).where(PeerSpread.until == stretch.end))
    act.session.add(PeerSpread(until=stretch.end, spreads=_to_plain(spreads), counted_at=act.now))
    act.session.flush()


def _ending(moment: datetime, zone: str) -> Stretch:
    """Return the local day that ends at the moment."""
    day = moment.astimezone(ZoneInfo(zone)).date() - ONE_DAY
    return Stretch(day, day, zone)


def _to_plain(spreads: Spreads) -> dict[str, Any]:
    return {
        "subjects": {
            subject: {card: list(_numbers(found)) if found else None for card, found in peers.items()}
            for subject, peers in spreads.subjects.items()
        },
        "bases": {
            card: [basis.within, *astuple(basis.common)] if basis else None for card, basis in spreads.bases.items()
        },
    }


def _numbers(peers: Peers) -> tuple[float, float, float]:
    return peers.mean, peers.variance, peers.kurtosis


def _from_plain(plain: Mapping[str, Any]) -> Spreads:
    return Spreads(
        {
            subject: {card: Peers(*found) if found else None for card, found in peers.items()}
            for subject, peers in plain["subjects"].items()
        },
        {card: Basis(card, found[0], Common(*found[1:])) if found else None for card, found in plain["bases"].items()},
    )
