"""Cards that mystery shoppers fill in; they ask for nothing that a shopper cannot give."""

from collections.abc import Iterator

from scorecards.definition import Card
from scorecards.errors import N_, Problem, Sentence

#: How the keys of these cards begin.
SHOPPER_CARDS = "mystery-"


def for_shoppers(key: str) -> bool:
    """Whether the card with this key is filled in by mystery shoppers."""
    return key.startswith(SHOPPER_CARDS)


def shopper_problems(card: Card) -> Iterator[Problem]:
    """What the card asks for that a shopper's form does not have; nothing for cards of reviewers."""
    if not for_shoppers(card.key):
        return
    for at, section in enumerate(card.sections):
        for place, criterion in enumerate(section.criteria):
            where = f"sections[{at}].criteria[{place}]"
            if criterion.causes:
                sentence = Sentence(N_("A mystery shopper cannot tell causes: take them out of this criterion."), {})
                yield Problem(f"{where}.causes", sentence)
            if criterion.evidence_below is not None:
                sentence = Sentence(N_("A mystery shopper cannot bind evidence: ask for a comment instead."), {})
                yield Problem(f"{where}.evidence_below", sentence)
