"""The page of one coaching session, for whoever reads it, and again with what somebody typed on it."""

from flask import Response, g, make_response, render_template

from qa.act import Act
from qa.auth.roles import Permission
from qa.evaluations.models import Evaluation
from qa.evaluations.queries import visible_evaluations
from qa.talks import queries
from qa.talks.actions import may_close
from qa.talks.effects import effects_of
from qa.talks.models import Talk, TalkNote, TalkState
from qa.talks.noting import own_note, part_of, takes_part
from qa.talks.worked import WEEKS
from web.talks.forms import ActionForm, DropForm, NoteForm, RemarksForm, action_form, today
from web.talks.shown import clips_shown, criterion_names, effect_said


def talk_page(
    act: Act,
    talk: Talk,
    *,
    private: NoteForm | None = None,
    shared: NoteForm | None = None,
    remarks: RemarksForm | None = None,
    action: ActionForm | None = None,
    drop: tuple[int, DropForm] | None = None,
) -> Response:
    """Show the session; a form that came back with errors stands where it was, with what was typed."""
    leads = act.may(Permission.TALK_LEAD)
    part = part_of(act, talk)
    writes = takes_part(act, talk)
    names = criterion_names(act, [(one.scorecard_id, one.criterion) for one in talk.focus], language=g.language)
    notes = {mine: own_note(act, talk, shared=mine) if writes else None for mine in (False, True)}
    actions = queries.actions_of(act, talk)
    wrong = next((form for form in (private, shared, remarks, action, drop[1] if drop else None) if form), None)
    followed = effects_of(act, talk)
    page = render_template(
        "talks/show.html",
        talk=talk,
        leads=leads,
        part=part,
        names=names,
        focus=[names[one.scorecard_id, one.criterion] for one in talk.focus],
        clips=clips_shown(act, queries.clips_of(act, talk)),
        effects=[(one, names[one.criterion], effect_said(one)) for one in followed],
        counted_at=min((one.counted_at for one in followed if one.counted_at), default=None),
        weeks=WEEKS,
        writes=writes,
        private=private or note_form(notes[False]),
        shared=shared or note_form(notes[True]),
        kept={mine: note.text if note else "" for mine, note in notes.items()},
        others=[note for note in queries.notes_of(act, talk) if note.writer_id != act.person().id and note.text],
        remarks=remarks or RemarksForm(data={"revision": str(part.revision), "remarks": part.remarks} if part else {}),
        actions=[(one, may_close(act, one)) for one in actions],
        action=action or action_form(act, None, talk, names=names) if leads else None,
        drop=drop,
        wrong=wrong,
        agrees=leads and talk.state is not TalkState.CANCELLED,
        today=today(act),
        shows_evaluation=talk.evaluation is not None and _reads(act, talk.evaluation),
    )
    return make_response(page, 422 if wrong else 200)


def _reads(act: Act, evaluation: Evaluation) -> bool:
    asked = visible_evaluations(act).where(Evaluation.id == evaluation.id)
    return act.session.scalar(asked.with_only_columns(Evaluation.id)) is not None


def note_form(note: TalkNote | None) -> NoteForm:
    """Return the form with the note as it is."""
    return NoteForm(data={"revision": str(note.revision if note else 0), "text": note.text if note else ""})
