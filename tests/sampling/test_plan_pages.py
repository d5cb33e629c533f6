"""The pages of plans that filter, divide and spread: what is typed is kept, said back, and previewed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.auth.roles import Role
from qa.estimate.planning import margin
from qa.i18n import Language, say
from qa.insight.past import past_of
from qa.interactions.kinds import Channel, Direction
from qa.sampling import service
from qa.sampling.division import Allocation, Division
from qa.sampling.models import Plan
from qa.sampling.period import Anchor, parse_period
from qa.sampling.plans import division_of, population_of
from qa.sampling.strata import Dimension
from qa.sampling.told import design_sentences, population_sentences
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.insight.scene import Scene
from tests.sampling.plan_making import ZONE, calls, drawn, only, plan
from tests.visitor import Visitor


@pytest.fixture
def company(stored: Stored) -> dict[str, int]:
    with stored() as make:
        team = make.team("Invoices")
        agents = [make.agent(name, team=team) for name in ("Anna Appel", "Bram Bos")]
        for agent, number in zip(agents, (6, 2), strict=True):
            calls(make, agent, number)
        calls(make, agents[0], 4, channel=Channel.CHAT, queue="Night")
        return {
            "supervisor": make.user(Role.SUPERVISOR).id,
            "reviewer": make.user(Role.REVIEWER).id,
            "agent": agents[1].id,
            "other": agents[0].id,
            "team": team.id,
            "source": make.source().id,
            "card": make.card().scorecard_id,
        }


def typed(company: dict[str, int], **values: object) -> dict[str, object]:
    return {
        "name": "Wide",
        "purpose": "programme",
        "period": "month",
        "time_zone": ZONE,
        "card": str(company["card"]),
        "reviewers": str(company["reviewer"]),
        **values,
    }


def test_everything_that_is_typed_is_kept_and_said_back(
    company: dict[str, int], visitor: Visitor, stored: Stored
) -> None:
    visitor.as_user(company["supervisor"])
    sent = visitor.post(
        "/samples/new",
        typed(
            company,
            anchor_nth="4",
            anchor_weekday="3",
            strata=["team", "channel"],
            allocation="budget",
            share="2,5",
            total="40",
            budget_minutes="90",
            minimum="2",
            parts="4",
            fill=f"team-{company['team']}",
            directions="inbound",
            agents=[str(company["agent"]), str(company["other"])],
            queues="Night\n Invoices \n",
            languages="nl",
            sources=str(company["source"]),
            weekdays=["0", "4"],
            since_time="9:00",
            until_time="24:00",
            min_csat="0",
            max_csat="25",
            with_transcript="y",
            not_evaluated="y",
            not_held="y",
            **{f"goal_{company['reviewer']}": "12"},
        ),
    )
    assert sent.status_code == 303
    with stored() as make:
        made = make.act.session.scalar(select(Plan).where(Plan.name == "Wide"))
        assert made is not None
        assert population_of(made) == only(
            agent_ids=(company["agent"], company["other"]),
            queues=("Night", "Invoices"),
            directions=(Direction.INBOUND,),
            languages=("nl",),
            source_ids=(company["source"],),
            weekdays=(0, 4),
            since_minute=540,
            until_minute=1440,
            min_csat=0,
            max_csat=25,
            with_transcript=True,
            not_evaluated=True,
            not_held=True,
        )
        assert division_of(made) == Division(
            (Dimension.TEAM, Dimension.CHANNEL), Allocation.BUDGET, 5, 250, 40, 90, 2, 4, f"team-{company['team']}"
        )
        assert made.anchor == Anchor(4, 3)
        assert [one.goal for one in made.reviewers] == [12]
        number = made.id
    page = words_of(visitor.get(f"/samples/{number}").text)
    assert "Only of these agents: Anna Appel, Bram Bos." in page
    assert "Only on Monday, Friday." in page
    assert "Only what began from 09:00 to 24:00 by the clock of Europe/Amsterdam." in page
    assert "such a sample says nothing of interactions on which nobody answered" in page
    assert "Not what is under legal hold." in page
    assert "90 minutes of review in all" in page
    assert "it is cut into 4 equal stretches of time" in page
    assert "(12 a period)" in page
    form = visitor.get(f"/samples/{number}/edit").text
    for shown in ('value="2.5"', 'value="09:00"', 'value="24:00"', 'selected value="budget"', 'selected value="4"'):
        assert shown in form, shown
    assert visitor.as_user(company["agent"]).get(f"/samples/{number}").status_code == 200
    hidden = words_of(visitor.get(f"/samples/{number}").text)
    assert "Anna Appel" not in hidden
    assert "Only of 2 agents." in hidden


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"share": "0"}, "Give a number from 0.01 to 100."),
        ({"parts": "40"}, "Give a number from 1 to 31."),
        ({"since_time": "nine"}, "such as 09:30"),
        ({"until_time": "24:30"}, "such as 09:30"),
        ({"since_time": "9:00", "until_time": "09:00"}, "nothing could match"),
        ({"fill": "channel-phone"}, "the plan has to divide by what you choose here"),
        ({"period": "week", "anchor_nth": "4", "anchor_weekday": "3"}, "Only a month can begin on a weekday"),
        ({"agents": "999999"}, "agents-error"),
        ({"strata": "weather"}, "strata-error"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_kept(
    company: dict[str, int], visitor: Visitor, values: dict[str, object], told: str
) -> None:
    answer = visitor.as_user(company["supervisor"]).post("/samples/new", typed(company, queues="Night", **values))
    assert answer.status_code == 422
    assert told in answer.text
    assert "Night</textarea>" in answer.text


def test_the_preview_shows_strata_agents_and_minutes(company: dict[str, int], visitor: Visitor) -> None:
    asked = f"/samples/preview?period=month&time_zone={ZONE}&per_agent=2&strata=channel&card={company['card']}"
    visitor.as_user(company["supervisor"])
    page = words_of(visitor.get(asked).text)
    assert "Interactions 12 Would be drawn 4" in page
    assert "Call 8 2 9" in page
    assert "Chat 4 2 6" in page
    assert "Anna Appel 10 3.5" in page
    assert "too little was scored on this card last year (n 0)" in page
    assert "Fill in the numbers" in visitor.get(asked.replace("per_agent=2", "per_agent=0")).text


def test_the_preview_tells_how_sure_each_agents_score_would_be(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        scene = Scene(make)
        agents = [make.agent(name) for name in ("Anna", "Bram")]
        scene.draw(agents, period=parse_period("2026-06", zone=ZONE), each=18)
        for agent in agents:
            scene.score_all(agent, [100, 75, 50] * 6)
        calls(make, agents[0], 40)
        supervisor, card = scene.supervisor.id, scene.version.scorecard_id
        past = past_of(replace(make.act, actor=scene.supervisor), card="phone-service")
        assert past.spread is not None
        expected = margin(past.spread, 8, population=40)
    visitor.as_user(supervisor)
    page = words_of(visitor.get(f"/samples/preview?period=month&time_zone={ZONE}&per_agent=8&card={card}").text)
    assert f"Anna 40 8 36 ±{expected:.1f}" in page
    assert "Bram fewer than 8 0 0 0 –" in page
    assert "36 scores of 2 agents" in page


def test_a_draw_by_team_says_strata_and_shows_an_agent_no_colleague(
    company: dict[str, int], visitor: Visitor, stored: Stored
) -> None:
    with stored() as make:
        design = Division(strata=(Dimension.TEAM, Dimension.CHANNEL), parts=2)
        draw = drawn(make, plan(make, per_agent=2, design=design))
        service.reveal(make.act, draw)
        number = draw.id
    page = words_of(visitor.as_user(company["agent"]).get(f"/draws/{number}").text)
    assert "Of each stratum, those with the smallest numbers are drawn." in page
    assert "That is done in each stretch of the period apart" in page
    assert "Invoices · Call" in page
    assert "Anna Appel" not in page
    checked = words_of(visitor.get(f"/draws/{number}/verify").text)
    assert "Everything agrees." in checked
    assert "The numbers to draw follow from the plan, stratum by stratum." in checked


def test_a_plan_is_told_in_whole_dutch_sentences(stored: Stored) -> None:
    with stored() as make:
        act = replace(make.act, actor=make.user(Role.SUPERVISOR, language=Language.NL))
        population = only(
            channels=(Channel.PHONE, Channel.CHAT), weekdays=(5, 6), min_duration_ms=30_000, languages=("nl",)
        )
        told = [say(one, Language.NL) for one in population_sentences(act, population, zone=ZONE)]
        design = Division((Dimension.AGENT, Dimension.LANGUAGE), Allocation.SHARE, share_bp=250, minimum=2)
        divided = [say(one, Language.NL) for one in design_sentences(act, design)]
    assert told == [
        "Alleen deze kanalen: Gesprek, Chat.",
        "Alleen in deze talen: Nederlands.",
        "Alleen van 00:30 of langer.",
        "Alleen op zaterdag, zondag.",
    ]
    assert divided[:3] == [
        "Verdeeld in strata naar medewerker, taal.",
        "Van elk stratum wordt 2,5 % getrokken, naar boven afgerond.",
        "Van elk stratum worden ten minste 2 interacties getrokken, voor zover het die bevat.",
    ]
