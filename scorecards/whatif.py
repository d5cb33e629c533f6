"""What would have become of past contacts under another version of the card, tallied one contact at a time.

An answer is carried over when the criterion of the same key has an option of the same key (or a range for the same
number) on the other version. A criterion without an answer counts as not applicable: its weight goes to the other
criteria of its section. How often that happened, and why, is part of the result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from scorecards.definition import Card, Kind
from scorecards.rescoring import Outcome, Rescorer
from scorecards.results import basis_points

#: How many changed contacts a result names; the others are only counted.
MOST_NAMED = 500


class NotCarried(StrEnum):
    """Why a criterion of the other version got no answer, or an answer found no place."""

    NEW = "new"
    REMOVED = "removed"
    OPTION_GONE = "option_gone"
    MUST_ANSWER = "must_answer"


Lost = tuple[str, NotCarried]


class GivenAnswer(NamedTuple):
    """One stored answer: the key of an option, a number as it was typed, or not applicable."""

    criterion: str
    option: str | None = None
    number: str | None = None
    not_applicable: bool = False


class Contact(NamedTuple):
    """A contact that was scored: its number, its agent's, its answers, and the outcome that was kept."""

    id: int
    agent: int
    answers: Sequence[GivenAnswer]
    final_bp: int | None
    passed: bool | None


class ChangedContact(NamedTuple):
    """A contact whose score or outcome would be another."""

    id: int
    agent: int
    before_bp: int | None
    after_bp: int | None
    passed_before: bool | None
    passed_after: bool | None

    @property
    def flips(self) -> bool:
        """Whether it would pass where it did not, or the other way round."""
        return self.passed_before is not self.passed_after

    @property
    def weight(self) -> tuple[bool, int]:
        """What to show first: other outcomes, then the largest differences."""
        return self.flips, abs((self.after_bp or 0) - (self.before_bp or 0))


@dataclass(slots=True)
class Shift:
    """The mean before and after over the contacts that have a score under both versions."""

    n: int = 0
    before: int = 0
    after: int = 0

    def add(self, before_bp: int | None, after_bp: int | None) -> None:
        if before_bp is not None and after_bp is not None:
            self.n += 1
            self.before += before_bp
            self.after += after_bp

    @property
    def before_bp(self) -> int:
        return basis_points(Fraction(self.before, 100 * self.n)) if self.n else 0

    @property
    def after_bp(self) -> int:
        return basis_points(Fraction(self.after, 100 * self.n)) if self.n else 0


@dataclass(slots=True)
class WhatIf:
    """The whole answer: counts, shifts, what could not be carried over, and the contacts that would change."""

    contacts: int = 0
    changed: int = 0
    newly_passed: int = 0
    newly_failed: int = 0
    #: Contacts of which at least one criterion of the other version has no answer, or an answer found no place.
    incomplete: int = 0
    total: Shift = field(default_factory=Shift)
    agents: dict[int, Shift] = field(default_factory=dict)
    sections: dict[str, Shift] = field(default_factory=dict)
    not_carried: dict[Lost, int] = field(default_factory=dict)
    named: list[ChangedContact] = field(default_factory=list)


class _Fate(NamedTuple):
    """What becomes of an answer: its option on the old version, on the new one, and why it was lost."""

    before: str | None
    after: str | None
    lost: NotCarried | None


class Carrier:
    """Carries answers given on one version over to another."""

    def __init__(self, before: Card, after: Rescorer) -> None:
        self.before, self.after = Rescorer(before), after
        old, new = self.before.criteria, after.criteria
        self._fates: dict[GivenAnswer, _Fate] = {}
        self.new_keys = tuple(key for key, one in new.items() if key not in old and one.kind is not Kind.TEXT)
        self._sections = [
            (section.key, at, after_at)
            for at, section in enumerate(before.sections)
            for after_at, other in enumerate(after.card.sections)
            if section.key == other.key
        ]

    def carry(self, answers: Iterable[GivenAnswer]) -> tuple[dict[str, str], dict[str, str], list[Lost]]:
        """The options picked on the old version, on the new one, and what found no place there."""
        picked: dict[str, str] = {}
        carried: dict[str, str] = {}
        lost: list[Lost] = []
        for given in answers:
            fate = self._fates.get(given)
            if fate is None:
                fate = self._fates[given] = self._fate(given)
            if fate.before is not None:
                picked[given.criterion] = fate.before
            if fate.after is not None:
                carried[given.criterion] = fate.after
            if fate.lost is not None:
                lost.append((given.criterion, fate.lost))
        return picked, carried, lost

    def _fate(self, given: GivenAnswer) -> _Fate:
        target = self.after.criteria.get(given.criterion)
        if given.not_applicable:
            refused = target is not None and not target.allow_not_applicable and target.kind is not Kind.TEXT
            return _Fate(None, None, NotCarried.MUST_ANSWER if refused else None)
        before = self.before.pick(given.criterion, option=given.option, number=given.number)
        if before is None:
            return _Fate(None, None, None)
        if target is None:
            return _Fate(before, None, NotCarried.REMOVED)
        after = self.after.pick(given.criterion, option=given.option, number=given.number)
        return _Fate(before, after, NotCarried.OPTION_GONE if after is None else None)

    def sections(self, before: Outcome, after: Outcome) -> Iterable[tuple[str, int | None, int | None]]:
        """The scores of every section that both versions have."""
        return [(key, before.sections[at], after.sections[other]) for key, at, other in self._sections]


class Tally:
    """Adds contacts to a result; one carrier for each version on which they were scored."""

    def __init__(self) -> None:
        self.result = WhatIf()

    def add(self, contact: Contact, carrier: Carrier) -> ChangedContact:
        """Count one contact; returns what it was and would be."""
        found = self.result
        picked, carried, lost = carrier.carry(contact.answers)
        before, after = carrier.before.outcome(picked), carrier.after.outcome(carried)
        found.contacts += 1
        found.incomplete += bool(lost or carrier.new_keys)
        for reason in lost:
            found.not_carried[reason] = found.not_carried.get(reason, 0) + 1
        for key in carrier.new_keys:
            found.not_carried[key, NotCarried.NEW] = found.not_carried.get((key, NotCarried.NEW), 0) + 1
        found.total.add(contact.final_bp, after.final_bp)
        found.agents.setdefault(contact.agent, Shift()).add(contact.final_bp, after.final_bp)
        for key, old_bp, new_bp in carrier.sections(before, after):
            found.sections.setdefault(key, Shift()).add(old_bp, new_bp)
        changed = ChangedContact(
            contact.id, contact.agent, contact.final_bp, after.final_bp, contact.passed, after.passed
        )
        if changed.flips or changed.before_bp != changed.after_bp:
            self._change(changed)
        return changed

    def _change(self, changed: ChangedContact) -> None:
        found = self.result
        found.changed += 1
        found.newly_passed += changed.passed_after is True and changed.passed_before is not True
        found.newly_failed += changed.passed_after is False and changed.passed_before is not False
        found.named.append(changed)
        if len(found.named) >= 2 * MOST_NAMED:
            self.close()

    def close(self) -> WhatIf:
        """The result with the contacts that matter most named first."""
        self.result.named.sort(key=lambda one: one.weight, reverse=True)
        del self.result.named[MOST_NAMED:]
        return self.result
