"""What one draw says of somebody, of a team or of all: the sums of its scores, and how many there are of each kind.

A share is of a draw that lies whole in a period, or of the part of it that does: put together, shares give the figures that
the scores themselves give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.insight.control import Count
from qa.insight.figures import Sample, in_section, section_names
from qa.insight.sums import Sums, from_plain, sums_of, to_plain


@dataclass(frozen=True, slots=True)
class Share:
    """The sums of one draw, and its scores: those that passed or did not, passed, failed critically, are disputed."""

    draw_id: int
    sums: tuple[Sums, ...]
    scored: int = 0
    judged: int = 0
    passed: int = 0
    critical: int = 0
    disputed: int = 0
    #: The sums of each section by its key, where they were asked for.
    sections: Mapping[str, tuple[Sums, ...]] = field(default_factory=dict)


#: An agent's shares by the agent's number, as a row keeps them: how many scores are disputed, then the sums.
PlainAgents = Mapping[str, Sequence[Any]]


def shares_of(sample: Sample) -> list[Share]:
    """Return the share of each draw of a sample, with its sections as far as they were read."""
    by_draw = _by_draw(sums_of(sample))
    sections = {key: _by_draw(sums_of(sample, rated=in_section(key))) for key in section_names(sample)}
    counts: dict[int, list[int]] = {draw_id: [0] * 5 for draw_id in by_draw}
    for item in sample.scored:
        found = counts[item.draw_id]
        found[0] += 1
        found[1] += item.passed is not None
        found[2] += item.passed is True
        found[3] += item.critical_failed
    for item in sample.disputed:
        counts.setdefault(item.draw_id, [0] * 5)[4] += 1
    return [
        Share(
            draw_id,
            by_draw.get(draw_id, ()),
            *(found[0], found[1], found[2], found[3], found[4]),
            {key: of_draws[draw_id] for key, of_draws in sections.items() if draw_id in of_draws},
        )
        for draw_id, found in sorted(counts.items())
    ]


def _by_draw(sums: Iterable[Sums]) -> dict[int, tuple[Sums, ...]]:
    found: dict[int, list[Sums]] = {}
    for one in sums:
        found.setdefault(one.draw_id, []).append(one)
    return {draw_id: tuple(of_draw) for draw_id, of_draw in found.items()}


def share_to_plain(share: Share) -> list[Any]:
    """Return a share as JSON keeps it."""
    counts = [share.scored, share.judged, share.passed, share.critical, share.disputed]
    sections = {key: [to_plain(one) for one in sums] for key, sums in share.sections.items()}
    return [counts, [to_plain(one) for one in share.sums], sections]


def share_from_plain(draw_id: int, plain: Sequence[Any]) -> Share:
    """Return the share that ``share_to_plain`` wrote."""
    counts, sums, sections = plain
    scored, judged, passed, critical, disputed = counts
    return Share(
        draw_id,
        tuple(from_plain(one) for one in sums),
        scored,
        judged,
        passed,
        critical,
        disputed,
        {key: tuple(from_plain(one) for one in found) for key, found in sections.items()},
    )


def agents_to_plain(sample: Sample) -> dict[str, list[Any]]:
    """Return the shares of all agents of one draw as JSON keeps them."""
    return {
        str(agent_id): [len(part.disputed), *(to_plain(one) for one in sums_of(part))]
        for agent_id, part in sorted(sample.by_agent().items())
    }


def agents_from_plain(draw_id: int, plain: PlainAgents) -> dict[int, Share]:
    """Return the shares that ``agents_to_plain`` wrote."""
    return {
        int(number): Share(draw_id, tuple(from_plain(one) for one in found[1:]), disputed=found[0])
        for number, found in plain.items()
    }


def sums_in(shares: Iterable[Share]) -> list[Sums]:
    """Return the sums of several shares."""
    return [one for share in shares for one in share.sums]


def sections_in(shares: Iterable[Share]) -> dict[str, list[Sums]]:
    """Return the sums of each section of several shares, in the order in which they are met."""
    found: dict[str, list[Sums]] = {}
    for share in shares:
        for key, sums in share.sections.items():
            found.setdefault(key, []).extend(sums)
    return found


def passed_in(shares: Sequence[Share]) -> Count:
    """Count what passed, of what passed or did not."""
    return Count(sum(one.passed for one in shares), sum(one.judged for one in shares), _scored(shares))


def critical_in(shares: Sequence[Share]) -> Count:
    """Count critical failures, of all that was scored."""
    return Count(sum(one.critical for one in shares), sum(one.scored for one in shares), _scored(shares))


def _scored(shares: Iterable[Share]) -> tuple[int, ...]:
    return tuple(sorted({one.draw_id for one in shares if one.scored}))
