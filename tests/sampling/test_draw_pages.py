"""The pages of plans and draws: what each role sees, and that a seed is never among it too early."""

import re
from dataclasses import dataclass
from html import unescape

import pytest
from sqlalchemy import select, update

from qa.auth.roles import Role
from qa.i18n import Language
from qa.sampling import service
from qa.sampling.models import Draw, DrawItem, DrawState, Plan
from tests.conftest import Stored
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, drawn, entropy, plan
from tests.visitor import Visitor

WAITING = 2


@dataclass(frozen=True)
class Scene:
    """Numbers of what was made."""

    plan: int
    draw: int
    promised: int
    item: int
    seeds: tuple[str, ...]
    supervisor: int
    admin: int
    reviewer: int
    agent: int
    card: int


@pytest.fixture
def scene(stored: Stored) -> Scene:
    with stored() as make:
        agents = [make.agent(name) for name in ("Anna Appel", "Bram Bos")]
        for agent, number in zip(agents, (6, 2), strict=True):
            calls(make, agent, number)
        found = plan(make, name="Monthly calls")
        draw = drawn(make, found)
        secrets = [one.seed for one in found.draws] + [one.salt for one in found.draws]
        return Scene(
            found.id,
            draw.id,
            next(one.id for one in found.draws if one.state is DrawState.COMMITTED),
            draw.items[0].id,
            tuple(secrets),
            make.user(Role.SUPERVISOR).id,
            make.user(Role.ADMIN).id,
            found.reviewers[0].user_id,
            agents[0].id,
            found.scorecard_id,
        )


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def plan_values(scene: Scene, **values: object) -> dict[str, object]:
    return {
        "name": "Weekly",
        "purpose": "development",
        "per_agent": "4",
        "period": "week",
        "time_zone": "Europe/Amsterdam",
        "card": str(scene.card),
        "reviewers": str(scene.reviewer),
        **values,
    }


@pytest.mark.parametrize("who", ["agent", "reviewer", "supervisor", "admin"])
def test_nobody_meets_a_seed_or_salt_on_any_page_before_it_is_revealed(
    scene: Scene, visitor: Visitor, who: str
) -> None:
    visitor.as_user(getattr(scene, who))
    paths = ["/samples", f"/samples/{scene.plan}", "/samples/preview", f"/draw-items/{scene.item}/replace"]
    for draw in (scene.draw, scene.promised):
        paths += [f"/draws/{draw}", f"/draws/{draw}/verify", f"/draws/{draw}/export"]
    paths.append(f"/samples/{scene.plan}/edit")
    for path in paths:
        answer = visitor.get(path).get_data(as_text=True)
        assert not any(secret in answer for secret in scene.seeds), path


