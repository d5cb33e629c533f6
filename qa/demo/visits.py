"""The demo's mystery visits: one handed in and checked, one that waits for the shopper."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of, published_cards
from qa.demo.company import by_role, manifest
from qa.evaluations.marks import Mark
from qa.mystery.filling import hand_in, save_answer, save_notes, save_times, start_visit
from qa.mystery.models import Programme
from qa.mystery.pieces import Times
from qa.mystery.service import ScenarioFacts, VisitPlan, add_programme, add_scenario, plan_visit, release_visit
from scorecards.definition import Criterion, Kind

CARD = "mystery-visit"
PROGRAMME = "Servicepunten"

SCENARIO = ScenarioFacts(
    name="Voorschot te hoog",
    persona="U bent net verhuisd, woont met twee kinderen in een tussenwoning en verbruikt minder dan uw vorige bewoner.",
    question="Mijn maandbedrag is hoger dan ik verwachtte. Kunt u uitleggen waarom, en kan het omlaag?",
    expected=(
        "De medewerker begroet u, vraagt naar uw situatie, legt uit hoe het bedrag tot stand komt, "
        "biedt aan het aan te passen en belooft niets over een terugbetaling."
    ),
)

NOTES = (
    "Ik was na drie minuten aan de beurt. De medewerker legde rustig uit hoe het bedrag tot stand komt en paste het "
    "meteen aan. Aan het eind vroeg ze of alles duidelijk was."
)

#: What the demo's shopper answers; anything else gets the best answer.
_ANSWERS = {"waiting": Mark(number="3"), "goodbye": Mark(option="no"), "privacy": Mark(not_applicable=True)}


def make_visits(act: Act) -> None:
    """Make the programme with its two visits, where it is not there yet."""
    if act.session.scalar(select(Programme).where(Programme.name == PROGRAMME)) is not None:
        return
    supervisor, shopper = by_role(act, Role.SUPERVISOR)[0], by_role(act, Role.SHOPPER)[0]
    agents = {agent.reference: agent for agent in by_role(act, Role.AGENT)}
    visited = [agents[str(agent["reference"])] for agent in manifest()["agents"] if agent["team"] == "nl"]
    version = next(found for found in published_cards(act) if found.scorecard.key == CARD)
    noon = act.now.replace(hour=12, minute=0, second=0, microsecond=0)
    arrived = noon - timedelta(days=9)
    before = replace(act, actor=supervisor, now=arrived - timedelta(days=5))
    scenario = add_scenario(before, add_programme(before, name=PROGRAMME, version=version), facts=SCENARIO)
    done = plan_visit(before, scenario, plan=VisitPlan(shopper.id, visited[0].id, arrived, "Servicepunt Utrecht"))
    plan_visit(
        replace(act, actor=supervisor),
        scenario,
        plan=VisitPlan(shopper.id, visited[1].id, noon + timedelta(days=2), "Servicepunt Zwolle"),
    )
    there = replace(act, actor=shopper, now=arrived + timedelta(hours=2))
    start_visit(there, done)
    save_times(there, done, times=Times(arrived, arrived + timedelta(minutes=18)), revision=1)
    for number, (_section, criterion) in enumerate(card_of(version).criteria(), start=2):
        if criterion.condition is None:
            save_answer(there, done, criterion=criterion.key, mark=_mark(criterion), revision=number)
    save_notes(there, done, notes=NOTES, revision=100)
    hand_in(there, done)
    release_visit(replace(act, actor=supervisor, now=arrived + timedelta(days=1)), done)


def _mark(criterion: Criterion) -> Mark:
    if criterion.key in _ANSWERS:
        return _ANSWERS[criterion.key]
    if criterion.kind is Kind.TEXT:
        return Mark(text=NOTES)
    return Mark(option=max(criterion.options, key=lambda option: option.value).key)
