"""What cannot be, on the pages of plans and draws: a clear sentence in both languages, and nothing drawn or lost silently."""

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select, update

from qa.auth.roles import Role
from qa.i18n import Language
from qa.interactions.models import Interaction
from qa.sampling import service
from qa.sampling.division import Allocation, Division
from qa.sampling.models import Draw, DrawItem, DrawState
from qa.sampling.period import PeriodKind, parse_period
from qa.sampling.strata import Dimension
from tests.conftest import Stored
from tests.makers import Makers
from tests.sampling.plan_making import IN_OCTOBER, calls, drawn, plan
from tests.visitor import Visitor

BOTH = pytest.mark.parametrize("language", list(Language))
ZONE = "Europe/Amsterdam"

#: What a page says, by what is wrong and the reader's language.
SAID = {
    "nothing": (
        "No interaction matches this plan in this period, so there is nothing to draw.",
        "Geen enkele interactie voldoet in deze periode aan dit plan; er valt niets te trekken.",
    ),
    "too many": (
        "The plan asks for 50 interactions and there are 6.",
        "Het plan vraagt 50 interacties en er zijn er 6.",
    ),
    "clock": ("The clock changes in this period: it lasts 745", "In deze periode wordt de klok verzet: ze duurt 745"),
    "moved": ("1 agent moved teams in this period.", "1 medewerker wisselde in deze periode van team."),
    "short seed": ("A seed has 64 characters; this one has 5.", "Een startgetal telt 64 tekens; dit telt er 5."),
    "wrong digit": ("this one holds “g”", "dit bevat “g”"),
    "other seed": ("does not belong to the commitment", "hoort niet bij de vastlegging"),
    "right seed": ("This seed belongs to the commitment.", "Dit startgetal hoort bij de vastlegging."),
    "no agent": ("agent is missing", "ontbreekt"),
    "altered": ("Something differs.", "Er wijkt iets af."),
}


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def expected(what: str, language: Language) -> str:
    return SAID[what][language is Language.NL]


def supervisor(make: Makers, language: Language) -> int:
    return make.user(Role.SUPERVISOR, language=language).id


def stored_draws(make: Makers) -> int:
    asked = select(func.count()).select_from(Draw).where(Draw.state != DrawState.COMMITTED)
    return make.act.session.scalar(asked) or 0


