"""Every job kind has a handler; every member of an enum that people see has a word in both languages."""

from enum import EnumType, StrEnum

import pytest

from qa import handlers
from qa.auth.roles import ROLE_LABELS, Role
from qa.calibration.labels import OUTCOME_LABELS
from qa.calibration.models import Outcome
from qa.digests.labels import RHYTHM_LABELS
from qa.digests.models import Rhythm
from qa.disputes.labels import DECISION_LABELS, DISPUTE_STATE_LABELS
from qa.disputes.models import Decision, DisputeState
from qa.feedback.service import TAKEN_LABELS, Taken
from qa.i18n import Text
from qa.interactions import kinds
from qa.jobs.kinds import JOB_LABELS, JobKind
from qa.jobs.work import handler_of
from qa.picks.labels import PICK_REASON_LABELS
from qa.picks.models import PickReason
from qa.revisions.labels import RETRACTION_LABELS
from qa.revisions.models import RetractionCause
from qa.sampling.division import Allocation
from qa.sampling.strata import Dimension
from qa.sampling.told import ALLOCATION_LABELS, DIMENSION_LABELS
from qa.talks.labels import ACTION_STATE_LABELS, OCCASION_LABELS, TALK_KIND_LABELS, TALK_STATE_LABELS
from qa.talks.models import ActionState, Occasion, TalkKind, TalkState
from qa.transcripts.labels import CERTAINTY_LABELS, DOUBT_LABELS, EVENT_LABELS, TRANSFER_SIGN_LABELS
from scorecards import causes, definition, labels
from transcribe.transfers import Certainty, TransferSign
from transcribe.types import Doubt, EventKind


@pytest.mark.parametrize("kind", list(JobKind))
def test_every_job_kind_has_a_handler(kind: JobKind) -> None:
    handlers.load()
    assert callable(handler_of(kind))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (Role, ROLE_LABELS),
        (JobKind, JOB_LABELS),
        (kinds.Channel, kinds.CHANNEL_LABELS),
        (kinds.Direction, kinds.DIRECTION_LABELS),
        (kinds.InteractionState, kinds.INTERACTION_STATE_LABELS),
        (kinds.AuthorRole, kinds.AUTHOR_LABELS),
        (Outcome, OUTCOME_LABELS),
        (EventKind, EVENT_LABELS),
        (Doubt, DOUBT_LABELS),
        (DisputeState, DISPUTE_STATE_LABELS),
        (Decision, DECISION_LABELS),
        (RetractionCause, RETRACTION_LABELS),
        (TransferSign, TRANSFER_SIGN_LABELS),
        (Certainty, CERTAINTY_LABELS),
        (PickReason, PICK_REASON_LABELS),
        (Taken, TAKEN_LABELS),
        (Dimension, DIMENSION_LABELS),
        (Allocation, ALLOCATION_LABELS),
        (Rhythm, RHYTHM_LABELS),
        (TalkKind, TALK_KIND_LABELS),
        (TalkState, TALK_STATE_LABELS),
        (Occasion, OCCASION_LABELS),
        (ActionState, ACTION_STATE_LABELS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_member_has_a_label(members: EnumType, words: dict[object, Text]) -> None:
    assert set(words) == set(members)


@pytest.mark.parametrize("kind", [definition.Kind, definition.Channel, definition.ErrorClass, causes.Cause])
def test_every_member_of_a_cards_enum_has_words_in_both_languages(kind: type[StrEnum]) -> None:
    for member in kind:
        assert labels.label(member).en
        assert labels.label(member).nl
