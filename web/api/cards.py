"""Scorecards in the API: their versions, and the definition of each as its file holds it."""

from marshmallow import fields

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion, VersionState
from qa.cards.queries import all_versions, card_of, get_version
from scorecards.plain import to_plain
from web.api.endpoint import endpoint
from web.api.parts import Answer, moment, one_of, part, several, text, whole


class WordsSchema(Answer):
    """A text in both languages."""

    en = text("English.")
    nl = text("Dutch.")


class CardSchema(Answer):
    """One version of a scorecard."""

    id = whole("Number of the version.")
    key = text("Which scorecard.")
    number = whole("Which version of it.")
    state = one_of(VersionState, "Draft, in use, or retired. Drafts are shown to those who design.")
    name = part(WordsSchema, "What it is called.")
    digest = text("SHA-256 of its meaning; equal versions have equal digests.")
    published_at = moment("Since when it is or was in use; null for a draft.", empty=True)


class WholeCardSchema(CardSchema):
    """One version of a scorecard with its definition."""

    definition = fields.Dict(
        keys=fields.String(),
        metadata={
            "description": "What the exported YAML file holds, under the same names, numbers as decimals in text. Attributes "
            "that have their default are left out."
        },
    )


class CardListSchema(Answer):
    """Every version of every scorecard that the caller may see."""

    cards = several(CardSchema, "The newest version of each scorecard first.")


_EXAMPLE: dict[str, object] = {
    "id": 3,
    "key": "phone-service",
    "number": 2,
    "state": "published",
    "name": {"en": "Phone service", "nl": "Telefonische service"},
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "published_at": "2026-09-01T08:00:00+00:00",
}


@endpoint("/cards", Permission.CARD_SEE, tag="Scorecards", answer=CardListSchema, example={"cards": [_EXAMPLE]})
def list_cards(act: Act) -> object:
    """Every version of every scorecard that the caller may see."""
    return {"cards": [_value(version) for version in all_versions(act)]}


@endpoint(
    "/cards/<int:version_id>",
    Permission.CARD_SEE,
    tag="Scorecards",
    answer=WholeCardSchema,
    parameters=[{"in": "path", "name": "version_id", "description": "Number of the version.", "example": 3}],
    example={**_EXAMPLE, "definition": {"key": "phone-service", "name": {"en": "Phone service"}, "pass_mark": "70"}},
    refusals=(404,),
)
def show_card(act: Act, version_id: int) -> object:
    """One version of a scorecard, with its definition."""
    version = get_version(act, version_id)
    return {**_value(version), "definition": to_plain(card_of(version))}


def _value(version: CardVersion) -> dict[str, object]:
    return {
        "id": version.id,
        "key": version.scorecard.key,
        "number": version.number,
        "state": version.state,
        "name": card_of(version).name,
        "digest": version.digest,
        "published_at": version.published_at,
    }
