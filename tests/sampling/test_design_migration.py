"""Plans from before they could say how they divide draw so many of each agent; what was erased before stays out of draws."""

from sqlalchemy import Engine, select, text

from qa import migrate
from qa.interactions.models import Interaction
from qa.privacy.erasure import erase_interaction
from qa.sampling.division import Division
from qa.sampling.models import Plan
from qa.sampling.plans import division_of, population_of
from tests.conftest import Stored
from tests.sampling.plan_making import only, plan


def test_old_plans_draw_by_agent_and_erased_interactions_are_dated(stored: Stored, engine: Engine) -> None:
    with stored() as make:
        plan(make, per_agent=4)
        kept, erased = make.interaction(), make.interaction()
        erase_interaction(make.act, erased)
        moment, numbers = make.act.now, (kept.id, erased.id)

    migrate.downgrade(engine, revision="0017-1")
    with engine.connect() as connection:
        assert "strata" not in set(connection.execute(text("SELECT * FROM plans")).keys())
    migrate.upgrade(engine)

    with stored() as make:
        found = make.act.session.scalars(select(Plan)).one()
        assert division_of(found) == Division(each=4)
        assert population_of(found) == only()
        dates = [make.act.session.get_one(Interaction, number).erased_at for number in numbers]
        assert dates == [None, moment]
