"""The screens of a visit: one thing to fill in on each, in the order of a visit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from qa.cards.queries import card_of
from qa.evaluations.marks import Mark
from qa.i18n import Language, Text, _, say
from qa.mystery.models import Visit
from qa.mystery.pieces import (
    NOTES,
    TIMES,
    Gap,
    Missing,
    answer_piece,
    asked_of,
    marks_of,
    missing_of,
    revision_of,
)
from scorecards.definition import Criterion, Kind
from web.mystery.forms import typed_in

NOT_APPLICABLE = "not-applicable"
OPTION = "option:"
NO_MARK = Mark()


class ScreenKind(StrEnum):
    """How a screen is filled in."""

    TIMES = "times"
    CHOICE = "choice"
    NUMBER = "number"
    WORDS = "words"
    NOTES = "notes"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Choice:
    """One big answer; ``wants_comment`` where it has to be explained."""

    value: str
    label: str
    anchor: str = ""
    wants_comment: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen; ``number`` counts from 1, ``revision`` is the one its piece was last saved with."""

    number: int
    kind: ScreenKind
    piece: str
    title: str
    section: str = ""
    hint: str = ""
    criterion: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    may_skip: bool = False
    allow_not_applicable: bool = False
    mark: Mark = NO_MARK
    notes: str = ""
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    asked: bool = True
    revision: int = 0
    filled: bool = False
    missing: tuple[Text, ...] = ()
    errors: tuple[Text, ...] = ()

    @property
    def answer(self) -> str:
        """The value of the chosen big answer."""
        if self.mark.not_applicable:
            return NOT_APPLICABLE
        return f"{OPTION}{self.mark.option}" if self.mark.option else ""


_KINDS = {Kind.NUMERIC: ScreenKind.NUMBER, Kind.TEXT: ScreenKind.WORDS}


def screens_of(visit: Visit, *, language: Language, zone: str) -> list[Screen]:
    """Return every screen, filled in as far as the visit is; times are those of a clock in ``zone``."""
    card, marks, gaps = card_of(visit.card_version), marks_of(visit), missing_of(visit)
    asked = asked_of(card, marks)
    found = [_times(visit, gaps, language=language, zone=zone)]
    for section, criterion in card.criteria():
        mark = marks.get(criterion.key, NO_MARK)
        found.append(
            Screen(
                number=len(found) + 1,
                kind=_KINDS.get(criterion.kind, ScreenKind.CHOICE),
                piece=answer_piece(criterion.key),
                title=criterion.name.in_(language.value),
                section=section.name.in_(language.value),
                hint=" ".join(
                    part
                    for part in (criterion.guidance.in_(language.value), section.guidance.in_(language.value))
                    if part
                ),
                criterion=criterion.key,
                choices=tuple(_choices(criterion, language=language)),
                unit=criterion.unit.in_(language.value),
                may_skip=criterion.optional or criterion.kind is Kind.TEXT,
                allow_not_applicable=criterion.allow_not_applicable,
                mark=mark,
                asked=criterion.key in asked,
                revision=revision_of(visit, answer_piece(criterion.key)),
                filled=not mark.empty,
                missing=tuple(item.sentence for item in gaps if item.criterion == criterion.key),
            )
        )
    number = len(found) + 1
    return [
        *found,
        Screen(
            number,
            ScreenKind.NOTES,
            NOTES,
            say(_("Your notes"), language),
            hint=say(
                _("Facts in the order in which they happened. Do not describe how people look; that is personal."),
                language,
            ),
            notes=visit.notes,
            may_skip=True,
            revision=revision_of(visit, NOTES),
            filled=bool(visit.notes),
        ),
        Screen(
            number + 1,
            ScreenKind.FILES,
            "files",
            say(_("Photos and recording"), language),
            hint=say(_("Only what your instructions allow. Leave other people out of the picture."), language),
            may_skip=True,
            filled=bool(visit.attachments),
        ),
    ]


def with_typed(
    screen: Screen,
    *,
    errors: tuple[Text, ...],
    mark: Mark | None = None,
    notes: str | None = None,
    times: tuple[datetime | None, datetime | None] | None = None,
) -> Screen:
    """Return the screen with what was typed and why it was refused."""
    arrived_at, left_at = times or (screen.arrived_at, screen.left_at)
    return replace(
        screen,
        errors=errors,
        arrived_at=arrived_at,
        left_at=left_at,
        mark=screen.mark if mark is None else mark,
        notes=screen.notes if notes is None else notes,
    )


def neighbour(screens: list[Screen], number: int, *, step: int) -> Screen | None:
    """Return the next screen that is asked, or with ``step=-1`` the one before."""
    at = number - 1 + step
    while 0 <= at < len(screens):
        if screens[at].asked:
            return screens[at]
        at += step
    return None


def first_open(screens: list[Screen]) -> Screen:
    """Return the first screen that lacks something, else the last one."""
    return next((screen for screen in screens if screen.asked and screen.missing), screens[-1])


def progress(screens: list[Screen]) -> Mapping[int, int]:
    """Return the place of every asked screen among those asked, by its number."""
    asked = [screen.number for screen in screens if screen.asked]
    return {number: place for place, number in enumerate(asked, 1)}


def _times(visit: Visit, gaps: list[Missing], *, language: Language, zone: str) -> Screen:
    return Screen(
        1,
        ScreenKind.TIMES,
        TIMES,
        say(_("When were you there?"), language),
        hint=say(_("Note your arrival at once. Come back here from the summary to note when you left."), language),
        arrived_at=typed_in(visit.started_at, zone=zone),
        left_at=typed_in(visit.ended_at, zone=zone),
        revision=revision_of(visit, TIMES),
        filled=visit.started_at is not None,
        missing=tuple(item.sentence for item in gaps if item.gap is Gap.TIMES),
    )


def _choices(criterion: Criterion, *, language: Language) -> list[Choice]:
    if criterion.kind in _KINDS:
        return []
    found = [
        Choice(
            f"{OPTION}{option.key}",
            option.label.in_(language.value),
            option.anchor.in_(language.value),
            wants_comment=criterion.comment_below is not None and option.value < criterion.comment_below,
        )
        for option in criterion.options
    ]
    if criterion.allow_not_applicable:
        found.append(Choice(NOT_APPLICABLE, say(_("Not applicable"), language)))
    return found
