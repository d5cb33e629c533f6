"""Who reviews what: even over reviewers, never own interactions, several reviewers per agent."""

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.sampling.order import derived_seed


@dataclass(frozen=True, slots=True)
class Item:
    """An interaction that waits for a reviewer."""

    key: str
    #: The person whose interaction it is; empty when nobody is known.
    agent: str


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who may review; `key` names the same person as `Item.agent` would."""

    key: str
    #: How much this reviewer should do in proportion to the others, for example items per week; 0 is absent.
    goal: int = 1
    #: Items already on the desk.
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


def assign(
    items: Iterable[Item],
    reviewers: Sequence[Reviewer],
    *,
    seed: bytes,
    met: Mapping[tuple[str, str], int] | None = None,
) -> list[Assigned]:
    """Give every item to one reviewer, as evenly as goals, loads and the rule “never your own” allow.

    Among equals goes first who met the agent least, so that every agent meets several reviewers; what is then still
    equal is decided at random from the seed. The outcome does not depend on the order of items or reviewers.
    """
    present = [reviewer for reviewer in reviewers if reviewer.goal > 0]
    dice = derived_seed(seed, "assign")
    meetings: Counter[tuple[str, str]] = Counter(met or {})
    loads = {reviewer.key: reviewer.load for reviewer in present}
    goals = {reviewer.key: reviewer.goal for reviewer in present}
    by_agent: dict[str, list[Item]] = {}
    for item in items:
        by_agent.setdefault(item.agent, []).append(item)
    # The agents with the fewest possible reviewers go first: evenness is still to be had from the others. The items of
    # one agent follow each other, so that they go round.
    choices = {agent: [key for key in goals if key != agent] for agent in by_agent}
    given: list[Assigned] = []
    for agent in sorted(by_agent, key=lambda agent: (len(choices[agent]), _chance(dice, agent))):
        if not choices[agent]:
            raise InvalidError(_nobody(agent, anyone=bool(present)))
        for item in sorted(by_agent[agent], key=lambda item: _chance(dice, item.key)):
            chosen = min(
                choices[agent],
                key=lambda key: (
                    Fraction(loads[key] + 1, goals[key]),
                    meetings[key, item.agent],
                    _chance(dice, f"{item.key}\n{key}"),
                ),
            )
            loads[chosen] += 1
            meetings[chosen, agent] += 1
            given.append(Assigned(item, chosen))
    return given


def pick_double_scored(
    assigned: Sequence[Assigned], reviewers: Sequence[Reviewer], *, seed: bytes, share: Fraction
) -> list[DoubleScored]:
    """Pick a share of the assigned items for a second, silent scoring by somebody else than agent and first reviewer.

    The number is the share of all items, rounded to the nearest whole; items nobody else may review are passed over.
    """
    if not 0 <= share <= 1:
        raise InvalidError(_("The share that is scored twice must be between 0 and 100 %."))
    present = [reviewer for reviewer in reviewers if reviewer.goal > 0]
    dice = derived_seed(seed, "double")
    wanted = int(share * len(assigned) + Fraction(1, 2))
    loads = Counter({reviewer.key: reviewer.load for reviewer in present})
    loads.update(one.reviewer for one in assigned)
    extra: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    picks: list[DoubleScored] = []
    for one in sorted(assigned, key=lambda one: _chance(dice, one.item.key)):
        if len(picks) == wanted:
            break
        others = [reviewer for reviewer in present if reviewer.key not in (one.reviewer, one.item.agent)]
        if not others:
            continue
        first = one.reviewer
        second = min(
            others,
            key=lambda other: (
                # Pairs that were compared least come first, so that all reviewers can be put on one scale.
                pairs[frozenset((first, other.key))],
                extra[other.key],
                Fraction(loads[other.key] + 1, other.goal),
                _chance(dice, f"{one.item.key}\n{other.key}"),
            ),
        ).key
        pairs[frozenset((first, second))] += 1
        extra[second] += 1
        loads[second] += 1
        picks.append(DoubleScored(one.item, first, second))
    return picks


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


def is_connected(assigned: Iterable[Assigned]) -> bool:
    """Whether the reviewer-agent graph is one piece; an empty one is."""
    return len(separate_groups((one.reviewer, one.item.agent) for one in assigned)) <= 1


def _chance(dice: bytes, text: str) -> bytes:
    return hmac.digest(dice, text.encode(), "sha256")


def _nobody(agent: str, *, anyone: bool) -> Text:
    if not anyone:
        return _("There is no reviewer present, so nothing can be assigned. Add a reviewer to the plan first.")
    return _("Nobody may review the interactions of {agent}: the only reviewer is that same person.", agent=agent)