def test_an_agent_sees_the_commitment_before_and_the_seed_after(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        promised, draw = make.act.session.get_one(Draw, scene.promised), make.act.session.get_one(Draw, scene.draw)
        commitments, seed = (promised.commitment, draw.commitment), draw.seed
    visitor.as_user(scene.agent)
    assert commitments[0] in visitor.get(f"/draws/{scene.promised}").get_data(as_text=True)
    assert seed not in visitor.get(f"/draws/{scene.draw}").get_data(as_text=True)
    with stored() as make:
        service.reveal(make.act, make.act.session.get_one(Draw, scene.draw))
    page = visitor.get(f"/draws/{scene.draw}").get_data(as_text=True)
    assert seed in page
    assert commitments[1] in page
    found = text(visitor.get(f"/draws/{scene.draw}/verify").get_data(as_text=True))
    assert "Everything agrees." in found
    assert "All 5 drawn interactions come out again, in the same order." in found


def test_an_agent_reads_no_name_of_a_colleague(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.agent)
    for path in (f"/draws/{scene.draw}", f"/samples/{scene.plan}", "/samples", f"/draws/{scene.draw}/verify"):
        page = visitor.get(path).get_data(as_text=True)
        assert "Bram Bos" not in page
    shown = visitor.get(f"/draws/{scene.draw}").get_data(as_text=True)
    assert "A colleague" in shown
    assert shown.count('class="mark mark-drawn" d="M') == WAITING  # the own stratum and the legend
    assert "/interactions/" not in shown


def test_a_supervisor_sees_the_frame_and_every_item(scene: Scene, visitor: Visitor) -> None:
    page = visitor.as_user(scene.supervisor).get(f"/draws/{scene.draw}").get_data(as_text=True)
    found = text(page)
    assert "Draw: October 2026" in found
    assert "5 of 8 interactions" in found
    assert "Anna Appel" in found
    assert "Bram Bos" in found
    assert "style=" not in page
    assert page.count('/replace">Replace') == 5


def test_the_list_links_every_number_to_what_it_counts(scene: Scene, visitor: Visitor) -> None:
    page = visitor.as_user(scene.supervisor).get("/samples").get_data(as_text=True)
    assert f'href="/draws/{scene.draw}?show=open#items"' in page
    assert f'href="/draws/{scene.draw}?show=submitted#items"' in page
    empty = text(visitor.get(f"/draws/{scene.draw}?show=submitted").get_data(as_text=True))
    assert "There are none in this list." in empty


def test_a_company_without_plans_is_told_what_will_stand_here(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, agent = make.user(Role.SUPERVISOR).id, make.agent().id
    assert "Make the first plan" in visitor.as_user(supervisor).get("/samples").get_data(as_text=True)
    found = visitor.as_user(agent).get("/samples").get_data(as_text=True)
    assert "No sampling plans yet" in found
    assert "Make the first plan" not in found


def test_a_plan_is_made_and_its_draws_are_promised(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    visitor.as_user(scene.supervisor)
    sent = visitor.post(
        "/samples/new", plan_values(scene, channels="phone", min_duration="0:30", max_duration="1:02:00")
    )
    assert sent.status_code == 303
    with stored() as make:
        made = make.act.session.scalar(select(Plan).where(Plan.name == "Weekly"))
        assert made is not None
        assert (made.per_agent, made.channels, made.min_duration_ms) == (4, ["phone"], 30_000)
        assert made.max_duration_ms == 3_720_000
        assert len(made.draws) == 2


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": ""}, "Fill this in."),
        ({"per_agent": "many"}, "per_agent-error"),
        ({"per_agent": "0"}, "Give a number from 1 to 1,000."),
        ({"min_duration": "half a minute"}, "such as 1:30"),
        ({"min_duration": "2:00", "max_duration": "1:00"}, "nothing could match"),
        ({"reviewers": ""}, "reviewer"),
        ({"time_zone": "Mars"}, "is not a time zone"),
        ({"name": "monthly calls"}, "already a plan with this name"),
        ({"card": "999999"}, "card-error"),
    ],
)
def test_a_wrong_plan_comes_back_with_what_was_typed(
    scene: Scene, visitor: Visitor, values: dict[str, object], told: str
) -> None:
    answer = visitor.as_user(scene.supervisor).post("/samples/new", plan_values(scene, purpose="appraisal", **values))
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert told in page
    assert 'selected value="appraisal"' in page


def test_the_preview_works_with_and_without_a_script(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.supervisor)
    without = visitor.post("/samples/new", plan_values(scene, period="month", preview="1"))
    assert without.status_code == 200
    assert "Anna Appel" in without.get_data(as_text=True)
    part = visitor.get("/samples/preview?name=&per_agent=4&period=month&time_zone=Europe/Amsterdam")
    found = text(part.get_data(as_text=True))
    assert "<html" not in part.get_data(as_text=True)
    assert "In October 2026" in found
    assert "Interactions 8 Would be drawn 6" in found
    assert "1 agent has fewer than 4 interactions." in found
    nothing = visitor.get("/samples/preview?per_agent=4&period=month&time_zone=Europe/Amsterdam&channels=sms")
    assert "No interaction matches" in text(nothing.get_data(as_text=True))
    assert "Fill in the numbers" in visitor.get("/samples/preview?per_agent=&period=month").get_data(as_text=True)


def test_a_plan_is_changed_stopped_and_started_again(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    visitor.as_user(scene.supervisor)
    form = visitor.get(f"/samples/{scene.plan}/edit").get_data(as_text=True)
    # Two reviewers, and the agents by whom the draw is divided.
    assert form.count("<input checked") == 3
    changed = visitor.post(
        f"/samples/{scene.plan}/edit", plan_values(scene, name="Monthly calls", period="month", per_agent="7")
    )
    assert changed.status_code == 303
    refused = visitor.post(f"/samples/{scene.plan}/edit", plan_values(scene, name="Monthly calls", period="day"))
    assert "Make a new plan instead" in refused.get_data(as_text=True)
    assert visitor.post(f"/samples/{scene.plan}/stop").status_code == 303
    assert "Stopped" in visitor.get("/samples").get_data(as_text=True)
    assert visitor.post(f"/samples/{scene.plan}/stop").status_code == 409
    assert visitor.post(f"/samples/{scene.plan}/resume").status_code == 303
    with stored() as make:
        found = make.act.session.get_one(Plan, scene.plan)
        assert (found.per_agent, found.active) == (7, True)


def test_a_past_period_is_drawn_from_the_page_of_its_plan(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    visitor.as_user(scene.supervisor)
    nothing = visitor.post(f"/samples/{scene.plan}/draw", {"period": "2026-09"})
    assert nothing.status_code == 422
    assert "No interaction matches" in nothing.get_data(as_text=True)
    twice = visitor.post(f"/samples/{scene.plan}/draw", {"period": "2026-10"})
    assert twice.status_code == 422
    with stored() as make:
        found = plan(make, name="Second", per_agent=1).id
    done = visitor.post(f"/samples/{found}/draw", {"period": "2026-10"})
    assert done.status_code == 303
    assert "2 interactions were drawn and assigned." in visitor.get(done.location).get_data(as_text=True)


def test_a_promised_draw_is_made_once_its_period_is_over(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        other = plan(make, name="Second", per_agent=1)
        due = service.commit(make.act, other, period=OCTOBER, entropy=entropy()).id
    visitor.as_user(scene.supervisor)
    assert "can be drawn" in visitor.get("/samples").get_data(as_text=True)
    early = visitor.post(f"/draws/{scene.promised}/run")
    assert early.status_code == 422
    assert "The period lasts until 1 Dec 2026" in early.get_data(as_text=True)
    assert visitor.post(f"/draws/{due}/run").status_code == 303
    again = visitor.post(f"/draws/{due}/run")
    assert again.status_code == 422
    assert "A period is drawn once." in again.get_data(as_text=True)


def test_a_seed_is_revealed_once_and_the_file_can_then_be_downloaded(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.supervisor)
    early = visitor.get(f"/draws/{scene.draw}/export")
    assert early.status_code == 422
    assert "not been revealed" in early.get_data(as_text=True)
    assert visitor.post(f"/draws/{scene.promised}/reveal").status_code == 422
    assert visitor.post(f"/draws/{scene.draw}/reveal").status_code == 303
    assert visitor.post(f"/draws/{scene.draw}/reveal").status_code == 422
    file = visitor.as_user(scene.agent).get(f"/draws/{scene.draw}/export")
    assert file.mimetype == "application/json"
    assert "attachment" in file.headers["Content-Disposition"]
    assert b"Bram" not in file.data


def test_an_altered_record_is_shown_as_differing(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        service.reveal(make.act, make.act.session.get_one(Draw, scene.draw))
        make.act.session.execute(update(DrawItem).where(DrawItem.id == scene.item).values(u="12345"))
    found = text(visitor.as_user(scene.supervisor).get(f"/draws/{scene.draw}/verify").get_data(as_text=True))
    assert "Something differs." in found
    assert "number or place in the record is wrong" in found


def test_an_interaction_is_replaced_only_with_a_reason(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.supervisor)
    path = f"/draw-items/{scene.item}/replace"
    assert "It is a private call" in visitor.get(path).get_data(as_text=True)
    without = visitor.post(path)
    assert without.status_code == 422
    assert "Choose a reason." in without.get_data(as_text=True)
    assert visitor.post(path, {"reason": "boring"}).status_code == 422
    done = visitor.post(path, {"reason": "private_call"})
    assert (done.status_code, done.location) == (303, f"/draws/{scene.draw}")
    found = text(visitor.get(f"/draws/{scene.draw}").get_data(as_text=True))
    assert "It is a private call" in found
    assert "already replaced" in visitor.post(path, {"reason": "no_audio"}).get_data(as_text=True)


def test_an_agent_can_replace_draw_and_reveal_nothing(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.agent)
    assert visitor.get(f"/draw-items/{scene.item}/replace").status_code == 404
    for path in (f"/draws/{scene.draw}/reveal", f"/draws/{scene.promised}/run", f"/samples/{scene.plan}/stop"):
        assert visitor.post(path).status_code == 403
    assert visitor.get("/samples/new").status_code == 403


def test_what_does_not_exist_is_not_found(scene: Scene, visitor: Visitor) -> None:
    visitor.as_user(scene.supervisor)
    for path in ("/samples/999999", "/draws/999999", "/draw-items/999999/replace"):
        assert visitor.get(path).status_code == 404


def test_the_pages_speak_dutch(scene: Scene, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        reader = Makers(make.act).user(Role.SUPERVISOR, email="teamleider@example.org", language=Language.NL).id
    visitor.as_user(reader)
    found = text(visitor.get(f"/draws/{scene.draw}").get_data(as_text=True))
    assert "Trekking: oktober 2026" in found
    assert "Vastlegging van het startgetal" in found
    assert "Steekproefplan" not in found
