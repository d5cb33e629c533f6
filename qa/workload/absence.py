"""Absences of reviewers: from, to, and coming back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, InvalidError
from qa.i18n import _
from qa.people.models import User
from qa.workload.models import ReviewerAbsence


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away, both included; ``last_on`` is none while nobody knows it."""

    first_on: date
    last_on: date | None


def today_of(act: Act, user: User) -> date:
    """Return the day it is where the reviewer is."""
    return act.now.astimezone(ZoneInfo(user.time_zone)).date()


def absences(act: Act, user: User) -> list[ReviewerAbsence]:
    """Return the reviewer's absences, the latest first."""
    asked = select(ReviewerAbsence).where(ReviewerAbsence.user_id == user.id)
    return list(act.session.scalars(asked.order_by(ReviewerAbsence.first_on.desc(), ReviewerAbsence.id.desc())))


def away_now(act: Act, users: Iterable[User]) -> dict[int, ReviewerAbsence]:
    """Return the present absence of each of these reviewers who is away today, by their numbers."""
    by_number = {user.id: user for user in users}
    # Days differ by where people are: one day more on either side, and then exactly.
    near = act.now.date()
    asked = select(ReviewerAbsence).where(
        ReviewerAbsence.user_id.in_(by_number),
        ReviewerAbsence.first_on <= near + timedelta(days=1),
        or_(ReviewerAbsence.last_on.is_(None), ReviewerAbsence.last_on >= near - timedelta(days=1)),
    )
    found: dict[int, ReviewerAbsence] = {}
    for absence in act.session.scalars(asked.order_by(ReviewerAbsence.first_on, ReviewerAbsence.id)):
        today = today_of(act, by_number[absence.user_id])
        if absence.first_on <= today and (absence.last_on is None or today <= absence.last_on):
            found[absence.user_id] = absence
    return found


def present(act: Act, users: Iterable[User]) -> list[User]:
    """Return those of these reviewers who are not away today."""
    everyone = list(users)
    away = away_now(act, everyone)
    return [user for user in everyone if user.id not in away]


def note_absence(act: Act, user: User, away: Away) -> ReviewerAbsence:
    """Note from when to when a reviewer is away; nothing is handed out to them on these days.

    What waits on their desk stays there until somebody has it redistributed.
    """
    act.require(Permission.PLAN_MANAGE)
    if away.last_on is not None and away.last_on < away.first_on:
        raise InvalidError(_("The last day lies before the first."), field="last_on")
    if away.last_on is not None and away.last_on < today_of(act, user):
        raise InvalidError(_("These days are over. Note an absence that lasts until today or later."), field="last_on")
    for known in absences(act, user):
        before = away.last_on is not None and away.last_on < known.first_on
        after = known.last_on is not None and known.last_on < away.first_on
        if not before and not after:
            raise ConflictError(
                _("{name} is already down as absent on some of these days. End that absence first.", name=user.name)
            )
    absence = ReviewerAbsence(
        user_id=user.id,
        first_on=away.first_on,
        last_on=away.last_on,
        noted_at=act.now,
        noted_by_id=act.actor.id if act.actor else None,
    )
    act.session.add(absence)
    act.session.flush()
    audit.record(
        act,
        "reviewer.absent",
        user,
        first_on=away.first_on.isoformat(),
        last_on=away.last_on.isoformat() if away.last_on else None,
    )
    return absence


def end_absence(act: Act, absence: ReviewerAbsence) -> None:
    """Have the reviewer back from today; an absence that had not begun is taken out."""
    act.require(Permission.PLAN_MANAGE)
    user = absence.user
    today = today_of(act, user)
    if absence.last_on is not None and absence.last_on < today:
        raise ConflictError(_("This absence is already over."))
    if absence.first_on >= today:
        act.session.delete(absence)
    else:
        absence.last_on = today - timedelta(days=1)
    act.session.flush()
    audit.record(act, "reviewer.back", user, first_on=absence.first_on.isoformat())
