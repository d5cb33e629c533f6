"""Evaluations from assignment to the agent's acknowledgement."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.lock import check_open
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.edits.heard import heard_words, originals
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.erased import must_have_texts
from qa.evaluations.hearing import check_heard, told_unheard, unheard_of
from qa.evaluations.marks import LONGEST_COMMENT, EvidenceGiven, Mark, Marks, mark_of, scored, write_mark
from qa.evaluations.meeting import is_held
from qa.evaluations.merging import StaleError
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, EvaluationState, Probe
from qa.evaluations.purpose import is_about_agent
from qa.evaluations.queries import newest_transcript
from qa.i18n import Language, Text, _, ngettext_
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.sampling.models import DrawItem
from scorecards.answers import Need, missing
from scorecards.computation import in_words
from scorecards.definition import Card
from scorecards.errors import AnswersError
from scorecards.evidence import with_evidence_for_critical
from scorecards.scoring import Result, score


def assign(
    act: Act,
    interaction: Interaction,
    *,
    reviewer: User,
    version: CardVersion,
    kind: EvaluationKind,
    draw_item: DrawItem | None = None,
    probe: Probe | None = None,
) -> Evaluation:
    """Give an interaction to a reviewer; nobody is given their own. A ``probe`` counts in no figure about the agent."""
    if reviewer.id == interaction.agent_id:
        raise ForbiddenError(_("Nobody reviews their own interactions."))
    evaluation = Evaluation(
        interaction_id=interaction.id,
        draw_item_id=draw_item.id if draw_item else None,
        kind=kind,
        probe=probe,
        reviewer_id=reviewer.id,
        agent_id=interaction.agent_id,
        card_version_id=version.id,
        assigned_at=act.now,
    )
    act.session.add(evaluation)
    act.session.flush()
    audit.record(act, "evaluation.assigned", evaluation, reviewer=reviewer.id, kind=(probe or kind).value)
    return evaluation


def save_draft(act: Act, evaluation: Evaluation, *, marks: Marks, summary: str, revision: int) -> None:
    """Keep what was answered so far; ``revision`` is the one the page was opened with."""
    _may_score(act, evaluation, revision=revision)
    _write(act, evaluation, marks=marks, summary=summary)
    if evaluation.claimed_until is not None:
        evaluation.claimed_until = act.now + timedelta(minutes=act.settings.claim_minutes)


def submit_evaluation(
    act: Act, evaluation: Evaluation, *, marks: Marks, summary: str, revision: int, unheard: Collection[str] = ()
) -> Result:
    """Score the evaluation and close it; only its own reviewer may do so, once.

    ``unheard`` are the critical failures confirmed without playing their evidence; another one is refused.
    """
    _may_score(act, evaluation, revision=revision)
    result = rescore(act, evaluation, marks=marks, summary=summary, unheard=unheard)
    evaluation.state, evaluation.submitted_at = EvaluationState.SUBMITTED, act.now
    evaluation.claimed_until = None
    audit.record(
        act,
        "evaluation.submitted",
        evaluation,
        quality_bp=result.quality_bp,
        final_bp=result.final_bp,
        passed=result.passed,
        unheard=len(told_unheard(evaluation.computation)),
    )
    if act.settings.release_at_once and is_about_agent(evaluation) and not is_held(evaluation):
        _show_to_agent(act, evaluation)
    return result


def rescore(
    act: Act,
    evaluation: Evaluation,
    *,
    marks: Marks,
    summary: str,
    unheard: Collection[str] = (),
    complete: bool = True,
) -> Result:
    """Write the marks and the score they give; unless ``complete`` is off, something that is still needed is refused.

    ``unheard`` are the critical failures confirmed without playing their evidence, which the record then says of them.
    """
    _write(act, evaluation, marks=marks, summary=summary)
    card, kept = card_on_desk(evaluation), marks_of(evaluation)
    given = scored(kept)
    needs = missing(card, given) if complete else []
    if needs:
        raise IncompleteError(needs)
    result = score(card, given, complete=complete)
    if complete:
        found = unheard_of(evaluation, kept, failed=[failure.criterion for failure in result.critical])
        check_heard(found, confirmed=unheard)
        unheard = found
    evaluation.quality_bp, evaluation.final_bp, evaluation.passed = result.quality_bp, result.final_bp, result.passed
    evaluation.critical_failed = bool(result.critical)
    evaluation.computation = computation(card, result, unheard=unheard)
    return result


class IncompleteError(InvalidError):
    """Something is still needed before the evaluation can be submitted; ``needs`` says what, in the card's order."""

    def __init__(self, needs: list[Need]) -> None:
        super().__init__(
            ngettext_(
                "{n} answer still needs something before this can be submitted.",
                "{n} answers still need something before this can be submitted.",
                n=len({need.criterion for need in needs}),
            )
        )
        self.needs = needs


def release(act: Act, evaluation: Evaluation) -> None:
    """Show the evaluation to its agent."""
    act.require(Permission.EVALUATION_RELEASE)
    if evaluation.probe is not None:
        raise ConflictError(
            _("This score was made to compare reviewers. It is no judgement of the agent and stays here.")
        )
    act.session.refresh(evaluation, ["state"], with_for_update=True)
    if evaluation.state is not EvaluationState.SUBMITTED:
        raise ConflictError(_("Only a submitted evaluation can be released."))
    _show_to_agent(act, evaluation)


def _show_to_agent(act: Act, evaluation: Evaluation) -> None:
    evaluation.state, evaluation.released_at = EvaluationState.RELEASED, act.now
    audit.record(act, "evaluation.released", evaluation)


