"""Submitted evaluations as they are read, released and acknowledged, and the recording beside them."""

import re

import pytest
from sqlalchemy import select

from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import Language
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, make_desk, submit_best, words_of
from tests.makers import Makers
from tests.visitor import Visitor


def state_of(make: Makers, desk: Desk) -> EvaluationState:
    return make.act.session.get_one(Evaluation, desk.id).state


@pytest.fixture
def submitted(stored: Stored) -> Desk:
    """An evaluation with full marks that waits for its release."""
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk, comment="Well <b>said</b>.")
    return desk


@pytest.fixture
def released(stored: Stored) -> Desk:
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk, release=True)
    return desk


def test_the_result_shows_outcome_answers_and_computation(submitted: Desk, visitor: Visitor) -> None:
    page = visitor.as_user(submitted.reviewer_id).get(submitted.path)
    words = words_of(page.text)
    assert "100.00 % · n 1" in words
    assert "All went well." in words
    assert "Quality score, before critical criteria" in words
    assert "Reckoned in exact fractions" in words
    assert "My parcel did not arrive." in words
    assert "Well &lt;b&gt;said&lt;/b&gt;." in page.text


def test_an_agent_reads_an_evaluation_only_once_it_is_released(submitted: Desk, visitor: Visitor) -> None:
    assert visitor.as_user(submitted.agent_id).get(submitted.path).status_code == 404
    visitor.as_user(submitted.supervisor_id).post(f"{submitted.path}/release")
    page = words_of(visitor.as_user(submitted.agent_id).get(submitted.path).text)
    assert "Mark as seen" in page
    assert "does not mean that you agree" in page
    assert "Release to the agent" not in page


