"""Clips: choosing one on the page of a conversation, hearing it, and whether the team may."""

import io

from flask import flash, g, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.evaluations.queries import get_evaluation, newest_transcript
from qa.i18n import Text, _, datetime_text, say
from qa.interactions.kinds import SPOKEN
from qa.interactions.models import Interaction
from qa.interactions.queries import get_interaction
from qa.interactions.whose import may_know_agent
from qa.talks import clips, queries
from qa.talks.clips import LONGEST_REMARK, Stretch
from qa.talks.evidence import Piece, piece_of, use_piece
from qa.talks.models import Clip, Talk
from qa.transcripts.models import Transcript
from web.asked import number_asked
from web.door import allowed, attempt, local_path
from web.evaluations.desk import head_of, sound_of, warnings_of
from web.evaluations.lines import Line, TurnLine, lines_of
from web.forms import choices
from web.talks.forms import NEW_TALK, ClipForm, place_text, stretch_of, talk_choices
from web.talks.pages import pages
from web.talks.shown import clips_shown


@pages.route("/clips/new/<int:interaction_id>", methods=["GET", "POST"])
@allowed(Permission.CLIP_MAKE)
def new_clip(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Choose a stretch of a conversation to hear together, or as an example."""
    interaction = get_interaction(act, interaction_id)
    transcript = newest_transcript(act, interaction.id)
    names = may_know_agent(act, interaction)
    lines = lines_of(transcript, language=g.language, holds_muted=act.settings.mute_holds, names=names)
    spoken = interaction.channel in SPOKEN
    talks = _talks(act, interaction)
    piece = _piece(act, interaction)
    form = _form(act, talks, piece=piece, posted=request.method == "POST")
    if request.method == "POST" and form.validate():
        chosen = next((one for one in talks if str(one.id) == form.talk.data), None)
        made = attempt(act, form, lambda: _made(act, form, interaction, piece=piece, spoken=spoken, talk=chosen))
        if made is not None and form.talk.data == NEW_TALK:
            flash(say(_("The clip is kept. Plan the session in which you hear it together."), g.language), "pass")
            number = piece.evaluation.id if piece else None
            return redirect(url_for("talks.new", agent=interaction.agent_id, clip=made.id, evaluation=number), 303)
        if made is not None:
            told = _("The clip is in the session.") if chosen else _("The clip waits for a session of this agent.")
            flash(say(told, g.language), "pass")
            if chosen is not None:
                return redirect(url_for("talks.show", talk_id=chosen.id, _anchor="clips"), 303)
            return redirect(_next(interaction), 303)
    page = render_template(
        "talks/clip.html",
        form=form,
        spoken=spoken,
        back=_next(interaction),
        places=_places(lines, transcript) if not spoken else [],
        talks=talks,
        piece=piece,
        interaction=head_of(act, interaction, language=g.language),
        recording=sound_of(interaction, transcript, language=g.language),
        warnings=warnings_of(act, interaction, transcript, language=g.language),
        lines=lines,
    )
    return make_response(page, 422 if form.errors else 200)


@pages.get("/clips/<int:clip_id>/audio")
@allowed(Permission.RECORDING_PLAY)
def audio(act: Act, clip_id: int) -> ResponseReturnValue:
    """Send the sound of a clip and nothing before or after it."""
    sound = clips.sound_of(act, queries.get_clip(act, clip_id))
    response = send_file(io.BytesIO(sound), mimetype="audio/ogg", conditional=True, max_age=0)
    response.cache_control.private = True
    return response


@pages.post("/clips/<int:clip_id>/allow")
@allowed(Permission.TALK_JOIN)
def allow(act: Act, clip_id: int) -> ResponseReturnValue:
    """Let the team hear one's own work as an example, or no longer."""
    clip, allowing = queries.get_clip(act, clip_id), "yes" in request.form
    clips.allow(act, clip, allowed=allowing)
    told = _("Your team can hear it now.") if allowing else _("Your team does not hear it any more.")
    flash(say(told, g.language), "pass")
    return redirect(local_path(request.form.get("next"), otherwise=url_for("talks.list_talks")), 303)


@pages.post("/clips/<int:clip_id>/remove")
@allowed(Permission.CLIP_MAKE)
def remove_clip(act: Act, clip_id: int) -> ResponseReturnValue:
    """Take a clip away."""
    clips.take_out(act, queries.get_clip(act, clip_id))
    flash(say(_("The clip was taken away."), g.language), "pass")
    otherwise = url_for("talks.list_talks") if act.may(Permission.TALK_SEE) else url_for("home")
    return redirect(local_path(request.form.get("next"), otherwise=otherwise), 303)


@pages.get("/examples")
@allowed(Permission.TALK_SEE)
def examples(act: Act) -> ResponseReturnValue:
    """Show the good examples that the reader may hear."""
    return render_template("talks/examples.html", clips=clips_shown(act, queries.examples(act)))


def _made(
    act: Act, form: ClipForm, interaction: Interaction, *, piece: Piece | None, spoken: bool, talk: Talk | None
) -> Clip:
    stretch, remark, example = stretch_of(form, spoken=spoken), form.remark.data or "", bool(form.example.data)
    if piece is not None:
        return use_piece(act, piece, stretch, remark=remark, example=example, talk=talk)
    return clips.make_clip(act, interaction, stretch, remark=remark, example=example, talk=talk)


def _piece(act: Act, interaction: Interaction) -> Piece | None:
    """Return the piece of evidence that the address names."""
    number = number_asked("evaluation")
    if number is None:
        return None
    evaluation = get_evaluation(act, number)
    if evaluation.interaction_id != interaction.id:
        raise NotFoundError(_("There is no such evidence, or it was changed meanwhile."))
    key, place = request.args.get("criterion", ""), request.args.get("place", 0, type=int)
    return piece_of(act, evaluation, criterion=key, place=place, language=g.language)


def _form(act: Act, talks: list[Talk], *, piece: Piece | None, posted: bool) -> ClipForm:
    begins, ends = (number_asked(name) for name in ("start", "end"))
    kept = {
        "begins": place_text(begins) if begins is not None else "",
        "ends": place_text(ends) if ends is not None else "",
    }
    if piece is not None:
        kept = {**_written(piece.stretch), "remark": piece.name[:LONGEST_REMARK]}
    form = ClipForm(request.form if posted else None, data={**kept, "talk": str(talks[0].id) if talks else ""})
    said: dict[int, Text | str] = {
        one.id: datetime_text(one.planned_at, g.language, zone=act.time_zone) for one in talks
    }
    form.talk.choices = choices(talk_choices(talks, said=said, leads=act.may(Permission.TALK_LEAD)))
    return form


def _written(stretch: Stretch) -> dict[str, str]:
    """Write a stretch as the form shows it, seconds drawn so wide that nothing of it is lost."""
    if stretch.start_ms is not None and stretch.end_ms is not None:
        ends = max(-(-stretch.end_ms // 100), stretch.start_ms // 100 + 1) * 100
        return {"begins": place_text(stretch.start_ms), "ends": place_text(ends)}
    return {"begins": str(stretch.first_turn), "ends": str(stretch.last_turn)}


def _talks(act: Act, interaction: Interaction) -> list[Talk]:
    """Return the planned sessions of the agent; whoever does not lead sessions sees none."""
    if not act.may(Permission.TALK_LEAD):
        return []
    return [one for one in queries.planned_talks(act) if interaction.agent_id in {part.agent_id for part in one.agents}]


def _places(lines: tuple[Line, ...], transcript: Transcript | None) -> list[tuple[str, str]]:
    """Return the messages by their places, each with how it begins."""
    places = {turn.id: turn.position for turn in transcript.turns} if transcript else {}
    turns = [line for line in lines if isinstance(line, TurnLine)]
    return [(str(places[turn.id]), f"{turn.speaker}: {turn.text[:60]}") for turn in turns]


def _next(interaction: Interaction) -> str:
    own = url_for("interactions.show", interaction_id=interaction.id)
    return local_path(request.args.get("next"), otherwise=own)
