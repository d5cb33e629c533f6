"""What was played on pages: sent along with every save, asked for at submission, told to everyone who reads."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.service import release
from qa.i18n import Language
from qa.interactions.kinds import Channel
from qa.people.models import User
from qa.transcripts.models import Turn
from tests.conftest import Stored
from tests.evaluations.desk_making import Desk, best_form, make_desk, words_of
from tests.evaluations.test_hearing import CRITICAL
from tests.makers import Makers
from tests.visitor import Visitor

ASKED = "I submit this without having played the evidence"
KEPT = "The reviewer confirmed this without playing the evidence."


def with_recording(make: Makers) -> Desk:
    interaction = make.interaction()
    make.recording(interaction, playable_key="playable/x", playable_type="audio/wav", peaks={"channels": [[1], [1]]})
    return make_desk(make, interaction=interaction)


def failing(desk: Desk, *, revision: int = 0) -> dict[str, object]:
    """The form with the critical criterion failed on the last turn, 8 to 12 seconds."""
    evidence = {"turn": desk.turn_ids[2], "first_word": 0, "last_word": 12, "start_ms": 8000, "end_ms": 12000}
    return best_form(desk.card, revision=revision) | {
        f"answer-{CRITICAL}": "no",
        f"cause-{CRITICAL}": "knowledge",
        f"comment-{CRITICAL}": "Promised today.",
        f"evidence-{CRITICAL}": json.dumps([{**evidence, "quote": "today"}]),
    }


def evaluation_of(make: Makers, desk: Desk) -> Evaluation:
    return make.act.session.get_one(Evaluation, desk.id)


def save(visitor: Visitor, desk: Desk, **form: str) -> TestResponse:
    given = {"revision": "0", "summary": "", **form}
    return visitor.client.post(f"{desk.path}/draft", data=given, headers={"Accept": "application/json"})


def test_a_save_takes_along_what_was_played_even_where_the_draft_is_refused(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = with_recording(make)
    visitor.as_user(desk.reviewer_id)
    assert save(visitor, desk, played="[[0, 4000]]").status_code == 200
    assert save(visitor, desk, played="[[3000, 6000]]").status_code == 409
    assert save(visitor, desk, revision="1", played="nonsense").status_code == 200
    with stored() as make:
        assert evaluation_of(make, desk).played == [[0, 6000]]
    page = visitor.get(f"{desk.path}/desk").text
    assert 'data-played="[[0, 6000]]"' in page


def test_a_critical_failure_is_confirmed_without_a_script(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = with_recording(make)
    visitor.as_user(desk.reviewer_id)
    asked = visitor.post(f"{desk.path}/submit", failing(desk))
    assert asked.status_code == 422
    assert ASKED in words_of(asked.text)
    assert f'name="unheard-{CRITICAL}"' in asked.text
    assert "Play 00:08–00:12" in words_of(asked.text)
    assert "Its evidence was not played." in words_of(asked.text)
    with stored() as make:
        kept = evaluation_of(make, desk)
        assert (kept.state, kept.revision) == (EvaluationState.OPEN, 1)
    done = visitor.post(f"{desk.path}/submit", failing(desk, revision=1) | {f"unheard-{CRITICAL}": "y"})
    assert done.status_code == 303
    page = words_of(visitor.get(desk.path).text)
    assert KEPT in page
    assert "not played" in page
    assert "The reviewer played 0 % of the recording, and 0 % of what is said in it." in page


def test_playing_the_evidence_is_enough(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = with_recording(make)
    visitor.as_user(desk.reviewer_id)
    sent = failing(desk) | {"played": "[[7000, 13000], [60000, 90000]]"}
    assert visitor.post(f"{desk.path}/submit", sent).status_code == 303
    page = visitor.get(desk.path).text
    assert "The reviewer played 40 % of the recording, and 42 % of what is said in it." in words_of(page)
    assert "2 stretches 00:07–00:13 01:00–01:30" in words_of(page)
    assert '<rect x="77.78"' in page
    assert KEPT not in words_of(page)


@pytest.mark.parametrize(
    ("language", "share", "kept"),
    [
        (Language.EN, "The reviewer played 9 % of the recording", KEPT),
        (
            Language.NL,
            "De beoordelaar heeft 9 % van de opname afgespeeld",
            "De beoordelaar heeft dit bevestigd zonder de onderbouwing af te spelen.",
        ),
    ],
)
def test_the_agent_reads_what_was_played(
    stored: Stored, visitor: Visitor, *, language: Language, share: str, kept: str
) -> None:
    with stored() as make:
        desk = with_recording(make)
        make.act.session.get_one(User, desk.agent_id).language = language
    visitor.as_user(desk.reviewer_id)
    visitor.post(f"{desk.path}/submit", failing(desk) | {"played": "[[0, 8000]]", f"unheard-{CRITICAL}": "y"})
    with stored() as make:
        release(replace(make.act, actor=make.act.session.get_one(User, desk.supervisor_id)), evaluation_of(make, desk))
    page = words_of(visitor.as_user(desk.agent_id).get(desk.path).text)
    assert share in page
    assert kept in page


def test_of_what_was_submitted_earlier_the_page_says_that_it_is_not_known(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = with_recording(make)
    visitor.as_user(desk.reviewer_id).post(f"{desk.path}/submit", best_form(desk.card))
    with stored() as make:
        evaluation_of(make, desk).played = None
    page = words_of(visitor.get(desk.path).text)
    assert "What the reviewer played was not kept yet" in page
    assert "0 %" not in page.split("What was played")[1].split("Computation")[0]


def test_in_a_chat_nothing_is_asked_and_answers_say_how_long_they_were_waited_for(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        interaction = make.interaction(channel=Channel.CHAT)
        said = [("customer", "Where is it?"), ("customer", "Hello?"), ("agent", "On its way."), ("agent", "Tomorrow.")]
        desk = make_desk(make, said=said, card="chat-messaging", interaction=interaction)
        for at, number in enumerate(desk.turn_ids):
            turn = make.act.session.get_one(Turn, number)
            turn.words, turn.start_ms, turn.end_ms = [], None, None
            turn.sent_at = make.act.now + timedelta(seconds=100 * at)
    page = visitor.as_user(desk.reviewer_id).get(f"{desk.path}/desk").text
    assert "data-played" not in page
    turns = [words_of(f"<main{part.split('</article>')[0]}") for part in page.split("<article")[1:]]
    assert ["answered after 03:20" in turn for turn in turns] == [False, False, True, False]
    evidence = {"turn": desk.turn_ids[3], "first_word": None, "last_word": None, "start_ms": None, "end_ms": None}
    form = best_form(desk.card) | {
        f"answer-{CRITICAL}": "no",
        f"cause-{CRITICAL}": "knowledge",
        f"comment-{CRITICAL}": "Promised.",
        f"evidence-{CRITICAL}": json.dumps([{**evidence, "quote": "Tomorrow."}]),
        "na-first_reply": "y",
        "answer-first_reply": "3",
    }
    answer = visitor.post(f"{desk.path}/submit", form)
    assert answer.status_code == 303, words_of(answer.text)[:2000]
    assert "What was played" not in words_of(visitor.get(desk.path).text)
