"""What tests of comment templates start from: a place on a shipped card, and templates of somebody."""

from dataclasses import replace

from qa.act import Act
from qa.cards.models import Scorecard
from qa.cards.service import ensure_shipped
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import EVERYWHERE, Place
from qa.comment_templates.queries import scorecard_of_key
from qa.comment_templates.service import TemplateWish, add_template
from qa.people.models import User
from scorecards.words import Words


def phone_card(act: Act) -> Scorecard:
    """The shipped card for calls, published."""
    ensure_shipped(act)
    return scorecard_of_key(act, "phone-service")


def greeting(act: Act) -> Place:
    """The first criterion of the card for calls."""
    return Place(phone_card(act).id, "greeting")


def kept(
    act: Act, *, en: str = "", nl: str = "", place: Place = EVERYWHERE, owner: User | None = None, uses: int = 0
) -> CommentTemplate:
    """Keep a template: shared, or the owner's own."""
    made = add_template(replace(act, actor=owner), TemplateWish(Words(en, nl), place, shared=owner is None))
    made.uses = uses
    act.session.flush()
    return made
