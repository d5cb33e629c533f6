"""Scorecards as reviewers see them, and their definitions as files."""

from flask import Blueprint, g, make_response, render_template
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.labels import VERSION_STATE_LABELS
from qa.cards.queries import all_versions, card_of, get_version
from web.cards.reading import read_card_page
from web.door import allowed

pages = Blueprint("cards", __name__, url_prefix="/cards")


@pages.get("")
@allowed(Permission.CARD_SEE)
def list_cards(act: Act) -> ResponseReturnValue:
    """Show every version of every card, the newest of each first."""
    versions = [(version, read_card_page(card_of(version), language=g.language)) for version in all_versions(act)]
    return render_template("cards/list.html", versions=versions, states=VERSION_STATE_LABELS)


@pages.get("/<int:version_id>")
@allowed(Permission.CARD_SEE)
def show(act: Act, version_id: int) -> ResponseReturnValue:
    """Show one version as the reviewer sees it."""
    version = get_version(act, version_id)
    return render_template(
        "cards/show.html",
        version=version,
        card=read_card_page(card_of(version), language=g.language),
        state_word=VERSION_STATE_LABELS[version.state],
    )


@pages.get("/<int:version_id>/export")
@allowed(Permission.CARD_SEE)
def export(act: Act, version_id: int) -> ResponseReturnValue:
    """Send the definition as a YAML file."""
    version = get_version(act, version_id)
    response = make_response(version.definition)
    response.headers["Content-Type"] = "application/yaml; charset=utf-8"
    name = f"{version.scorecard.key}-v{version.number}.yaml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
