"""The work list and the desk without a browser: what is shown, what is kept, what is refused."""

import json
import re

import pytest
from werkzeug.test import TestResponse

from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.evaluations.models import Evaluation, EvaluationState
from qa.i18n import Language
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk, submit_best, words_of
from tests.makers import Makers
from tests.visitor import Visitor


def save(visitor: Visitor, desk: Desk, form: dict[str, object]) -> TestResponse:
    """Save as the script does."""
    return visitor.client.post(f"{desk.path}/draft", data=form, headers={"Accept": "application/json"})


def evaluation_of(make: Makers, desk: Desk) -> Evaluation:
    return make.act.session.get_one(Evaluation, desk.id)


def test_the_work_list_counts_what_waits_and_leads_to_the_oldest(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        reviewer = make.user(Role.REVIEWER)
        first = make_desk(make, reviewer=reviewer)
        make_desk(make, reviewer=reviewer)
        make_desk(make)
    page = visitor.as_user(reviewer).get("/evaluations/desk")
    assert "2 interactions to score" in words_of(page.text)
    assert "9 minutes" in words_of(page.text)
    assert re.search(rf'href="{first.path}/desk"\s+autofocus', page.text)


def test_an_empty_work_list_says_what_will_stand_there(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        reviewer = make.user(Role.REVIEWER, language=Language.NL)
    page = visitor.as_user(reviewer).get("/evaluations/desk")
    assert "Er wacht niets op u" in words_of(page.text)


def test_the_desk_shows_the_conversation_and_the_card(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    page = words_of(visitor.as_user(desk.reviewer_id).get(f"{desk.path}/desk").text)
    assert "My parcel did not arrive." in page
    assert all(criterion.name.en in page for _section, criterion in desk.card.criteria())
    assert f"0 of {len(list(desk.card.criteria()))} answered" in page


def test_the_desk_says_nothing_of_the_agent_the_draw_or_earlier_scores(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        agent = make.agent("Quirijn Zeldzaam")
        submit_best(make, make_desk(make, interaction=make.interaction(agent=agent)), release=True)
        desk = make_desk(make, interaction=make.interaction(agent=agent))
    visitor.as_user(desk.reviewer_id)
    for path in ("/evaluations/desk", f"{desk.path}/desk"):
        page = words_of(visitor.get(path).text)
        assert "Quirijn" not in page
        assert "on purpose" not in page
        assert "100" not in page.replace("weight 100", "")


@pytest.mark.parametrize("who", ["other reviewer", "agent", "supervisor"])
def test_only_its_own_reviewer_opens_the_desk(stored: Stored, visitor: Visitor, who: str) -> None:
    with stored() as make:
        desk = make_desk(make)
        other = make.user(Role.REVIEWER).id
    user = {"other reviewer": other, "agent": desk.agent_id, "supervisor": desk.supervisor_id}[who]
    visitor.as_user(user)
    refused = 404 if who == "other reviewer" else 403
    assert visitor.get(f"{desk.path}/desk").status_code == refused
    assert visitor.post(f"{desk.path}/draft", best_form(desk.card)).status_code == refused
    assert visitor.post(f"{desk.path}/submit", best_form(desk.card)).status_code == refused


def test_a_draft_is_kept_and_answers_with_the_score_so_far(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.reviewer_id)
    form: dict[str, object] = {"revision": "0", "answer-greeting": "yes", "comment-greeting": "Clear.", "summary": ""}
    told = save(visitor, desk, form).get_json()
    assert told["revision"] == 1
    assert told["total"]["answered"] == 1
    assert told["sections"]["courtesy"]["score"] == "100"
    assert "greeting" not in told["needs"]
    assert "respectful" in told["needs"]
    page = visitor.get(f"{desk.path}/desk").text
    assert re.search(r'name="answer-greeting"\s+value="yes"[^>]*\schecked', page)
    assert "Clear." in page


def test_a_draft_of_a_stale_page_overwrites_nothing(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.reviewer_id)
    assert save(visitor, desk, {"revision": "0", "summary": "first"}).status_code == 200
    stale = save(visitor, desk, {"revision": "0", "summary": "second"})
    assert stale.status_code == 409
    assert "another window" in stale.get_json()["error"]
    page = visitor.post(f"{desk.path}/submit", best_form(desk.card, summary="typed in the second window"))
    assert page.status_code == 409
    assert "typed in the second window" in page.text
    assert "Open what was saved" in page.text
    assert 'name="revision" value="1"' in page.text
    with stored() as make:
        assert evaluation_of(make, desk).summary == "first"


def test_what_is_still_needed_stands_at_its_criterion_and_everything_typed_is_kept(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        desk = make_desk(make)
    form = best_form(desk.card, answer__respectful="1", comment__greeting="Said her name.")
    page = visitor.as_user(desk.reviewer_id).post(f"{desk.path}/submit", form)
    assert page.status_code == 422
    at_criterion = page.text.split('id="criterion-respectful"')[1].split("</fieldset>")[0]
    assert "needs a comment" in at_criterion
    assert "needs evidence" in at_criterion
    assert "needs a cause" in at_criterion
    assert "1 answer still needs something" in words_of(page.text)
    assert "Said her name." in page.text
    assert 'name="revision" value="1"' in page.text
    with stored() as make:
        assert evaluation_of(make, desk).state is EvaluationState.OPEN
        assert evaluation_of(make, desk).summary == "All went well."


def test_after_a_submission_the_next_of_the_work_list_opens(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        reviewer = make.user(Role.REVIEWER)
        first, second = make_desk(make, reviewer=reviewer), make_desk(make, reviewer=reviewer)
    visitor.as_user(reviewer)
    assert visitor.post(f"{first.path}/submit", best_form(first.card)).headers["Location"] == f"{second.path}/desk"
    page = visitor.get(f"{second.path}/desk")
    assert "The evaluation was submitted. 1 is left." in words_of(page.text)
    assert visitor.post(f"{second.path}/submit", best_form(second.card)).headers["Location"] == "/evaluations/desk"


def test_a_submission_sent_twice_counts_once(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.reviewer_id)
    assert visitor.post(f"{desk.path}/submit", best_form(desk.card)).status_code == 303
    again = visitor.post(f"{desk.path}/submit", best_form(desk.card, summary="Other."))
    assert again.headers["Location"] == desk.path
    assert "already submitted" in visitor.get(desk.path).text
    late = save(visitor, desk, best_form(desk.card))
    assert late.status_code == 409
    with stored() as make:
        assert evaluation_of(make, desk).summary == "All went well."
        assert make.act.session.query(AuditEntry).filter_by(action="evaluation.submitted").count() == 1
    assert visitor.get(f"{desk.path}/desk").headers["Location"] == desk.path


@pytest.mark.parametrize("chosen", ["{number}", "00:04", "00:04 #{number}"])
def test_a_turn_is_bound_and_taken_off_again_without_a_script(stored: Stored, visitor: Visitor, chosen: str) -> None:
    with stored() as make:
        desk = make_desk(make)
    visitor.as_user(desk.reviewer_id)
    turn = chosen.format(number=desk.turn_ids[1])
    assert f'value="00:04 #{desk.turn_ids[1]}"' in visitor.get(f"{desk.path}/desk").text
    form: dict[str, object] = {"revision": "0", "turn-greeting": turn, "summary": ""}
    assert visitor.post(f"{desk.path}/draft", form).headers["Location"] == f"{desk.path}/desk"
    page = visitor.get(f"{desk.path}/desk").text
    assert "<q>My parcel did not arrive.</q>" in page
    with stored() as make:
        kept = evaluation_of(make, desk).answers[0].evidence[0]
        assert (kept.turn_id, kept.first_word, kept.last_word, kept.start_ms) == (desk.turn_ids[1], 0, 4, 4000)
        bound = [{"turn": kept.turn_id, "first_word": 0, "last_word": 4, "start_ms": 4000, "end_ms": 8000}]
    form = {
        "revision": "1",
        "evidence-greeting": json.dumps([{**bound[0], "quote": "My parcel did not arrive."}]),
        "remove-evidence": "greeting:0",
        "summary": "",
    }
    visitor.post(f"{desk.path}/draft", form)
    assert "<q>My parcel" not in visitor.get(f"{desk.path}/desk").text


@pytest.mark.parametrize(
    "evidence",
    [
        "nonsense",
        "{}",
        "[1]",
        '[{"turn": true, "first_word": 0, "last_word": 0, "start_ms": null, "end_ms": null, "quote": ""}]',
        '[{"turn": 99999999, "first_word": 0, "last_word": 0, "start_ms": 0, "end_ms": 1, "quote": ""}]',
        '[{"turn": TURN, "first_word": 3, "last_word": 1, "start_ms": 0, "end_ms": 1, "quote": ""}]',
        '[{"turn": TURN, "first_word": 0, "last_word": 900, "start_ms": 0, "end_ms": 1, "quote": ""}]',
        '[{"turn": TURN, "first_word": 0, "last_word": 1, "start_ms": 9, "end_ms": 1, "quote": ""}]',
        '[{"turn": null, "first_word": null, "last_word": null, "start_ms": 5, "end_ms": null, "quote": ""}]',
        '[{"turn": 1e400, "first_word": 0, "last_word": 0, "start_ms": 0, "end_ms": 1, "quote": ""}]',
        "[" * 3000,
    ],
)
def test_evidence_that_cannot_be_is_refused_with_a_sentence(stored: Stored, visitor: Visitor, evidence: str) -> None:
    with stored() as make:
        desk = make_desk(make)
    form: dict[str, object] = {
        "revision": "0",
        "evidence-greeting": evidence.replace("TURN", str(desk.turn_ids[0])),
        "summary": "",
    }
    answer = save(visitor.as_user(desk.reviewer_id), desk, form)
    assert answer.status_code == 422
    assert answer.get_json()["error"]
    assert visitor.post(f"{desk.path}/submit", form).status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"answer-greeting": "maybe"},
        {"answer-greeting": "n/a"},
        {"comment-greeting": "x" * 5001},
        {"summary": "x" * 5001},
        {"turn-greeting": "77777777"},
        {"turn-greeting": "one"},
        {"turn-greeting": "00:05"},
    ],
)
def test_what_the_card_does_not_know_is_refused(stored: Stored, visitor: Visitor, changed: dict[str, object]) -> None:
    with stored() as make:
        desk = make_desk(make)
    form: dict[str, object] = {"revision": "0", "summary": "", **changed}
    assert save(visitor.as_user(desk.reviewer_id), desk, form).status_code == 422
    page = visitor.post(f"{desk.path}/submit", form)
    assert page.status_code == 422
    assert "Something is not right yet" in page.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.EN, "This was not saved: The scorecard has no criterion “farewell”."),
        (Language.NL, "Dit is niet opgeslagen: De scorekaart heeft geen criterium “farewell”."),
    ],
)
def test_an_answer_to_a_criterion_of_another_version_is_told_and_counts_for_nothing(
    stored: Stored, visitor: Visitor, language: Language, sentence: str
) -> None:
    with stored() as make:
        desk = make_desk(make, reviewer=make.user(Role.REVIEWER, language=language))
    form = best_form(desk.card) | {"answer-farewell": "yes"}
    assert save(visitor.as_user(desk.reviewer_id), desk, form).get_json()["error"] == sentence
    page = visitor.post(f"{desk.path}/submit", form)
    assert page.status_code == 422
    assert sentence in words_of(page.text)
    with stored() as make:
        found = evaluation_of(make, desk)
        assert (found.state, found.answers) == (EvaluationState.OPEN, [])


