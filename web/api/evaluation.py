"""What an evaluation is in the API; the example of the documentation stands at the end."""

from qa.evaluations.models import EvaluationState
from qa.evaluations.purpose import ToldKind
from qa.interactions.kinds import Channel
from scorecards.causes import Cause, Nature
from scorecards.computation import RowKind
from scorecards.definition import Effect
from web.api.parts import Answer, exact, moment, one_of, part, several, text, truth, whole


class AgentSchema(Answer):
    """Somebody whose work is scored."""

    reference = text("What systems call the agent; null where nobody wrote it down.", empty=True)
    name = text("The agent's name.")


class ReviewerSchema(Answer):
    """Somebody who scores."""

    name = text("The reviewer's name.")


class InteractionSchema(Answer):
    """The conversation that was scored."""

    id = whole("Its number here.")
    reference = text("What its source calls it; where that names an agent who is hidden, our own number.")
    channel = one_of(Channel, "How they spoke.")
    started_at = moment("When it began.")
    duration_ms = whole("How long it took, in milliseconds; null for messages without times.", empty=True)


class CardVersionSchema(Answer):
    """The version of the scorecard that was scored with."""

    id = whole("Its number, as in `/cards/{version_id}`.")
    key = text("Which scorecard.")
    number = whole("Which version of it.")
    name = text("Its name in the caller's language.")


class EvaluationSchema(Answer):
    """One evaluation in a list."""

    id = whole("Its number.")
    state = one_of(
        EvaluationState, "How far it is. Reviewers are told of nothing that happens to it after they submitted it."
    )
    kind = one_of(ToldKind, "Why the interaction is evaluated. Only random ones count in figures.")
    revision = whole("Which revision this is: one more than were retracted.")
    disputed = truth("Whether its score is disputed now, and so in no figure.")
    interaction = part(InteractionSchema, "What was scored.")
    agent = part(AgentSchema, "Whose work; null where agents are hidden from the caller.", empty=True)
    reviewer = part(ReviewerSchema, "Who scored; null where reviewers are hidden from the caller.", empty=True)
    card = part(CardVersionSchema, "By what.")
    draw_id = whole("The draw it was drawn in; null for what was not drawn, and for reviewers.", empty=True)
    assigned_at = moment("When it was given to the reviewer.")
    submitted_at = moment("When it was scored.", empty=True)
    released_at = moment("When it was shown to the agent.", empty=True)
    seen_at = moment("When the agent marked it as seen.", empty=True)
    n = whole("Interactions that this score speaks for: this one only. See the figures for more.")
    quality = exact("Score before critical criteria, 0-100; null where nothing was rated yet, or applied.", empty=True)
    final = exact("Score with the effects of critical criteria, 0-100; null as above.", empty=True)
    passed = truth("Whether it passes; null where there is no score.", empty=True)
    critical_failed = truth("Whether a critical criterion was failed.")
    band = text("Key of the scorecard's band that the final score is in; null without one.", empty=True)


class EvidenceSchema(Answer):
    """What an answer rests on: words of a turn, or a stretch of sound."""

    turn_id = whole("The turn; null for a stretch of sound.", empty=True)
    first_word = whole("Its first word that is meant, from 0; null for the whole turn.", empty=True)
    last_word = whole("Its last word that is meant.", empty=True)
    start_ms = whole("Where it begins in the recording, in milliseconds.", empty=True)
    end_ms = whole("Where it ends.", empty=True)
    quote = text("The words as they stood when they were chosen.")
    corrected = truth("Whether other words stand there by now.")
    played = truth("Whether the reviewer played it; null where that is not known or cannot be.", empty=True)


class CauseSchema(Answer):
    """Why a criterion was failed."""

    key = one_of(Cause, "Which cause.")
    nature = one_of(Nature, "Where it leads: to coaching, or to the organisation.")
    label = text("The cause in the caller's language.")


class AnswerSchema(Answer):
    """The answer to one criterion."""

    criterion = text("Key of the criterion.")
    number = whole("Its place on the card, from 1.")
    name = text("Its name in the caller's language.")
    said = text("The answer in words, in the caller's language.")
    anchor = text("What such an answer looks like, as the scorecard says.")
    option = text("Key of the option that was chosen; null where none was.", empty=True)
    value = text("The number that was typed, as it was typed; null where none was.", empty=True)
    words = text("The text that was typed as an answer; null where none was.", empty=True)
    not_applicable = truth("Whether it did not apply.")
    comment = text("What the reviewer wrote about it.")
    critical = truth("Whether the criterion is critical.")
    failed = truth("Whether it was failed.")
    cause = part(CauseSchema, "Why it was failed, as far as that was said.", empty=True)
    unheard = truth("Whether the reviewer confirmed a critical failure without playing its evidence.")
    evidence = several(EvidenceSchema, "What the answer rests on.")


class SectionSchema(Answer):
    """One section with its score."""

    key = text("Key of the section.")
    name = text("Its name in the caller's language.")
    quality = exact("Its score before critical criteria, 0-100.", empty=True)
    final = exact("Its score with the effects of critical criteria, 0-100.", empty=True)
    threshold = exact("What it must reach; null without a threshold.", empty=True)
    applied = exact("Its share of the card, in per cent.", empty=True)
    passed = truth("Whether it reaches its threshold; null without one.", empty=True)
    answers = several(AnswerSchema, "The answers, in the order of the card.")


