"""Drafts of scorecards: begun from a version, a shipped card or nothing, saved, discarded."""

import re
import unicodedata
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.history import step_to
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.cards.queries import card_of, draft_of
from qa.cards.service import is_still_draft, locked_scorecard, new_draft, write_draft
from qa.errors import ConflictError, InvalidError
from qa.i18n import _
from scorecards.checks import KEY_CHARACTERS, is_key
from scorecards.definition import Card
from scorecards.reading import digest
from scorecards.words import Words

_CHANGED_ELSEWHERE = _("This draft was changed in another window. Load the page again; nothing there was overwritten.")


def create_card(act: Act, source: Card, *, key: str, name: Words) -> CardVersion:
    """Make a scorecard of its own out of another card; asked twice with the same words, the first draft is returned."""
    act.require(Permission.CARD_DESIGN)
    if not is_key(key):
        raise InvalidError(
            _("A key has 1 to 60 small letters, digits, hyphens or underscores, and starts with a letter or digit."),
            field="key",
        )
    card = replace(source, key=key, name=name)
    known = locked_scorecard(act, key)
    if known is not None:
        draft = draft_of(act, known.id)
        if draft is not None and len(known.versions) == 1 and draft.digest == digest(card):
            return draft
        raise InvalidError(_("There is already a scorecard with this key. Choose another."), field="key")
    scorecard = Scorecard(key=key)
    try:
        with act.session.begin_nested():
            act.session.add(scorecard)
            act.session.flush()
    except IntegrityError:
        # Somebody made it in the same moment, such as the first press of a double click: it is there now.
        return create_card(act, source, key=key, name=name)
    return new_draft(act, scorecard, card)


def begin_draft(act: Act, version: CardVersion) -> CardVersion:
    """Return the draft of the version's card, made from that version where there is none."""
    act.require(Permission.CARD_DESIGN)
    locked_scorecard(act, version.scorecard.key)
    return draft_of(act, version.scorecard_id) or new_draft(act, version.scorecard, card_of(version))


def save_draft(act: Act, draft: CardVersion, card: Card, *, revision: int) -> None:
    """Keep the card as the draft; ``revision`` is the one the page was opened with. Saved twice is saved once."""
    act.require(Permission.CARD_DESIGN)
    _locked(act, draft)
    card = replace(card, key=draft.scorecard.key)
    if digest(card) == draft.digest:
        return
    if draft.revision != revision:
        raise ConflictError(_CHANGED_ELSEWHERE)
    write_draft(act, draft, card)


def turn_draft(act: Act, draft: CardVersion, *, place: int, revision: int) -> None:
    """Undo or redo: let the state of another place stand; asked twice, it is done once."""
    act.require(Permission.CARD_DESIGN)
    _locked(act, draft)
    if draft.step == place:
        return
    if draft.revision != revision:
        raise ConflictError(_CHANGED_ELSEWHERE)
    if not step_to(act, draft, place):
        raise ConflictError(_("This change lies too far back to be undone, or was replaced by a later one."))
    audit.record(act, "card.draft_saved", draft, number=draft.number, revision=draft.revision, step=place)


def _locked(act: Act, draft: CardVersion) -> None:
    """Read again what stands, and keep others from saving until this transaction ends."""
    act.session.refresh(draft, ["revision", "state", "digest", "definition", "step"], with_for_update=True)
    if draft.state is not VersionState.DRAFT:
        raise ConflictError(_("This version was published meanwhile. Begin a new draft from it."))


def discard_draft(act: Act, draft: CardVersion) -> None:
    """Throw a draft away, and with it a scorecard that never had another version."""
    act.require(Permission.CARD_DESIGN)
    if not is_still_draft(act, draft):
        raise ConflictError(_("Only a draft can be discarded. A version that was used is retired instead."))
    scorecard = draft.scorecard
    audit.record(act, "card.draft_discarded", draft, number=draft.number)
    alone = len(scorecard.versions) == 1
    act.session.delete(draft)
    act.session.flush()
    if alone:
        act.session.expire(scorecard, ["versions"])
        act.session.delete(scorecard)


def free_key(act: Act, wanted: str) -> str:
    """Return a key that no scorecard has, as near to the one wanted as can be."""
    base = (_slug(wanted) or "card")[: KEY_CHARACTERS - 4]
    taken = set(act.session.scalars(select(Scorecard.key).where(Scorecard.key.startswith(base, autoescape=True))))
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
