"""What is written on a session's page: notes, remarks, what was agreed, and that it was seen."""

from collections.abc import Callable
from datetime import date
from typing import cast

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError
from qa.i18n import Text, _, say
from qa.talks import actions, noting, queries
from qa.talks.models import Talk, TalkAction
from web.door import allowed, attempt, local_path
from web.forms import PageForm
from web.talks.forms import DropForm, NoteForm, RemarksForm, action_form, focus_of
from web.talks.page import talk_page
from web.talks.pages import pages
from web.talks.shown import criterion_names


@pages.post("/<int:talk_id>/notes")
@allowed(Permission.TALK_SEE)
def note(act: Act, talk_id: int) -> ResponseReturnValue:
    """Keep the reader's note; where they saved another meanwhile both stand on the page."""
    talk = queries.get_talk(act, talk_id)
    form, shared = NoteForm(request.form), "shared" in request.form
    if form.validate() and _kept(
        act,
        form,
        lambda: noting.save_note(
            act, talk, shared=shared, text=_text(form.text.data), revision=_revision(form.revision)
        ),
    ):
        return _back(talk, _("The note was saved."), anchor="notes")
    kept = noting.own_note(act, talk, shared=shared)
    # What is saved next is put together from both, so it may take the place of what stands there.
    form.revision.data = str(kept.revision if kept else 0)
    return talk_page(act, talk, shared=form) if shared else talk_page(act, talk, private=form)


@pages.post("/<int:talk_id>/remarks")
@allowed(Permission.TALK_JOIN)
def remarks(act: Act, talk_id: int) -> ResponseReturnValue:
    """Keep what an agent says of the session, and note that they have seen it where they say so."""
    talk = queries.get_talk(act, talk_id)
    form = RemarksForm(request.form)

    def save() -> None:
        noting.save_remarks(act, talk, text=_text(form.remarks.data), revision=_revision(form.revision))
        if "seen" in request.form:
            noting.mark_seen(act, talk)

    if form.validate() and _kept(act, form, save):
        told = (
            _("Marked as seen. Seen does not mean agreed.") if "seen" in request.form else _("Your remarks were saved.")
        )
        return _back(talk, told, anchor="remarks-title")
    part = noting.part_of(act, talk)
    form.revision.data = str(part.revision if part else 0)
    return talk_page(act, talk, remarks=form)


@pages.post("/<int:talk_id>/actions")
@allowed(Permission.TALK_LEAD)
def agree(act: Act, talk_id: int) -> ResponseReturnValue:
    """Write down what is agreed."""
    talk = queries.get_talk(act, talk_id)
    names = criterion_names(act, [(one.scorecard_id, one.criterion) for one in talk.focus], language=g.language)
    form = action_form(act, request.form, talk, names=names)
    if form.validate():
        made = attempt(
            act,
            form,
            lambda: actions.agree(
                act,
                talk,
                owner_id=int(form.owner.data),
                text=form.text.data or "",
                due_on=cast("date", form.due_on.data),
                focus=focus_of(form.focus.data) if form.focus.data else None,
            ),
        )
        if made is not None:
            return _back(talk, _("The action was written down."), anchor="actions")
    return talk_page(act, talk, action=form)


@pages.post("/actions/<int:action_id>/done")
@allowed(Permission.TALK_SEE)
def done(act: Act, action_id: int) -> ResponseReturnValue:
    """Tick an action off."""
    found = queries.get_action(act, action_id)
    actions.carry_out(act, found)
    return _after(found, _("Ticked off."))


@pages.post("/actions/<int:action_id>/reopen")
@allowed(Permission.TALK_SEE)
def reopen(act: Act, action_id: int) -> ResponseReturnValue:
    """Put back what was ticked off or dropped by mistake."""
    found = queries.get_action(act, action_id)
    actions.reopen(act, found)
    return _after(found, _("It is to be done again."))


@pages.post("/actions/<int:action_id>/drop")
@allowed(Permission.TALK_SEE)
def drop(act: Act, action_id: int) -> ResponseReturnValue:
    """Drop an action, with the reason."""
    found = queries.get_action(act, action_id)
    form = DropForm(request.form)
    if form.validate() and _kept(act, form, lambda: actions.drop(act, found, reason=form.reason.data or "")):
        return _after(found, _("The action was dropped."))
    return talk_page(act, queries.get_talk(act, found.talk_id), drop=(found.id, form))


def _kept(act: Act, form: PageForm, use_case: Callable[[], None]) -> bool:
    """Run a use case that returns nothing; what it refuses is told on the form."""

    def run() -> bool:
        use_case()
        return True

    return bool(attempt(act, form, run))


def _revision(field: HiddenField) -> int:
    typed = field.data or ""
    if not typed.isdecimal() or len(typed) > 9:
        raise ConflictError(_("The page is too old. Open it again; what you typed still stands here."))
    return int(typed)


def _text(typed: str | None) -> str:
    return (typed or "").replace("\r\n", "\n")


def _back(talk: Talk, told: Text, *, anchor: str) -> ResponseReturnValue:
    flash(say(told, g.language), "pass")
    return redirect(url_for("talks.show", talk_id=talk.id, _anchor=anchor), 303)


def _after(action: TalkAction, told: Text) -> ResponseReturnValue:
    flash(say(told, g.language), "pass")
    otherwise = url_for("talks.show", talk_id=action.talk_id, _anchor="actions")
    return redirect(local_path(request.form.get("next"), otherwise=otherwise), 303)
