"""A shopper's visits: the list, one question a screen, photos and recording, the summary, handing in."""

import tempfile
from pathlib import Path

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from qa.i18n import Text, _, say
from qa.mystery import filling, queries
from qa.mystery.attachments import MOST_PHOTOS, PHOTO_LIMIT_MB, attach, detach
from qa.mystery.labels import ATTACHMENT_LABELS, NOT_TO_DISCIPLINE, STAFF_ARE_TOLD, VISIT_STATE_LABELS
from qa.mystery.models import AttachmentKind, Visit, VisitState
from web.door import allowed, attempt
from web.mystery.views import SHOWN, STATE_SHAPES
from web.visits.forms import HandInForm, ScreenForm, mark_of, times_of
from web.visits.screens import (
    Screen,
    ScreenKind,
    first_open,
    neighbour,
    progress,
    screens_of,
    with_typed,
)

pages = Blueprint("visits", __name__, url_prefix="/visits")

#: States in which a shopper still fills in.
OPEN = (VisitState.PLANNED, VisitState.STARTED)


@pages.get("")
@allowed(Permission.VISIT_FILL)
def list_visits(act: Act) -> ResponseReturnValue:
    """Show the shopper's own visits: what is to be done first, then what was handed in."""
    visits = queries.own_visits(act)
    return render_template(
        "visits/list.html",
        todo=[visit for visit in visits if visit.state in OPEN],
        done=[visit for visit in reversed(visits) if visit.state not in OPEN],
        states=VISIT_STATE_LABELS,
        shapes=STATE_SHAPES,
    )


@pages.get("/<int:visit_id>")
@allowed(Permission.VISIT_FILL)
def show(act: Act, visit_id: int) -> ResponseReturnValue:
    """Show what the visit is about, and where to begin or go on."""
    visit = queries.get_visit(act, visit_id)
    screens = screens_of(visit, language=act.language, zone=act.time_zone)
    return render_template(
        "visits/show.html",
        visit=visit,
        card=card_of(visit.card_version).name.in_(act.language.value),
        next_screen=first_open(screens) if visit.revision else screens[0],
        is_open=visit.state in OPEN,
        states=VISIT_STATE_LABELS,
        shapes=STATE_SHAPES,
        staff_are_told=STAFF_ARE_TOLD,
        not_to_discipline=NOT_TO_DISCIPLINE,
    )


@pages.post("/<int:visit_id>/start")
@allowed(Permission.VISIT_FILL)
def start(act: Act, visit_id: int) -> ResponseReturnValue:
    """Begin to fill the visit in."""
    visit = queries.get_visit(act, visit_id)
    filling.start_visit(act, visit)
    return redirect(url_for("visits.fill", visit_id=visit.id, number=1), 303)


@pages.route("/<int:visit_id>/<int:number>", methods=["GET", "POST"])
@allowed(Permission.VISIT_FILL)
def fill(act: Act, visit_id: int, number: int) -> ResponseReturnValue:
    """Show one screen, or save what it sends and go to the next; a script is answered with JSON."""
    visit = queries.get_visit(act, visit_id)
    if visit.state not in OPEN:
        return _handed_in(visit)
    screens = screens_of(visit, language=act.language, zone=act.time_zone)
    if not 1 <= number <= len(screens):
        raise NotFoundError(_("There is no such question."))
    if request.method == "GET":
        return _screen_page(visit, screens, number=number)
    screen, form = screens[number - 1], ScreenForm(request.form)
    refused = _save(act, visit, screen, form=form)
    after = screens_of(visit, language=act.language, zone=act.time_zone)
    if _wants_json():
        return _told(visit, after, number=number, refused=refused)
    if refused is not None:
        # The next save from this page is above everything that is kept, so that it replaces it.
        after[number - 1] = _typed(after[number - 1], form, refused=refused)
        return _screen_page(visit, after, number=number), 422
    target = neighbour(after, number, step=-1 if request.form.get("go") == "back" else 1)
    if target is None:
        return redirect(url_for("visits.summary", visit_id=visit.id), 303)
    return redirect(url_for("visits.fill", visit_id=visit.id, number=target.number), 303)


@pages.post("/<int:visit_id>/files")
@allowed(Permission.VISIT_FILL)
def add_file(act: Act, visit_id: int) -> ResponseReturnValue:
    """Keep photos and the recording that were sent; one that is refused stops no other."""
    visit = queries.get_visit(act, visit_id)
    if visit.state not in OPEN:
        return _handed_in(visit)
    refused: list[Text] = []
    sent = [item for item in request.files.getlist("file") if item.filename]
    if not sent:
        refused.append(_("Choose a photo or a recording first."))
    for item in sent:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sent"
            item.save(path)
            try:
                with act.session.begin_nested():
                    attach(act, visit, path=path, name=item.filename or "")
            except (InvalidError, ConflictError) as error:
                refused.append(error.sentence)
                act.session.refresh(visit, ["attachments"])
    screens = screens_of(visit, language=act.language, zone=act.time_zone)
    if _wants_json():
        return jsonify(errors=[say(text, g.language) for text in refused]), 422 if refused else 200
    number = screens[-1].number
    if refused:
        screens[-1] = with_typed(screens[-1], errors=tuple(refused))
        return _screen_page(visit, screens, number=number), 422
    return redirect(url_for("visits.fill", visit_id=visit.id, number=number), 303)


