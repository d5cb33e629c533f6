"""Opening a round of the pulse, closing it early, and taking away words that should not have been written."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.days import within_reach
from qa.errors import ConflictError, InvalidError
from qa.i18n import _
from qa.people.models import User, UserState
from qa.pulse.guarding import FEWEST
from qa.pulse.models import PulseInvitation, PulseRound, PulseStatement, PulseWords
from qa.pulse.statements import SHIPPED

LONGEST_ROUND = timedelta(days=60)
LONGEST_STATEMENT = 300
MOST_OWN = 3


@dataclass(frozen=True, slots=True)
class RoundWish:
    """What is asked until when, and of whom; own statements in English and in Dutch."""

    last_day: date
    shipped: Sequence[str]
    own: Sequence[tuple[str, str]] = ()
    reviewers: bool = False
    words: bool = True


def today(act: Act) -> date:
    """Return the company's day."""
    return act.now.astimezone(ZoneInfo(act.settings.time_zone)).date()


def open_round(act: Act, wish: RoundWish) -> PulseRound:
    """Put statements to every agent who can sign in, from today on; one round at a time, so that nobody is asked twice."""
    act.require(Permission.PULSE_LEAD)
    began = today(act)
    last_day = within_reach(wish.last_day)
    if not began <= last_day <= began + LONGEST_ROUND:
        raise InvalidError(
            _("Choose a day from today on, at most {n} days from now.", n=LONGEST_ROUND.days), field="last_day"
        )
    statements = _statements(wish)
    if act.session.scalar(
        select(PulseRound.id).where(PulseRound.closed_on.is_(None), PulseRound.last_day >= began).limit(1)
    ):
        raise ConflictError(_("A round is open already. Close it first, or wait until it is over."))
    people = _people(act, reviewers=wish.reviewers)
    if len(people) < FEWEST:
        raise ConflictError(
            _("At least {n} people must be able to answer; of fewer nothing would ever be shown.", n=FEWEST)
        )
    made = PulseRound(
        first_day=began,
        last_day=last_day,
        opened_by_id=act.person().id,
        reviewers=wish.reviewers,
        words=wish.words,
        statements=statements,
    )
    act.session.add(made)
    act.session.flush()
    sizes = Counter(_team(one) for one in people)
    for one in people:
        team = _team(one)
        told = team if sizes[team] >= FEWEST else None
        act.session.add(PulseInvitation(round_id=made.id, user_id=one.id, team_id=told))
    act.session.flush()
    audit.record(act, "pulse.opened", made, asked=len(people), statements=len(statements))
    return made


def close_round(act: Act, found: PulseRound) -> None:
    """Close a round before its last day; it cannot be opened again, so that nothing is told of it twice."""
    act.require(Permission.PULSE_LEAD)
    if is_over(act, found):
        raise ConflictError(_("This round is over already."))
    found.closed_on = today(act)
    audit.record(act, "pulse.closed", found)


def is_over(act: Act, found: PulseRound) -> bool:
    """Tell whether nobody can answer any more; before that nothing is told of the answers."""
    return found.closed_on is not None or today(act) > found.last_day


def remove_words(act: Act, words: PulseWords) -> None:
    """Take away words that name somebody, for good."""
    act.require(Permission.PULSE_LEAD)
    audit.record(act, "pulse.words_removed", act.session.get_one(PulseRound, words.round_id))
    act.session.delete(words)
    act.session.flush()


def _people(act: Act, *, reviewers: bool) -> list[User]:
    roles = (Role.AGENT, Role.REVIEWER) if reviewers else (Role.AGENT,)
    asked = select(User).where(User.role.in_(roles), User.state == UserState.ACTIVE)
    return list(act.session.scalars(asked.order_by(User.id)))


def _team(user: User) -> int | None:
    """A team's figures are of its agents."""
    return user.team_id if user.role is Role.AGENT else None


def _statements(wish: RoundWish) -> list[PulseStatement]:
    known = [one.key for one in SHIPPED if one.key in set(wish.shipped)]
    found = [PulseStatement(position=place, key=key) for place, key in enumerate(known)]
    own = [(english.strip(), dutch.strip()) for english, dutch in wish.own]
    written = [pair for pair in dict.fromkeys(own) if any(pair)]
    if any(not all(pair) for pair in written):
        raise InvalidError(_("Write each statement in both languages: everybody reads it in their own."), field="own")
    if any(len(text) > LONGEST_STATEMENT for pair in written for text in pair):
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_STATEMENT), field="own")
    found += [
        PulseStatement(position=len(known) + place, key=_own_key(pair), text_en=pair[0], text_nl=pair[1])
        for place, pair in enumerate(written)
    ]
    if not found:
        raise InvalidError(_("Choose at least one statement."), field="shipped")
    return found


def _own_key(pair: tuple[str, str]) -> str:
    """The same words get the same key, so that rounds can be compared."""
    return "own-" + hashlib.sha256("\x1f".join(pair).encode()).hexdigest()[:16]
