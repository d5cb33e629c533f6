"""Forms about calibrations."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import RadioField, SelectField, StringField, TextAreaField

from qa.act import Act
from qa.calibration.labels import NO_CONSENSUS, OUTCOME_LABELS
from qa.calibration.models import Decision, Outcome
from qa.calibration.service import DecisionWish, SessionWish
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.evaluations.marks import LONGEST_COMMENT
from qa.i18n import Language, _, duration_text, say
from qa.interactions.kinds import CHANNEL_LABELS, SPOKEN
from qa.interactions.models import Interaction
from qa.people.models import User
from scorecards.definition import Criterion, Kind
from web.calibration.words import answer_choices
from web.forms import ChecksField, DayField, PageForm, at_most, choices, label, may_be_empty, required
from web.look import exact

#: A week to score, as for everything else on the desk.
USUAL_TERM = timedelta(days=7)


class SessionForm(PageForm):
    """What is scored, by whom, until when."""

    name = StringField(label(_("Name")), [required(), at_most(200)], render_kw={"autocomplete": "off"})
    card = SelectField(label(_("Scorecard")), [required()])
    reviewers = ChecksField(
        label(_("Reviewers")),
        [required(_("Choose at least two reviewers."))],
        description=label(_("At least two. They score apart from each other, on their own work lists.")),
    )
    locks_at = DayField(
        label(_("Last day to score")),
        [required()],
        description=label(_("After it, or once everything is in, the scores are laid side by side.")),
    )
    interactions = ChecksField(
        label(_("Interactions")),
        [required(_("Choose at least one interaction."))],
        description=label(_("The newest that nobody was given yet. Whose they are is not told to the reviewers.")),
    )


class DecisionForm(PageForm):
    """What the meeting makes of one criterion."""

    consensus = SelectField(label(_("The answer all can live with")), [may_be_empty()])
    note = TextAreaField(label(_("Note")), [at_most(LONGEST_COMMENT)])
    outcome = RadioField(label(_("What follows")), [required()])
    owner = SelectField(label(_("Who takes it up")), [may_be_empty()])
    due_on = DayField(label(_("Until when")), [may_be_empty()])


class NumberDecisionForm(DecisionForm):
    """The same for a criterion that is answered with a number."""

    consensus = StringField(  # type: ignore[assignment]  # a field of the same name, of another kind
        label(_("The answer all can live with")), [may_be_empty(), at_most(60)]
    )


def session_form(
    act: Act,
    sent: Any,
    *,
    cards: Sequence[CardVersion],
    reviewers: Sequence[User],
    interactions: Sequence[Interaction],
    language: Language,
) -> SessionForm:
    """Return the form, with a week to score."""
    form = SessionForm(sent, data={"locks_at": (act.now + USUAL_TERM).date()})
    form.card.choices = choices((str(one.scorecard_id), card_of(one).name.in_(language.value)) for one in cards)
    form.reviewers.choices = choices((str(one.id), one.name) for one in reviewers)
    form.interactions.choices = choices((str(one.id), _named(one, language=language)) for one in interactions)
    return form


def session_wish(act: Act, form: SessionForm) -> SessionWish:
    """Return the session that the form asks for; it locks when the last day is over."""
    return SessionWish(
        name=form.name.data or "",
        scorecard_id=int(form.card.data),
        interaction_ids=tuple(int(one) for one in form.interactions.data or ()),
        reviewer_ids=tuple(int(one) for one in form.reviewers.data or ()),
        locks_at=_day_after(act, form.locks_at.data or act.now.date()),
    )


def decision_form(
    sent: Any,
    criterion: Criterion,
    *,
    decision: Decision | None,
    owners: Sequence[User],
    language: Language,
) -> DecisionForm:
    """Return the form, filled with what was sent, else with what was decided before."""
    kind = NumberDecisionForm if criterion.kind is Kind.NUMERIC else DecisionForm
    form = kind(
        sent,
        data={
            "consensus": decision.consensus if decision else "",
            "note": decision.note if decision else "",
            "outcome": (decision.outcome if decision else Outcome.NONE).value,
            "owner": str(decision.owner_id or "") if decision else "",
            "due_on": decision.due_on if decision else None,
        },
    )
    if isinstance(form.consensus, SelectField):
        form.consensus.choices = choices([("", NO_CONSENSUS), *answer_choices(criterion, language=language)])
    form.outcome.choices = choices((outcome.value, text) for outcome, text in OUTCOME_LABELS.items())
    form.owner.choices = choices([("", _("Nobody")), *((str(one.id), one.name) for one in owners)])
    return form


def decision_wish(form: DecisionForm, *, criterion: str) -> DecisionWish:
    """Return the decision that the form asks for."""
    return DecisionWish(
        criterion=criterion,
        consensus=form.consensus.data or "",
        note=form.note.data or "",
        outcome=Outcome(form.outcome.data),
        owner_id=int(form.owner.data) if form.owner.data else None,
        due_on=form.due_on.data,
    )


def _named(interaction: Interaction, *, language: Language) -> str:
    parts = [say(CHANNEL_LABELS[interaction.channel], language), interaction.reference, exact(interaction.started_at)]
    if interaction.channel in SPOKEN and interaction.duration_ms is not None:
        parts.append(duration_text(interaction.duration_ms))
    return " · ".join(parts)


def _day_after(act: Act, last: date) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=ZoneInfo(act.time_zone))
