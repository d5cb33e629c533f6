"""Which marks must rest on evidence."""

from dataclasses import replace

from scorecards.definition import ZERO, Card, Criterion, Section


def with_evidence_for_critical(card: Card) -> Card:
    """Return the card so that failing a critical criterion needs evidence, whatever the card itself says of it."""
    return replace(card, sections=tuple(_section(section) for section in card.sections))


def _section(section: Section) -> Section:
    return replace(section, criteria=tuple(_criterion(criterion) for criterion in section.criteria))


def _criterion(criterion: Criterion) -> Criterion:
    if not criterion.critical:
        return criterion
    return replace(criterion, evidence_below=max(criterion.evidence_below or ZERO, criterion.fails_below))
