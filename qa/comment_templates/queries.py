"""Which comment templates an actor may use, and those that are offered while a card is scored."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import Scorecard
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import Place
from qa.errors import NotFoundError
from qa.i18n import _
from scorecards.definition import Card


def visible_templates(act: Act) -> Select[CommentTemplate]:
    """Everybody who may use templates sees the shared ones and their own; most used first."""
    asked = (
        select(CommentTemplate)
        .options(joinedload(CommentTemplate.scorecard))
        .order_by(CommentTemplate.uses.desc(), CommentTemplate.id)
    )
    shared = CommentTemplate.owner_id.is_(None)
    if act.actor is None:
        return asked.where(shared)
    if not act.may(Permission.TEMPLATE_USE):
        return asked.where(CommentTemplate.id.is_(None))
    return asked.where(or_(shared, CommentTemplate.owner_id == act.actor.id))


def get_template(act: Act, template_id: int) -> CommentTemplate:
    """Return a template the actor may use."""
    found = act.session.scalar(visible_templates(act).where(CommentTemplate.id == template_id))
    if found is None:
        raise NotFoundError(_("There is no such template, or it is somebody else's own."))
    return found


def find_templates(act: Act, *, place: Place | None = None, shared: bool | None = None) -> list[CommentTemplate]:
    """Return the templates of a place, shared or own; a card without a criterion means the whole card."""
    asked = visible_templates(act)
    if place is not None and place.scorecard_id is not None:
        asked = asked.where(CommentTemplate.scorecard_id == place.scorecard_id)
    if place is not None and place.criterion is not None:
        asked = asked.where(CommentTemplate.criterion == place.criterion)
    if shared is not None:
        asked = asked.where(CommentTemplate.owner_id.is_(None) == shared)
    return list(act.session.scalars(asked))


def templates_of_card(act: Act, card: Card) -> list[CommentTemplate]:
    """Return what is offered on a card: for its criteria, for any of them, and for any card."""
    keys = [criterion.key for _section, criterion in card.criteria()]
    here = select(Scorecard.id).where(Scorecard.key == card.key).scalar_subquery()
    asked = visible_templates(act).where(
        or_(CommentTemplate.scorecard_id.is_(None), CommentTemplate.scorecard_id == here),
        or_(CommentTemplate.criterion.is_(None), CommentTemplate.criterion.in_(keys)),
    )
    return list(act.session.scalars(asked))


def scorecard_of_key(act: Act, key: str) -> Scorecard:
    """Return the scorecard with the key."""
    found = act.session.scalar(select(Scorecard).where(Scorecard.key == key))
    if found is None:
        raise NotFoundError(_("There is no such scorecard."))
    return found
