"""The designer's forms filled from a card, and what each becomes of the card."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import Field

from qa.i18n import _, say
from scorecards.causes import Cause
from scorecards.computation import number
from scorecards.definition import (
    FAILS_BELOW,
    ZERO,
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
from scorecards.editing import as_kind
from scorecards.labels import label as words_of
from scorecards.words import Words
from web.cards.forms import CardForm, CriterionForm, OptionForm, SectionForm
from web.forms import PageForm, choices

T = TypeVar("T")

#: In a section of more criteria than this, one at a time is open: each has some forty fields.
ALL_OPEN = 12

_CRITERION_FIELD = re.compile(r"criteria-([0-9]{1,4})-")


def card_form(card: Card, sent: "MultiDict[str, str] | None") -> CardForm:
    """Return the form of the card's own part, filled with what was sent, else with the card."""
    data = {
        **_both("name", card.name),
        **_both("description", card.description),
        "channels": [channel.value for channel in card.channels],
        "languages": ", ".join(card.languages),
        "rule": card.rule.value,
        "pass_mark": _shown(card.pass_mark),
        "bands": [{**_both("name", band.name), "start": _shown(band.start), "key": band.key} for band in card.bands],
    }
    form = CardForm(sent, data=data)
    form.channels.choices = _named(Channel)
    form.rule.choices = _named(PassRule)
    return form


def section_form(card: Card, at: int, sent: "MultiDict[str, str] | None", *, opened: int | None = None) -> SectionForm:
    """Return the form of section ``at``, filled with what was sent, else with the card.

    It holds the criteria that were sent; else all of them, or in a long section only the one that is ``opened``.
    """
    section = card.sections[at]
    count = len(section.criteria)
    if sent is not None:
        places = sorted({int(found[1]) for name in sent if (found := _CRITERION_FIELD.match(name))})
    else:
        places = [place for place in range(count) if count <= ALL_OPEN or place == opened]
    data = {
        **_both("name", section.name),
        **_both("guidance", section.guidance),
        "weight": _shown(section.weight),
        "threshold": _shown(section.threshold),
        "key": section.key,
    }
    form = SectionForm(sent, data=data)
    form.criteria = {
        place: CriterionForm(
            sent,
            data=_criterion_data(section.criteria[place]) if place < count else {},
            prefix=f"criteria-{place}-",
        )
        for place in places
    }
    targets = [one for _section, one in card.criteria() if one.key and one.kind is not Kind.TEXT]
    for one in form.criteria.values():
        _offer(one, targets)
    return form


def card_with(card: Card, form: CardForm) -> Card:
    """The card with what its own part of the form says."""
    return replace(
        card,
        name=_words(form, "name"),
        description=_words(form, "description"),
        channels=_in_order([Channel(one) for one in form.channels.data or ()], card.channels),
        languages=tuple(one.strip() for one in (form.languages.data or "").split(",") if one.strip()),
        rule=PassRule(form.rule.data),
        pass_mark=_decimal(form.pass_mark),
        bands=tuple(
            Band(entry.form.key.data or "", _words(entry.form, "name"), _decimal(entry.form.start) or ZERO)
            for entry in form.bands
        ),
    )


def section_with(card: Card, at: int, form: SectionForm) -> Card:
    """The card with what the form says of section ``at``; criteria that the form does not hold stay as they are."""
    known = {one.key: one for _section, one in card.criteria()}
    before = card.sections[at]
    criteria = list(before.criteria)
    for place, one in form.criteria.items():
        if place < len(before.criteria):
            criteria[place] = _criterion(one, before.criteria[place], known)
        else:
            criteria.append(_criterion(one, None, known))
    section = Section(
        key=form.key.data or "",
        name=_words(form, "name"),
        criteria=tuple(criteria),
        weight=_decimal(form.weight) or ZERO,
        threshold=_decimal(form.threshold),
        guidance=_words(form, "guidance"),
    )
    return replace(card, sections=tuple(section if place == at else one for place, one in enumerate(card.sections)))


def _criterion(form: CriterionForm, before: Criterion | None, known: dict[str, Criterion]) -> Criterion:
    wanted, fails_below = Kind(form.kind.data), _decimal(form.fails_below)
    made = Criterion(
        key=form.key.data or "",
        name=_words(form, "name"),
        kind=before.kind if before else wanted,
        options=tuple(_option(entry.form) for entry in form.options),
        guidance=_words(form, "guidance"),
        weight=_decimal(form.weight) or ZERO,
        allow_not_applicable=bool(form.not_applicable.data),
        optional=bool(form.optional.data),
        condition=_condition(form, known, before.condition if before else None),
        comment_below=_decimal(form.comment_below),
        evidence_below=_decimal(form.evidence_below),
        fails_below=FAILS_BELOW if fails_below is None else fails_below,
        error_class=ErrorClass(form.error_class.data) if form.error_class.data else None,
        on_fail=OnFail(Effect(form.effect.data), _decimal(form.cap)),
        causes=_in_order([Cause(one) for one in form.causes.data or ()], before.causes if before else ()),
        bonus=_decimal(form.bonus),
        unit=_words(form, "unit"),
        maximum=_decimal(form.maximum),
    )
    return made if wanted is made.kind else as_kind(made, wanted)


