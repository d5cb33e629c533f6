"""Mystery programmes: making them, writing scenarios, planning visits, releasing what came of a visit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.cards.models import CardVersion
from qa.cards.queries import card_of, current_version
from qa.errors import ConflictError, InvalidError
from qa.evaluations import service as evaluations
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import _
from qa.mystery.models import Programme, Scenario, Visit, VisitState
from qa.mystery.queries import evaluation_of
from qa.people.models import User, UserState
from scorecards.shoppers import for_shoppers, shopper_problems

LONGEST_NAME = 200
LONGEST_TEXT = 5_000
#: A visit planned further ahead than this was mistyped.
FURTHEST_AHEAD = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class ScenarioFacts:
    """Who the shopper is, what they ask, and what good handling looks like."""

    name: str
    persona: str
    question: str
    expected: str


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Who goes, who is visited, where and when."""

    shopper_id: int
    agent_id: int
    planned_for: datetime
    location: str = ""


def add_programme(act: Act, *, name: str, version: CardVersion) -> Programme:
    """Make a programme whose visits are filled in on a card for shoppers."""
    act.require(Permission.PROGRAMME_MANAGE)
    wanted = _named(name)
    if act.session.scalar(select(Programme).where(func.lower(Programme.name) == wanted.lower())):
        raise InvalidError(_("There is already a programme of this name."), field="name")
    _check_card(version)
    programme = Programme(
        name=wanted,
        scorecard_id=version.scorecard_id,
        created_at=act.now,
        created_by_id=act.actor.id if act.actor else None,
    )
    act.session.add(programme)
    act.session.flush()
    audit.record(act, "programme.added", programme, card=version.scorecard_id)
    return programme


def set_active(act: Act, programme: Programme, *, active: bool) -> None:
    """Close a programme to new visits, or open it again; visits that were planned go on."""
    act.require(Permission.PROGRAMME_MANAGE)
    programme.active = active
    audit.record(act, "programme.opened" if active else "programme.closed", programme)


def add_scenario(act: Act, programme: Programme, *, facts: ScenarioFacts) -> Scenario:
    """Write a scenario for the programme."""
    act.require(Permission.PROGRAMME_MANAGE)
    scenario = Scenario(programme_id=programme.id)
    _write(scenario, facts)
    programme.scenarios.append(scenario)
    act.session.flush()
    audit.record(act, "scenario.added", scenario)
    return scenario


def change_scenario(act: Act, scenario: Scenario, *, facts: ScenarioFacts) -> Scenario:
    """Change a scenario and return it; refused once a visit with it has begun, because that shopper did what it said."""
    act.require(Permission.PROGRAMME_MANAGE)
    begun = act.session.scalar(
        select(func.count())
        .select_from(Visit)
        .where(Visit.scenario_id == scenario.id, Visit.state != VisitState.PLANNED)
    )
    if begun:
        raise ConflictError(_("A visit with this scenario has begun, so it stays as it is. Write a new scenario."))
    _write(scenario, facts)
    audit.record(act, "scenario.changed", scenario)
    return scenario


def plan_visit(act: Act, scenario: Scenario, *, plan: VisitPlan) -> Visit:
    """Plan a visit; it is filled in on the version of the card that is published now."""
    act.require(Permission.PROGRAMME_MANAGE)
    if not scenario.programme.active:
        raise ConflictError(_("This programme is closed. Open it before you plan visits."))
    shopper, agent = act.session.get(User, plan.shopper_id), act.session.get(User, plan.agent_id)
    if shopper is None or shopper.role is not Role.SHOPPER or shopper.state is not UserState.ACTIVE:
        raise InvalidError(_("Choose a mystery shopper who can sign in."), field="shopper")
    if agent is None or agent.role is not Role.AGENT or agent.state is UserState.LEFT:
        raise InvalidError(_("Choose an agent who still works here."), field="agent")
    if len(plan.location.strip()) > LONGEST_NAME:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NAME), field="location")
    if plan.planned_for > act.now + FURTHEST_AHEAD:
        raise InvalidError(_("This is more than two years ahead. Check the date."), field="planned_for")
    version = current_version(act, scenario.programme.scorecard_id)
    _check_card(version)
    visit = Visit(
        scenario_id=scenario.id,
        shopper_id=shopper.id,
        agent_id=agent.id,
        location=plan.location.strip(),
        planned_for=plan.planned_for,
        card_version_id=version.id,
    )
    act.session.add(visit)
    act.session.flush()
    audit.record(act, "visit.planned", visit, shopper=shopper.id, agent=agent.id)
    return visit


def cancel_visit(act: Act, visit: Visit) -> Programme:
    """Take back a visit that has not begun, and return its programme."""
    act.require(Permission.PROGRAMME_MANAGE)
    act.session.refresh(visit, ["state"], with_for_update=True)
    if visit.state is not VisitState.PLANNED:
        raise ConflictError(_("The shopper has already begun this visit."))
    programme = visit.scenario.programme
    audit.record(act, "visit.cancelled", visit)
    act.session.delete(visit)
    act.session.flush()
    return programme


def release_visit(act: Act, visit: Visit) -> Evaluation:
    """Note that a supervisor checked the visit, and show its evaluation, which is returned, to who was visited."""
    act.require(Permission.EVALUATION_RELEASE)
    act.session.refresh(visit, ["state"], with_for_update=True)
    evaluation = evaluation_of(act, visit)
    if visit.state is not VisitState.SUBMITTED or evaluation is None:
        raise ConflictError(_("Only a visit that was handed in, and not yet released, can be released."))
    # Its evaluation may have been released from the list of evaluations before.
    if evaluation.state is EvaluationState.SUBMITTED:
        evaluations.release(act, evaluation)
    visit.state = VisitState.EVALUATED
    audit.record(act, "visit.released", visit)
    return evaluation


def _named(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise InvalidError(_("Give a name."), field="name")
    if len(wanted) > LONGEST_NAME:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NAME), field="name")
    return wanted


def _write(scenario: Scenario, facts: ScenarioFacts) -> None:
    scenario.name = _named(facts.name)
    for field, text in (("persona", facts.persona), ("question", facts.question), ("expected", facts.expected)):
        if not text.strip():
            raise InvalidError(_("Fill this in."), field=field)
        if len(text) > LONGEST_TEXT:
            raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TEXT), field=field)
    scenario.persona = facts.persona.strip()
    scenario.question = facts.question.strip()
    scenario.expected = facts.expected.strip()


def _check_card(version: CardVersion) -> None:
    """Refuse a card that is not for shoppers, or asks for what a shopper cannot give."""
    if not for_shoppers(version.scorecard.key):
        raise InvalidError(_("Choose a scorecard for mystery visits."), field="card")
    if any(shopper_problems(card_of(version))):
        raise InvalidError(
            _("This scorecard asks for causes or evidence, which a shopper cannot give. Take those out of it first."),
            field="card",
        )
