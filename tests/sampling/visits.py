"""A mystery visit, for the tests that it stays out of draws."""

from qa.auth.roles import Role
from qa.interactions.models import Interaction
from qa.mystery.models import Programme, Scenario, Visit, VisitState
from tests.makers import Makers


def visit_of(make: Makers, interaction: Interaction) -> Visit:
    """Make the visit that this interaction is."""
    version = make.card()
    programme = Programme(name="Shops", scorecard_id=version.scorecard_id, created_at=make.act.now)
    scenario = Scenario(programme=programme, name="Refund", persona="In a hurry", question="A refund?", expected="Yes")
    made = Visit(
        scenario=scenario,
        shopper_id=make.user(Role.SHOPPER).id,
        agent_id=interaction.agent_id,
        state=VisitState.SUBMITTED,
        planned_for=make.act.now,
        submitted_at=make.act.now,
        card_version_id=version.id,
        answers={},
        interaction_id=interaction.id,
    )
    make.act.session.add_all([programme, scenario, made])
    make.act.session.flush()
    return made
