"""The part of a card that a judge scores: the disputed criteria and nothing else."""

from collections.abc import Collection
from dataclasses import replace

from scorecards.definition import Card, Criterion, Section


def blind_card(card: Card, keys: Collection[str]) -> Card:
    """Return the card with only the criteria of these keys, each asked whatever was answered to the others."""
    sections = [_only(section, keys) for section in card.sections]
    return replace(card, sections=tuple(section for section in sections if section.criteria))


def _only(section: Section, keys: Collection[str]) -> Section:
    return replace(section, criteria=tuple(_asked(one) for one in section.criteria if one.key in keys))


def _asked(criterion: Criterion) -> Criterion:
    return replace(criterion, condition=None, optional=False)
