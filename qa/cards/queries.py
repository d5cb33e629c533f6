"""Finding scorecards and reading their definitions."""

from functools import lru_cache

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, Scorecard, VersionState
from qa.errors import ConflictError, NotFoundError
from qa.i18n import _
from scorecards.definition import Card
from scorecards.reading import read_draft


@lru_cache(maxsize=256)
def read_definition(digest: str, definition: str) -> Card:
    """Return the card that ``definition`` holds, read once for every process."""
    del digest  # part of the key only
    return read_draft(definition)


def card_of(version: CardVersion) -> Card:
    """Return the definition of a version; that of a draft may still have problems."""
    return read_definition(version.digest, version.definition)


def visible_versions(act: Act) -> Select[CardVersion]:
    """Everybody who may see cards sees what is or was scored with; drafts are seen by those who design."""
    asked = select(CardVersion)
    return asked if act.may(Permission.CARD_DESIGN) else asked.where(CardVersion.state != VersionState.DRAFT)


def all_versions(act: Act) -> list[CardVersion]:
    """Return every version the actor may see, newest of each card first."""
    asked = visible_versions(act).join(Scorecard).options(joinedload(CardVersion.scorecard))
    return list(act.session.scalars(asked.order_by(Scorecard.key, CardVersion.number.desc())))


def get_version(act: Act, version_id: int) -> CardVersion:
    """Return one version that the actor may see."""
    found = act.session.scalar(visible_versions(act).where(CardVersion.id == version_id))
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


def draft_of(act: Act, scorecard_id: int) -> CardVersion | None:
    """Return the draft of a scorecard, if there is one."""
    return act.session.scalar(
        select(CardVersion)
        .where(CardVersion.scorecard_id == scorecard_id, CardVersion.state == VersionState.DRAFT)
        .order_by(CardVersion.number.desc())
        .limit(1)
    )


def newest_offered(act: Act, scorecard_id: int) -> CardVersion | None:
    """Return the newest version that is or was scored with, if there is one."""
    return act.session.scalar(
        select(CardVersion)
        .where(CardVersion.scorecard_id == scorecard_id, CardVersion.state != VersionState.DRAFT)
        .order_by(CardVersion.number.desc())
        .limit(1)
    )


def get_draft(act: Act, version_id: int) -> CardVersion:
    """Return a draft; a version that was published meanwhile is refused."""
    found = get_version(act, version_id)
    if found.state is not VersionState.DRAFT:
        raise ConflictError(_("This version was published meanwhile. Begin a new draft from it."))
    return found
