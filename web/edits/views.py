"""Correcting a transcript: words of a turn, who said them, and taking that back."""

from dataclasses import replace

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.edits.service import Chosen, reassign, reword, settle, swap_parties, take_back
from qa.errors import ConflictError, NotFoundError
from qa.evaluations.queries import newest_transcript
from qa.i18n import Text, _, say
from qa.interactions.kinds import AuthorRole
from qa.interactions.models import Interaction
from qa.interactions.queries import get_interaction
from qa.interactions.whose import may_know_agent
from qa.transcripts.models import Transcript
from web.door import allowed, attempt, local_path
from web.edits.forms import CorrectionForm, chosen_of
from web.evaluations.lines import TurnLine, lines_of, turns_of

pages = Blueprint("edits", __name__, url_prefix="/interactions/<int:interaction_id>")

#: What the buttons of the form do.
SAID_BY = {"agent": AuthorRole.AGENT, "customer": AuthorRole.CUSTOMER}


@pages.get("/turns/<int:turn_id>/correct")
@allowed(Permission.TRANSCRIPT_CORRECT)
def correct(act: Act, interaction_id: int, turn_id: int) -> ResponseReturnValue:
    """Show one turn to be corrected, without need of a script."""
    interaction, transcript = _corrected(act, interaction_id)
    line = _line(act, interaction, transcript, turn_id)
    back = local_path(request.args.get("back"), otherwise=_own(interaction))
    text = line.text
    form = CorrectionForm(
        data={"first": "0", "last": str(len(line.words) - 1), "read": text, "words": text, "back": back}
    )
    return render_template("edits/turn.html", interaction=interaction, line=line, form=form, back=back)


@pages.post("/turns/<int:turn_id>/correct")
@allowed(Permission.TRANSCRIPT_CORRECT)
def send(act: Act, interaction_id: int, turn_id: int) -> ResponseReturnValue:
    """Do what the pressed button says: other words, another speaker, or the parties exchanged."""
    interaction, transcript = _corrected(act, interaction_id)
    back = local_path(request.form.get("back"), otherwise=_own(interaction))
    form = CorrectionForm(request.form)
    told = (
        attempt(act, form, lambda: _done(act, interaction, transcript, form, turn_id=turn_id))
        if form.validate()
        else None
    )
    if told is None:
        line = _line(act, interaction, newest_transcript(act, interaction.id), turn_id)
        return render_template("edits/turn.html", interaction=interaction, line=line, form=form, back=back), 422
    flash(say(told, g.language), "pass")
    return redirect(f"{back}#turn-{turn_id}", 303)


@pages.post("/swap")
@allowed(Permission.TRANSCRIPT_CORRECT)
def swap(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Exchange agent and customer in the whole call."""
    interaction, transcript = _corrected(act, interaction_id)
    swap_parties(act, transcript, reason=request.form.get("reason", ""))
    return _after(interaction, _("Agent and customer were exchanged."))


@pages.post("/corrections/<int:number>/back")
@allowed(Permission.TRANSCRIPT_CORRECT)
def back(act: Act, interaction_id: int, number: int) -> ResponseReturnValue:
    """Take one correction back."""
    interaction, transcript = _corrected(act, interaction_id)
    take_back(act, transcript, number=number)
    return _after(interaction, _("The correction was taken back."))


@pages.post("/corrections/<int:edit_id>/settle")
@allowed(Permission.TRANSCRIPT_CORRECT)
def settled(act: Act, interaction_id: int, edit_id: int) -> ResponseReturnValue:
    """Take a correction that found no place off the list."""
    interaction, transcript = _corrected(act, interaction_id)
    settle(act, transcript, edit_id=edit_id)
    return _after(interaction, _("The correction was settled."))


def _done(act: Act, interaction: Interaction, transcript: Transcript, form: CorrectionForm, *, turn_id: int) -> Text:
    reason = form.reason.data or ""
    chosen = chosen_of(request.form, turn_id=turn_id)
    if "turn_read" in request.form:
        chosen = _part(_line(act, interaction, transcript, turn_id), chosen)
    done = request.form.get("do", "")
    if done in SAID_BY:
        reassign(act, transcript, chosen=chosen, role=SAID_BY[done], reason=reason)
        return _("The speaker was corrected.")
    if done == "swap":
        swap_parties(act, transcript, reason=reason)
        return _("Agent and customer were exchanged.")
    reword(act, transcript, chosen=chosen, typed=form.words.data or "", reason=reason)
    return _("The words were corrected.")


def _part(line: TurnLine, chosen: Chosen) -> Chosen:
    """Return the part of a turn that was chosen word by word, as it read when the page was opened."""
    if " ".join(request.form["turn_read"].split()) != line.text or chosen.first > chosen.last:
        return chosen
    return replace(chosen, read=" ".join(word.text for word in line.words[chosen.first : chosen.last + 1]))


def _corrected(act: Act, interaction_id: int) -> tuple[Interaction, Transcript]:
    interaction = get_interaction(act, interaction_id)
    transcript = newest_transcript(act, interaction.id)
    if transcript is None:
        raise NotFoundError(_("There is no transcript yet. It appears here once it has been made."))
    return interaction, transcript


def _line(act: Act, interaction: Interaction, transcript: Transcript | None, turn_id: int) -> TurnLine:
    names = may_know_agent(act, interaction)
    lines = lines_of(transcript, language=g.language, holds_muted=act.settings.mute_holds, names=names)
    found = turns_of(lines).get(turn_id)
    if found is None or found.start_ms is None:
        raise ConflictError(_("These words were changed meanwhile. Look at what stands there now."))
    return found


def _after(interaction: Interaction, told: Text) -> ResponseReturnValue:
    flash(say(told, g.language), "pass")
    return redirect(f"{_own(interaction)}#corrections", 303)


def _own(interaction: Interaction) -> str:
    return url_for("interactions.show", interaction_id=interaction.id)
