"""The templates that are offered in one comment: which wording, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.comment_templates.models import CommentTemplate
from qa.i18n import Language
from scorecards.definition import Card


@dataclass(frozen=True, slots=True)
class Offered:
    """One template in one wording; ``criterion`` is empty where it may stand at any."""

    id: int
    text: str
    language: Language
    criterion: str
    shared: bool


def comment_language(card: Card, spoken: str | None, *, otherwise: Language) -> Language:
    """Return the language that comments are written in: the conversation's, else the card's only one, else the reader's."""
    known = [language.value for language in Language]
    for tag in (spoken or "", card.languages[0] if len(card.languages) == 1 else ""):
        if tag.lower().split("-")[0] in known:
            return Language.of(tag)
    return otherwise


def offer(templates: Iterable[CommentTemplate], *, language: Language) -> list[Offered]:
    """Return the wordings in the language, most used first, of equals those of a criterion before those of any.

    What exists in the other language only comes last.
    """

    def rank(template: CommentTemplate) -> tuple[bool, int, bool, bool, int]:
        lacks = not template.texts.in_(language)
        return lacks, -template.uses, template.criterion is None, template.scorecard_id is None, template.id

    return [_offered(one, language=language) for one in sorted(templates, key=rank)]


def _offered(template: CommentTemplate, *, language: Language) -> Offered:
    said = template.texts.in_(language)
    other = next(one for one in Language if one is not language)
    return Offered(
        template.id,
        said or template.texts.in_(other),
        language if said else other,
        template.criterion or "",
        template.shared,
    )
