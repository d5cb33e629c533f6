"""Comment templates on the desk: what is offered for a card, and what was chosen there without a script."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from qa.act import Act
from qa.auth.roles import Permission
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.offered import Offered, comment_language, offer
from qa.comment_templates.queries import templates_of_card
from qa.comment_templates.service import note_use
from qa.i18n import Language
from scorecards.definition import Card
from web.forms import PageForm


@dataclass(frozen=True, slots=True)
class DeskTemplates:
    """What the desk offers: every template of the card, in the language its comments are written in."""

    card_key: str
    language: Language
    offered: tuple[Offered, ...]
    may_share: bool

    def of(self, criterion: str) -> list[Offered]:
        """Return what is offered at one criterion."""
        return [one for one in self.offered if one.criterion in {"", criterion}]


def templates_on_desk(act: Act, card: Card, form: PageForm, *, spoken: str | None) -> DeskTemplates | None:
    """Return what is offered, nothing to who uses no templates; what was chosen in the form is put into its comment.

    ``spoken`` is the language of the conversation.
    """
    if not act.may(Permission.TEMPLATE_USE):
        return None
    found = templates_of_card(act, card)
    language = comment_language(card, spoken, otherwise=g.language)
    offered = tuple(offer(found, language=language))
    _insert_chosen(act, form, found, offered=offered)
    return DeskTemplates(card.key, language, offered, act.may(Permission.TEMPLATE_SHARE))


def _insert_chosen(act: Act, form: PageForm, found: Sequence[CommentTemplate], *, offered: Sequence[Offered]) -> None:
    """Do what the page does without a script: put each chosen template behind what stands in the comment."""
    texts = {str(one.id): one.text for one in offered}
    rows = {str(one.id): one for one in found}
    for field in form:
        if not field.name.startswith("template-") or field.data not in texts:
            continue
        comment = form[f"comment-{field.name.removeprefix('template-')}"]
        comment.data = "\n".join(part for part in ((comment.data or "").strip(), texts[field.data]) if part)
        note_use(act, rows[field.data])
        field.data = ""
