"""Scorecards: the list, each version as it is read, its file, and its way from draft to retirement."""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards import service
from qa.cards.drafts import begin_draft, discard_draft
from qa.cards.labels import VERSION_STATE_LABELS
from qa.cards.models import CardVersion, VersionState
from qa.cards.queries import all_versions, card_of, draft_of, get_draft, get_version, newest_offered
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _, say
from scorecards.changes import changes, needs_version
from scorecards.checks import check
from web.cards.bringing import bringing
from web.cards.changed import shown_changes, shown_wordings
from web.cards.designer import designer
from web.cards.places import told
from web.cards.preview import preview_sections
from web.cards.reading import read_card_page
from web.cards.rescored import rescored
from web.door import allowed

pages = Blueprint("cards", __name__, url_prefix="/cards")

#: Which badge goes with a state.
BADGES = {VersionState.DRAFT: "open", VersionState.PUBLISHED: "pass", VersionState.RETIRED: "none"}


@pages.context_processor
def words() -> dict[str, object]:
    """Give the templates the words and badges of states."""
    return {"state_words": VERSION_STATE_LABELS, "state_badges": BADGES}


@pages.get("")
@allowed(Permission.CARD_SEE)
def list_cards(act: Act) -> ResponseReturnValue:
    """Show every version of every card, the newest of each first."""
    versions = [(version, read_card_page(card_of(version), language=g.language)) for version in all_versions(act)]
    return render_template("cards/list.html", versions=versions, designs=act.may(Permission.CARD_DESIGN))


@pages.get("/<int:version_id>")
@allowed(Permission.CARD_SEE)
def show(act: Act, version_id: int) -> ResponseReturnValue:
    """Show one version as the reviewer sees it."""
    version = get_version(act, version_id)
    return render_template(
        "cards/show.html",
        version=version,
        card=read_card_page(card_of(version), language=g.language),
        designs=act.may(Permission.CARD_DESIGN),
        manages=act.may(Permission.CARD_MANAGE),
        draft=draft_of(act, version.scorecard_id),
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


@pages.post("/<int:version_id>/draft")
@allowed(Permission.CARD_DESIGN)
def begin(act: Act, version_id: int) -> ResponseReturnValue:
    """Open the card's draft, begun from this version where there is none."""
    draft = begin_draft(act, get_version(act, version_id))
    return redirect(url_for("cards.designer.edit", version_id=draft.id), 303)


@pages.get("/<int:version_id>/preview")
@allowed(Permission.CARD_DESIGN)
def preview(act: Act, version_id: int) -> ResponseReturnValue:
    """Show the card as it stands on the reviewer's desk."""
    version = get_version(act, version_id)
    card = card_of(version)
    problems = told(check(card), language=g.language)
    return render_template(
        "cards/preview.html",
        version=version,
        card=card,
        problems=problems,
        sections=() if problems else preview_sections(card, language=g.language),
    )


@pages.get("/<int:version_id>/changes")
@allowed(Permission.CARD_SEE)
def show_changes(act: Act, version_id: int) -> ResponseReturnValue:
    """Show what differs from the version before, and what publishing would do."""
    return _changes_page(act, get_version(act, version_id))


@pages.post("/<int:version_id>/publish")
@allowed(Permission.CARD_MANAGE)
def publish(act: Act, version_id: int) -> ResponseReturnValue:
    """Publish the draft that was looked at."""
    draft = get_draft(act, version_id)
    if request.form.get("revision") != str(draft.revision):
        refusal = _("This draft was saved once more meanwhile. Look at the changes below before you publish it.")
        return _changes_page(act, draft, refusal=refusal, status=409)
    try:
        with act.session.begin_nested():
            version = service.publish(act, draft)
    except (ConflictError, InvalidError) as error:
        return _changes_page(act, draft, refusal=error.sentence, status=error.status)
    _tell(_("Version {number} is in use from now on.", number=version.number))
    return redirect(url_for("cards.show", version_id=version.id), 303)


@pages.post("/<int:version_id>/retire")
@allowed(Permission.CARD_MANAGE)
def retire(act: Act, version_id: int) -> ResponseReturnValue:
    """Offer the version no longer."""
    version = get_version(act, version_id)
    service.retire(act, version)
    _tell(_("This scorecard is retired. What was scored with it stays."))
    return redirect(url_for("cards.show", version_id=version.id), 303)


@pages.post("/<int:version_id>/discard")
@allowed(Permission.CARD_DESIGN)
def discard(act: Act, version_id: int) -> ResponseReturnValue:
    """Throw the draft away."""
    discard_draft(act, get_version(act, version_id))
    _tell(_("The draft was thrown away."))
    return redirect(url_for("cards.list_cards"), 303)


def _changes_page(
    act: Act, version: CardVersion, *, refusal: Text | None = None, status: int = 200
) -> ResponseReturnValue:
    earlier = _earlier(act, version)
    card = card_of(version)
    found = changes(card_of(earlier), card) if earlier else []
    page = render_template(
        "cards/changes.html",
        version=version,
        card=card,
        earlier=earlier,
        changes=shown_changes(found, before=card_of(earlier), after=card, language=g.language) if earlier else [],
        new_version=earlier is None or needs_version(found),
        wordings=shown_wordings(version, language=g.language),
        problems=told(check(card), language=g.language) if version.state is VersionState.DRAFT else [],
        manages=act.may(Permission.CARD_MANAGE),
        designs=act.may(Permission.CARD_DESIGN),
        refusal=refusal,
    )
    return page, status


def _earlier(act: Act, version: CardVersion) -> CardVersion | None:
    """The version a reader compares with: the one in use for a draft, else the one before."""
    if version.state is VersionState.DRAFT:
        return newest_offered(act, version.scorecard_id)
    before = [one for one in version.scorecard.versions if one.number < version.number]
    return before[-1] if before else None


def _tell(text: Text) -> None:
    flash(say(text, g.language), "done")


for part in (designer, bringing, rescored):
    pages.register_blueprint(part)