class CriticalSchema(Answer):
    """A critical criterion that was failed."""

    criterion = text("Key of the criterion.")
    effect = one_of(Effect, "What failing it does.")
    unheard = truth("Whether the reviewer confirmed it without playing the evidence.")


class LineNumbersSchema(Answer):
    """The numbers of a line as decimals; the same digits as are printed."""

    value = exact("What the answer is worth, 0-100; a section's score.", empty=True)
    weight = exact("Weight inside its section, or of the section, as on the card.", empty=True)
    applied = exact("Share of the whole card, in per cent, after what did not apply gave its weight away.", empty=True)
    points = exact("What the line adds to the score; the score itself on lines with totals.", empty=True)


class LineSchema(Answer):
    """One line of the computation, as page and report print it."""

    kind = one_of(RowKind, "What the line is about.")
    key = text("Key of its criterion or section; empty on others.")
    label = text("First cell, in the caller's language.")
    answer = text("The answer, or the outcome.")
    value = text("As printed.")
    weight = text("As printed.")
    applied = text("As printed.")
    points = text("As printed.")
    note = text("What is said beside it.")
    failed = truth("Whether something was failed or missed here.")
    numbers = part(LineNumbersSchema, "The line's numbers for programs.")


class ComputationSchema(Answer):
    """How the score came about, as it was worked out when the evaluation was submitted."""

    language = text("In which language the lines are.")
    rule = text("When an interaction passes on this card.")
    lines = several(LineSchema, "Criteria under their sections, then totals, outcome and notes.")
    critical = several(CriticalSchema, "Critical criteria that were failed.")


class PlayedSchema(Answer):
    """What the reviewer played of the recording; whole per cents."""

    known = truth("Off for what was submitted before this was kept.")
    percent = whole("Share of the recording.")
    of_speech = whole("Share of what is said in it; null without a transcript.", empty=True)


class WholeEvaluationSchema(EvaluationSchema):
    """One evaluation with everything that its page shows."""

    summary = text("What the reviewer wrote about the whole.")
    agent_comment = text("What the agent answered when marking it as seen; empty for reviewers.")
    sections = several(SectionSchema, "Sections with their answers; empty before it is submitted.")
    computation = part(ComputationSchema, "How the score came about; its lines are empty before it is submitted.")
    played = part(PlayedSchema, "What was played; null where there is nothing to play.", empty=True)


class EvaluationListSchema(Answer):
    """Some evaluations, in the order in which they were assigned."""

    evaluations = several(EvaluationSchema, "At most as many as were asked for.")
    next_cursor = text("Where to go on; null where these are the last for now.", empty=True)


EVALUATION_EXAMPLE: dict[str, object] = {
    "id": 217,
    "state": "released",
    "kind": "random",
    "revision": 1,
    "disputed": False,
    "interaction": {
        "id": 1032,
        "reference": "call-20261014-0931",
        "channel": "phone",
        "started_at": "2026-10-14T07:31:00+00:00",
        "duration_ms": 401_000,
    },
    "agent": {"reference": "4711", "name": "Ada Jansen"},
    "reviewer": {"name": "Rita de Boer"},
    "card": {"id": 3, "key": "phone-service", "number": 2, "name": "Phone service"},
    "draw_id": 17,
    "assigned_at": "2026-11-02T06:00:00+00:00",
    "submitted_at": "2026-11-03T09:12:00+00:00",
    "released_at": "2026-11-05T13:00:00+00:00",
    "seen_at": None,
    "n": 1,
    "quality": "83.33",
    "final": "83.33",
    "passed": True,
    "critical_failed": False,
    "band": "good",
}

WHOLE_EXAMPLE: dict[str, object] = {
    **EVALUATION_EXAMPLE,
    "summary": "Calm and clear; say sooner what happens next.",
    "agent_comment": "",
    "sections": [
        {
            "key": "empathy",
            "name": "Empathy",
            "quality": "75.00",
            "final": "75.00",
            "threshold": "60",
            "applied": "30.00",
            "passed": True,
            "answers": [
                {
                    "criterion": "feeling",
                    "number": 4,
                    "name": "Recognises the feeling",
                    "said": "4",
                    "anchor": "Names what this means to the customer.",
                    "option": "four",
                    "value": None,
                    "words": None,
                    "not_applicable": False,
                    "comment": "Well put.",
                    "critical": False,
                    "failed": False,
                    "cause": None,
                    "unheard": False,
                    "evidence": [
                        {
                            "turn_id": 5120,
                            "first_word": 0,
                            "last_word": 5,
                            "start_ms": 133_000,
                            "end_ms": 136_500,
                            "quote": "I can imagine how annoying that",
                            "corrected": False,
                            "played": True,
                        }
                    ],
                }
            ],
        }
    ],
    "computation": {
        "language": "en",
        "rule": "Passes when every section reaches its own threshold",
        "lines": [
            {
                "kind": "criterion",
                "key": "feeling",
                "label": "Recognises the feeling",
                "answer": "4",
                "value": "75",
                "weight": "40",
                "applied": "12.00%",
                "points": "9.00%",
                "note": "",
                "failed": False,
                "numbers": {"value": "75", "weight": "40", "applied": "12.00", "points": "9.00"},
            }
        ],
        "critical": [],
    },
    "played": {"known": True, "percent": 92, "of_speech": 100},
}
