"""Bringing a scorecard in: from a shipped card, a card of one's own, nothing, or a YAML file."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.drafts import create_card, free_key
from qa.cards.models import VersionState
from qa.cards.queries import all_versions, card_of, get_version
from qa.cards.service import add_version
from qa.errors import InvalidError
from qa.i18n import Text, _, say
from scorecards.definition import Card
from scorecards.editing import empty_card
from scorecards.errors import CardError, CardProblemsError
from scorecards.reading import read_card
from scorecards.shipped import SHIPPED_KEYS, shipped_card
from scorecards.words import Words
from scorecards.yaml_text import MAXIMUM_CHARACTERS
from web.cards.forms import NewCardForm, UploadForm
from web.cards.places import Told
from web.door import allowed, attempt
from web.forms import choices

bringing = Blueprint("bringing", __name__)

_EMPTY, _SHIPPED, _OWN = "empty", "shipped", "own"


@bringing.route("/new", methods=["GET", "POST"])
@allowed(Permission.CARD_DESIGN)
def new(act: Act) -> ResponseReturnValue:
    """Make a scorecard out of another, or of nothing."""
    form = _new_form(act)
    if request.method == "POST" and form.validate():
        name = Words(form.name_en.data or "", form.name_nl.data or "")
        made = attempt(act, form, lambda: create_card(act, _source(act, form), key=form.key.data or "", name=name))
        if made is not None:
            return redirect(url_for("cards.designer.edit", version_id=made.id), 303)
    return render_template("cards/new.html", form=form), 422 if request.method == "POST" else 200


@bringing.route("/upload", methods=["GET", "POST"])
@allowed(Permission.CARD_DESIGN)
def upload(act: Act) -> ResponseReturnValue:
    """Keep a scorecard from a file as a draft; everything that is wrong with it is told with its place."""
    form = UploadForm(request.files)
    problems: list[Told] = []
    if request.method == "POST" and form.validate():
        try:
            card = read_card(_text())
        except CardProblemsError as error:
            problems = [
                Told("", one.where, say(Text(one.sentence.msgid, one.sentence.params), g.language))
                for one in error.problems
            ]
        except CardError as error:
            form.file.errors = [say(Text(error.msgid, error.params), g.language)]
        except InvalidError as error:
            form.file.errors = [say(error.sentence, g.language)]
        else:
            version = attempt(act, form, lambda: add_version(act, card))
            if version is not None and version.state is VersionState.DRAFT:
                flash(say(_("The scorecard is there as a draft."), g.language), "done")
                return redirect(url_for("cards.designer.edit", version_id=version.id), 303)
            if version is not None:
                flash(say(_("This scorecard is already there, word for word."), g.language), "done")
                return redirect(url_for("cards.show", version_id=version.id), 303)
    page = render_template("cards/upload.html", form=form, problems=problems)
    return page, 422 if request.method == "POST" else 200


def _text() -> str:
    data = request.files["file"].stream.read(4 * MAXIMUM_CHARACTERS + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(_("This is not a text file in UTF-8.")) from error


def _new_form(act: Act) -> NewCardForm:
    asked = request.args.get("from", f"{_SHIPPED}:{SHIPPED_KEYS[0]}")
    form = NewCardForm(request.form, data={"source": asked})
    spoken = g.language.value
    own = [
        (
            f"{_OWN}:{version.id}",
            _("{name}, version {number}", name=card_of(version).name.in_(spoken), number=version.number),
        )
        for version in all_versions(act)
    ]
    shipped = [
        (f"{_SHIPPED}:{key}", _("{name}, as it is shipped", name=shipped_card(key).name.in_(spoken)))
        for key in SHIPPED_KEYS
    ]
    form.source.choices = choices([*own, *shipped, (_EMPTY, _("An empty card"))])
    if request.method == "GET":
        _propose(act, form)
    return form


def _propose(act: Act, form: NewCardForm) -> None:
    """Begin with names and a key that are free, made from those of the source."""
    known = {str(next(iter(choice))) for choice in form.source.iter_choices()}
    if form.source.data not in known:
        form.source.data = f"{_SHIPPED}:{SHIPPED_KEYS[0]}"
    card = _source(act, form)
    if card.name:
        form.name_en.data, form.name_nl.data = f"{card.name.en} (copy)", f"{card.name.nl} (kopie)"
    form.key.data = free_key(act, card.key)


def _source(act: Act, form: NewCardForm) -> Card:
    kind, _colon, which = (form.source.data or "").partition(":")
    if kind == _OWN:
        return card_of(get_version(act, int(which)))
    if kind == _SHIPPED:
        return shipped_card(which)
    return empty_card("card", Words())