def acknowledge(act: Act, evaluation: Evaluation, *, revision: int, comment: str = "") -> None:
    """Note that the agent has seen the evaluation as it was at ``revision``; seeing is not agreeing."""
    if evaluation.agent_id != act.person().id:
        raise ForbiddenError(_("This evaluation is of somebody else's work."))
    act.session.refresh(evaluation, ["revision", "state"], with_for_update=True)
    if evaluation.revision != revision:
        raise ConflictError(
            _("This evaluation was corrected since you opened it. Read it as it is now, and then mark it as seen.")
        )
    if evaluation.state is not EvaluationState.RELEASED:
        raise ConflictError(_("You have already marked this evaluation as seen."))
    if len(comment) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="comment")
    if comment.strip():
        must_have_texts(evaluation)
    evaluation.state, evaluation.seen_at = EvaluationState.SEEN, act.now
    evaluation.agent_comment = comment.strip()
    audit.record(act, "evaluation.seen", evaluation)


def marks_of(evaluation: Evaluation) -> dict[str, Mark]:
    """Return what is stored of the reviewer's answers, by criterion."""
    return {answer.criterion: mark_of(answer) for answer in evaluation.answers}


def draft_result(evaluation: Evaluation) -> Result:
    """Score what is there so far."""
    return score(card_of(evaluation.card_version), scored(marks_of(evaluation)), complete=False)


def card_on_desk(evaluation: Evaluation) -> Card:
    """Return the card as it is filled in: a visit was not recorded, elsewhere a critical failure needs evidence."""
    card = card_of(evaluation.card_version)
    return card if evaluation.kind is EvaluationKind.MYSTERY else with_evidence_for_critical(card)


def computation(card: Card, result: Result, *, unheard: Collection[str] = ()) -> dict[str, object]:
    """Return the computation as JSON: rows in both languages, each section's figures, and the critical failures.

    Those of ``unheard`` were confirmed without playing their evidence.
    """
    return {
        "rows": {
            language.value: [
                {**asdict(row), "kind": row.kind.value} for row in in_words(result, card, language=language.value)
            ]
            for language in Language
        },
        "sections": {
            section.key: {
                "quality_bp": section.quality_bp,
                "final_bp": section.final_bp,
                "threshold_bp": section.threshold_bp,
                "applied_bp": section.applied_bp,
                "passed": section.passed,
            }
            for section in result.sections
        },
        "critical": [
            {
                "criterion": failure.criterion,
                "effect": failure.effect.value,
                "unheard": failure.criterion in unheard,
            }
            for failure in result.critical
        ],
        "band": result.band,
    }


def _may_score(act: Act, evaluation: Evaluation, *, revision: int) -> None:
    # It can be given to somebody else, or taken from the pool again, at this very moment.
    act.session.refresh(evaluation, ["reviewer_id", "revision", "state"], with_for_update=True)
    if evaluation.reviewer_id != act.person().id:
        raise ForbiddenError(_("This evaluation is assigned to someone else."))
    if evaluation.state is not EvaluationState.OPEN:
        raise ConflictError(_("This evaluation was already submitted."))
    check_open(act, evaluation)
    if evaluation.revision != revision:
        raise StaleError


def _write(act: Act, evaluation: Evaluation, *, marks: Marks, summary: str) -> None:
    card = card_of(evaluation.card_version)
    try:
        score(card, scored(marks), complete=False)
    except AnswersError as error:
        raise InvalidError(Text(error.msgid, error.params)) from error
    if len(summary) > LONGEST_COMMENT:
        raise InvalidError(_("A comment can have at most {n} characters.", n=LONGEST_COMMENT), field="summary")
    check_evidence(act, evaluation, marks)
    stored = {answer.criterion: answer for answer in evaluation.answers}
    for key, answer in stored.items():
        if key not in marks or marks[key].empty:
            evaluation.answers.remove(answer)
    for key, mark in marks.items():
        if mark.empty:
            continue
        answer = stored.get(key) or Answer(criterion=key)
        write_mark(answer, mark)
        if key not in stored:
            evaluation.answers.append(answer)
    evaluation.summary = summary.strip()
    evaluation.started_at = evaluation.started_at or act.now
    evaluation.saved_at = act.now
    evaluation.revision += 1
    act.session.flush()


def check_evidence(act: Act, evaluation: Evaluation, marks: Marks) -> None:
    """Refuse evidence that is no part of this interaction."""
    given: list[EvidenceGiven] = [item for mark in marks.values() for item in mark.evidence]
    if not given:
        return
    transcript = newest_transcript(act, evaluation.interaction_id)
    # Evidence counts words as they were heard, so that it stays where it is whatever people correct.
    heard = originals(transcript.turns) if transcript else []
    words = {turn.id: len(heard_words(turn) or turn.text.split()) for turn in heard}
    # Evidence bound before the interaction was transcribed anew points into the earlier transcript and stays.
    earlier = {item.turn_id for answer in evaluation.answers for item in answer.evidence}
    for item in given:
        if not _is_stretch(item.start_ms, item.end_ms, needed=item.turn_id is None):
            raise InvalidError(_("Evidence needs words or a stretch of the recording."))
        if not _is_stretch(item.first_word, item.last_word, needed=False):
            raise InvalidError(_("Evidence needs words or a stretch of the recording."))
        if item.turn_id is None or item.turn_id in earlier:
            continue
        if item.turn_id not in words or (item.last_word or 0) >= max(1, words[item.turn_id]):
            raise InvalidError(_("The evidence is not part of this interaction."))


def _is_stretch(first: int | None, last: int | None, *, needed: bool) -> bool:
    if first is None or last is None:
        return not needed and first is last
    return 0 <= first <= last
