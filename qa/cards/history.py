"""The last states of a draft, so that changes can be undone and redone.

Every save keeps the state it makes, at the next place; whatever was undone before that is forgotten. ``CardVersion.step`` is
the place of the state that stands.
"""

from sqlalchemy import delete, select

from qa.act import Act
from qa.cards.models import CardVersion, DraftStep
from qa.cards.queries import card_of, read_definition
from scorecards.definition import Card

#: How many changes can be undone.
STEPS_KEPT = 30


def keep_before(act: Act, draft: CardVersion) -> None:
    """Keep the state that stands, which the next save would write over."""
    if _step(act, draft, draft.step) is None:
        act.session.add(_made(draft))
        act.session.flush()


def keep_after(act: Act, draft: CardVersion) -> None:
    """Keep the state that was just saved; what was undone is gone, and so is what lies too far back."""
    draft.step += 1
    too_old = draft.step - STEPS_KEPT
    act.session.execute(
        delete(DraftStep).where(
            DraftStep.version_id == draft.id, (DraftStep.place >= draft.step) | (DraftStep.place < too_old)
        )
    )
    act.session.add(_made(draft))
    act.session.flush()


def step_to(act: Act, draft: CardVersion, place: int) -> bool:
    """Let the state of a place stand; False where it is no longer kept."""
    found = _step(act, draft, place)
    if found is None:
        return False
    draft.definition, draft.digest, draft.step = found.definition, found.digest, place
    draft.revision += 1
    draft.saved_at = act.now
    found.revision = draft.revision
    act.session.flush()
    return True


def steps_around(act: Act, draft: CardVersion) -> tuple[int | None, int | None]:
    """Return the places that undoing and redoing lead to; none where there is nothing to undo or redo."""
    kept = set(
        act.session.scalars(
            select(DraftStep.place).where(
                DraftStep.version_id == draft.id, DraftStep.place.in_((draft.step - 1, draft.step + 1))
            )
        )
    )
    return (
        draft.step - 1 if draft.step - 1 in kept else None,
        draft.step + 1 if draft.step + 1 in kept else None,
    )


def card_at(act: Act, draft: CardVersion, revision: int) -> Card:
    """Return the card as it stood at a revision, as far as that is kept; else as it stands."""
    if revision != draft.revision:
        found = act.session.scalar(
            select(DraftStep).where(DraftStep.version_id == draft.id, DraftStep.revision == revision)
        )
        if found is not None:
            return read_definition(found.digest, found.definition)
    return card_of(draft)


def forget_steps(act: Act, draft: CardVersion) -> None:
    """Throw the kept states away; a version that is in use has none."""
    act.session.execute(delete(DraftStep).where(DraftStep.version_id == draft.id))


def _step(act: Act, draft: CardVersion, place: int) -> DraftStep | None:
    return act.session.scalar(select(DraftStep).where(DraftStep.version_id == draft.id, DraftStep.place == place))


def _made(draft: CardVersion) -> DraftStep:
    return DraftStep(
        version_id=draft.id,
        place=draft.step,
        revision=draft.revision,
        definition=draft.definition,
        digest=draft.digest,
    )
