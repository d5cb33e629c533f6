"""Comment templates: their list, one being written, the shared ones as a file, and what the desk asks for."""

from flask import Blueprint, Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from qa.act import Act
from qa.auth.roles import Permission
from qa.comment_templates import service
from qa.comment_templates.files import LARGEST_FILE, Outcome, shared_as_csv, take_in
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.offered import offer
from qa.comment_templates.places import EVERYWHERE, Place, cards_in_use, place_of, without_place
from qa.comment_templates.queries import find_templates, get_template, scorecard_of_key
from qa.i18n import Language, Text, _, ngettext_, say
from scorecards.words import Words
from web.comment_templates.forms import (
    ANYWHERE,
    FileForm,
    FilterForm,
    TemplateForm,
    clean,
    place_choices,
    place_value,
    read_place,
    template_form,
    wish_of,
)
from web.comment_templates.shown import shown_templates
from web.door import allowed, attempt
from web.forms import choices

pages = Blueprint("comment_templates", __name__, url_prefix="/templates")

OWN, SHARED = "own", "shared"


@pages.get("")
@allowed(Permission.TEMPLATE_USE)
def list_templates(act: Act) -> ResponseReturnValue:
    """Show own and shared templates by filters, most used first; those without a place stand apart."""
    form, cards = FilterForm(request.args), cards_in_use(act)
    form.place.choices = [*choices([("", _("All"))]), *place_choices(cards, language=g.language)[1:]]
    form.whose.choices = choices([("", _("All")), (OWN, _("My own")), (SHARED, _("Shared ones"))])
    whose = {OWN: False, SHARED: True}.get(form.whose.data or "")
    found = find_templates(act, place=read_place(form.place.data or ANYWHERE), shared=whose)
    lost = without_place(found, cards)
    return render_template(
        "comment_templates/list.html",
        form=form,
        filtered=bool(form.place.data or form.whose.data),
        templates=shown_templates(act, [one for one in found if one not in lost], cards, language=g.language),
        lost=shown_templates(act, lost, cards, language=g.language),
        asked_place=form.place.data or None,
        shares=act.may(Permission.TEMPLATE_SHARE),
    )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Permission.TEMPLATE_USE)
def new(act: Act) -> ResponseReturnValue:
    """Write a template."""
    asked = read_place(request.args.get("place", ANYWHERE))
    form = template_form(act, _sent(), template=None, asked=asked)
    if request.method == "POST" and form.validate():
        made = attempt(act, form, lambda: service.add_template(act, wish_of(form, template=None)))
        if made is not None:
            _tell(_("The template was added."))
            return _back(made)
    return _edit_page(act, form, template=None)


@pages.route("/<int:template_id>", methods=["GET", "POST"])
@allowed(Permission.TEMPLATE_USE)
def edit(act: Act, template_id: int) -> ResponseReturnValue:
    """Change a template; a shared one is shown for reading to who may not change it."""
    template = get_template(act, template_id)
    form = template_form(act, _sent(), template=template)
    if request.method == "POST" and form.validate():
        done = attempt(act, form, lambda: _changed(act, template, form))
        if done:
            _tell(_("The template was saved."))
            return _back(template)
    return _edit_page(act, form, template=template)


@pages.post("/<int:template_id>/remove")
@allowed(Permission.TEMPLATE_USE)
def remove(act: Act, template_id: int) -> ResponseReturnValue:
    """Remove a template."""
    service.remove_template(act, get_template(act, template_id))
    _tell(_("The template was removed. Comments that were made with it stay as they are."))
    return redirect(url_for("comment_templates.list_templates"), 303)


@pages.post("/<int:template_id>/copy")
@allowed(Permission.TEMPLATE_USE)
def copy(act: Act, template_id: int) -> ResponseReturnValue:
    """Make an own template of a shared one, and open it."""
    made = service.copy_to_own(act, get_template(act, template_id))
    _tell(_("This copy is your own. Word it as you like."))
    return redirect(url_for("comment_templates.edit", template_id=made.id), 303)


@pages.post("/<int:template_id>/use")
@allowed(Permission.TEMPLATE_USE)
def use(act: Act, template_id: int) -> ResponseReturnValue:
    """Count that the desk's script put the template into a comment."""
    service.note_use(act, get_template(act, template_id))
    return "", 204


@pages.post("/keep")
@allowed(Permission.TEMPLATE_USE)
def keep(act: Act) -> ResponseReturnValue:
    """Keep a comment of the desk as a template; answers the desk's script with its row in the list."""
    sent = request.form
    language = Language.of(sent.get("language"))
    scorecard = scorecard_of_key(act, clean(sent.get("card")))
    criterion = sent.get("criterion") or None
    places = {"criterion": Place(scorecard.id, criterion), "card": Place(scorecard.id)}
    wish = service.TemplateWish(
        Words(**{language.value: clean(sent.get("text"))}),
        places.get(sent.get("reach", ""), EVERYWHERE),
        shared=sent.get("shared") == "1",
    )
    made = service.add_template(act, wish)
    row = render_template(
        "comment_templates/option.html", one=offer([made], language=language)[0], desk_language=language
    )
    return jsonify(option=row), 201


@pages.get("/shared.csv")
@allowed(Permission.TEMPLATE_USE)
def export(act: Act) -> ResponseReturnValue:
    """Send the shared templates as a file."""
    response = make_response(shared_as_csv(act))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="templates.csv"'
    return response


@pages.route("/from-file", methods=["GET", "POST"])
@allowed(Permission.TEMPLATE_SHARE)
def bring(act: Act) -> ResponseReturnValue:
    """Add shared templates from a file; every line that is wrong is told, and then nothing is stored."""
    form, outcome = FileForm(request.files), None
    if request.method == "POST" and form.validate():
        outcome = attempt(act, form, lambda: _taken_in(act))
        if outcome is not None and not outcome.wrong:
            told = ngettext_("{n} template was added.", "{n} templates were added.", n=outcome.added)
            known = ngettext_("{n} was there already.", "{n} were there already.", n=outcome.known)
            flash(" ".join(say(one, g.language) for one in ((told, known) if outcome.known else (told,))), "done")
            return redirect(url_for("comment_templates.list_templates", whose=SHARED), 303)
    page = render_template("comment_templates/bring.html", form=form, wrong=outcome.wrong if outcome else ())
    return page, 422 if request.method == "POST" else 200


def _taken_in(act: Act) -> Outcome:
    given = request.files["file"]
    return take_in(act, given.stream.read(LARGEST_FILE + 1), file=given.filename or "")


def _changed(act: Act, template: CommentTemplate, form: TemplateForm) -> bool:
    service.change_template(act, template, wish_of(form, template=template))
    return True


def _edit_page(act: Act, form: TemplateForm, *, template: CommentTemplate | None) -> Response:
    cards = cards_in_use(act)
    page = render_template(
        "comment_templates/edit.html",
        form=form,
        template=shown_templates(act, [template], cards, language=g.language)[0] if template else None,
    )
    return make_response(page, 422 if request.method == "POST" else 200)


def _back(template: CommentTemplate) -> ResponseReturnValue:
    value = place_value(place_of(template))
    shown = None if value == ANYWHERE else value
    return redirect(url_for("comment_templates.list_templates", place=shown), 303)


def _sent() -> "MultiDict[str, str] | None":
    return request.form if request.method == "POST" else None


def _tell(text: Text) -> None:
    flash(say(text, g.language), "done")
