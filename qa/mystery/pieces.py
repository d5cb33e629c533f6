"""A visit is filled in piece by piece, each with its own revision, so that a late message never undoes a newer answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.cards.queries import card_of
from qa.evaluations.marks import Mark, scored
from qa.i18n import Text, _
from qa.mystery.models import Visit
from scorecards.answers import NeedKind, asked, choices, missing
from scorecards.definition import Card

NOTES = "notes"
TIMES = "times"
_ANSWER = "answer:"

#: The needs of a card in words for shoppers.
_NEEDED = {
    NeedKind.ANSWER: _("This question has no answer yet."),
    NeedKind.COMMENT: _("This answer needs an explanation."),
}


class Gap(StrEnum):
    """Which piece lacks something."""

    TIMES = "times"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something without which the visit cannot be handed in; ``criterion`` is a key, empty for the times."""

    gap: Gap
    sentence: Text
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """When the shopper came in and left."""

    arrived_at: datetime | None = None
    left_at: datetime | None = None


def answer_piece(criterion: str) -> str:
    """Return the name of the piece that answers the criterion."""
    return f"{_ANSWER}{criterion}"


def revision_of(visit: Visit, piece: str) -> int:
    """Return the revision the piece was last saved with; 0 before its first save."""
    return int(visit.revisions.get(piece, 0))


def marks_of(visit: Visit) -> dict[str, Mark]:
    """Return the shopper's answers, by criterion."""
    return {key: _mark(kept) for key, kept in visit.answers.items()}


def mark_to_json(mark: Mark) -> dict[str, object]:
    """Return the mark as the visit keeps it."""
    return {
        "option": None if mark.not_applicable else mark.option,
        "number": None if mark.not_applicable else mark.number,
        "text": mark.text,
        "not_applicable": mark.not_applicable,
        "comment": mark.comment,
    }


def asked_of(card: Card, marks: Mapping[str, Mark]) -> frozenset[str]:
    """Return the criteria that are asked, given the answers so far."""
    return frozenset(asked(card, choices(card, scored(marks))))


def asked_marks(card: Card, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """Return the answers that count: those to criteria that are asked."""
    keys = asked_of(card, marks)
    return {key: mark for key, mark in marks.items() if key in keys and not mark.empty}


def missing_of(visit: Visit) -> list[Missing]:
    """Return what is still missing, in the order of the screens."""
    gaps: list[Missing] = []
    if visit.started_at is None:
        gaps.append(Missing(Gap.TIMES, _("Say when you arrived.")))
    card = card_of(visit.card_version)
    return gaps + [
        Missing(Gap.ANSWER, _NEEDED.get(need.kind, Text(need.sentence.msgid, need.sentence.params)), need.criterion)
        for need in missing(card, scored(marks_of(visit)))
    ]


def _mark(kept: Mapping[str, object]) -> Mark:
    option, number = kept.get("option"), kept.get("number")
    return Mark(
        option=None if option is None else str(option),
        number=None if number is None else str(number),
        text=str(kept.get("text") or ""),
        not_applicable=bool(kept.get("not_applicable")),
        comment=str(kept.get("comment") or ""),
    )
