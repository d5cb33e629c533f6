"""Who takes the place of a drawn interaction that is set aside, and the check that it was whose turn it was."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from qa.act import Act
from qa.db import KEYS_AT_ONCE
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.sampling import order
from qa.sampling.items import items_of, keys_of, wanted_of
from qa.sampling.kept_frame import read_frame
from qa.sampling.models import Draw, DrawItem, ItemState
from qa.sampling.record import Check, Finding

#: How many more of a stratum than are needed are put in order at first, since some of them may be erased.
_SPARE = 50


def next_in_order(act: Act, draw: Draw, *, stratum: str) -> order.Ranked | None:
    """Return who takes the place of the next replaced item of the stratum; nobody if none is left.

    An erased interaction takes no place. A rolling draw has no reserve: whatever is not in had its chance and missed it.
    """
    if draw.rolls:
        return None
    taken = {item.position for item in items_of(act, draw) if item.stratum == stratum}
    return _heirs(act, draw, {stratum: [act.now]}, taken=taken)[stratum][0]


def check(act: Act, draw: Draw) -> Iterator[Finding]:
    """Check that every replacement was the next in the order of its stratum that was not erased by then."""
    keys = keys_of(act, draw)
    out: dict[str, list[DrawItem]] = {}
    stepped_in: dict[str, set[int]] = {}
    for item in items_of(act, draw):
        if item.state is ItemState.REPLACED:
            out.setdefault(item.stratum, []).append(item)
        if item.position > wanted_of(draw, item.stratum) and not draw.rolls:
            stepped_in.setdefault(item.stratum, set()).add(item.position)
    touched = out.keys() | stepped_in.keys()
    if not touched:
        return
    for items in out.values():
        items.sort(key=_turn)
    moments = {
        stratum: [item.replaced_at for item in out.get(stratum, []) if item.replaced_at is not None]
        for stratum in touched
    }
    heirs = {stratum: [None] * len(of) for stratum, of in moments.items()} if draw.rolls else _heirs(act, draw, moments)
    wrong = [
        stratum
        for stratum in sorted(touched)
        if [_place(item.successor, keys) for item in out.get(stratum, [])]
        != [(heir.key, heir.position) if heir else None for heir in heirs[stratum]]
        or stepped_in.get(stratum, set()) != {heir.position for heir in heirs[stratum] if heir}
    ]
    for stratum in wrong:
        sentence = _("In stratum “{stratum}” a replacement was not the next in the order.", stratum=stratum)
        yield Finding(Check.LEDGER, agrees=False, sentence=sentence)
    if not wrong and draw.rolls:
        sentence = _("Every interaction that was set aside has a reason; a rolling draw has none to take its place.")
        yield Finding(Check.LEDGER, agrees=True, sentence=sentence)
    elif not wrong:
        sentence = _("Every replaced interaction has a reason, and the next in the order took its place.")
        yield Finding(Check.LEDGER, agrees=True, sentence=sentence)


def _turn(item: DrawItem) -> tuple[datetime | None, bool, int]:
    """Sort replaced items by when that was; of the same moment, those whose replacement comes first in the order."""
    return item.replaced_at, item.successor is None, item.successor.position if item.successor else item.position


def _place(item: DrawItem | None, keys: Mapping[int, str]) -> tuple[str, int] | None:
    return (keys.get(item.interaction_id, ""), item.position) if item else None


def _heirs(
    act: Act, draw: Draw, moments: Mapping[str, Sequence[datetime]], *, taken: Collection[int] = ()
) -> dict[str, list[order.Ranked | None]]:
    """Return who takes the place of what is set aside at each moment, by stratum; ``taken`` places come into nobody's turn."""
    spare = max(len(of) for of in moments.values()) + len(taken) + _SPARE
    while True:
        waiting = _waiting(act, draw, moments.keys(), number=spare)
        erased = _erased(act, [one.key for ranked in waiting.values() for one in ranked])
        found = {
            stratum: _in_turn(waiting[stratum], moments[stratum], erased=erased, taken=taken) for stratum in moments
        }
        if all(None not in found[stratum] or len(waiting[stratum]) < spare for stratum in moments):
            return found
        spare *= 4


def _in_turn(
    ranked: Sequence[order.Ranked],
    moments: Sequence[datetime],
    *,
    erased: Mapping[str, datetime | None],
    taken: Collection[int],
) -> list[order.Ranked | None]:
    places = set(taken)
    found: list[order.Ranked | None] = []
    for moment in moments:
        heir = next((one for one in ranked if one.position not in places and _there(erased, one.key, moment)), None)
        if heir is not None:
            places.add(heir.position)
        found.append(heir)
    return found


def _there(erased: Mapping[str, datetime | None], key: str, moment: datetime) -> bool:
    if key not in erased:
        return False
    since = erased[key]
    return since is None or since > moment


def _waiting(act: Act, draw: Draw, strata: Collection[str], *, number: int) -> dict[str, list[order.Ranked]]:
    """Return the first so many interactions of these strata that were not drawn, in the order of the draw."""
    sample = order.draw_weighted(
        (row for row in read_frame(act, draw) if row[1] in strata),
        seed=bytes.fromhex(draw.seed),
        sizes={stratum: wanted_of(draw, stratum) for stratum in strata},
        salt=bytes.fromhex(draw.salt),
        reserve=number,
    )
    found: dict[str, list[order.Ranked]] = {stratum: [] for stratum in strata}
    for one in sample.reserve:
        found[one.stratum].append(one)
    return found


def _erased(act: Act, keys: Sequence[str]) -> dict[str, datetime | None]:
    """Return when interactions were erased, or that they were not; what is gone altogether is left out."""
    found: dict[str, datetime | None] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        asked = select(Interaction.stable_key, Interaction.erased_at).where(Interaction.stable_key.in_(some))
        found.update((key, erased_at) for key, erased_at in act.session.execute(asked))
    return found
