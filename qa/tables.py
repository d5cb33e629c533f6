"""Every table of the product, gathered so that migrations and tests see them all."""

from qa.audit.models import AuditEntry
from qa.calibration.models import (
    CalibrationItem,
    CalibrationReviewer,
    CalibrationScore,
    CalibrationSession,
    Decision,
    ScorePair,
)
from qa.cards.models import CardVersion, CardWording, DraftStep, Scorecard
from qa.coaching.models import CoachingReport
from qa.comment_templates.models import CommentTemplate
from qa.db import Stored
from qa.digests.models import DigestChoice
from qa.disputes.models import Dispute, DisputedCriterion, DisputeHandover
from qa.edits.models import TranscriptEdit
from qa.evaluations.models import Answer, Evaluation, Evidence
from qa.feedback.models import CustomerAnswer
from qa.holds.models import LegalHold
from qa.insight.models import CardValidity, ContactCount, ContactDay, DrawPiece, DrawSums, PeerSpread
from qa.interactions.models import Interaction, Recording, Source
from qa.jobs.models import Job, Tick
from qa.kudos.models import Kudos
from qa.mail.models import SentMail
from qa.mystery.models import Attachment, Programme, Scenario, Visit
from qa.people.models import AccessToken, Link, SignIn, Team, User
from qa.picks.models import Pick, PickedItem
from qa.pulse.models import PulseAnswer, PulseInvitation, PulseRound, PulseStatement, PulseWords
from qa.revisions.models import EvaluationRevision
from qa.sampling.models import Draw, DrawItem, Plan, PlanReviewer
from qa.self_evaluations.models import SelfEvaluation
from qa.talks.models import Clip, Talk, TalkAction, TalkAgent, TalkEffect, TalkFocus, TalkNote
from qa.transcripts.models import Transcript, Turn
from qa.workload.models import EvaluationHandover, Handout, ReviewerAbsence

TABLES: tuple[type[Stored], ...] = (
    Team,
    User,
    SignIn,
    Link,
    AccessToken,
    AuditEntry,
    Job,
    Tick,
    Source,
    Interaction,
    Recording,
    LegalHold,
    CustomerAnswer,
    Transcript,
    Turn,
    TranscriptEdit,
    Scorecard,
    CardVersion,
    CardWording,
    DraftStep,
    CommentTemplate,
    Plan,
    PlanReviewer,
    Draw,
    DrawItem,
    Evaluation,
    Answer,
    Evidence,
    ScorePair,
    CalibrationSession,
    CalibrationItem,
    CalibrationReviewer,
    CalibrationScore,
    Decision,
    EvaluationRevision,
    Dispute,
    DisputedCriterion,
    DisputeHandover,
    SelfEvaluation,
    CoachingReport,
    Programme,
    Scenario,
    Visit,
    Attachment,
    ReviewerAbsence,
    EvaluationHandover,
    Handout,
    Pick,
    PickedItem,
    DigestChoice,
    DrawPiece,
    DrawSums,
    ContactDay,
    ContactCount,
    PeerSpread,
    CardValidity,
    Talk,
    TalkAgent,
    TalkFocus,
    TalkEffect,
    TalkNote,
    TalkAction,
    Clip,
    Kudos,
    PulseRound,
    PulseStatement,
    PulseInvitation,
    PulseAnswer,
    PulseWords,
    SentMail,
)

metadata = Stored.metadata
