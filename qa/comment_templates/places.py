"""Where a comment template stands: at a criterion of a card, at any of it, or at any of any card."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, published_cards
from qa.comment_templates.models import CommentTemplate


@dataclass(frozen=True, slots=True)
class Place:
    """A criterion's key on a scorecard; both empty for anywhere, the key empty for anywhere on the card."""

    scorecard_id: int | None = None
    criterion: str | None = None


#: Any criterion of any card.
EVERYWHERE = Place()


def place_of(template: CommentTemplate) -> Place:
    """Return where the template stands."""
    return Place(template.scorecard_id, template.criterion)


def cards_in_use(act: Act) -> dict[int, CardVersion]:
    """Return what is scored with now, by the number of the scorecard."""
    return {version.scorecard_id: version for version in published_cards(act)}


def is_there(place: Place, cards: Mapping[int, CardVersion]) -> bool:
    """Tell whether the place is on a card that is in use."""
    if place.scorecard_id is None:
        return True
    version = cards.get(place.scorecard_id)
    return version is not None and (place.criterion is None or card_of(version).criterion(place.criterion) is not None)


def without_place(templates: Iterable[CommentTemplate], cards: Mapping[int, CardVersion]) -> list[CommentTemplate]:
    """Return the templates whose criterion or card is no longer in use."""
    return [one for one in templates if not is_there(place_of(one), cards)]