def test_nobody_reads_the_evaluations_of_others(released: Desk, stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        strangers = [(make.user(Role.REVIEWER).id, 404), (make.agent().id, 404), (make.user(Role.SHOPPER).id, 403)]
    for user, status in strangers:
        assert visitor.as_user(user).get(released.path).status_code == status


def test_the_agent_can_be_asked_while_the_reviewer_still_scores(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    read = visitor.as_user(desk.supervisor_id).get
    assert "Ask the agent" in words_of(read(desk.path).text)
    visitor.post(f"{desk.path}/own/ask")
    words = words_of(read(desk.path).text)
    assert "Ask the agent" not in words
    assert "Asked for, and not handed in yet" in words
    assert visitor.as_user(desk.agent_id).get(f"{desk.path}/own").status_code == 200


def test_a_supervisor_does_not_see_what_a_reviewer_is_still_writing(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    reviewer = visitor.as_user(desk.reviewer_id)
    reviewer.post(f"{desk.path}/draft", {"revision": "0", "comment-greeting": "Not for others yet.", "summary": ""})
    page = words_of(visitor.as_user(desk.supervisor_id).get(desk.path).text)
    assert "has not submitted this evaluation yet" in page
    assert "Not for others yet." not in page


def test_marking_as_seen_keeps_the_comment_and_happens_once(released: Desk, stored: Stored, visitor: Visitor) -> None:
    opened = visitor.as_user(released.agent_id).get(released.path).text
    revision = opened.split('name="revision" value="', 1)[1].split('"', 1)[0]
    assert visitor.post(f"{released.path}/acknowledge", {"comment": "Too early."}).status_code == 422
    seen = {"revision": revision, "comment": "I did greet. <i>"}
    assert visitor.post(f"{released.path}/acknowledge", seen).status_code == 303
    page = visitor.get(released.path)
    assert "Seen does not mean agreed" in words_of(page.text)
    assert "I did greet. &lt;i&gt;" in page.text
    assert visitor.post(f"{released.path}/acknowledge", {**seen, "comment": "Again."}).status_code == 422
    with stored() as make:
        assert state_of(make, released) is EvaluationState.SEEN
        assert make.act.session.get_one(Evaluation, released.id).agent_comment == "I did greet. <i>"


def test_a_comment_that_is_too_long_is_kept_on_the_page(released: Desk, stored: Stored, visitor: Visitor) -> None:
    page = visitor.as_user(released.agent_id).post(f"{released.path}/acknowledge", {"comment": "x" * 5001})
    assert page.status_code == 422
    assert "at most 5,000 characters" in words_of(page.text)
    assert "x" * 5001 in page.text
    with stored() as make:
        assert state_of(make, released) is EvaluationState.RELEASED


@pytest.mark.parametrize("who", ["reviewer_id", "agent_id"])
def test_only_supervisors_release(submitted: Desk, stored: Stored, visitor: Visitor, who: str) -> None:
    visitor.as_user(getattr(submitted, who))
    assert visitor.post(f"{submitted.path}/release").status_code == 403
    assert visitor.post("/evaluations/release", {"evaluation": str(submitted.id)}).status_code == 403
    assert visitor.get("/evaluations").status_code == 403
    with stored() as make:
        assert state_of(make, submitted) is EvaluationState.SUBMITTED


def test_ticked_evaluations_are_released_together_and_only_once(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR)
        desks = [make_desk(make) for _place in range(3)]
        for desk in desks[:2]:
            submit_best(make, desk)
    visitor.as_user(supervisor)
    ticked: dict[str, object] = {"evaluation": [str(desk.id) for desk in desks], "next": "/evaluations?state=submitted"}
    answer = visitor.post("/evaluations/release", ticked)
    assert answer.headers["Location"] == "/evaluations?state=submitted"
    assert "2 evaluations were released." in words_of(visitor.get("/evaluations").text)
    visitor.post("/evaluations/release", ticked)
    assert "Nothing was released" in words_of(visitor.get("/evaluations").text)
    with stored() as make:
        assert state_of(make, desks[2]) is EvaluationState.OPEN
        noted = make.act.session.scalars(select(AuditEntry).where(AuditEntry.action == "evaluation.released"))
        assert len(list(noted)) == 2


def test_the_list_is_filtered_by_state_people_and_days(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        team = make.team("Invoices")
        early = make_desk(make, interaction=make.interaction(agent=make.agent("Early Bird", team=team), days_ago=30))
        late = make_desk(make, interaction=make.interaction(agent=make.agent("Late Riser"), days_ago=1))
        submit_best(make, late)
        make.user(Role.SUPERVISOR)
    visitor.as_user(late.supervisor_id)

    def listed(query: str) -> list[str]:
        return re.findall(r'<th scope="row">\s*<a href="([^"]+)"', visitor.get(f"/evaluations{query}").text)

    assert listed("") == [late.path, early.path]
    assert listed("?state=submitted") == [late.path]
    assert listed(f"?team={team.id}") == [early.path]
    assert listed(f"?agent={late.agent_id}") == [late.path]
    assert listed(f"?reviewer={early.reviewer_id}") == [early.path]
    assert listed("?since=2026-11-17") == [late.path]
    assert listed("?until=2026-11-16") == [early.path]
    assert listed("?since=2026-11-17&until=2026-11-16") == []
    assert "No evaluation fits these filters" in words_of(visitor.get("/evaluations?state=seen").text)


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=99", "?page=x", "?state=no", "?team=-1", "?since=soon", "?agent=" + "9" * 30]
)
def test_a_list_asked_for_nonsense_still_shows_a_list(submitted: Desk, visitor: Visitor, query: str) -> None:
    assert visitor.as_user(submitted.supervisor_id).get(f"/evaluations{query}").status_code == 200


def test_a_long_list_comes_in_pages(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        reviewer, agent = make.user(Role.REVIEWER), make.agent()
        for _place in range(52):
            desk = make_desk(
                make, reviewer=reviewer, interaction=make.interaction(agent=agent), said=[("agent", "Hello.")]
            )
    visitor.as_user(desk.supervisor_id)
    assert "1–50 of 52" in words_of(visitor.get("/evaluations").text)
    assert "51–52 of 52" in words_of(visitor.get("/evaluations?page=2").text)


def test_states_and_kinds_are_said_in_dutch(submitted: Desk, stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR, language=Language.NL)
    page = words_of(visitor.as_user(supervisor).get("/evaluations").text)
    assert "Ingediend" in page
    assert "Gericht gekozen" in page


def with_recording(make: Makers, desk: Desk) -> bytes:
    """Give the interaction a recording that can be played."""
    from qa.interactions.models import Interaction  # noqa: PLC0415

    sound = bytes(range(256)) * 8
    make.act.blobs.put("playable/aa/one.ogg", sound)
    peaks = {"per_second": 20, "channels": [[0, 50, 100], [100, 0, 0]]}
    make.recording(
        make.act.session.get_one(Interaction, desk.interaction_id),
        playable_key="playable/aa/one.ogg",
        playable_type="audio/ogg",
        peaks=peaks,
    )
    return sound


def test_the_recording_is_sent_in_the_ranges_a_player_asks_for(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
        sound = with_recording(make, desk)
    visitor.as_user(desk.reviewer_id)
    address = f"/interactions/{desk.interaction_id}/audio"
    with visitor.get(address) as whole:
        assert whole.data == sound
        assert whole.mimetype == "audio/ogg"
        assert "private" in whole.headers["Cache-Control"]
        tag = whole.headers["ETag"]
    with visitor.client.get(address, headers={"Range": "bytes=100-199"}) as part:
        assert part.status_code == 206
        assert part.data == sound[100:200]
    with visitor.client.get(address, headers={"If-None-Match": tag}) as same:
        assert same.status_code == 304
    told = visitor.get(f"/interactions/{desk.interaction_id}/peaks.json").get_json()
    assert told["peaks"] == [[0, 0.5, 1], [1, 0, 0]]
    assert address in visitor.get(f"{desk.path}/desk").text


def test_a_recording_is_heard_only_by_who_may_see_its_interaction(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
        with_recording(make, desk)
        other, shopper = make.user(Role.REVIEWER).id, make.user(Role.SHOPPER).id
    hears = {
        desk.reviewer_id: 200,
        desk.supervisor_id: 200,
        other: 404,
        desk.agent_id: 404,
        shopper: 403,
    }
    for path in ("audio", "peaks.json"):
        for user, status in hears.items():
            with visitor.as_user(user).get(f"/interactions/{desk.interaction_id}/{path}") as answer:
                assert answer.status_code == status
    with stored() as make:
        submit_best(make, desk, release=True)
    with visitor.as_user(desk.agent_id).get(f"/interactions/{desk.interaction_id}/audio") as answer:
        assert answer.status_code == 200


def test_a_recording_that_is_not_ready_is_not_sent_as_it_came(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        interaction = make.interaction()
        recording = make.recording(interaction)
        make.act.blobs.put(recording.blob_key, b"as it came")
        desk = make_desk(make, interaction=interaction)
    visitor.as_user(desk.reviewer_id)
    assert visitor.get(f"/interactions/{desk.interaction_id}/audio").status_code == 404
    assert "still being prepared" in words_of(visitor.get(f"{desk.path}/desk").text)
