"""Absences: from, to, coming back, and no two at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.people.models import UserState
from qa.privacy.erasure import erase_person
from qa.workload.absence import Away, absences, away_now, end_absence, note_absence, present
from qa.workload.models import ReviewerAbsence
from tests.makers import Makers
from tests.workload.working import away

TODAY = date(2026, 11, 18)


def test_somebody_is_away_from_the_first_day_to_the_last(act: Act, make: Makers) -> None:
    user, other = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    note_absence(act, user, Away(date(2026, 11, 19), date(2026, 11, 20)))
    for day, there in ((18, True), (19, False), (20, False), (21, True)):
        at = replace(act, now=datetime(2026, 11, day, 12, tzinfo=UTC))
        assert (user in present(at, [user, other])) is there, day
        assert other in present(at, [user, other])


def test_days_begin_where_the_reviewer_is(act: Act, make: Makers) -> None:
    far = make.user(Role.REVIEWER, time_zone="Pacific/Auckland")
    near = make.user(Role.REVIEWER, time_zone="America/Los_Angeles")
    for user in (far, near):
        note_absence(act, user, Away(date(2026, 11, 19), date(2026, 11, 19)))
    # Half past eleven at night on the 18th, UTC: the 19th in Auckland, still the 18th in Los Angeles.
    at = replace(act, now=datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    assert set(away_now(at, [far, near])) == {far.id}
    at = replace(act, now=datetime(2026, 11, 20, 1, tzinfo=UTC))
    assert set(away_now(at, [far, near])) == {near.id}


def test_an_absence_without_an_end_lasts_until_somebody_ends_it(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    absence = away(make, user, first=-10, last=None)
    assert set(away_now(act, [user])) == {user.id}
    end_absence(act, absence)
    assert absence.last_on == date(2026, 11, 17)
    assert away_now(act, [user]) == {}
    with pytest.raises(ConflictError, match="already over"):
        end_absence(act, absence)
    actions = list(act.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "users")))
    assert actions == ["reviewer.absent", "reviewer.back"]


@pytest.mark.parametrize("first", [0, 5])
def test_one_that_had_not_begun_before_today_is_taken_out(act: Act, make: Makers, first: int) -> None:
    user = make.user(Role.REVIEWER)
    end_absence(act, away(make, user, first=first, last=9))
    assert absences(act, user) == []


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (Away(TODAY, date(2026, 11, 17)), "lies before the first"),
        (Away(date(2026, 11, 1), date(2026, 11, 17)), "These days are over"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(act: Act, make: Makers, days: Away, told: str) -> None:
    with pytest.raises(InvalidError, match=told) as refused:
        note_absence(act, make.user(Role.REVIEWER), days)
    assert refused.value.field == "last_on"


@pytest.mark.parametrize(("first", "last"), [(3, 9), (-5, None), (0, 0), (7, None)])
def test_days_that_overlap_are_refused(act: Act, make: Makers, first: int, last: int | None) -> None:
    user = make.user(Role.REVIEWER, name="Rita")
    away(make, user, first=0, last=7)
    with pytest.raises(ConflictError, match="Rita is already down as absent"):
        away(make, user, first=first, last=last)
    away(make, user, first=8, last=None)


def test_reviewers_note_no_absences(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    with pytest.raises(ForbiddenError):
        note_absence(replace(act, actor=user), user, Away(TODAY, None))


def test_of_a_person_who_is_erased_no_absence_stays(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    away(make, user)
    user.state = UserState.LEFT
    erase_person(act, user)
    assert act.session.scalar(select(ReviewerAbsence)) is None
