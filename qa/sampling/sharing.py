"""The facts that an assignment rests on, as plain JSON and back, so that it can be redone later from the same seed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa.sampling.assign import Assigned, Item, Met, Reviewer, assign


def plain_facts(items: Iterable[Item], reviewers: Iterable[Reviewer], *, met: Met) -> dict[str, Any]:
    """Return the facts as JSON: items as [key, agent, minutes, [barred]], reviewers as [key, goal, given, load]."""
    return {
        "items": [
            [one.key, one.agent, one.minutes, sorted(one.barred)] for one in sorted(items, key=lambda one: one.key)
        ],
        "reviewers": [[one.key, one.goal, one.given, one.load] for one in sorted(reviewers, key=lambda one: one.key)],
        "met": [[reviewer, agent, times] for (reviewer, agent), times in sorted(met.items())],
    }


def plain_given(given: Sequence[Assigned]) -> list[list[str]]:
    """Return what came of it as JSON: [item, reviewer], in order."""
    return [[one.item.key, one.reviewer] for one in given]


def redo(facts: Mapping[str, Any], *, seed: bytes) -> list[list[str]]:
    """Assign again from the facts that `plain_facts` wrote; the answer is what `plain_given` wrote then.

    Raises:
        KeyError, TypeError, ValueError: when the facts were altered so that they cannot be read.
        InvalidError: when they leave nobody to assign to.

    """
    items = [Item(key, agent, minutes, frozenset(barred)) for key, agent, minutes, barred in facts["items"]]
    reviewers = [Reviewer(key, goal, given, load) for key, goal, given, load in facts["reviewers"]]
    met = {(reviewer, agent): times for reviewer, agent, times in facts["met"]}
    return plain_given(assign(items, reviewers, seed=seed, met=met))
