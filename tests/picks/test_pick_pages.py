"""The pages of picks: finding, giving, what became of them; and a desk that tells nothing."""

import re

from qa.auth.roles import Role
from qa.cards.queries import card_of
from tests.conftest import Stored
from tests.evaluations.desk_making import best_form, words_of
from tests.picks.picking import picked
from tests.visitor import Visitor
from tests.workload.working import month

SEARCH = (
    "/picks/new?reason=phrase&phrase=money&since=2026-11-01&until=2026-11-18&most=10&channel=&team=&agent=&at_least="
)


def test_a_supervisor_finds_by_a_word_and_gives_what_was_found(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, reviewer = make.user(Role.SUPERVISOR, name="Sofie").id, make.user(Role.REVIEWER, name="Rita").id
        card = make.card().scorecard_id
        said, other = make.interaction(reference="call-1"), make.interaction(reference="call-2")
        make.transcript(said, [("customer", "I want my money back.")])
        make.transcript(other)
        number = said.id
    reader = visitor.as_user(supervisor)
    assert "Nothing was picked yet" in reader.get("/picks").text
    assert reader.get("/picks/new").status_code == 200
    found = reader.get(SEARCH)
    assert found.status_code == 200
    assert "1 interaction was found; 1 on this page." in words_of(found.text)
    assert "call-1" in found.text
    assert "call-2" not in found.text
    sent = {
        "interactions": str(number),
        "reviewers": str(reviewer),
        "card": str(card),
        "purpose": "development",
        "note": "Refunds.",
    }
    assert reader.post(SEARCH, {**sent, "interactions": ""}).status_code == 422
    done = reader.post(SEARCH, sent)
    assert done.status_code == 303
    page = words_of(reader.get(done.location).text)
    assert "A word or a phrase: “money”" in page
    assert "Refunds." in page
    assert "Rita" in page
    listed = words_of(reader.get("/picks").text)
    assert "Learning and coaching Sofie 1 0" in listed
    again = reader.post(SEARCH, sent)
    assert again.status_code == 422
    assert "No interaction that could be picked fits." in reader.get(SEARCH).text


def test_one_interaction_is_picked_from_its_own_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, reviewer = make.user(Role.SUPERVISOR).id, make.user(Role.REVIEWER).id
        card = make.card().scorecard_id
        call = make.interaction(reference="call-9")
        make.transcript(call)
        number = call.id
    reader = visitor.as_user(supervisor)
    path = f"/picks/new?interaction={number}"
    assert path in reader.get(f"/interactions/{number}").text
    assert "call-9" in reader.get(path).text
    sent = {
        "interactions": str(number),
        "reviewers": str(reviewer),
        "card": str(card),
        "purpose": "development",
    }
    done = reader.post(path, sent)
    assert done.status_code == 303
    assert "A supervisor's choice" in reader.get(done.location).get_data(as_text=True).replace("&#39;", "'")
    refused = reader.post(path, sent)
    assert refused.status_code == 422
    assert "was given to a reviewer already" in refused.text


def test_a_search_that_makes_no_sense_says_so(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor = make.user(Role.SUPERVISOR).id
    reader = visitor.as_user(supervisor)
    for changed in (("until=2026-11-18", "until=2026-10-01"), ("most=10", "most=none"), ("reason=phrase", "reason=x")):
        answer = reader.get(SEARCH.replace(*changed))
        assert answer.status_code == 422, changed
        assert "Something is not right yet" in answer.text


def bare(page: str) -> str:
    """The page without what differs from evaluation to evaluation."""
    page = re.sub(r"ref-\d+|nonce=.[\w-]+|name=.csrf_token. value=.[\w.-]+", "*", page.split("<main", 1)[1])
    page = re.sub(r'<a class="btn btn-small".*?</a>\s*', "", page, flags=re.DOTALL)
    return re.sub(r"\d+", "*", " ".join(page.split()))


def test_the_desk_tells_nothing_of_the_pick_and_the_submitted_page_tells_why(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        scene = month(make, agents=1, each=1, reviewers=1)
        [item] = scene.draw.items
        make.transcript(item.interaction)
        call = make.interaction(agent=scene.agents[0], started_at=item.interaction.started_at)
        make.transcript(call)
        made = picked(make, [call], scene.reviewers, note="A complaint came in.")
        number, reviewer = made.items[0].evaluation_id, scene.reviewers[0].id
        form = best_form(card_of(made.card_version))
    reader = visitor.as_user(reviewer)
    listed = reader.get("/evaluations/desk").text
    desks = [f"/evaluations/{one}/desk" for one in re.findall(r"/evaluations/(\d+)/desk\"", listed)]
    pages = {bare(reader.get(path).text) for path in desks}
    assert len(pages) == 1
    assert "Picked" not in listed
    assert reader.post(f"/evaluations/{number}/submit", form).status_code == 303
    page = words_of(reader.get(f"/evaluations/{number}").text)
    assert "Picked on purpose · A supervisor's choice · Sofie" in page
    assert "A complaint came in." in page
    assert "its score is in no estimate" in page
