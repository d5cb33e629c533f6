"""The figures of `qa.insight.figures` from sums that were kept: those of several draws are put together without reading a score.

A sum is of one draw and one card. Everything that `sample_figure` needs of strata that lie whole in the stretch is a sum
over them: Σw, Σw·m, Σw²·s and, for domains, Σw²·s·(1-p)·{1, m, m²}, where w is what a stratum stands for, m its mean, s
what the variance of one score is multiplied by, and p the share that is asked for. The spread of the scores needs their
number, sum and squares by card.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from qa.estimate.exclusions import Exclusions
from qa.estimate.figure import GUARD, Figure, score_figure
from qa.estimate.intervals import PRIOR_DEGREES, Peers, bounded_by_design, spread_by_variance
from qa.insight.figures import CardPeers, Rated, Sample, parts_set_aside, strata_of, whole_of_frames, whole_score


class Sums(NamedTuple):
    """The sums of one draw's strata that were scored on one card; means are on a scale from 0 to 1.

    A tuple, because pages put thousands of them together.
    """

    draw_id: int
    card: str
    #: Scores, their sum, and that of their squares.
    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    #: What the strata stand for; none where that is not counted but estimated.
    population: int | None = None
    weight: float = 0.0
    weighted: float = 0.0
    slack: float = 0.0
    #: Σw²·s·(1-p), with 1, m and m².
    moved: float = 0.0
    moved_mean: float = 0.0
    moved_squares: float = 0.0
    #: How many scores with equal chances would say as much.
    worth: float = 0.0
    #: Interactions set aside; what was reached, and of it what was seen (times its mean) and unseen.
    excluded: int = 0
    reached: float = 0.0
    seen: float = 0.0
    unseen: float = 0.0


def to_plain(sums: Sums) -> list[Any]:
    """Return the sums as JSON keeps them."""
    return list(sums)


def from_plain(plain: Sequence[Any]) -> Sums:
    """Return the sums that ``to_plain`` wrote."""
    return Sums._make(plain)


def sums_of(sample: Sample, *, rated: Rated = whole_score) -> list[Sums]:
    """Return the sums of each draw of a sample, by card; the sample's stretch must hold every draw whole."""
    draws = sorted({item.draw_id for item in sample.scored} | {frame.draw_id for frame in sample.frames})
    if len(draws) == 1:
        return _of_draw(sample, draws[0], rated=rated)
    found: list[Sums] = []
    for draw_id in draws:
        own = replace(
            sample,
            scored=tuple(item for item in sample.scored if item.draw_id == draw_id),
            frames=tuple(frame for frame in sample.frames if frame.draw_id == draw_id),
        )
        found += _of_draw(own, draw_id, rated=rated)
    return found


def _of_draw(sample: Sample, draw_id: int, *, rated: Rated) -> list[Sums]:
    strata = strata_of(sample, rated=rated)
    parts, excluded = parts_set_aside(sample, strata)
    whole = math.fsum(part.weight for part in parts)
    aside: dict[str, Any] = {
        "excluded": excluded,
        "reached": whole,
        "seen": math.fsum(part.weight * (1 - part.missing) * (part.mean or 0.0) for part in parts),
        "unseen": math.fsum(part.weight * part.missing for part in parts),
    }
    if not strata:
        return [Sums(draw_id, "", population=whole_of_frames(sample), **aside)]
    found: list[Sums] = []
    for card in sorted({stratum.card for stratum in strata}):
        own = [stratum for stratum in strata if stratum.card == card]
        values = [value / 100 for stratum in own for value in stratum.values]
        squared = [(stratum, stratum.weight**2 * stratum.slack) for stratum in own]
        apart = [(stratum.mean / 100, part * (1 - stratum.part)) for stratum, part in squared]
        found.append(
            Sums(
                draw_id,
                card,
                n=len(values),
                total=math.fsum(values),
                squares=math.fsum(value * value for value in values),
                population=sum(one.population or 0 for one in own) if all(one.population for one in own) else None,
                weight=math.fsum(one.weight for one in own),
                weighted=math.fsum(one.weight * one.mean / 100 for one in own),
                slack=math.fsum(part for _stratum, part in squared),
                moved=math.fsum(part for _mean, part in apart),
                moved_mean=math.fsum(mean * part for mean, part in apart),
                moved_squares=math.fsum(mean * mean * part for mean, part in apart),
                worth=math.fsum(one.worth for one in own),
                # What was set aside is told once for each draw.
                **(aside if not found else {}),
            )
        )
    return found


