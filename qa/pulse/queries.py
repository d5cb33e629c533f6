"""Which rounds there are, which one waits for somebody, and what may be told of those that are over."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import NotFoundError
from qa.estimate.figure import Figure
from qa.i18n import _
from qa.paging import Page, page_of
from qa.pulse.figures import statement_figure
from qa.pulse.guarding import FEWEST, tellable
from qa.pulse.models import PulseAnswer, PulseInvitation, PulseRound, PulseStatement, PulseWords
from qa.pulse.rounds import is_over, today
from qa.pulse.statements import scale_of

#: Rounds that are told side by side.
MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many were asked, and how many of them answered."""

    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Told:
    """What one round says of one statement; ``figure`` is empty where it may not be told, ``asked`` holds in any case."""

    round: PulseRound
    figure: Figure | None
    asked: int


@dataclass(frozen=True, slots=True)
class Course:
    """A statement of the newest round, and what each round that asked it came to, the oldest first."""

    statement: PulseStatement
    rounds: tuple[Told, ...]

    @property
    def newest(self) -> Told:
        """What the newest round says."""
        return self.rounds[-1]


def round_to_answer(act: Act) -> PulseRound | None:
    """Return the round that waits for the actor's answer; none where they are not asked or have answered."""
    if not act.may(Permission.PULSE_ANSWER) or act.actor is None:
        return None
    now = today(act)
    return act.session.scalar(
        select(PulseRound)
        .join(PulseInvitation, PulseInvitation.round_id == PulseRound.id)
        .where(PulseInvitation.user_id == act.actor.id, PulseInvitation.answered.is_(False))
        .where(PulseRound.closed_on.is_(None), PulseRound.first_day <= now, PulseRound.last_day >= now)
        .limit(1)
    )


def list_rounds(act: Act, *, page: int) -> Page[PulseRound]:
    """Return every round, the newest first."""
    act.require(Permission.PULSE_LEAD)
    return page_of(act, select(PulseRound).order_by(PulseRound.id.desc()), number=page)


def get_round(act: Act, round_id: int) -> PulseRound:
    """Return a round."""
    act.require(Permission.PULSE_LEAD)
    found = act.session.get(PulseRound, round_id)
    if found is None:
        raise NotFoundError(_("There is no such round, or you are not asked in it."))
    return found


def turnouts(act: Act, rounds: Iterable[PulseRound]) -> dict[int, Turnout]:
    """Return how many answered of each round, by its number: of everybody together, never of a team or a person."""
    asked = (
        select(
            PulseInvitation.round_id,
            func.count(),
            func.sum(case((PulseInvitation.answered, 1), else_=0)),
        )
        .where(PulseInvitation.round_id.in_([one.id for one in rounds]))
        .group_by(PulseInvitation.round_id)
    )
    return {number: Turnout(n, int(answered)) for number, n, answered in act.session.execute(asked)}


def courses(act: Act, *, until: date, team_id: int | None = None) -> list[Course]:
    """Return what may be told of the statements of the newest round that was over by a day and began by then."""
    act.require(Permission.PULSE_LEAD)
    asked = select(PulseRound).where(PulseRound.first_day <= until).order_by(PulseRound.id.desc())
    latest = act.session.scalars(asked.options(selectinload(PulseRound.statements)).limit(MOST_ROUNDS + 1))
    return told_of(act, [one for one in reversed(list(latest)) if is_over(act, one)][-MOST_ROUNDS:], team_id=team_id)


def told_of(act: Act, rounds: Sequence[PulseRound], *, team_id: int | None = None) -> list[Course]:
    """Return what may be told of rounds that are over, the oldest first: of all, or of one team."""
    if not rounds:
        return []
    numbers = [one.id for one in rounds]
    asked = _asked(act, numbers, team_id=team_id)
    given: dict[tuple[int, str], dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = select(PulseAnswer.round_id, PulseAnswer.team_id, PulseAnswer.values)
    for number, team, values in act.session.execute(rows.where(PulseAnswer.round_id.in_(numbers))):
        for key, value in values.items():
            given[number, key][team].append(int(value))
    return [
        Course(
            statement,
            tuple(
                Told(one, _figure(given[one.id, statement.key], statement.key, asked[one.id], team_id), asked[one.id])
                for one in rounds
                if statement.key in {other.key for other in one.statements}
            ),
        )
        for statement in rounds[-1].statements
    ]


def words_in(act: Act, found: PulseRound) -> list[PulseWords]:
    """Return what was written, in the order of numbers drawn by chance; nothing where fewer than five answered."""
    act.require(Permission.PULSE_LEAD)
    if not is_over(act, found) or turnouts(act, [found])[found.id].answered < FEWEST:
        return []
    return list(act.session.scalars(select(PulseWords).where(PulseWords.round_id == found.id).order_by(PulseWords.id)))


def get_words(act: Act, found: PulseRound, words_id: int) -> PulseWords:
    """Return words of a round that may be read."""
    one = next((one for one in words_in(act, found) if one.id == words_id), None)
    if one is None:
        raise NotFoundError(_("These words are not there any more."))
    return one


def _asked(act: Act, numbers: Sequence[int], *, team_id: int | None) -> Counter[int]:
    asked = select(PulseInvitation.round_id, func.count()).where(PulseInvitation.round_id.in_(numbers))
    if team_id is not None:
        asked = asked.where(PulseInvitation.team_id == team_id)
    return Counter(dict(act.session.execute(asked.group_by(PulseInvitation.round_id)).all()))


def _figure(given: Mapping[int | None, list[int]], key: str, asked: int, team_id: int | None) -> Figure | None:
    """Return the figure of all or of a team, where that may be told."""
    told = tellable({team: len(values) for team, values in given.items()})
    if team_id is None:
        values = [value for one in given.values() for value in one]
        return statement_figure(values, scale=scale_of(key), asked=asked) if told.company else None
    if team_id not in told.teams:
        return None
    return statement_figure(given[team_id], scale=scale_of(key), asked=asked)
