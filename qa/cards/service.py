"""Bringing scorecards in, publishing and retiring their versions."""

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.errors import ConflictError
from qa.i18n import _
from scorecards.definition import Card
from scorecards.reading import digest, write_card
from scorecards.shipped import shipped_cards


def add_version(act: Act, card: Card) -> CardVersion:
    """Keep the card as a new draft; a card equal to the newest version gives that one back."""
    act.require(Permission.CARD_MANAGE)
    scorecard = act.session.scalar(select(Scorecard).where(Scorecard.key == card.key))
    if scorecard is None:
        scorecard = Scorecard(key=card.key)
        act.session.add(scorecard)
        act.session.flush()
    newest = act.session.scalar(
        select(CardVersion).where(CardVersion.scorecard_id == scorecard.id).order_by(CardVersion.number.desc()).limit(1)
    )
    meaning = digest(card)
    if newest is not None and newest.digest == meaning:
        return newest
    version = CardVersion(
        scorecard_id=scorecard.id,
        number=newest.number + 1 if newest else 1,
        state=VersionState.DRAFT,
        definition=write_card(card),
        digest=meaning,
        created_at=act.now,
    )
    act.session.add(version)
    act.session.flush()
    audit.record(act, "card.version_added", version, number=version.number)
    return version


def publish(act: Act, version: CardVersion) -> None:
    """Offer the version for scoring; from now on it never changes."""
    act.require(Permission.CARD_MANAGE)
    if version.state is not VersionState.DRAFT:
        raise ConflictError(_("Only a draft can be published."))
    version.state, version.published_at = VersionState.PUBLISHED, act.now
    audit.record(act, "card.published", version, number=version.number)


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
