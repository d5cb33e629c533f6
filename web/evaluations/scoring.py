"""A card on the desk, whoever scores it and why: its form, what was posted, and the page with what is still needed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property

from flask import Response, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.errors import InvalidError, RefusedError
from qa.evaluations.hearing import UnheardError
from qa.evaluations.marks import Marks
from qa.evaluations.merging import SUMMARY, ClashError, Draft, Merged, StaleError, prints
from qa.evaluations.queries import first_turns, newest_transcript
from qa.evaluations.service import IncompleteError
from qa.i18n import Text, _, say
from qa.interactions.kinds import SPOKEN
from qa.interactions.whose import may_know_agent
from qa.transcripts.models import Transcript, Turn
from scorecards.answers import unknown_key
from web.comment_templates.desk import DeskTemplates, templates_on_desk
from web.edits.shown import Correcting, correcting
from web.evaluations import desk as desks
from web.evaluations.conflicts import Clash, clashes_of, fill, lay_over, put_together, taken_parts, typed_draft
from web.evaluations.forms import evaluation_form, revision_of, settle_evidence
from web.evaluations.hearing import UnheardShown, played_json, unheard_shown
from web.evaluations.lines import Line, TurnLine, lines_of, turns_of
from web.evaluations.subject import Subject
from web.evaluations.turn_choices import turn_list
from web.forms import PageForm
from web.look import here

#: Lines of a call that its page brings at once; a script fetches the rest while these are read, see ``rest.js``.
FIRST_LINES = 150
#: What ``turns`` in the address asks for: the lines after those, or, where there is no script, all of them at once.
REST, ALL = "rest", "all"
#: How the names of the fields begin that hold answers.
ANSWER = "answer-"


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be stored over ``revision``; ``merged`` tells how it was put together, where that was asked."""

    marks: Marks
    summary: str
    revision: int
    merged: Merged | None


@dataclass(frozen=True)
class Opened:
    """A subject on the desk: what its page and its form are made of; ``read`` gives so many lines of the transcript."""

    subject: Subject
    head: desks.InteractionHead
    warnings: list[str]
    transcript: Transcript | None
    beginning: Callable[[], list[Turn]]
    read: Callable[[int | None], tuple[Line, ...]]
    form: PageForm
    #: Nothing for who uses none.
    templates: DeskTemplates | None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All of the transcript, which takes a moment when it is long."""
        return self.read(None)

    @property
    def revision(self) -> int:
        """The revision that the page was opened with."""
        return revision_of(self.form)

    @property
    def summary(self) -> str:
        """The summary that was typed."""
        return str(self.form["summary"].data or "")


def open_desk(act: Act, subject: Subject, *, posted: bool) -> Opened:
    """Lay the card on the desk, filled with what was posted, else with what is stored."""
    transcript = newest_transcript(act, subject.interaction.id, turns=False)
    form = evaluation_form(
        subject.card,
        request.form if posted else None,
        marks=subject.marks,
        summary=subject.summary,
        revision=subject.revision,
        language=g.language,
    )
    names = may_know_agent(act, subject.interaction)

    # A draft that is saved needs none of them.
    @cache
    def beginning() -> list[Turn]:
        return first_turns(act, transcript, most=FIRST_LINES + 2) if transcript else []

    def read(most: int | None) -> tuple[Line, ...]:
        # One turn more than is shown: what it says at once with another is told by both.
        turns = None if most is None else beginning()
        muted = act.settings.mute_holds
        return lines_of(transcript, language=g.language, holds_muted=muted, names=names, turns=turns, most=most)

    head = desks.head_of(act, subject.interaction, language=g.language)
    warnings = desks.warnings_of(act, subject.interaction, transcript, language=g.language)
    templates = templates_on_desk(act, subject.card, form, spoken=subject.interaction.language)
    return Opened(subject, head, warnings, transcript, beginning, read, form, templates)


def given_marks(opened: Opened, *, partly: bool = False) -> Given:
    """Return what was posted, put together with what is stored where the page was opened over an earlier state.

    Raises ``InvalidError`` with the first thing that is wrong. What was changed in two places and is not yet chosen
    raises ``ClashError``; with ``partly`` it stays as it is stored, and the rest is given.
    """
    settle_evidence(opened.form, request.form, turns=lambda: turns_of(opened.lines))
    if not opened.form.validate():
        first = next(str(error) for field in opened.form for error in field.errors)
        raise InvalidError(_("This was not saved: {what}", what=first))
    strange = next((name for name in request.form if name.startswith(ANSWER) and name not in opened.form), None)
    if strange is not None:
        unknown = unknown_key(strange.removeprefix(ANSWER))
        raise InvalidError(_("This was not saved: {what}", what=Text(unknown.msgid, unknown.params)))
    typed = typed_draft(opened.form, opened.subject.card)
    stale = opened.revision != opened.subject.revision
    if stale and "merge" not in request.form:
        return Given(typed.marks, typed.summary, opened.revision, None)
    merged = put_together(opened.form, opened.subject, sent=request.form)
    fill(opened.form, opened.subject, merged)
    if merged.clashes and not partly:
        raise ClashError(merged.clashes)
    return Given(merged.draft.marks, merged.draft.summary, opened.subject.revision, merged)


def wants_json() -> bool:
    """Tell whether the page's script asks, and not a form."""
    return request.accept_mimetypes.best == "application/json"