def _condition(form: CriterionForm, known: dict[str, Criterion], before: Condition | None) -> Condition | None:
    key = form.condition.data
    if not key:
        return None
    target = known.get(key)
    there = [option.key for option in target.options] if target else []
    chosen = [one for one in form.condition_options.data or () if one in there]
    return Condition(key, _in_order(chosen, before.options if before else ()))


def _in_order(chosen: Sequence[T], before: Sequence[T]) -> tuple[T, ...]:
    """What was chosen, in the order in which it stood before; boxes have no order of their own."""
    return (*(one for one in before if one in chosen), *(one for one in chosen if one not in before))


def _option(form: OptionForm) -> Option:
    return Option(
        key=form.key.data or "",
        label=_words(form, "label"),
        value=_decimal(form.value) or ZERO,
        anchor=_words(form, "anchor"),
        start=_decimal(form.start),
        points=_decimal(form.points),
    )


def _criterion_data(criterion: Criterion) -> dict[str, object]:
    condition = criterion.condition
    return {
        **_both("name", criterion.name),
        **_both("guidance", criterion.guidance),
        **_both("unit", criterion.unit),
        "key": criterion.key,
        "kind": criterion.kind.value,
        "weight": _shown(criterion.weight),
        "not_applicable": criterion.allow_not_applicable,
        "optional": criterion.optional,
        "condition": condition.criterion if condition else "",
        "condition_options": list(condition.options) if condition else [],
        "comment_below": _shown(criterion.comment_below),
        "evidence_below": _shown(criterion.evidence_below),
        "fails_below": _shown(criterion.fails_below),
        "effect": criterion.on_fail.effect.value,
        "cap": _shown(criterion.on_fail.cap),
        "error_class": criterion.error_class.value if criterion.error_class else "",
        "causes": [cause.value for cause in criterion.causes],
        "bonus": _shown(criterion.bonus),
        "maximum": _shown(criterion.maximum),
        "options": [
            {
                **_both("label", option.label),
                **_both("anchor", option.anchor),
                "key": option.key,
                "value": _shown(option.value),
                "start": _shown(option.start),
                "points": _shown(option.points),
            }
            for option in criterion.options
        ],
    }


def _offer(form: CriterionForm, targets: list[Criterion]) -> None:
    """Give a criterion's lists their choices."""
    spoken = g.language.value
    form.kind.choices = _named(Kind)
    form.effect.choices = _named(Effect)
    form.causes.choices = _named(Cause)
    form.error_class.choices = choices([("", say(_("None"), g.language)), *_pairs(ErrorClass)])
    others = [one for one in targets if one.key != form.key.data]
    known = {one.key for one in others}
    gone = (
        [(form.condition.data, form.condition.data)] if form.condition.data and form.condition.data not in known else []
    )
    form.condition.choices = choices(
        [
            ("", say(_("Always asked"), g.language)),
            *((one.key, one.name.in_(spoken) or one.key) for one in others),
            *gone,
        ]
    )
    target = next((one for one in others if one.key == form.condition.data), None)
    form.condition_options.choices = choices(
        (option.key, option.label.in_(spoken) or option.key) for option in (target.options if target else ())
    )


def _named(kind: Iterable[Kind | Effect | Cause | Channel | PassRule | ErrorClass]) -> list[Any]:
    return choices(_pairs(kind))


def _pairs(kind: Iterable[Kind | Effect | Cause | Channel | PassRule | ErrorClass]) -> list[tuple[str, str]]:
    return [(one.value, words_of(one).in_(g.language.value)) for one in kind]


def _both(name: str, words: Words) -> dict[str, object]:
    return {f"{name}_en": words.en, f"{name}_nl": words.nl}


def _words(form: PageForm, name: str) -> Words:
    return Words(form[f"{name}_en"].data or "", form[f"{name}_nl"].data or "")


def _shown(value: Decimal | None) -> str:
    return "" if value is None else number(value, g.language.value)


def _decimal(field: Field) -> Decimal | None:
    typed = (field.data or "").strip()
    return Decimal(typed.replace(",", ".")) if typed else None