@BOTH
def test_a_filter_that_matches_nothing(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        calls(make, make.agent(), 3)
        number, reader = plan(make).id, supervisor(make, language)
    answer = visitor.as_user(reader).post(f"/samples/{number}/draw", {"period": "2026-09"})
    assert answer.status_code == 422
    assert expected("nothing", language) in said(answer.text)
    with stored() as make:
        assert stored_draws(make) == 0


@BOTH
def test_a_number_above_what_there_is(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        for _agent in range(2):
            calls(make, make.agent(), 3)
        wide = Division(allocation=Allocation.PROPORTIONAL, total=50)
        number, reader = plan(make, design=wide).id, supervisor(make, language)
    visitor.as_user(reader)
    done = visitor.post(f"/samples/{number}/draw", {"period": "2026-10"})
    assert expected("too many", language) in said(visitor.get(done.location).text)
    with stored() as make:
        assert make.act.session.scalar(select(func.count()).select_from(DrawItem)) == 6


@BOTH
def test_a_period_in_which_the_clock_changes(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        agent = make.agent()
        # On the night of 25 October two o'clock comes twice: both are of that day.
        for hour in (22, 23, 24, 25, 26):
            make.interaction(agent=agent, started_at=IN_OCTOBER.replace(day=24, hour=0) + timedelta(hours=hour))
        make.interaction(agent=agent, started_at=IN_OCTOBER.replace(day=25, hour=23))
        card, reader = make.card().scorecard_id, supervisor(make, language)
    asked = f"per_agent=5&period=month&time_zone={ZONE}&card={card}"
    assert expected("clock", language) in said(visitor.as_user(reader).get(f"/samples/preview?{asked}").text)
    with stored() as make:
        daily = plan(make, period=PeriodKind.DAY, per_agent=10)
        assert len(drawn(make, daily, period=parse_period("2026-10-25", zone=ZONE)).items) == 5


@BOTH
def test_an_interaction_without_an_agent(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        make.source(agent_channel=0)
        reader = supervisor(make, language)
    table = b"file,agent,started_at\none.wav,,2026-10-10 10:32\n"
    answer = visitor.as_user(reader).post(
        "/interactions/upload/recordings",
        {
            "source": "telephone",
            "files": [(io.BytesIO(b"RIFF"), "one.wav")],
            "table": (io.BytesIO(table), "calls.csv"),
        },
    )
    assert answer.status_code == 422
    assert expected("no agent", language) in said(answer.text)
    with stored() as make:
        assert make.act.session.scalar(select(func.count()).select_from(Interaction)) == 0


@BOTH
def test_an_agent_who_moved_teams(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        before, after = make.team("Invoices"), make.team("Returns")
        agent = make.agent("Anna", team=after)
        calls(make, agent, 3, team_id=before.id)
        calls(make, agent, 4, at=IN_OCTOBER + timedelta(days=9))
        design = Division(strata=(Dimension.TEAM,), each=10)
        number, reader = plan(make, per_agent=10, design=design).id, supervisor(make, language)
        teams = {f"team-{before.id}": 3, f"team-{after.id}": 4}
        asked = f"per_agent=10&strata=team&period=month&time_zone={ZONE}&card={make.card().scorecard_id}"
    visitor.as_user(reader)
    assert expected("moved", language) in said(visitor.get(f"/samples/preview?{asked}").text)
    assert visitor.post(f"/samples/{number}/draw", {"period": "2026-10"}).status_code == 303
    with stored() as make:
        items = make.act.session.scalars(select(DrawItem.stratum)).all()
        assert Counter(items) == teams


@BOTH
def test_a_seed_typed_wrongly(stored: Stored, visitor: Visitor, language: Language) -> None:
    with stored() as make:
        calls(make, make.agent(), 3)
        draw = drawn(make, plan(make))
        service.reveal(make.act, draw)
        number, seed, reader = draw.id, draw.seed, make.agent(language=language).id
    visitor.as_user(reader)
    address = f"/draws/{number}/verify?seed="
    other = f"{'0' if seed[0] != '0' else '1'}{seed[1:]}"
    for typed, what in (("12345", "short seed"), (f"g{seed[1:]}", "wrong digit"), (other, "other seed")):
        answer = visitor.get(address + typed)
        assert answer.status_code == 422
        assert expected(what, language) in said(answer.text)
        assert f'value="{typed}"' in answer.text
    assert visitor.get(address).status_code == 422
    right = visitor.get(address + f"%20{seed[:32].upper()}%20{seed[32:]}")
    assert right.status_code == 200
    assert expected("right seed", language) in said(right.text)


def _of_the_frame(make: Makers, draw: Draw) -> None:
    assert draw.frame_key is not None
    kept = make.act.blobs.get(draw.frame_key)
    make.act.blobs.put(draw.frame_key, kept.replace(kept[2:3], b"0" if kept[2:3] != b"0" else b"1", 1))


def _of_the_plan(make: Makers, draw: Draw) -> None:
    altered = draw.canonical_plan.replace('"per_stratum":3', '"per_stratum":4')
    assert altered != draw.canonical_plan
    make.act.session.execute(update(Draw).where(Draw.id == draw.id).values(canonical_plan=altered))


def _of_an_item(make: Makers, draw: Draw) -> None:
    item = draw.items[0]
    number = item.u[:-1] + ("0" if item.u[-1] != "0" else "1")
    make.act.session.execute(update(DrawItem).where(DrawItem.id == item.id).values(u=number))


def _of_the_commitment(make: Makers, draw: Draw) -> None:
    told = draw.commitment[:-1] + ("0" if draw.commitment[-1] != "0" else "1")
    make.act.session.execute(update(Draw).where(Draw.id == draw.id).values(commitment=told))


@BOTH
@pytest.mark.parametrize("alter", [_of_the_frame, _of_the_plan, _of_an_item, _of_the_commitment])
def test_a_record_altered_by_one_byte(
    stored: Stored, visitor: Visitor, language: Language, alter: Callable[[Makers, Draw], None]
) -> None:
    with stored() as make:
        calls(make, make.agent(), 6)
        draw = drawn(make, plan(make))
        service.reveal(make.act, draw)
        number, reader = draw.id, supervisor(make, language)
    visitor.as_user(reader)
    assert expected("altered", language) not in said(visitor.get(f"/draws/{number}/verify").text)
    with stored() as make:
        alter(make, make.act.session.get_one(Draw, number))
    assert expected("altered", language) in said(visitor.get(f"/draws/{number}/verify").text)