@pytest.mark.parametrize("typed", ["many", "NaN", "1e9999", "-", "9" * 40])
def test_a_number_is_a_number(stored: Stored, visitor: Visitor, typed: str) -> None:
    with stored() as make:
        desk = make_desk(make, card="chat-messaging")
    key = next(criterion.key for _section, criterion in desk.card.criteria() if criterion.kind == "numeric")
    form: dict[str, object] = {"revision": "0", "summary": "", f"answer-{key}": typed}
    page = visitor.as_user(desk.reviewer_id).post(f"{desk.path}/draft", form)
    assert page.status_code == 422
    assert typed in page.text
    assert save(visitor, desk, {**form, f"answer-{key}": "2,5"}).status_code == 200


def test_markup_and_control_characters_in_texts_stay_text(stored: Stored, visitor: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    with stored() as make:
        desk = make_desk(make, said=[("agent", f"hello {evil} & bye"), ("customer", "<b>fat</b>")])
    visitor.as_user(desk.reviewer_id)
    quote = {
        "turn": desk.turn_ids[0],
        "first_word": 0,
        "last_word": 0,
        "start_ms": 0,
        "end_ms": 1,
        "quote": f"\x00{evil}\ud800",
    }
    form: dict[str, object] = {
        "revision": "0",
        "summary": f"\x00{evil}",
        "comment-greeting": f'"{evil}',
        "evidence-greeting": json.dumps([quote]),
    }
    assert save(visitor, desk, form).status_code == 200
    page = visitor.get(f"{desk.path}/desk").text
    assert evil not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>fat" not in page


def test_what_is_not_applicable_leaves_the_score_and_comes_back_chosen(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    key = next(criterion.key for _section, criterion in desk.card.criteria() if criterion.allow_not_applicable)
    visitor.as_user(desk.reviewer_id)
    assert save(visitor, desk, {"revision": "0", "summary": "", f"answer-{key}": "n/a"}).status_code == 200
    page = visitor.get(f"{desk.path}/desk").text
    assert re.search(rf'name="answer-{key}"\s+value="n/a"[^>]*\schecked', page)


def test_a_sign_in_that_ended_is_told_to_the_script(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    answer = save(visitor, desk, {"revision": "0", "summary": ""})
    assert answer.status_code == 401
    assert answer.get_json()["error"]
