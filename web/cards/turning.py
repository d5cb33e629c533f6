"""Undo and redo in the designer: which state stands after it, what that changed, and where on the page it is seen."""

from flask import g

from qa.act import Act
from qa.cards.drafts import save_draft, turn_draft
from qa.cards.history import steps_around
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.i18n import Text, _
from scorecards.changes import Change, changes
from scorecards.definition import Card
from web.cards.changed import shown_changes
from web.cards.places import CARD
from web.cards.steps import Step

UNDO, REDO = "undo", "redo"


def turn(act: Act, draft: CardVersion, *, do: str, part: str, opened: Card, typed: Card, revision: int) -> Step | None:
    """Undo or redo where the button says so; ``opened`` is the card the page was made of, ``typed`` what it says now.

    What was typed and not saved yet is the last change: it is saved, so that it can be redone, and then undone.
    """
    verb, _colon, place = do.partition(":")
    if verb not in {UNDO, REDO} or not place.isdecimal() or len(place) > 9:
        return None
    to, before = int(place), card_of(draft)
    if typed != opened:
        save_draft(act, draft, typed, revision=revision)
        if verb == REDO:
            return Step(
                typed, part, at=UNDO, told=_("What you typed was saved. After a new change there is nothing to redo.")
            )
        to, before, revision = draft.step - 1, typed, draft.revision
    turn_draft(act, draft, place=to, revision=revision)
    after = card_of(draft)
    found = changes(before, after)
    undo, redo = steps_around(act, draft)
    left = {UNDO: undo, REDO: redo}[verb] is not None
    # The same button again, or the other one where there is nothing left to press it for.
    button = verb if left else {UNDO: REDO, REDO: UNDO}[verb]
    return Step(
        after, _part(found, after) if found else part, at=button, told=_told(verb, found, before=before, after=after)
    )


def _part(found: list[Change], card: Card) -> str:
    """The part of the card in which the first change is seen."""
    steps = found[0].place.steps
    keys = [section.key for section in card.sections]
    if steps and steps[0].list == "sections" and steps[0].key in keys:
        return str(keys.index(steps[0].key))
    return CARD


def _told(verb: str, found: list[Change], *, before: Card, after: Card) -> Text | None:
    if not found:
        return None
    first = shown_changes(found[:1], before=before, after=after, language=g.language)[0].place
    more = len(found) - 1
    if verb == UNDO:
        return _("Undone: {place}, and {n} more.", place=first, n=more) if more else _("Undone: {place}.", place=first)
    return _("Redone: {place}, and {n} more.", place=first, n=more) if more else _("Redone: {place}.", place=first)
