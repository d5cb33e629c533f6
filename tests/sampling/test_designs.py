"""Plans that filter, divide and spread: what they draw, what the record says of it, and what cannot be altered."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import InvalidError
from qa.evaluations.models import Evaluation
from qa.interactions.kinds import Channel, Direction
from qa.interactions.models import Interaction
from qa.people.models import User
from qa.privacy.erasure import erase_interaction
from qa.sampling import queries, service
from qa.sampling.division import Allocation, Division
from qa.sampling.frame import frame
from qa.sampling.models import Draw, ReplaceReason
from qa.sampling.period import Anchor, PeriodKind, parse_period
from qa.sampling.plan_design import plan_in_writing
from qa.sampling.plans import division_of, population_of
from qa.sampling.strata import Dimension, place_of, whole_of
from qa.sampling.told import design_sentences, population_sentences
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.sampling.plan_making import (
    IN_OCTOBER,
    OCTOBER,
    ZONE,
    calls,
    differences,
    drawn,
    entropy,
    foreseen,
    only,
    plan,
    wish,
)

SCRIPTS = Path(__file__).parents[2] / "docs"


def checked(act: Act, draw: Draw, path: Path) -> list[int]:
    """Reveal the draw, and return the exit codes of both scripts on its file."""
    service.reveal(act, draw)
    path.write_bytes(service.export(act, draw))
    return [
        subprocess.run([sys.executable, "-I", SCRIPTS / script, path], check=False, capture_output=True).returncode
        for script in ("verify_draw.py", "verify_allocation.py")
    ]


def test_every_part_of_the_filter_takes_part(act: Act, make: Makers) -> None:
    agent, other = make.agent(), make.agent()
    fits: dict[str, object] = {
        "agent": agent,
        "started_at": datetime(2026, 10, 6, 7, 30, tzinfo=UTC),  # a Tuesday, 09:30 in Amsterdam
        "queue": "Invoices",
        "direction": Direction.INBOUND,
        "language": "nl",
    }
    wanted = make.interaction(**fits)  # type: ignore[arg-type]
    make.transcript(wanted)
    source = make.source("chat")
    for unfit in (
        {"agent": other, "team_id": None},
        {"started_at": datetime(2026, 10, 7, 7, 30, tzinfo=UTC)},
        {"started_at": datetime(2026, 10, 6, 6, 59, tzinfo=UTC)},
        {"started_at": datetime(2026, 10, 6, 15, 0, tzinfo=UTC)},
        {"queue": "Returns"},
        {"direction": Direction.OUTBOUND},
        {"language": None},
        {"source_id": source.id},
    ):
        make.transcript(make.interaction(**{**fits, **unfit}))  # type: ignore[arg-type]
    make.interaction(**fits)  # type: ignore[arg-type]  # without a transcript
    found = plan(
        make,
        population=only(
            agent_ids=(agent.id,),
            queues=("Invoices",),
            directions=(Direction.INBOUND,),
            languages=("nl",),
            source_ids=(wanted.source_id,),
            weekdays=(1,),
            since_minute=9 * 60,
            until_minute=17 * 60,
            with_transcript=True,
        ),
    )
    assert [key for key, _stratum in frame(act, population_of(found), period=OCTOBER)] == [wanted.stable_key]
    told = " ".join(str(one) for one in population_sentences(act, population_of(found), zone=ZONE))
    assert told == (
        f"Only in this direction: Inbound. Only of these agents: {agent.name}. Only of these queues: Invoices. "
        "Only in these languages: Dutch. Only from these sources: telephone. Only on Tuesday. "
        "Only what began from 09:00 to 17:00 by the clock of Europe/Amsterdam. Only with a transcript."
    )
    hidden = " ".join(str(one) for one in population_sentences(act, population_of(found), zone=ZONE, named=False))
    assert agent.name not in hidden
    assert "Only of 1 agent." in hidden


def test_strata_are_combinations_and_what_has_no_value_stands_apart(act: Act, make: Makers) -> None:
    agent = make.agent("Anna", team=make.team("Invoices"))
    calls(make, agent, 4)
    calls(make, agent, 3, channel=Channel.CHAT)
    calls(make, agent, 2, team_id=None, queue="Night")
    draw = drawn(
        make, plan(make, per_agent=2, design=Division(strata=(Dimension.TEAM, Dimension.CHANNEL, Dimension.QUEUE)))
    )
    assert [(view.name, view.eligible, view.drawn) for view in queries.strata(act, draw)] == [
        ("Invoices · Call · no queue", 4, 2),
        ("Invoices · Chat · no queue", 3, 2),
        ("no team · Call · Night", 2, 2),
    ]
    assert {tuple(count["agents"]) for count in draw.counts.values()} == {(str(agent.id),)}
    told = " ".join(str(one) for one in design_sentences(act, division_of(draw.plan)))
    assert "Divided into strata by team, channel, queue." in told
    assert "Interactions without a team, queue or language are a stratum of their own." in told


def test_an_agent_sees_no_name_of_a_colleague_in_any_strata(act: Act, make: Makers, team_of_three: list[User]) -> None:
    mine = replace(act, actor=team_of_three[0])
    both = drawn(make, plan(make, name="Both", design=Division(strata=(Dimension.AGENT, Dimension.CHANNEL))))
    assert [(view.mine, view.name) for view in queries.strata(mine, both)] == [(True, ""), (False, ""), (False, "")]
    by_team = drawn(make, plan(make, name="Team", design=Division(strata=(Dimension.TEAM,))))
    assert [(view.name, view.marks) for view in queries.strata(mine, by_team)] == [("Invoices", ())]


@pytest.mark.parametrize(
    ("design", "numbers"),
    [
        (Division(allocation=Allocation.SHARE, share_bp=2500, minimum=2), [3, 2, 2]),
        (Division(allocation=Allocation.PROPORTIONAL, total=12, minimum=2), [6, 4, 2]),
        (Division(allocation=Allocation.NEYMAN, total=12, minimum=2), [6, 4, 2]),
        # Calls of a minute and a half, and three minutes each to score: ten of them fit, but for the last in turn.
        (Division(allocation=Allocation.BUDGET, minutes=45), [5, 4, 1]),
        (Division(each=2, parts=4), [2, 2, 2]),
        (Division(allocation=Allocation.PROPORTIONAL, total=12, parts=7), [6, 5, 1]),
    ],
)
def test_every_allocation_is_drawn_recorded_and_verified_by_anyone(
    act: Act, make: Makers, team_of_three: list[User], tmp_path: Path, design: Division, numbers: list[int]
) -> None:
    draw = drawn(make, plan(make, per_agent=design.each, design=design))
    assert [view.drawn for view in queries.strata(act, draw)] == numbers
    kept = json.loads(draw.canonical_plan)["allocation"]
    assert kept["rule"] == design.allocation.value
    waiting = [str(one.sentence) for one in service.verify(act, draw).findings if not one.agrees]
    assert waiting == ["The seed has not been revealed yet, so the draw itself cannot be redone."]
    assert checked(act, draw, tmp_path / "draw.json") == [0, 0]
    assert differences(act, draw) == ""
    told = [str(one.sentence) for one in service.verify(act, draw).findings]
    assert "The numbers to draw follow from the plan, stratum by stratum." in told
    assert ("The lengths are those by which the minutes were divided." in told) == (kept["rule"] == "budget")


def test_a_spread_sample_keeps_everyones_chance_and_comes_from_all_of_the_period(act: Act, make: Makers) -> None:
    agent = make.agent("Anna")
    for day in range(30):
        calls(make, agent, 2, at=OCTOBER.start + timedelta(days=day, hours=10))
    draw = drawn(make, plan(make, per_agent=5, design=Division(parts=5)))
    taken = Counter(item.stratum for item in draw.items)
    assert len(draw.counts) == 5
    for stratum, count in draw.counts.items():
        assert abs(taken[stratum] - 5 * count["eligible"] / 60) < 1
    for item in draw.items:
        part = (item.interaction.started_at - OCTOBER.start) / (OCTOBER.end - OCTOBER.start)
        assert place_of(item.stratum) == int(5 * part) + 1
    assert {item.inclusion_probability for item in draw.items} == {5 / 60}
    assert {whole_of(item.stratum) for item in draw.items} == {f"agent-{agent.id}"}
    assert [(view.eligible, view.wanted) for view in queries.strata(act, draw)] == [(60, 5)]


def test_a_replacement_comes_from_the_same_stretch_with_the_same_chance(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make, per_agent=2, design=Division(parts=2)))
    item = next(one for one in draw.items if one.stratum.startswith(f"agent-{team_of_three[0].id}|"))
    heir = service.replace_item(act, item, reason=ReplaceReason.PRIVATE_CALL)
    assert heir is not None
    assert (heir.stratum, heir.inclusion_probability) == (item.stratum, 2 / 10)
    service.reveal(act, draw)
    assert differences(act, draw) == ""


def test_numbers_that_do_not_follow_from_the_plan_are_found(
    act: Act, make: Makers, team_of_three: list[User], tmp_path: Path
) -> None:
    draw = drawn(make, plan(make, design=Division(allocation=Allocation.PROPORTIONAL, total=8)))
    service.reveal(act, draw)
    stratum = f"agent-{team_of_three[0].id}"
    counts = {**draw.counts, stratum: {**draw.counts[stratum], "wanted": 5}}
    act.session.execute(update(Draw).where(Draw.id == draw.id).values(counts=counts))
    told = differences(act, draw)
    assert f"Stratum “{stratum}” was asked for 5 interactions; by the plan it is 4." in told
    act.session.refresh(draw)
    path = tmp_path / "draw.json"
    path.write_bytes(service.export(act, draw))
    done = subprocess.run(
        [sys.executable, SCRIPTS / "verify_allocation.py", path], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, f"Stratum {stratum} was asked for 5; by the plan it is 4.\n")


def test_altered_lengths_and_an_unreadable_allocation_are_found(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    draw = drawn(make, plan(make, design=Division(allocation=Allocation.BUDGET, minutes=45)))
    service.reveal(act, draw)
    key = f"draws/{draw.id}/{draw.frame_digest}.lengths.jsonl"
    act.blobs.put(key, act.blobs.get(key).replace(b"270000", b"270001", 1))
    assert "The lengths are not those by which the minutes were divided." in differences(act, draw)
    act.blobs.delete(key)
    assert "The lengths by which the minutes were divided cannot be read." in differences(act, draw)
    altered = json.loads(draw.canonical_plan)
    altered["allocation"]["rule"] = "whim"
    act.session.execute(update(Draw).where(Draw.id == draw.id).values(canonical_plan=json.dumps(altered)))
    assert "The allocation in the record cannot be read." in differences(act, draw)


def test_a_draw_from_before_allocations_were_recorded_still_verifies(
    act: Act, make: Makers, team_of_three: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_it_was(*given: Any, **named: Any) -> dict[str, object]:
        return {name: value for name, value in plan_in_writing(*given, **named).items() if name != "allocation"}

    monkeypatch.setattr(service, "plan_in_writing", as_it_was)
    draw = drawn(make, plan(make))
    service.reveal(act, draw)
    assert "allocation" not in json.loads(draw.canonical_plan)
    assert differences(act, draw) == ""


def test_what_a_stratum_lacks_is_taken_from_the_named_one_and_said(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    calls(make, team_of_three[2], 6, channel=Channel.CHAT)
    design = Division(strata=(Dimension.AGENT, Dimension.CHANNEL), fill="channel-chat")
    outcome = service.draw_past(act, plan(make, per_agent=4, design=design), period=OCTOBER, entropy=entropy())
    found = {view.name: view.drawn for view in queries.strata(act, outcome.draw)}
    assert found == {"Anna · Call": 4, "Bram · Call": 4, "Chris · Call": 2, "Chris · Chat": 6}
    assert "2 interactions that other strata lack come from Chat." in [str(one) for one in outcome.sentences()]
    assert outcome.shortages == ()
    service.reveal(act, outcome.draw)
    assert differences(act, outcome.draw) == ""


def test_what_was_scored_or_erased_takes_no_part_and_is_counted(
    act: Act, make: Makers, team_of_three: list[User]
) -> None:
    first = drawn(make, plan(make, name="First", per_agent=2))
    gone = act.session.scalars(
        select(Interaction).where(
            Interaction.agent_id == team_of_three[0].id,
            Interaction.id.not_in([item.interaction_id for item in first.items]),
        )
    ).first()
    assert gone is not None
    erase_interaction(act, gone)
    assert gone.erased_at == act.now
    found = plan(make, name="Second", per_agent=20, population=only(not_evaluated=True))
    seen = foreseen(make, population_of(found), each=20)
    assert (seen.eligible, seen.expected) == (13, 13)
    outcome = service.draw_past(act, found, period=OCTOBER, entropy=entropy())
    assert (outcome.drawn, outcome.draw.frame_size) == (13, 13)
    told = [str(one) for one in outcome.sentences()]
    assert "1 interaction was erased and takes no part." in told
    assert "6 interactions were scored already or lie on a desk, and take no part." in told
    assert act.session.scalars(select(Evaluation)).all()


def test_neyman_learns_from_scores_of_the_past(make: Makers) -> None:
    scene = Scene(make)
    steady, wild = make.agent("Steady"), make.agent("Wild")
    before = parse_period("2026-06", zone=ZONE)
    scene.draw([steady, wild], period=before, eligible=80, each=16)
    scene.score_all(steady, [100] * 16)
    scene.score_all(wild, [100, 50] * 8)
    for agent in (steady, wild):
        calls(make, agent, 40)
    design = Division(allocation=Allocation.NEYMAN, total=20)
    supervised = replace(make.act, actor=scene.supervisor)
    found = plan(make, name="Neyman", design=design, scorecard_id=scene.version.scorecard_id)
    outcome = service.draw_past(supervised, found, period=OCTOBER, entropy=entropy())
    wanted = {view.name: view.wanted for view in queries.strata(supervised, outcome.draw)}
    assert sum(wanted.values()) == 20
    assert wanted["Wild"] > wanted["Steady"] > 1
    assert not any("Too little" in str(one) for one in outcome.sentences())
    kept = json.loads(outcome.draw.canonical_plan)["allocation"]["strata"]
    assert kept[f"agent-{wild.id}"]["variance"] > kept[f"agent-{steady.id}"]["variance"] > 0


def test_the_preview_tells_what_should_be_known_before_saving(make: Makers, team_of_three: list[User]) -> None:
    little = foreseen(make, only(), allocation=Allocation.NEYMAN, total=50)
    told = " ".join(str(one) for one in little.notes)
    assert "Too little was scored on this card to know how far scores lie apart, so the number is divided" in told
    assert "The plan asks for 50 interactions and there are 20." in told
    least = foreseen(make, only(), allocation=Allocation.PROPORTIONAL, total=5, minimum=4)
    assert "The least number of each stratum comes to 10 interactions, more than the 5" in " ".join(
        str(one) for one in least.notes
    )
    minutes = foreseen(make, only(), allocation=Allocation.BUDGET, minutes=10)
    assert "takes 14 minutes of review, more than the 10 of the plan." in " ".join(str(one) for one in minutes.notes)
    short = foreseen(make, only(), strata=(Dimension.AGENT, Dimension.CHANNEL), each=9)
    assert "2 strata hold fewer interactions than are asked of them." in str(short.notes[0])
    by_team = foreseen(make, only(), strata=(Dimension.TEAM,), each=10)
    assert [(row.name, row.eligible, row.expected) for row in by_team.agents] == [
        ("Anna", 10, 5.0),
        ("Bram", 8, 4.0),
        ("Chris", 2, 1.0),
    ]


def test_an_agent_who_moved_teams_is_in_both_and_the_preview_says_so(make: Makers, team_of_three: list[User]) -> None:
    calls(make, team_of_three[0], 3, at=IN_OCTOBER + timedelta(days=10), team_id=make.team("Returns").id)
    found = foreseen(make, only(), strata=(Dimension.TEAM,), each=1)
    assert [(row.name, row.eligible) for row in found.rows] == [("Invoices", 20), ("Returns", 3)]
    assert "1 agent moved teams in this period." in " ".join(str(note) for note in found.notes)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"population": only(agent_ids=(999_999,))}, "agents"),
        ({"population": only(source_ids=(999_999,))}, "sources"),
        ({"population": only(since_minute=60, until_minute=60)}, "until_time"),
        ({"design": Division(share_bp=0)}, "share"),
        ({"design": Division(total=0)}, "total"),
        ({"design": Division(minutes=0)}, "budget_minutes"),
        ({"design": Division(minimum=0)}, "minimum"),
        ({"design": Division(parts=32)}, "parts"),
        ({"design": Division(strata=())}, "strata"),
        ({"design": Division(fill="channel-phone")}, "fill"),
        ({"design": Division(strata=(Dimension.CHANNEL,), fill="channel-drum")}, "fill"),
        ({"period": PeriodKind.WEEK, "anchor": Anchor(4, 3)}, "anchor_nth"),
        ({"goals": {1: 0}}, "reviewers"),
    ],
)
def test_a_design_that_makes_no_sense_is_refused_at_its_field(
    act: Act, make: Makers, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        service.make_plan(act, replace(wish(make), **values), entropy=entropy())  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_plan_runs_from_fourth_thursday_to_fourth_thursday(act: Act, make: Makers) -> None:
    agent = make.agent()
    found = plan(make, anchor=Anchor(4, 3))
    assert [draw.starts_at.date().isoformat() for draw in found.draws] == ["2026-10-21", "2026-11-25"]
    inside = make.interaction(agent=agent, started_at=datetime(2026, 10, 21, 21, 59, tzinfo=UTC))
    make.interaction(agent=agent, started_at=datetime(2026, 10, 21, 22, 0, tzinfo=UTC))
    draw = drawn(make, found, period=parse_period("2026-09-4THU", zone=ZONE))
    assert [item.interaction_id for item in draw.items] == [inside.id]
    with pytest.raises(InvalidError, match="not one of the plan's"):
        drawn(make, found)
    with pytest.raises(InvalidError, match="Make a new plan"):
        service.change_plan(act, found, wish(make, anchor=Anchor(3, 3)))


def test_reviewers_have_goals_of_their_own(act: Act, make: Makers) -> None:
    rita, remi = (make.user(Role.REVIEWER).id for _ in range(2))
    found = plan(make, reviewer_ids=(rita, remi), goals={rita: 12})
    assert {one.user_id: one.goal for one in found.reviewers} == {rita: 12, remi: None}
    service.change_plan(act, found, wish(make, reviewer_ids=(rita, remi), goals={remi: 3}))
    assert {one.user_id: one.goal for one in found.reviewers} == {rita: None, remi: 3}