def saved_json(opened: Opened, given: Given, *, revision: int) -> Response:
    """Answer the page's script with how far the card is answered, and with what it does not show yet."""
    card, language = opened.subject.card, g.language
    progress = desks.progress_of(card, given.marks, language=language)
    merged = given.merged
    return jsonify(
        revision=revision,
        base=merged.base if merged else {},
        total=asdict(progress.total),
        sections={key: asdict(section) for key, section in progress.sections.items()},
        asked=sorted(progress.asked),
        needs=progress.needs,
        taken=taken_parts(card, merged) if merged else [],
        clashes={
            key: render_template("evaluations/clash.html", clash=clash)
            for key, clash in clashes_of(opened.form, opened.subject, merged, language=language).items()
        },
    )


def refused_json(error: RefusedError) -> tuple[Response, int]:
    """Answer the page's script with why nothing was saved; ``stale`` when it can be, put together with what is stored."""
    return jsonify(error=say(error.sentence, g.language), stale=isinstance(error, StaleError)), error.status


def sent(address: str) -> ResponseReturnValue:
    """Lead to the page after a submission; its script is told the address and goes there itself."""
    return jsonify(next=address) if wants_json() else redirect(address, 303)


def desk_page(opened: Opened, *, template: str, urls: Mapping[str, str], **words: object) -> Response:
    """Show the desk with what is stored; of a long call the first lines, the rest follows where it is asked for."""
    asked = request.args.get("turns", "") if request.method == "GET" else ALL
    if asked == REST:
        return _rest(opened, urls)
    return _page(
        opened,
        opened.subject.marks,
        template=template,
        urls=urls,
        needs={},
        clashes={},
        status=200,
        conflict=False,
        unheard=(),
        whole=asked == ALL or opened.subject.interaction.channel not in SPOKEN,
        **words,
    )


