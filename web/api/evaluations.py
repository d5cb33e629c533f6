"""Evaluations in the API: lists that can be read on, and one with its answers and the computation line by line."""

from collections.abc import Mapping
from typing import Any

from flask import g
from marshmallow import Schema

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.disputes.queries import disputed_among
from qa.evaluations.marks import EvidenceGiven, Mark
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.purpose import ToldKind, told_kind
from qa.evaluations.queries import newest_transcript
from qa.evaluations.service import marks_of
from qa.evaluations.told import ToldFilters, find_told, get_told, told_afterwards, told_state
from qa.i18n import Language, say
from qa.interactions.whose import known_agents_among, may_know_agent, reference_of
from qa.people.identity import reviewers_hidden
from qa.revisions.queries import revision_numbers
from scorecards.causes import Cause
from scorecards.computation import RowKind, plain_number, rule_in_words
from scorecards.definition import Effect
from web.api.asking import asked_cursor, asked_day, asked_limit, asked_one_of, asked_word
from web.api.endpoint import endpoint
from web.api.evaluation import EVALUATION_EXAMPLE, WHOLE_EXAMPLE, EvaluationListSchema, WholeEvaluationSchema
from web.api.parts import percentage
from web.evaluations.bound import BoundEvidence
from web.evaluations.hearing import heard_of, played_shown
from web.evaluations.lines import lines_of
from web.evaluations.reading import AnswerShown, SectionRead, shown_answers, shown_rows

#: Cells of a line of the computation that can hold a number.
_NUMBERS = ("value", "weight", "applied", "points")


class EvaluationsQuery(Schema):
    """Which evaluations."""

    since = asked_day("from", "First day on which the interaction began.")
    until = asked_day("to", "Last day on which it began, included.")
    state = asked_one_of(EvaluationState, "How far the evaluation is, as `state` tells it.")
    kind = asked_one_of(ToldKind, "Why the interaction is evaluated, as `kind` tells it.")
    agent = asked_word("What systems call the agent.", example="4711")
    card = asked_word("Key of the scorecard.", example="phone-service")
    cursor = asked_cursor()
    limit = asked_limit()


@endpoint(
    "/evaluations",
    Permission.EVALUATION_SEE,
    tag="Evaluations",
    query=EvaluationsQuery,
    answer=EvaluationListSchema,
    example={"evaluations": [EVALUATION_EXAMPLE], "next_cursor": "217"},
)
def list_evaluations(act: Act, asked: Mapping[str, Any]) -> object:
    """Evaluations that the caller may see.

    They come in the order in which they were assigned, which never changes: go on with `next_cursor` and none is missed or met
    twice, whatever is added meanwhile. Supervisors see all that count, agents those of their work once released, reviewers
    what they submitted of late, without anything that tells whether it was a second score.
    """
    filters = ToldFilters(
        since=asked.get("since"),
        until=asked.get("until"),
        state=asked.get("state"),
        kind=asked.get("kind"),
        agent=asked["agent"],
        card=asked["card"],
    )
    found = find_told(act, filters, after=int(asked["cursor"]), size=asked["limit"])
    return {
        "evaluations": _values(act, found.rows),
        "next_cursor": None if found.after is None else str(found.after),
    }


@endpoint(
    "/evaluations/<int:evaluation_id>",
    Permission.EVALUATION_SEE,
    tag="Evaluations",
    answer=WholeEvaluationSchema,
    parameters=[{"in": "path", "name": "evaluation_id", "description": "Number of the evaluation.", "example": 217}],
    example=WHOLE_EXAMPLE,
    refusals=(404,),
)
def show_evaluation(act: Act, evaluation_id: int) -> object:
    """One evaluation, with everything that its page shows.

    Answers with their evidence and comments, the score of each section, and the computation line by line as page and report
    print it: the lines are kept from the moment of submission, and the numbers beside them have the same digits.
    """
    evaluation = get_told(act, evaluation_id)
    (value,) = _values(act, [evaluation])
    return {**value, **_whole(act, evaluation, language=g.language)}


def _values(act: Act, evaluations: "list[Evaluation] | tuple[Evaluation, ...]") -> list[dict[str, object]]:
    disputed = disputed_among(act, [one.id for one in evaluations])
    revisions = revision_numbers(act, evaluations)
    known = known_agents_among(act, [one.interaction for one in evaluations])
    return [
        {
            **_value(act, one),
            "agent": one.agent if one.interaction_id in known else None,
            "disputed": one.id in disputed,
            "revision": revisions[one.id],
        }
        for one in evaluations
    ]


