"""Bringing scorecards in, publishing and retiring their versions."""

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.history import forget_steps, keep_after, keep_before
from qa.cards.models import CardVersion, CardWording, Scorecard, VersionState
from qa.cards.queries import card_of, draft_of, newest_offered
from qa.errors import ConflictError, InvalidError
from qa.i18n import _, ngettext_
from scorecards.changes import changes, needs_version
from scorecards.checks import check
from scorecards.definition import Card
from scorecards.errors import Problem
from scorecards.reading import digest, write_card
from scorecards.shipped import shipped_cards
from scorecards.yaml_text import MAXIMUM_CHARACTERS


class UnusableError(InvalidError):
    """The draft cannot be used yet; ``problems`` says what is wrong, in the order of the card."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            ngettext_(
                "This scorecard cannot be used yet: {n} thing is wrong.",
                "This scorecard cannot be used yet: {n} things are wrong.",
                n=len(problems),
            )
        )
        self.problems = problems


def add_version(act: Act, card: Card, *, replace_draft: bool = False) -> CardVersion:
    """Keep the card as a draft; a card equal to the newest version gives that one back.

    Another draft of the card is replaced only where that is asked for: it may be somebody's work.
    """
    act.require(Permission.CARD_DESIGN)
    scorecard = locked_scorecard(act, card.key)
    if scorecard is None:
        scorecard = Scorecard(key=card.key)
        act.session.add(scorecard)
        act.session.flush()
    newest = act.session.scalar(
        select(CardVersion).where(CardVersion.scorecard_id == scorecard.id).order_by(CardVersion.number.desc()).limit(1)
    )
    if newest is not None and newest.digest == digest(card):
        return newest
    draft = draft_of(act, scorecard.id)
    if draft is None:
        return new_draft(act, scorecard, card)
    if not replace_draft:
        raise ConflictError(_("There is another draft of this scorecard. Publish or discard that one first."))
    write_draft(act, draft, card)
    return draft


def publish(act: Act, version: CardVersion) -> CardVersion:
    """Offer the draft for scoring; returns the version that is scored with from now on.

    A draft that differs from the newest version only in wording or order changes that one in place, which is logged;
    any other becomes a version of its own, and its predecessor is retired: what was scored with that stays.
    """
    act.require(Permission.CARD_MANAGE)
    if not is_still_draft(act, version):
        raise ConflictError(_("Only a draft can be published."))
    card = card_of(version)
    problems = check(card)
    if problems:
        raise UnusableError(problems)
    earlier = newest_offered(act, version.scorecard_id)
    if earlier is not None:
        found = changes(card_of(earlier), card)
        if not needs_version(found):
            return _reword(act, earlier, draft=version, count=len(found))
    for other in version.scorecard.versions:
        if other.state is VersionState.PUBLISHED:
            other.state = VersionState.RETIRED
            audit.record(act, "card.retired", other, number=other.number)
    version.state, version.published_at = VersionState.PUBLISHED, act.now
    forget_steps(act, version)
    audit.record(act, "card.published", version, number=version.number, digest=version.digest)
    return version


def retire(act: Act, version: CardVersion) -> None:
    """Offer the version no longer; what was scored with it stays."""
    act.require(Permission.CARD_MANAGE)
    if version.state is not VersionState.PUBLISHED:
        raise ConflictError(_("Only a published version can be retired."))
    version.state = VersionState.RETIRED
    audit.record(act, "card.retired", version, number=version.number)


def ensure_shipped(act: Act) -> None:
    """Publish the cards that come with the product, where the company has none yet."""
    if act.session.scalar(select(func.count()).select_from(Scorecard)):
        return
    for card in shipped_cards():
        publish(act, add_version(act, card))


def locked_scorecard(act: Act, key: str) -> Scorecard | None:
    """Return the scorecard and keep others from changing its versions until this transaction ends."""
    return act.session.scalar(select(Scorecard).where(Scorecard.key == key).with_for_update())


def is_still_draft(act: Act, version: CardVersion) -> bool:
    """Tell whether the version is a draft now that nobody else can change that any more."""
    locked_scorecard(act, version.scorecard.key)
    state = act.session.scalar(select(CardVersion.state).where(CardVersion.id == version.id))
    return state is VersionState.DRAFT


def new_draft(act: Act, scorecard: Scorecard, card: Card) -> CardVersion:
    """Keep the card as the draft of the next version."""
    highest = act.session.scalar(select(func.max(CardVersion.number)).where(CardVersion.scorecard_id == scorecard.id))
    version = CardVersion(
        scorecard_id=scorecard.id,
        number=(highest or 0) + 1,
        state=VersionState.DRAFT,
        definition=_definition(card),
        digest=digest(card),
        created_at=act.now,
        saved_at=act.now,
    )
    act.session.add(version)
    act.session.flush()
    audit.record(act, "card.version_added", version, number=version.number)
    return version


def write_draft(act: Act, draft: CardVersion, card: Card) -> None:
    """Write the card over the draft."""
    written = _definition(card)
    keep_before(act, draft)
    draft.definition, draft.digest = written, digest(card)
    draft.revision += 1
    draft.saved_at = act.now
    keep_after(act, draft)
    audit.record(act, "card.draft_saved", draft, number=draft.number, revision=draft.revision)


def _definition(card: Card) -> str:
    written = write_card(card)
    if len(written) > MAXIMUM_CHARACTERS:
        raise InvalidError(
            _("This scorecard is larger than {number} characters. Shorten its texts.", number=MAXIMUM_CHARACTERS)
        )
    return written


def _reword(act: Act, version: CardVersion, *, draft: CardVersion, count: int) -> CardVersion:
    """Give the version the draft's wording and order, and keep what it said before."""
    if count:
        act.session.add(
            CardWording(
                version_id=version.id,
                definition=version.definition,
                digest=version.digest,
                replaced_at=act.now,
                replaced_by_id=act.actor.id if act.actor else None,
            )
        )
        version.definition, version.digest = draft.definition, draft.digest
        audit.record(act, "card.reworded", version, number=version.number, changes=count, digest=version.digest)
    if version.state is VersionState.RETIRED:
        version.state = VersionState.PUBLISHED
        audit.record(act, "card.published", version, number=version.number, digest=version.digest)
    act.session.delete(draft)
    act.session.flush()
    act.session.expire(version.scorecard, ["versions"])
    return version
