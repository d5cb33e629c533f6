"""The frame as a picture: one line of marks for each stratum, from 0 to 1."""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.sampling.queries import Place, StratumView

WIDTH = 1000

#: Top and bottom of a mark, in a picture 20 high.
_TALL = (2, 18)
_SHORT = (7, 13)


@dataclass(frozen=True, slots=True)
class Picture:
    """Paths of the marks of a stratum, and how far the drawn ones reach."""

    rest: str
    drawn: str
    stepped_in: str
    replaced: str
    #: Where the last drawn mark stands, 0 up to the width.
    reach: float


def picture(view: StratumView) -> Picture:
    """Draw the marks of a stratum; without marks every path is empty."""
    reach = max((number for number, place in view.marks if place is not Place.REST), default=0.0)
    return Picture(
        rest=_path(view, {Place.REST}, _SHORT),
        drawn=_path(view, {Place.DRAWN}, _TALL),
        stepped_in=_path(view, {Place.STEPPED_IN}, _TALL),
        replaced=_path(view, {Place.REPLACED}, _TALL),
        reach=round(reach * WIDTH + 2, 1),
    )


def _path(view: StratumView, places: Iterable[Place], height: tuple[int, int]) -> str:
    wanted = set(places)
    top, bottom = height
    return "".join(f"M{number * WIDTH:.1f} {top}V{bottom}" for number, place in view.marks if place in wanted)
