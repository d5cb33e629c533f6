"""The changes between two versions in the reader's words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from qa.cards.models import CardVersion
from qa.cards.queries import card_of, read_definition
from qa.i18n import Language, Text, _, say
from scorecards.causes import Cause
from scorecards.changes import Change, ChangeKind, Step, Value, changes
from scorecards.computation import number
from scorecards.definition import (
    Band,
    Card,
    Channel,
    Condition,
    Criterion,
    Effect,
    ErrorClass,
    Kind,
    OnFail,
    Option,
    PassRule,
    Section,
)
from scorecards.labels import label
from scorecards.word_diff import Said, word_diff
from scorecards.words import Words

KIND_WORDS: dict[ChangeKind, Text] = {
    ChangeKind.ADDED: _("Added"),
    ChangeKind.REMOVED: _("Removed"),
    ChangeKind.CHANGED: _("Changed"),
    ChangeKind.MOVED: _("Moved"),
}

_ATTRIBUTES: dict[str, Text] = {
    "key": _("Key"),
    "name": _("Name"),
    "description": _("Description"),
    "guidance": _("Guidance"),
    "label": _("Answer"),
    "anchor": _("What it looks like"),
    "unit": _("Unit"),
    "channels": _("Channels"),
    "languages": _("Languages of contact"),
    "pass_rule": _("An interaction passes when"),
    "pass_mark": _("Pass mark"),
    "weight": _("Weight"),
    "threshold": _("Threshold"),
    "kind": _("Kind of answer"),
    "not_applicable": _("May be not applicable"),
    "optional": _("May be left without an answer"),
    "condition": _("Asked only after"),
    "comment_below": _("Comment needed below"),
    "evidence_below": _("Evidence needed below"),
    "fails_below": _("Fails below"),
    "error_class": _("Class of error"),
    "on_fail": _("When failed"),
    "causes": _("Causes to choose from"),
    "bonus": _("Bonus, at most"),
    "maximum": _("Highest number"),
    "value": _("Value"),
    "from": _("Starts at"),
    "points": _("Points"),
}
_CHOICES = {
    "kind": Kind,
    "error_class": ErrorClass,
    "pass_rule": PassRule,
    "channels": Channel,
    "causes": Cause,
}


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change: where, what happened, and both sides as they are read; ``meaning`` makes a new version.

    Of a text that was worded otherwise, ``pieces`` are its words and ``language`` is what it is written in.
    """

    place: str
    kind: Text
    before: str
    after: str
    meaning: bool
    pieces: tuple[Said, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class WordingShown:
    """One change in place of a version: when, by whom, and what it changed."""

    replaced_at: datetime
    by: str
    changes: list[ChangeShown]


def shown_changes(found: list[Change], *, before: Card, after: Card, language: Language) -> list[ChangeShown]:
    """Return the changes in words; members are called by their newest name."""
    teller = _Teller(before, after, language)
    return [teller.shown(change) for change in found]


def shown_wordings(version: CardVersion, *, language: Language) -> list[WordingShown]:
    """Return what was changed in place, the last first."""
    said = [read_definition(one.digest, one.definition) for one in version.wordings] + [card_of(version)]
    return [
        WordingShown(
            one.replaced_at,
            one.replaced_by.name if one.replaced_by else "",
            shown_changes(changes(before, after), before=before, after=after, language=language),
        )
        for one, before, after in zip(version.wordings, said, said[1:], strict=False)
    ][::-1]


class _Teller:
    """Knows both versions, so that every key has a name."""

    def __init__(self, before: Card, after: Card, language: Language) -> None:
        self._language = language
        self._spoken = language.value
        self._names: dict[tuple[str, ...], str] = {}
        for card in (before, after):
            self._learn(card)

    def shown(self, change: Change) -> ChangeShown:
        """Return one change in words."""
        place = change.place
        parts = [self._name(place.steps[: at + 1]) for at in range(len(place.steps))]
        if place.attribute:
            attribute = say(_ATTRIBUTES[place.attribute], self._language)
            parts.append(f"{attribute} ({place.language})" if place.language else attribute)
        if change.kind is ChangeKind.MOVED:
            before, after = self._behind(place.steps, change.before), self._behind(place.steps, change.after)
        else:
            before, after = self._told(place.attribute, change.before), self._told(place.attribute, change.after)
        pieces = word_diff(str(change.before), str(change.after)) if place.language else ()
        return ChangeShown(
            " › ".join(parts), KIND_WORDS[change.kind], before, after, change.meaning, pieces, place.language
        )

    def _learn(self, card: Card) -> None:
        for section in card.sections:
            self._know(("sections", section.key), section.name)
            for criterion in section.criteria:
                inside = ("sections", section.key, "criteria", criterion.key)
                self._know(inside, criterion.name)
                self._know(("criteria", criterion.key), criterion.name)
                for option in criterion.options:
                    self._know((*inside, "options", option.key), option.label)
                    self._know(("criteria", criterion.key, "options", option.key), option.label)
        for band in card.bands:
            self._know(("bands", band.key), band.name)

    def _know(self, path: tuple[str, ...], words: Words) -> None:
        self._names[path] = words.in_(self._spoken) or path[-1]

    def _name(self, steps: tuple[Step, ...]) -> str:
        path = tuple(word for step in steps for word in (step.list, step.key))
        return self._names.get(path, steps[-1].key)

    def _behind(self, steps: tuple[Step, ...], key: Value) -> str:
        if not key:
            return say(_("in the first place"), self._language)
        name = self._name((*steps[:-1], Step(steps[-1].list, str(key))))
        return say(_("after “{name}”", name=name), self._language)

    def _told(self, attribute: str, value: Value) -> str:
        if value is None:
            return "–"
        if isinstance(value, bool):
            return say(_("yes") if value else _("no"), self._language)
        if isinstance(value, Decimal):
            return number(value, self._spoken)
        if isinstance(value, Section | Criterion | Band):
            return value.name.in_(self._spoken)
        if isinstance(value, Option):
            return f"{value.label.in_(self._spoken)} ({number(value.value, self._spoken)})"
        if isinstance(value, Condition):
            return self._condition(value)
        if isinstance(value, OnFail):
            effect = label(value.effect).in_(self._spoken)
            capped = value.effect is Effect.CAP_AT and value.cap is not None
            return f"{effect} ({number(value.cap or Decimal(0), self._spoken)})" if capped else effect
        if isinstance(value, Words):
            return value.in_(self._spoken)
        kind = _CHOICES.get(attribute)
        told = [value] if isinstance(value, str) else list(value)
        return ", ".join(label(kind(one)).in_(self._spoken) if kind else one for one in told) or "–"

    def _condition(self, condition: Condition) -> str:
        path = ("criteria", condition.criterion)
        options = ", ".join(self._names.get((*path, "options", key), key) for key in condition.options)
        return f"{self._names.get(path, condition.criterion)}: {options}"
