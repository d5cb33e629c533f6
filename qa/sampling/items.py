"""Keeping drawn interactions, and letting nobody else change a plan or draw meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import func, select

from qa.act import Act
from qa.db import KEYS_AT_ONCE
from qa.interactions.models import Interaction
from qa.sampling.allocation import chances_over_time
from qa.sampling.models import Draw, DrawItem, Plan
from qa.sampling.order import Ranked


def lock(act: Act, thing: Plan | Draw) -> None:
    """Let nobody else change the row meanwhile, and see what they changed before."""
    kind = type(thing)
    # PostgreSQL locks no outer joins, which a plain refresh repeats when the row was loaded with them.
    act.session.execute(select(kind.id).where(kind.id == thing.id).with_for_update())
    act.session.refresh(thing)


def keep_items(act: Act, draw: Draw, drawn: Iterable[Ranked]) -> list[DrawItem]:
    """Store what was drawn, with its place and its chance."""
    ranked = list(drawn)
    numbers = _numbers(act, [one.key for one in ranked])
    spread = chances_over_time(
        {stratum: count["eligible"] for stratum, count in draw.counts.items()},
        {stratum: count["wanted"] for stratum, count in draw.counts.items()},
    )
    items = [
        DrawItem(
            draw_id=draw.id,
            interaction_id=numbers[one.key],
            position=one.position,
            stratum=one.stratum,
            u=str(one.number),
            inclusion_probability=spread.get(one.stratum, one.inclusion_probability),
        )
        for one in ranked
    ]
    act.session.add_all(items)
    act.session.flush()
    return items


def placed_as_they_came(act: Act, draw: Draw, drawn: Iterable[Ranked]) -> list[Ranked]:
    """Give what a rolling draw takes in the next places of its strata; there they only tell the order of coming."""
    last: dict[str, int] = dict(
        act.session.execute(
            select(DrawItem.stratum, func.max(DrawItem.position))
            .where(DrawItem.draw_id == draw.id)
            .group_by(DrawItem.stratum)
        ).all()
    )
    found: list[Ranked] = []
    for one in drawn:
        last[one.stratum] = last.get(one.stratum, 0) + 1
        found.append(replace(one, position=last[one.stratum]))
    return found


def items_of(act: Act, draw: Draw) -> list[DrawItem]:
    """Return what was drawn and what stepped in, stratum by stratum in order."""
    asked = select(DrawItem).where(DrawItem.draw_id == draw.id).order_by(DrawItem.stratum, DrawItem.position)
    return list(act.session.scalars(asked))


def keys_of(act: Act, draw: Draw) -> dict[int, str]:
    """Return the stable keys of the drawn interactions, by their numbers."""
    asked = select(Interaction.id, Interaction.stable_key).join(DrawItem).where(DrawItem.draw_id == draw.id)
    return dict(act.session.execute(asked).all())


def wanted_of(draw: Draw, stratum: str) -> int:
    """Return how many of the stratum were asked for; places after that number stepped in for others."""
    count = draw.counts.get(stratum)
    return int(count["wanted"]) if count else 0


def _numbers(act: Act, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        asked = select(Interaction.stable_key, Interaction.id).where(Interaction.stable_key.in_(some))
        found.update((key, number) for key, number in act.session.execute(asked))
    return found
