"""Finding scorecards and reading their definitions."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.errors import ConflictError, NotFoundError
from qa.i18n import _
from scorecards.definition import Card
from scorecards.reading import read_card


@lru_cache(maxsize=256)
def _read(digest: str, definition: str) -> Card:
    del digest  # part of the key only
    return read_card(definition)


def card_of(version: CardVersion) -> Card:
    """Return the definition of a version."""
    return _read(version.digest, version.definition)


def all_versions(act: Act) -> list[CardVersion]:
    """Return every version, newest of each card first."""
    asked = select(CardVersion).join(Scorecard).options(joinedload(CardVersion.scorecard))
    return list(act.session.scalars(asked.order_by(Scorecard.key, CardVersion.number.desc())))


def get_version(act: Act, version_id: int) -> CardVersion:
    """Return one version."""
    found = act.session.get(CardVersion, version_id)
    if found is None:
        raise NotFoundError(_("There is no such scorecard."))
    return found


def published_cards(act: Act) -> list[CardVersion]:
    """Return the newest published version of every card."""
    found: dict[int, CardVersion] = {}
    for version in all_versions(act):
        if version.state is VersionState.PUBLISHED:
            found.setdefault(version.scorecard_id, version)
    return list(found.values())


def current_version(act: Act, scorecard_id: int) -> CardVersion:
    """Return the version that is scored with now."""
    found = act.session.scalar(
        select(CardVersion)
        .where(CardVersion.scorecard_id == scorecard_id, CardVersion.state == VersionState.PUBLISHED)
        .order_by(CardVersion.number.desc())
        .limit(1)
    )
    if found is None:
        raise ConflictError(_("This scorecard has no published version. Publish one first."))
    return found
