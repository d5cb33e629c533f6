"""What the kinds, states and occasions of coaching sessions, and the states of what was agreed, are called."""

from qa.i18n import Text, _
from qa.talks.models import ActionState, Occasion, TalkKind, TalkState

TALK_KIND_LABELS: dict[TalkKind, Text] = {
    TalkKind.ONE_TO_ONE: _("One to one"),
    TalkKind.GROUP: _("In a group"),
}

TALK_STATE_LABELS: dict[TalkState, Text] = {
    TalkState.PLANNED: _("Planned"),
    TalkState.HELD: _("Held"),
    TalkState.CANCELLED: _("Called off"),
}

OCCASION_LABELS: dict[Occasion, Text] = {
    Occasion.REGULAR: _("A regular session"),
    Occasion.LOW_SCORE: _("A low score"),
    Occasion.ASKED: _("The agent asked for it"),
    Occasion.OTHER: _("Something else"),
}

ACTION_STATE_LABELS: dict[ActionState, Text] = {
    ActionState.OPEN: _("Still to do"),
    ActionState.DONE: _("Carried out"),
    ActionState.DROPPED: _("Dropped"),
}
