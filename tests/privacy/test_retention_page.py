"""The administrator's page of terms: what the next night erases, what it passes by and why, and when it last ran."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from qa import handlers
from qa.auth.roles import Role
from qa.holds.service import place_hold
from qa.interactions.models import Interaction
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.service import enqueue
from qa.jobs.work import Bench
from tests.conftest import NOW, Stored
from tests.evaluations.desk_making import words_of
from tests.privacy.test_retention import _same, evaluated, old_call
from tests.visitor import Visitor


def test_the_page_tells_terms_counts_reasons_and_the_last_run(stored: Stored, visitor: Visitor) -> None:
    handlers.load()
    with stored() as make:
        admin = make.user(Role.ADMIN).id
        old_call(make)
        place_hold(make.act, old_call(make), reason="Claim")
    reader = visitor.as_user(admin)
    assert "/retention" in reader.get("/people").text
    page = words_of(reader.get("/retention").text)
    assert "Sound of recordings 12 months from the day of the conversation 1 Under legal hold: 1" in page
    assert "Answers that wait for an interaction 3 months from the day it came in 0 –" in page
    assert "nothing is erased for 14 days after that" in page
    assert "There was none yet" in page
    for days, told in ((40, "It erased nothing."), (20, "Sound of recordings 1 erased")):
        at = NOW - timedelta(days=days)
        with stored() as make:
            job = enqueue(replace(make.act, now=at), JobKind.RETENTION, key=str(days), payload={}).id
        ledger.run(Bench(stored.engine, stored.settings, stored.blobs, partial(_same, at)), job)
        assert told in words_of(reader.get("/retention").text)
    page = words_of(reader.get("/retention").text)
    assert "new or shorter" not in page
    assert "Sound of recordings 12 months from the day of the conversation 0 Under legal hold: 1" in page


def test_while_terms_are_new_the_page_says_from_when_they_erase(stored: Stored, visitor: Visitor) -> None:
    handlers.load()
    with stored() as make:
        admin = make.user(Role.ADMIN).id
        job = enqueue(make.act, JobKind.RETENTION, key="first", payload={}).id
    ledger.run(Bench(stored.engine, stored.settings, stored.blobs, partial(_same, NOW)), job)
    assert "Nothing is erased before 2 Dec 2026." in words_of(visitor.as_user(admin).get("/retention").text)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.REVIEWER, Role.AGENT, Role.SHOPPER])
def test_the_page_is_for_administrators(stored: Stored, visitor: Visitor, role: Role) -> None:
    with stored() as make:
        user = make.user(role).id
    assert visitor.as_user(user).get("/retention").status_code == 403


def test_an_interaction_whose_sound_is_gone_says_so(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        supervisor, call = make.user(Role.SUPERVISOR).id, old_call(make)
        call.sound_erased_at = NOW
        call.recordings[0].playable_key = None
        number = call.id
        evaluation = evaluated(make, call, days_ago=790)
        evaluation.erased_at = NOW
        scored = evaluation.id
    page = visitor.as_user(supervisor).get(f"/interactions/{number}").text
    assert "The sound of this conversation was erased on 18 Nov 2026." in page
    assert visitor.get(f"/interactions/{number}/audio").status_code == 404
    read = words_of(visitor.get(f"/evaluations/{scored}").text)
    assert "The texts of this evaluation were erased on 18 Nov 2026" in read
    with stored() as make:
        make.act.session.get_one(Interaction, number).erased_at = NOW
    gone = visitor.get(f"/interactions/{number}").text
    assert "What was said in this conversation was erased on 18 Nov 2026." in gone
    assert "/hold" not in gone, "there is nothing left to hold"