def _value(act: Act, evaluation: Evaluation) -> dict[str, object]:
    submitted = evaluation.state is not EvaluationState.OPEN
    afterwards = told_afterwards(act)
    interaction, version = evaluation.interaction, evaluation.card_version
    drawn = evaluation.draw_item if afterwards else None
    return {
        "id": evaluation.id,
        "state": told_state(act, evaluation),
        "kind": told_kind(evaluation),
        "interaction": {
            "id": interaction.id,
            "reference": say(reference_of(act, interaction), g.language),
            "channel": interaction.channel,
            "started_at": interaction.started_at,
            "duration_ms": interaction.duration_ms,
        },
        "reviewer": evaluation.reviewer if _names_reviewer(act, evaluation) else None,
        "card": {
            "id": version.id,
            "key": version.scorecard.key,
            "number": version.number,
            "name": card_of(version).name.in_(g.language.value),
        },
        "draw_id": drawn.draw_id if drawn else None,
        "assigned_at": evaluation.assigned_at,
        "submitted_at": evaluation.submitted_at,
        "released_at": evaluation.released_at if afterwards else None,
        "seen_at": evaluation.seen_at if afterwards else None,
        "n": 1,
        "quality": percentage(evaluation.quality_bp) if submitted else None,
        "final": percentage(evaluation.final_bp) if submitted else None,
        "passed": evaluation.passed if submitted else None,
        "critical_failed": submitted and evaluation.critical_failed,
        "band": (evaluation.computation or {}).get("band") if submitted else None,
    }


def _names_reviewer(act: Act, evaluation: Evaluation) -> bool:
    # Who was visited is never told by whom.
    visited = evaluation.kind is EvaluationKind.MYSTERY and evaluation.agent_id == act.person().id
    return not visited and not reviewers_hidden(act)


def _whole(act: Act, evaluation: Evaluation, *, language: Language) -> dict[str, object]:
    submitted = evaluation.state is not EvaluationState.OPEN
    card = card_of(evaluation.card_version)
    computation: Mapping[str, Any] = (evaluation.computation or {}) if submitted else {}
    transcript = newest_transcript(act, evaluation.interaction_id)
    marks = marks_of(evaluation) if submitted else {}
    lines = lines_of(
        transcript,
        language=language,
        holds_muted=act.settings.mute_holds,
        names=may_know_agent(act, evaluation.interaction),
    )
    read = shown_answers(card, marks, computation, language=language, lines=lines, heard=heard_of(evaluation))
    return {
        "summary": evaluation.summary if submitted else "",
        "agent_comment": evaluation.agent_comment if told_afterwards(act) else "",
        "sections": [_section(one, computation, marks) for one in read] if submitted else [],
        "computation": {
            "language": language.value,
            "rule": rule_in_words(card, language=language.value),
            "lines": _lines(computation, language=language),
            "critical": [
                {**one, "effect": Effect(one["effect"]), "unheard": one.get("unheard", False)}
                for one in computation.get("critical", [])
            ],
        },
        "played": played_shown(evaluation, transcript) if submitted else None,
    }


def _lines(computation: Mapping[str, Any], *, language: Language) -> list[dict[str, object]]:
    """The lines as they are printed in the caller's language, with the numbers that stand in the English ones."""
    printed, english = shown_rows(computation, language=language), shown_rows(computation, language=Language.EN)
    return [
        {**row, "kind": RowKind(row["kind"]), "numbers": {name: plain_number(plain[name]) for name in _NUMBERS}}
        for row, plain in zip(printed, english, strict=True)
    ]


def _section(section: SectionRead, computation: Mapping[str, Any], marks: Mapping[str, Mark]) -> dict[str, object]:
    outcome: Mapping[str, Any] = computation.get("sections", {}).get(section.key, {})
    return {
        "key": section.key,
        "name": section.name,
        "quality": percentage(outcome.get("quality_bp")),
        "final": percentage(outcome.get("final_bp")),
        "threshold": None if section.threshold is None else format(section.threshold, "f"),
        "applied": percentage(outcome.get("applied_bp")),
        "passed": section.passed,
        "answers": [_answer(one, marks.get(one.key) or Mark()) for one in section.answers],
    }


def _answer(shown: AnswerShown, mark: Mark) -> dict[str, object]:
    cause = Cause(mark.cause) if shown.cause and mark.cause else None
    return {
        "criterion": shown.key,
        "number": shown.number,
        "name": shown.name,
        "said": shown.answer,
        "anchor": shown.anchor,
        "option": mark.option,
        "value": mark.number or None,
        "words": mark.text or None,
        "not_applicable": mark.not_applicable,
        "comment": shown.comment,
        "critical": shown.critical,
        "failed": shown.failed,
        "cause": {"key": cause, "nature": cause.nature, "label": shown.cause} if cause else None,
        "unheard": shown.unheard,
        "evidence": [_evidence(given, seen) for given, seen in zip(mark.evidence, shown.evidence, strict=True)],
    }


def _evidence(given: EvidenceGiven, seen: BoundEvidence) -> dict[str, object]:
    return {
        "turn_id": given.turn_id,
        "first_word": given.first_word,
        "last_word": given.last_word,
        "start_ms": given.start_ms,
        "end_ms": given.end_ms,
        "quote": given.quote,
        "corrected": seen.corrected,
        "played": seen.heard,
    }
