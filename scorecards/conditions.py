"""Conditions between criteria: that they point at something that can be answered, and never round in a circle."""

from collections.abc import Iterator

from scorecards.definition import Card, Criterion, Kind
from scorecards.errors import N_, Problem, Sentence


def condition_problems(card: Card) -> Iterator[Problem]:
    """Problems of all conditions of a card."""
    known: dict[str, Criterion] = {}
    for _, criterion in card.criteria():
        known.setdefault(criterion.key, criterion)
    reported: set[str] = set()
    for section_number, section in enumerate(card.sections):
        for number, criterion in enumerate(section.criteria):
            where = f"sections[{section_number}].criteria[{number}].condition"
            yield from _target_problems(criterion, known=known, where=where)
            circle = _circle(criterion, known)
            if circle and not reported.intersection(circle):
                reported.update(circle)
                yield Problem(
                    where,
                    Sentence(
                        N_("These conditions go round in a circle: {keys}."), {"keys": " → ".join([*circle, circle[0]])}
                    ),
                )


def _target_problems(criterion: Criterion, *, known: dict[str, Criterion], where: str) -> Iterator[Problem]:
    condition = criterion.condition
    if condition is None:
        return
    target = known.get(condition.criterion)
    if target is None:
        yield Problem(
            f"{where}.criterion",
            Sentence(N_("The scorecard has no criterion “{key}”."), {"key": condition.criterion[:60]}),
        )
        return
    if target.kind is Kind.TEXT:
        yield Problem(f"{where}.criterion", Sentence(N_("A condition cannot rest on free text.")))
        return
    if not condition.options:
        yield Problem(f"{where}.options", Sentence(N_("Name at least one answer on which this criterion is asked.")))
    for number, key in enumerate(condition.options):
        if target.option(key) is None:
            yield Problem(
                f"{where}.options[{number}]",
                Sentence(
                    N_("“{option}” is not an option of the criterion “{key}”."),
                    {"option": key[:60], "key": target.key[:60]},
                ),
            )


def _circle(criterion: Criterion, known: dict[str, Criterion]) -> list[str]:
    """The keys on the circle that starts and ends at ``criterion``; empty when there is none."""
    path = [criterion.key]
    current = criterion
    while current.condition is not None and current.condition.criterion in known:
        current = known[current.condition.criterion]
        if current.key == criterion.key:
            return path
        if current.key in path:
            return []
        path.append(current.key)
    return []
