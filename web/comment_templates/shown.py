"""Comment templates as their page lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, newest_offered
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import is_there, place_of
from qa.comment_templates.service import may_change
from qa.i18n import Language, _, say


@dataclass(frozen=True, slots=True)
class Wording:
    """The text in one language."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """One row of the list; ``card`` is empty for any card, ``there`` tells whether its place is in use."""

    id: int
    wordings: tuple[Wording, ...]
    card: str
    criterion: str
    there: bool
    shared: bool
    uses: int
    may_change: bool


def shown_templates(
    act: Act, templates: Iterable[CommentTemplate], cards: Mapping[int, CardVersion], *, language: Language
) -> list[TemplateShown]:
    """Return the rows, the reader's language first in each."""
    return [_shown(act, one, cards, language=language) for one in templates]


def _shown(
    act: Act, template: CommentTemplate, cards: Mapping[int, CardVersion], *, language: Language
) -> TemplateShown:
    tongues = sorted(Language, key=lambda one: one is not language)
    card, criterion = _names(act, template, cards, language=language)
    return TemplateShown(
        template.id,
        tuple(Wording(one, template.texts.in_(one)) for one in tongues if template.texts.in_(one)),
        card,
        criterion,
        is_there(place_of(template), cards),
        template.shared,
        template.uses,
        may_change(act, template),
    )


def _names(
    act: Act, template: CommentTemplate, cards: Mapping[int, CardVersion], *, language: Language
) -> tuple[str, str]:
    """Return what the template's card and criterion are called, or were called."""
    if template.scorecard is None:
        return "", say(_("Any criterion of any scorecard"), language)
    version = cards.get(template.scorecard.id) or newest_offered(act, template.scorecard.id)
    card = card_of(version) if version else None
    name = card.name.in_(language.value) if card else template.scorecard.key
    if template.criterion is None:
        return name, say(_("Any criterion of this scorecard"), language)
    criterion = card.criterion(template.criterion) if card else None
    return name, criterion.name.in_(language.value) if criterion else template.criterion
