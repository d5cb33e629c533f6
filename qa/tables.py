"""Every table of the product, gathered so that migrations and tests see them all."""

from qa.audit.models import AuditEntry
from qa.cards.models import CardVersion, Scorecard
from qa.coaching.models import CoachingReport
from qa.db import Stored
from qa.evaluations.models import Answer, Evaluation, Evidence
from qa.interactions.models import Interaction, Recording, Source
from qa.jobs.models import Job, Tick
from qa.mystery.models import Attachment, Programme, Scenario, Visit
from qa.people.models import Link, SignIn, Team, User
from qa.sampling.models import Draw, DrawItem, Plan, PlanReviewer
from qa.transcripts.models import Transcript, Turn

TABLES: tuple[type[Stored], ...] = (
    Team,
    User,
    SignIn,
    Link,
    AuditEntry,
    Job,
    Tick,
    Source,
    Interaction,
    Recording,
    Transcript,
    Turn,
    Scorecard,
    CardVersion,
    Plan,
    PlanReviewer,
    Draw,
    DrawItem,
    Evaluation,
    Answer,
    Evidence,
    CoachingReport,
    Programme,
    Scenario,
    Visit,
    Attachment,
)

metadata = Stored.metadata