def refused_page(
    opened: Opened, error: RefusedError, *, template: str, urls: Mapping[str, str], revision: int, **words: object
) -> Response:
    """Show the desk again with what was typed and why it was refused; ``revision`` is the stored one.

    After a conflict what was typed and what is stored stand there put together, and what clashes as it was typed, with
    the choice beside it; nothing of that is stored before it is sent again.
    """
    if not opened.form.errors:
        opened.form.form_errors.append(say(error.sentence, g.language))
    needs: dict[str, list[str]] = {}
    unheard: tuple[str, ...] = ()
    clashes: dict[str, Clash] = {}
    if isinstance(error, StaleError):
        merged = put_together(opened.form, opened.subject, sent=request.form)
        fill(opened.form, opened.subject, merged)
        lay_over(opened.form, opened.subject, merged)
        clashes = clashes_of(opened.form, opened.subject, merged, language=g.language)
    if isinstance(error, IncompleteError):
        opened.form["revision"].data = str(revision)
        for need in error.needs:
            told = say(Text(need.sentence.msgid, need.sentence.params), g.language)
            needs.setdefault(need.criterion, []).append(told)
    elif isinstance(error, UnheardError):
        opened.form["revision"].data = str(revision)
        unheard = error.criteria
        needs = {key: [say(_("Its evidence was not played."), g.language)] for key in unheard}
    try:
        typed = typed_draft(opened.form, opened.subject.card)
    except InvalidError:
        typed = Draft({}, "")
    if isinstance(error, IncompleteError | UnheardError):
        opened.form["base"].data = json.dumps(prints(typed))
    conflict = isinstance(error, StaleError)
    return _page(
        opened,
        typed.marks,
        template=template,
        urls=urls,
        needs=needs,
        clashes=clashes,
        status=error.status,
        conflict=conflict,
        unheard=_unheard(opened, typed.marks, unheard),
        whole=True,
        **words,
    )


def _unheard(opened: Opened, marks: Marks, keys: tuple[str, ...]) -> tuple[UnheardShown, ...]:
    """What is to be confirmed before the card can be submitted."""
    evaluation = opened.subject.listened
    if evaluation is None:
        return ()
    return unheard_shown(opened.subject.card, marks, keys=keys, evaluation=evaluation, language=g.language.value)


def _rest(opened: Opened, urls: Mapping[str, str]) -> Response:
    """The lines that the page left out, as a fragment."""
    first, lines = opened.lines[:FIRST_LINES], opened.lines[FIRST_LINES:]
    explained = {mark for line in first if isinstance(line, TurnLine) for mark in line.marks}
    legend = [line for line in lines if isinstance(line, TurnLine) and not explained.issuperset(line.marks)]
    page = render_template("evaluations/rest.html", lines=lines, legend=legend, corrects=_corrects(opened, urls))
    return make_response(page)


def _corrects(opened: Opened, urls: Mapping[str, str]) -> Correcting | None:
    if not urls["draft"]:
        return None
    subject = opened.subject
    return correcting(subject.interaction, opened.transcript, back=urls["desk"], turns=opened.beginning())


def _page(
    opened: Opened,
    marks: Marks,
    *,
    template: str,
    urls: Mapping[str, str],
    needs: dict[str, list[str]],
    clashes: Mapping[str, Clash],
    status: int,
    conflict: bool,
    unheard: tuple[UnheardShown, ...],
    whole: bool,
    **words: object,
) -> Response:
    subject, language = opened.subject, g.language
    lines = opened.lines if whole else opened.read(FIRST_LINES + 1)
    rest = here(turns=REST) if not whole and len(lines) > FIRST_LINES else None
    if rest:
        lines = lines[:FIRST_LINES]
    # What was corrected since lies anywhere in the conversation.
    bound_in = opened.lines if any(mark.evidence for mark in marks.values()) else ()
    progress = desks.progress_of(subject.card, marks, language=language)
    page = render_template(
        template,
        evaluation={"id": subject.key, "revision": opened.revision},
        interaction=opened.head,
        recording=desks.sound_of(subject.interaction, opened.transcript, language=language),
        warnings=opened.warnings,
        lines=lines,
        rest=rest,
        sections=desks.sections_of(
            subject.card, opened.form, progress=progress, needs=needs, language=language, lines=bound_in
        ),
        form=opened.form,
        templates=opened.templates,
        turn_list=turn_list(lines),
        conflict=conflict,
        clashes=clashes,
        summary_key=SUMMARY,
        total=progress.total,
        saved_at=subject.saved_at,
        unheard=unheard,
        listened=played_json(subject.listened) if subject.listened else None,
        urls=urls,
        corrects=_corrects(opened, urls),
        **words,
    )
    return make_response(page, status)
