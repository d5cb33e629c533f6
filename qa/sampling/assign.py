"""Who reviews what: by goals and load, never own interactions, several reviewers per agent, all of them connected.

Everything is reckoned in whole numbers and decided by the facts that are given and by the seed: whoever has both gets the
same assignment again.
"""

import hmac
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.sampling.order import derived_seed

#: How many exchanges are tried to join two groups before they are left apart.
MOST_TRIES = 100
#: Of each side of such an exchange so many items are looked at, and of every reviewer for one that rotates agents.
_LOOKED_AT = 12
_LOOKED_THROUGH = 200

Met = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Item:
    """An interaction that waits for a reviewer."""

    key: str
    #: The person whose interaction it is; empty when nobody is known.
    agent: str
    #: What reviewing it takes.
    minutes: int = 1
    #: Who may not be given it, besides the agent: they have it already, or had it.
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who may review; `key` names the same person as `Item.agent` would."""

    key: str
    #: How many items of a period this reviewer is to do; none where nobody said, and 0 is nothing at all.
    goal: int | None = None
    #: How many of the period they were given before.
    given: int = 0
    #: Minutes of review that wait on the desk already.
    load: int = 0


@dataclass(frozen=True, slots=True)
class Assigned:
    item: Item
    reviewer: str


@dataclass(frozen=True, slots=True)
class DoubleScored:
    """An interaction that a second reviewer scores without knowing that it is the second time."""

    item: Item
    first: str
    second: str


class _Desks:
    """What lies on every reviewer's desk, comparable over reviewers with different goals, in whole numbers."""

    def __init__(self, reviewers: Sequence[Reviewer], *, longest: int) -> None:
        goals = [reviewer.goal for reviewer in reviewers if reviewer.goal]
        # The mean of the goals is their sum over their number; multiplied by the number, all weights are whole.
        weights = {one.key: one.goal * len(goals) if one.goal else sum(goals) or 1 for one in reviewers}
        common = math.lcm(*weights.values())
        self._scale = {key: common // weight for key, weight in weights.items()}
        self._load = {one.key: one.load for one in reviewers}
        self._left = {one.key: math.inf if one.goal is None else one.goal - one.given for one in reviewers}
        self._slack = longest * min(self._scale.values(), default=0)

    def after(self, key: str, minutes: int) -> int:
        """Return how full the desk would be with so many minutes more."""
        return (self._load[key] + minutes) * self._scale[key]

    def put(self, key: str, minutes: int) -> None:
        """Lay an item on a desk; who is no longer present has none."""
        if key in self._load:
            self._load[key] += minutes
            self._left[key] -= 1

    def as_even(self, one: Assigned, other: Assigned) -> bool:
        """Whether two desks would be no further apart than now if these two items were exchanged."""
        more = other.item.minutes - one.item.minutes
        now = abs(self.after(one.reviewer, 0) - self.after(other.reviewer, 0))
        return abs(self.after(one.reviewer, more) - self.after(other.reviewer, -more)) <= now

    def best(self, keys: Sequence[str], *, minutes: int) -> list[str]:
        """Return who comes into question for an item of so many minutes: goal not reached, and about the least to do."""
        below = [key for key in keys if self._left[key] > 0] or list(keys)
        least = min((self.after(key, minutes) for key in below), default=0)
        return [key for key in below if self.after(key, minutes) < least + max(1, self._slack)]


def assign(
    items: Iterable[Item], reviewers: Sequence[Reviewer], *, seed: bytes, met: Met | None = None
) -> list[Assigned]:
    """Give every item to one reviewer who may have it; what everybody is barred from is not in the answer.

    Goals come first: who has reached theirs is given more only where everybody who may review has. Then minutes count, in
    proportion to the goals (no goal counts as their mean): only reviewers whose desk would hold less than the least, plus
    the longest item, come into question. Of those goes first who met the agent least (``met`` counts earlier times), so
    that every agent meets several reviewers, then who has the least to do. What is then still equal is decided at random
    from the seed. At last items are exchanged where that connects reviewers who would share no agent.

    The outcome does not depend on the order of items or reviewers.

    Raises:
        InvalidError: when no reviewer is present, or an agent's only reviewer is that same person.

    """
    waiting = list(items)
    present = [reviewer for reviewer in reviewers if reviewer.goal != 0]
    dice = derived_seed(seed, "assign")
    by_agent: dict[str, list[Item]] = {}
    for item in waiting:
        by_agent.setdefault(item.agent, []).append(item)
    choices = {agent: [one.key for one in present if one.key != agent] for agent in by_agent}
    for agent, possible in sorted(choices.items()):
        if not possible:
            raise InvalidError(_nobody(agent, anyone=bool(present)))
    desks = _Desks(present, longest=max((item.minutes for item in waiting), default=0))
    meetings: Counter[tuple[str, str]] = Counter(met or {})
    given: list[Assigned] = []
    # The agents with the fewest possible reviewers go first: evenness is still to be had from the others. The items of
    # one agent follow each other, so that they go round.
    for agent in sorted(by_agent, key=lambda agent: (len(choices[agent]), _chance(dice, agent))):
        for item in sorted(by_agent[agent], key=lambda item: _chance(dice, item.key)):
            possible = desks.best([key for key in choices[agent] if key not in item.barred], minutes=item.minutes)
            if not possible:
                continue
            fewest = min((meetings[key, agent], desks.after(key, item.minutes)) for key in possible)
            equal = [key for key in possible if (meetings[key, agent], desks.after(key, item.minutes)) == fewest]
            chosen = min(equal, key=lambda key: _chance(dice, f"{item.key}\n{key}"))
            desks.put(chosen, item.minutes)
            meetings[chosen, agent] += 1
            given.append(Assigned(item, chosen))
    return join_groups(_rotated(given, desks, meetings, dice=dice), met=met or {}, seed=seed)


def pick_double_scored(
    assigned: Sequence[Assigned], reviewers: Sequence[Reviewer], *, seed: bytes, share: Fraction
) -> list[DoubleScored]:
    """Pick a share of the assigned items for a second, silent scoring by somebody else than agent and first reviewer.

    The number is the share of all items; what is not whole is rounded up or down by chance, so that the share holds over
    many small numbers of items too. Items nobody else may review are passed over.
    """
    if not 0 <= share <= 1:
        raise InvalidError(_("The share that is scored twice must be between 0 and 100 %."))
    present = [reviewer for reviewer in reviewers if reviewer.goal != 0]
    dice = derived_seed(seed, "double")
    first_key = min((one.item.key for one in assigned), default="")
    wanted = by_chance(share * len(assigned), dice, f"portion\n{first_key}")
    desks = _Desks(present, longest=0)
    for one in assigned:
        desks.put(one.reviewer, one.item.minutes)
    extra: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    picks: list[DoubleScored] = []
    for one in sorted(assigned, key=lambda one: _chance(dice, one.item.key)):
        if len(picks) == wanted:
            break
        first, item = one.reviewer, one.item
        others = [other.key for other in present if other.key not in {first, item.agent} | item.barred]
        if not others:
            continue
        second = min(
            others,
            key=lambda other: (
                # Pairs that were compared least come first, so that all reviewers can be put on one scale.
                pairs[frozenset((first, other))],
                extra[other],
                desks.after(other, item.minutes),
                _chance(dice, f"{item.key}\n{other}"),
            ),
        )
        pairs[frozenset((first, second))] += 1
        extra[second] += 1
        desks.put(second, item.minutes)
        picks.append(DoubleScored(item, first, second))
    return picks


def by_chance(expected: Fraction, dice: bytes, text: str) -> int:
    """Round up or down by the chance number of a text, so that the mean over many texts is what was expected."""
    whole = int(expected)
    return whole + is_below(expected - whole, dice, text)


def is_below(share: Fraction, dice: bytes, text: str) -> bool:
    """Tell whether the chance number of a text, 64 bits as a fraction of 1, lies below a share."""
    return int.from_bytes(_chance(dice, text)[:8], "big") < share * 2**64


def separate_groups(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Split reviewers and agents into groups that share no interaction, from pairs of (reviewer, agent).

    One group means that severity can be told apart from quality for everybody. A person who is reviewer and agent
    stands as two, because reviewing somebody says nothing about one's own interactions. The names in the groups are
    “reviewer:…” and “agent:…”. Largest group first.
    """
    leader: dict[str, str] = {}

    def head(name: str) -> str:
        leader.setdefault(name, name)
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for reviewer, agent in pairs:
        one, other = head(f"reviewer:{reviewer}"), head(f"agent:{agent}")
        if one != other:
            leader[max(one, other)] = min(one, other)
    groups: dict[str, set[str]] = {}
    for name in leader:
        groups.setdefault(head(name), set()).add(name)
    return sorted((frozenset(group) for group in groups.values()), key=lambda group: (-len(group), min(group)))


def is_connected(assigned: Iterable[Assigned], *, met: Met | None = None) -> bool:
    """Whether the reviewer-agent graph is one piece, earlier meetings counted in; an empty one is."""
    return len(_groups(assigned, met or {})) <= 1


def _rotated(
    given: Sequence[Assigned], desks: _Desks, meetings: Counter[tuple[str, str]], *, dice: bytes
) -> list[Assigned]:
    """Exchange items between two reviewers where agents then meet more different ones, and no desk gets less even."""
    found = list(given)
    places: dict[str, list[int]] = {}
    for at in sorted(range(len(found)), key=lambda at: _chance(dice, f"turn\n{found[at].item.key}")):
        places.setdefault(found[at].reviewer, []).append(at)

    def gain(item: Item, old: str, new: str) -> int:
        """How many meetings fewer the agent has with the reviewer met already."""
        return meetings[old, item.agent] - 1 - meetings[new, item.agent]

    for at in sorted(range(len(found)), key=lambda at: _chance(dice, f"rotate\n{found[at].item.key}")):
        one = found[at]
        best: tuple[int, int] | None = None
        for other in sorted(places):
            mine = gain(one.item, one.reviewer, other)
            if mine <= 0 or not _may(one.item, other):
                continue
            for place in places[other][:_LOOKED_THROUGH]:
                theirs = found[place]
                both = mine + gain(theirs.item, other, one.reviewer)
                if (
                    both > (best[0] if best else 0)
                    and theirs.item.agent != one.item.agent
                    and _may(theirs.item, one.reviewer)
                    and desks.as_even(one, theirs)
                ):
                    best = both, place
        if best is None:
            continue
        theirs = found[best[1]]
        for reviewer, item, change in (
            (one.reviewer, one.item, -1),
            (theirs.reviewer, theirs.item, -1),
            (theirs.reviewer, one.item, 1),
            (one.reviewer, theirs.item, 1),
        ):
            meetings[reviewer, item.agent] += change
            desks.put(reviewer, change * item.minutes)
        found[at], found[best[1]] = replace(one, reviewer=theirs.reviewer), replace(theirs, reviewer=one.reviewer)
        places[one.reviewer][places[one.reviewer].index(at)] = best[1]
        places[theirs.reviewer][places[theirs.reviewer].index(best[1])] = at
    return found


def join_groups(given: Sequence[Assigned], *, met: Met, seed: bytes) -> list[Assigned]:
    """Exchange items between two reviewers where that leaves fewer groups; nobody's number of items changes."""
    dice = derived_seed(seed, "exchange")
    found = list(given)
    groups = _groups(found, met)
    while len(groups) > 1:
        better = next(
            (
                (changed, fewer)
                for changed in islice(_exchanges(found, groups, met=met, dice=dice), MOST_TRIES)
                if len(fewer := _groups(changed, met)) < len(groups)
            ),
            None,
        )
        if better is None:
            break
        found, groups = better
    return found


def _exchanges(
    given: Sequence[Assigned], groups: Sequence[frozenset[str]], *, met: Met, dice: bytes
) -> Iterator[list[Assigned]]:
    """Yield the assignment with one item of a small group and one from outside it exchanged, the likeliest to help first."""
    links = Counter(one.item.agent for one in given)
    links.update(agent for (_reviewer, agent), times in met.items() if times)

    def likely(places: Iterable[int]) -> list[int]:
        # Who keeps another item with the old reviewer is what connects.
        ordered = sorted(
            places, key=lambda at: (-min(2, links[given[at].item.agent]), _chance(dice, given[at].item.key))
        )
        return ordered[:_LOOKED_AT]

    for group in reversed(groups):
        inside = [at for at, one in enumerate(given) if f"reviewer:{one.reviewer}" in group]
        outside = [at for at, one in enumerate(given) if f"reviewer:{one.reviewer}" not in group]
        for one, other in product(likely(inside), likely(outside)):
            first, second = given[one], given[other]
            if _may(first.item, second.reviewer) and _may(second.item, first.reviewer):
                changed = list(given)
                changed[one] = replace(first, reviewer=second.reviewer)
                changed[other] = replace(second, reviewer=first.reviewer)
                yield changed


def _may(item: Item, reviewer: str) -> bool:
    return reviewer != item.agent and reviewer not in item.barred


def _groups(assigned: Iterable[Assigned], met: Met) -> list[frozenset[str]]:
    earlier = [pair for pair, times in met.items() if times]
    return separate_groups([*earlier, *((one.reviewer, one.item.agent) for one in assigned)])


def _chance(dice: bytes, text: str) -> bytes:
    return hmac.digest(dice, text.encode(), "sha256")


def _nobody(agent: str, *, anyone: bool) -> Text:
    if not anyone:
        return _("There is no reviewer present, so nothing can be assigned. Add a reviewer to the plan first.")
    return _("Nobody may review the interactions of {agent}: the only reviewer is that same person.", agent=agent)
