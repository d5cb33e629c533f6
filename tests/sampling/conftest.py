"""What tests of plans and draws may ask for: a team of which one has fewer interactions than the plans ask."""

import pytest

from qa.people.models import User
from tests.makers import Makers
from tests.sampling.plan_making import calls


@pytest.fixture
def team_of_three(make: Makers) -> list[User]:
    """Anna with ten interactions in October, Bram with eight, Chris with two."""
    team = make.team("Invoices")
    agents = [make.agent(name, team=team) for name in ("Anna", "Bram", "Chris")]
    for agent, number in zip(agents, (10, 8, 2), strict=True):
        calls(make, agent, number)
    return agents
