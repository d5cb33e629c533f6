"""Interactions: the list, the search, and one of them with its recording, transcript and figures."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.edits.heard import heard_rows
from qa.evaluations.queries import newest_transcript
from qa.feedback.queries import answers_on
from qa.holds.standing import hold_on
from qa.i18n import Text, _, say
from qa.interactions.anew import may_be_anew, transcribe_anew
from qa.interactions.kinds import AUTHOR_LABELS, CHANNEL_LABELS, INTERACTION_STATE_LABELS, AuthorRole, InteractionState
from qa.interactions.listing import NEWEST_FIRST, find_interactions
from qa.interactions.models import Interaction
from qa.interactions.queries import get_interaction
from qa.interactions.recordings import transcribe_again
from qa.interactions.whose import every_agent_hidden, may_know_agent
from qa.jobs.queries import transcription_of
from qa.transcripts.left_out import left_out
from qa.transcripts.models import Transcript
from qa.transcripts.phrases import HeardPhrases, heard_phrases, phrases_of
from qa.transcripts.speakers import PARTIES, name_speaker, spoken_by
from transcribe.errors import FormatError
from web.door import allowed
from web.edits.shown import correcting, edits_shown
from web.evaluations.desk import sound_of, warnings_of
from web.evaluations.lines import lines_of
from web.interactions import adding, sources
from web.interactions.figures import figures_of
from web.interactions.forms import filter_form, filters_of
from web.interactions.joining import part_form, parts_of
from web.interactions.pages import pages
from web.interactions.places import opened_at
from web.jobs.shown import shown_job
from web.talks.beside import beside

__all__ = ["adding", "pages", "sources"]


@pages.get("/interactions")
@allowed(Permission.INTERACTION_SEE)
def list_interactions(act: Act) -> ResponseReturnValue:
    """Show the interactions that pass the filters."""
    return _listing(act, title=_("Interactions"))


@pages.get("/search")
@allowed(Permission.INTERACTION_SEE)
def search(act: Act) -> ResponseReturnValue:
    """Show the interactions in which the words are said or named."""
    return _listing(act, title=_("Search"))


@pages.get("/interactions/<int:interaction_id>")
@allowed(Permission.INTERACTION_SEE)
def show(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Show one interaction: who, when, what was said, what its times tell."""
    interaction = get_interaction(act, interaction_id)
    transcript = newest_transcript(act, interaction.id)
    ready = interaction.state is InteractionState.READY
    manages = act.may(Permission.INTERACTION_ADD)
    job = transcription_of(act, interaction.id) if not ready else None
    names = may_know_agent(act, interaction)
    corrected = transcript is not None and any(turn.heard is not None for turn in transcript.turns)
    heard = corrected and "heard" in request.args
    own = url_for("interactions.show", interaction_id=interaction.id)
    corrects = correcting(interaction, transcript, back=own) if ready else None
    return render_template(
        "interactions/show.html",
        interaction=interaction,
        channel=CHANNEL_LABELS[interaction.channel],
        state=INTERACTION_STATE_LABELS[interaction.state],
        ready=ready,
        manages=manages,
        anew=manages and may_be_anew(act, interaction),
        parts=parts_of(act, interaction),
        part_form=part_form(),
        names_agent=names,
        job=shown_job(job, interaction_id=interaction.id) if job is not None else None,
        recording=sound_of(interaction, transcript, language=g.language),
        warnings=warnings_of(act, interaction, transcript, language=g.language) if ready else [],
        lines=lines_of(
            transcript,
            language=g.language,
            holds_muted=act.settings.mute_holds,
            names=names,
            turns=heard_rows(transcript.turns) if transcript and heard else None,
        ),
        corrected=corrected,
        heard=heard,
        corrects=corrects if not heard else None,
        edits=edits_shown(act, transcript) if transcript and corrects else None,
        figures=figures_of(transcript, language=g.language) if transcript else None,
        removed=left_out(transcript) if transcript else [],
        phrases=_phrases(act, interaction, transcript) if transcript else [],
        speakers=spoken_by(transcript) if manages else {},
        roles=AUTHOR_LABELS,
        parties=PARTIES,
        transcript=transcript,
        answers=answers_on(act, interaction.id),
        beside=beside(act, interaction),
        hold=hold_on(act, interaction),
        holds=act.may(Permission.HOLD_PLACE),
        opened=opened_at(request.args.get("at", ""), transcript) if ready else None,
    )


def _phrases(act: Act, interaction: Interaction, transcript: Transcript) -> list[HeardPhrases]:
    """Find the phrases of the list; where the list cannot be used, the sentence that says so is shown instead."""
    try:
        kinds = phrases_of(act.settings)
    except FormatError as error:
        flash(say(Text(error.msgid, error.params), g.language), "caution")
        return []
    return heard_phrases(transcript, kinds, spoken=interaction.language or "", reader=g.language)


@pages.post("/interactions/<int:interaction_id>/speaker")
@allowed(Permission.INTERACTION_ADD)
def say_who(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Give a speaker the role that was chosen."""
    interaction = get_interaction(act, interaction_id)
    transcript = newest_transcript(act, interaction.id)
    role = request.form.get("role", "")
    if transcript is not None and role in set(AuthorRole):
        name_speaker(act, transcript, speaker=request.form.get("speaker", ""), role=AuthorRole(role))
        flash(say(_("The speakers were renamed."), g.language), "pass")
    return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)


@pages.post("/interactions/<int:interaction_id>/again")
@allowed(Permission.INTERACTION_ADD)
def again(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Try a transcription that failed once more."""
    interaction = get_interaction(act, interaction_id)
    transcribe_again(act, interaction)
    return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)


@pages.post("/interactions/<int:interaction_id>/anew")
@allowed(Permission.INTERACTION_ADD)
def anew(act: Act, interaction_id: int) -> ResponseReturnValue:
    """Transcribe a ready interaction once more."""
    interaction = get_interaction(act, interaction_id)
    transcribe_anew(act, interaction)
    return redirect(url_for("interactions.show", interaction_id=interaction.id), 303)


def _listing(act: Act, *, title: object) -> ResponseReturnValue:
    form = filter_form(act, request.args)
    filters = filters_of(form)
    number = request.args.get("page", "1")
    page = find_interactions(
        act,
        filters,
        sort=request.args.get("sort") or NEWEST_FIRST,
        page=int(number) if number.isdecimal() and len(number) < 9 else 1,
    )
    filtered = any(value for name, value in request.args.items() if name not in {"sort", "page"})
    return render_template(
        "interactions/list.html",
        title=title,
        form=form,
        page=page,
        words=filters.words,
        filtered=filtered,
        manages=act.may(Permission.INTERACTION_ADD),
        agents_hidden=every_agent_hidden(act),
        channels=CHANNEL_LABELS,
        states=INTERACTION_STATE_LABELS,
    )
