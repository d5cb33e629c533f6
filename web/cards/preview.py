"""A card as it stands on the reviewer's desk, with nothing answered yet."""

from qa.i18n import Language
from scorecards.definition import Card
from web.evaluations.desk import SectionShown, progress_of, sections_of
from web.evaluations.forms import evaluation_form


def preview_sections(card: Card, *, language: Language) -> list[SectionShown]:
    """Return what the desk's own macro shows of the card."""
    form = evaluation_form(card, None, marks={}, summary="", revision=0, language=language)
    progress = progress_of(card, {}, language=language)
    return sections_of(card, form, progress=progress, needs={}, language=language)
