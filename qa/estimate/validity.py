"""Whether scores say what customers say: every score of an interaction against CSAT, NPS and resolution of the same one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.estimate.association import FEWEST_PAIRS, Association, kendall, spearman, superiority
from qa.estimate.comparisons import false_discovery
from qa.estimate.figure import Figure, share_figure

#: Fewer customers who say “solved”, or “not solved”, than this are no group to compare.
FEWEST_IN_GROUP = 5
#: Share of what is called a find that may be none.
LEVEL = 0.05


class Outcome(StrEnum):
    """What customers were asked."""

    CSAT = "csat"
    NPS = "nps"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's answers on one interaction; none where a question was not answered."""

    #: Satisfaction, on whatever scale it was asked; more is better.
    csat: float | None = None
    #: Likelihood to recommend, 0 to 10.
    nps: int | None = None
    #: Whether the customer says that the question was solved.
    resolved: bool | None = None

    def of(self, outcome: Outcome) -> float | None:
        """Return one of the answers as a number; solved is 1, not solved 0."""
        found = {Outcome.CSAT: self.csat, Outcome.NPS: self.nps, Outcome.RESOLVED: self.resolved}[outcome]
        return None if found is None else float(found)


@dataclass(frozen=True, slots=True)
class Held:
    """One scored interaction: its scores by name, 0 to 100, without what did not apply, and what the customer said of it."""

    scores: Mapping[str, float]
    said: Said | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One score against one outcome; without an association there are too few.

    CSAT and NPS: Spearman's correlation, with Kendall's beside it. Resolution: the chance that a solved interaction scored
    higher than one that was not.
    """

    score: str
    outcome: Outcome
    n: int
    association: Association | None
    beside: Association | None = None
    #: p-value after Benjamini and Hochberg over all findings together.
    adjusted: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is more than chance, over all that was looked at."""
        return self.adjusted is not None and self.adjusted < LEVEL


@dataclass(frozen=True, slots=True)
class Response:
    """How many customers answered, and whether what they answered on was scored differently from the rest."""

    share: Figure
    #: Chance that an answered interaction scored higher than one without an answer; 0.5 when answering has nothing to do with it.
    difference: Association | None


@dataclass(frozen=True, slots=True)
class Validity:
    """Everything that can be said; findings in the order of the scores, each against every outcome."""

    findings: tuple[Finding, ...]
    response: Response


def validity(held: Sequence[Held], *, total: str, draw_ids: Sequence[int] = ()) -> Validity:
    """Hold every score against what customers said; ``total`` names the score of the whole interaction."""
    names = list(dict.fromkeys(name for one in held for name in one.scores))
    said = {outcome: _said(held, outcome) for outcome in Outcome}
    found = [_finding(said[outcome], name, outcome) for name in names for outcome in Outcome]
    tested = [place for place, one in enumerate(found) if one.association is not None]
    chances = [one.association.chance for one in found if one.association is not None]
    adjusted = dict(zip(tested, false_discovery(chances), strict=True))
    return Validity(
        tuple(
            Finding(one.score, one.outcome, one.n, one.association, one.beside, adjusted.get(place))
            for place, one in enumerate(found)
        ),
        _response(held, total=total, draw_ids=draw_ids),
    )


def _said(held: Iterable[Held], outcome: Outcome) -> list[tuple[Mapping[str, float], float]]:
    """Return the scores of what customers answered this of, each with the answer."""
    return [
        (one.scores, answer) for one in held if one.said is not None and (answer := one.said.of(outcome)) is not None
    ]


def _finding(said: Iterable[tuple[Mapping[str, float], float]], name: str, outcome: Outcome) -> Finding:
    pairs = [(scores[name], answer) for scores, answer in said if name in scores]
    scores, answers = [score for score, _ in pairs], [answer for _, answer in pairs]
    if len(pairs) < FEWEST_PAIRS:
        return Finding(name, outcome, len(pairs), None)
    if outcome is not Outcome.RESOLVED:
        first = spearman(scores, answers)
        return Finding(name, outcome, len(pairs), first, kendall(scores, answers) if first else None)
    solved = [score for score, answer in pairs if answer]
    not_solved = [score for score, answer in pairs if not answer]
    if min(len(solved), len(not_solved)) < FEWEST_IN_GROUP:
        return Finding(name, outcome, len(pairs), None)
    return Finding(name, outcome, len(pairs), superiority(solved, not_solved))


def _response(held: Sequence[Held], *, total: str, draw_ids: Sequence[int]) -> Response:
    answered = [one.scores[total] for one in held if one.said is not None and total in one.scores]
    silent = [one.scores[total] for one in held if one.said is None and total in one.scores]
    enough = min(len(answered), len(silent)) >= FEWEST_IN_GROUP and len(answered) + len(silent) >= FEWEST_PAIRS
    return Response(
        share_figure(sum(one.said is not None for one in held), n=len(held), draw_ids=draw_ids),
        superiority(answered, silent) if enough else None,
    )
