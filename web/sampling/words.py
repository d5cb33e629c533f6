"""The words of plans and draws."""

from qa.evaluations.models import EvaluationState
from qa.i18n import Text, _
from qa.sampling.chance_design import DesignKind
from qa.sampling.models import DrawState, Purpose, ReplaceReason
from qa.sampling.period import LAST, PeriodKind
from qa.sampling.risk import Factor

PURPOSE_WORDS: dict[Purpose, Text] = {
    Purpose.DEVELOPMENT: _("Learning and coaching"),
    Purpose.APPRAISAL: _("Appraisal, together with other facts"),
    Purpose.PROGRAMME: _("Measuring the service as a whole"),
}

PERIOD_WORDS: dict[PeriodKind, Text] = {
    PeriodKind.DAY: _("Every day"),
    PeriodKind.WEEK: _("Every week"),
    PeriodKind.MONTH: _("Every month"),
}

#: On which weekday of the month a plan's month begins; the weekday is asked beside it.
NTH_WORDS: dict[int, Text] = {
    1: _("on the first such weekday"),
    2: _("on the second such weekday"),
    3: _("on the third such weekday"),
    4: _("on the fourth such weekday"),
    LAST: _("on the last such weekday"),
}

DESIGN_WORDS: dict[DesignKind, Text] = {
    DesignKind.EQUAL: _("The same for all interactions of a stratum"),
    DesignKind.RISK: _("More for what is named below, less for the rest"),
    DesignKind.ROLLING: _("The same for all, decided as days pass"),
}

FACTOR_WORDS: dict[Factor, Text] = {
    Factor.SHORT: _("Shorter than half a minute"),
    Factor.LONG: _("A quarter of an hour or longer"),
    Factor.TRANSFER: _("Put through at least once"),
    Factor.HOLD: _("A minute or more on hold"),
    Factor.SILENCE: _("A silence of 20 seconds or more"),
}

DRAW_WORDS: dict[DrawState, Text] = {
    DrawState.COMMITTED: _("Promised"),
    DrawState.DRAWN: _("Drawn"),
    DrawState.REVEALED: _("Seed revealed"),
}

#: The shape that goes with each state, by `macros/badges.html`.
DRAW_SHAPES: dict[DrawState, str] = {
    DrawState.COMMITTED: "open",
    DrawState.DRAWN: "busy",
    DrawState.REVEALED: "done",
}

REASON_WORDS: dict[ReplaceReason, Text] = {
    ReplaceReason.NOT_THIS_AGENT: _("It is not this agent"),
    ReplaceReason.NO_AUDIO: _("There is no sound"),
    ReplaceReason.PRIVATE_CALL: _("It is a private call"),
    ReplaceReason.ERASED: _("It was erased"),
    ReplaceReason.LANGUAGE: _("No reviewer speaks its language"),
    ReplaceReason.UNPLAYABLE: _("It cannot be played"),
}

EVALUATION_SHAPES: dict[EvaluationState, str] = {
    EvaluationState.OPEN: "open",
    EvaluationState.SUBMITTED: "busy",
    EvaluationState.RELEASED: "done",
    EvaluationState.SEEN: "done",
}

#: What templates know of them, by the names they use.
WORDS: dict[str, object] = {
    "draw_words": DRAW_WORDS,
    "draw_shapes": DRAW_SHAPES,
    "design_words": DESIGN_WORDS,
    "factor_words": FACTOR_WORDS,
    "period_words": PERIOD_WORDS,
    "purpose_words": PURPOSE_WORDS,
    "reason_words": REASON_WORDS,
    "evaluation_shapes": EVALUATION_SHAPES,
}