def figure_of(sums: Iterable[Sums], *, peers: CardPeers) -> Figure:
    """Return the mean score that ``sample_figure`` finds for the same draws."""
    everything = list(sums)
    scored = [one for one in everything if one.n]
    draw_ids = tuple(sorted({one.draw_id for one in scored or everything}))
    if not scored:
        known = [one.population for one in everything if one.population is not None]
        whole = sum(known) if known and len(known) == len(everything) else None
        return score_figure([], population=whole, draw_ids=draw_ids)
    n = sum(one.n for one in scored)
    weight = math.fsum(one.weight for one in scored)
    unit = min(max(math.fsum(one.weighted for one in scored) / weight, 0.0), 1.0)
    spreads = _spreads(scored, peers=peers)
    slack = math.fsum(one.slack * spreads[one.card] + _moved(one, unit) for one in scored) / weight**2
    population = _population(scored)
    degrees = math.inf if n == population else PRIOR_DEGREES + math.fsum(one.worth for one in scored) - 1
    interval = bounded_by_design(100 * unit, slack=slack, degrees=degrees)
    return Figure(
        100 * unit,
        interval.low,
        interval.high,
        n,
        population,
        interval.method,
        draw_ids,
        exclusions=_exclusions(everything),
    )


def design_of(sums: Sequence[Sums]) -> float | None:
    """Return what `qa.insight.figures.design_factor` finds for the same scores; none without scores."""
    weight = math.fsum(one.weight for one in sums if one.n)
    return math.fsum(one.slack for one in sums if one.n) / weight**2 if weight else None


def _population(scored: Sequence[Sums]) -> int | None:
    known = [one.population for one in scored if one.population]
    return sum(known) if len(known) == len(scored) else None


def shown_mean(sums: Sequence[Sums]) -> float | None:
    """Return what ``figure_of`` would show of the mean, without what is only needed for its interval."""
    scored = [one for one in sums if one.n]
    n = sum(one.n for one in scored)
    if not n or (n < GUARD and n != _population(scored)):
        return None
    mean = math.fsum(one.weighted for one in scored) / math.fsum(one.weight for one in scored)
    return 100 * min(max(mean, 0.0), 1.0)


def _exclusions(sums: Sequence[Sums]) -> Exclusions | None:
    """How far what was set aside could move the mean: with all of it at the lowest, and at the highest."""
    excluded = sum(one.excluded for one in sums)
    whole = math.fsum(one.reached for one in sums)
    if not excluded or whole <= 0:
        return None
    seen, unseen = math.fsum(one.seen for one in sums), math.fsum(one.unseen for one in sums)
    return Exclusions(excluded, seen / whole, (seen + 100 * unseen) / whole)


def _spreads(sums: Sequence[Sums], *, peers: CardPeers) -> dict[str, float]:
    by_card: dict[str, list[Sums]] = defaultdict(list)
    for one in sums:
        by_card[one.card].append(one)
    return {card: _spread(found, peers.get(card)) for card, found in by_card.items()}


def _spread(sums: Sequence[Sums], peers: Peers | None) -> float:
    if peers is None:
        return 1.0
    n = sum(one.n for one in sums)
    total, squares = math.fsum(one.total for one in sums), math.fsum(one.squares for one in sums)
    # Rounding can leave a variance of equal scores just below nothing.
    variance = max(0.0, (squares - total * total / n) / (n - 1)) if n > 1 else 0.0
    return spread_by_variance(variance, n=n, mean=total / n, peers=peers)


def _moved(sums: Sums, unit: float) -> float:
    """What it adds that chance decides how many of a stratum lie in a domain: Σw²·s·(1-p)·(m-μ)² over μ(1-μ)."""
    if not 0.0 < unit < 1.0:
        return 0.0
    apart = sums.moved_squares - 2 * unit * sums.moved_mean + unit * unit * sums.moved
    return max(0.0, apart) / (unit * (1 - unit))