@pages.post("/<int:visit_id>/files/<int:attachment_id>/remove")
@allowed(Permission.VISIT_FILL)
def remove_file(act: Act, visit_id: int, attachment_id: int) -> ResponseReturnValue:
    """Take a photo or recording away again."""
    visit = queries.get_visit(act, visit_id)
    found = next((item for item in visit.attachments if item.id == attachment_id), None)
    if found is None:
        raise NotFoundError(_("There is no such file, or you may not see it."))
    detach(act, visit, found)
    last = screens_of(visit, language=act.language, zone=act.time_zone)[-1]
    return redirect(url_for("visits.fill", visit_id=visit.id, number=last.number), 303)


@pages.get("/<int:visit_id>/summary")
@allowed(Permission.VISIT_FILL)
def summary(act: Act, visit_id: int) -> ResponseReturnValue:
    """Show what is filled in and what is missing."""
    visit = queries.get_visit(act, visit_id)
    if visit.state not in OPEN:
        return _handed_in(visit)
    return _summary_page(act, visit, form=HandInForm())


@pages.post("/<int:visit_id>/hand-in")
@allowed(Permission.VISIT_FILL)
def hand_in(act: Act, visit_id: int) -> ResponseReturnValue:
    """Hand the visit in, once."""
    visit, form = queries.get_visit(act, visit_id), HandInForm()
    if visit.state not in OPEN:
        return _handed_in(visit)
    if attempt(act, form, lambda: filling.hand_in(act, visit)) is None:
        return _summary_page(act, visit, form=form), 422
    flash(say(_("Thank you. The visit was handed in."), g.language), "pass")
    return redirect(url_for("visits.show", visit_id=visit.id), 303)


def _save(act: Act, visit: Visit, screen: Screen, *, form: ScreenForm) -> RefusedError | None:
    if not form.validate():
        told: list[object] = [error for field in form for error in field.errors]
        return InvalidError(next((error for error in told if isinstance(error, Text)), _("This was not understood.")))
    try:
        with act.session.begin_nested():
            _save_piece(act, visit, screen, form=form)
    except (InvalidError, ConflictError) as error:
        return error
    return None


def _save_piece(act: Act, visit: Visit, screen: Screen, *, form: ScreenForm) -> None:
    revision = form.revision.data or 0
    if screen.kind is ScreenKind.TIMES:
        filling.save_times(act, visit, times=times_of(form, zone=act.time_zone), revision=revision)
    elif screen.kind is ScreenKind.NOTES:
        filling.save_notes(act, visit, notes=form.notes.data or "", revision=revision)
    elif screen.kind is not ScreenKind.FILES:
        mark = mark_of(form, screen)
        if not mark.empty or screen.filled:
            filling.save_answer(act, visit, criterion=screen.criterion, mark=mark, revision=revision)


def _typed(screen: Screen, form: ScreenForm, *, refused: RefusedError) -> Screen:
    errors = (refused.sentence,)
    if screen.kind is ScreenKind.NOTES:
        return with_typed(screen, errors=errors, notes=form.notes.data or "")
    if screen.kind is ScreenKind.TIMES:
        return with_typed(screen, errors=errors, times=(form.arrived_at.data, form.left_at.data))
    return with_typed(screen, errors=errors, mark=mark_of(form, screen))


def _told(visit: Visit, screens: list[Screen], *, number: int, refused: RefusedError | None) -> ResponseReturnValue:
    screen = screens[number - 1]
    told = {
        "revision": visit.revision,
        "piece": screen.piece,
        "asked": [item.number for item in screens if item.asked],
        "missing": [say(text, g.language) for text in screen.missing],
    }
    if refused is None:
        return jsonify(told)
    if isinstance(refused, filling.NewerError):
        told["newer"] = {
            "answer": screen.answer,
            "number": screen.mark.number or "",
            "text": screen.mark.text,
            "comment": screen.mark.comment,
            "notes": screen.notes,
            "arrived_at": _local(screen.arrived_at),
            "left_at": _local(screen.left_at),
        }
        newer = _("A newer answer was saved from another page or device. It is shown here now.")
        return jsonify({**told, "error": say(newer, g.language)}), refused.status
    return jsonify({**told, "error": say(refused.sentence, g.language)}), refused.status


def _local(moment: object) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


def _handed_in(visit: Visit) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(error=say(_("This visit was already handed in, so nothing was changed."), g.language)), 409
    return redirect(url_for("visits.show", visit_id=visit.id), 303)


def _screen_page(visit: Visit, screens: list[Screen], *, number: int) -> str:
    places = progress(screens)
    current = screens[number - 1]
    return render_template(
        "visits/fill.html",
        visit=visit,
        screens=screens,
        current=current,
        places=places,
        total=len(places),
        kinds=ATTACHMENT_LABELS,
        shown=SHOWN,
        most_photos=MOST_PHOTOS,
        photo_limit=PHOTO_LIMIT_MB,
        has_recording=any(item.kind is AttachmentKind.RECORDING for item in visit.attachments),
    )


def _summary_page(act: Act, visit: Visit, *, form: HandInForm) -> str:
    screens = screens_of(visit, language=act.language, zone=act.time_zone)
    asked = [screen for screen in screens if screen.asked]
    return render_template(
        "visits/summary.html",
        visit=visit,
        screens=asked,
        places=progress(screens),
        missing=[screen for screen in asked if screen.missing],
        form=form,
        not_to_discipline=NOT_TO_DISCIPLINE,
    )


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
