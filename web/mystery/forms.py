"""Forms about programmes, scenarios and planned visits."""

from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField, TextAreaField

from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.i18n import Language, _
from qa.mystery.models import Scenario
from qa.mystery.service import LONGEST_NAME, LONGEST_TEXT, ScenarioFacts, VisitPlan
from qa.people.models import User
from web.forms import MomentField, PageForm, at_most, choices, label, required


class ProgrammeForm(PageForm):
    """A programme's name and card."""

    name = StringField(label(_("Name")), [required(), at_most(LONGEST_NAME)])
    card = SelectField(
        label(_("Scorecard")), description=label(_("Visits are filled in on this card, and scored by it."))
    )


class ScenarioForm(PageForm):
    """Who the shopper is, what they ask, what good handling looks like."""

    name = StringField(label(_("Name")), [required(), at_most(LONGEST_NAME)])
    persona = TextAreaField(
        label(_("Persona")),
        [required(), at_most(LONGEST_TEXT)],
        description=label(_("Who the shopper is in this visit: their situation, what they know, how they behave.")),
    )
    question = TextAreaField(
        label(_("Question")),
        [required(), at_most(LONGEST_TEXT)],
        description=label(_("What the shopper asks or wants to get done.")),
    )
    expected = TextAreaField(
        label(_("Expected handling")),
        [required(), at_most(LONGEST_TEXT)],
        description=label(_("What a good answer holds, so that the shopper can tell whether it was given.")),
    )


class PlanForm(PageForm):
    """A visit to be made."""

    scenario = SelectField(label(_("Scenario")))
    shopper = SelectField(label(_("Mystery shopper")))
    agent = SelectField(label(_("Who is visited")))
    location = StringField(
        label(_("Place")),
        [at_most(LONGEST_NAME)],
        description=label(_("Shop, desk or address; the telephone number for a call.")),
    )
    planned_for = MomentField(label(_("Planned for")), [required()])


class ReleaseForm(PageForm):
    """Nothing to fill in: the button is the decision."""


def programme_form(
    sent: "MultiDict[str, str] | None", *, cards: list[CardVersion], language: Language
) -> ProgrammeForm:
    """Return the form with the cards there are."""
    form = ProgrammeForm(sent)
    form.card.choices = choices((str(card.id), card_of(card).name.in_(language.value)) for card in cards)
    return form


def scenario_form(sent: "MultiDict[str, str] | None", *, scenario: Scenario | None) -> ScenarioForm:
    """Return the form, filled with the scenario where there is one."""
    return ScenarioForm(sent, obj=scenario)


def scenario_of(form: ScenarioForm) -> ScenarioFacts:
    """Return what the form says."""
    return ScenarioFacts(
        form.name.data or "", form.persona.data or "", form.question.data or "", form.expected.data or ""
    )


def plan_form(
    sent: "MultiDict[str, str] | None", *, scenarios: list[Scenario], shoppers: list[User], agents: list[User]
) -> PlanForm:
    """Return the form with the scenarios and people there are."""
    form = PlanForm(sent)
    form.scenario.choices = choices((str(item.id), item.name) for item in scenarios)
    form.shopper.choices = choices((str(item.id), item.name) for item in shoppers)
    form.agent.choices = choices(
        (str(item.id), f"{item.name} · {item.team.name}" if item.team else item.name) for item in agents
    )
    return form


def plan_of(form: PlanForm, *, zone: str) -> VisitPlan:
    """Return what the form says; its time is one of ``zone``."""
    at = moment_in(form.planned_for.data, zone=zone)
    assert at is not None  # the field is required
    return VisitPlan(
        shopper_id=int(form.shopper.data),
        agent_id=int(form.agent.data),
        planned_for=at,
        location=form.location.data or "",
    )


def moment_in(typed: datetime | None, *, zone: str) -> datetime | None:
    """Return the moment that a clock of the zone shows so."""
    return None if typed is None else typed.replace(tzinfo=ZoneInfo(zone))


def typed_in(moment: datetime | None, *, zone: str) -> datetime | None:
    """Return what a clock of the zone shows at the moment."""
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
