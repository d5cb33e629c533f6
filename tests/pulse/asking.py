"""A round with people who are asked, and their answers, for tests."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from qa.act import Act
from qa.auth.roles import Role
from qa.people.models import User
from qa.pulse.answering import answer_round
from qa.pulse.models import PulseRound
from qa.pulse.rounds import RoundWish, open_round, today
from tests.makers import Makers

CHANCE = Random(20261118)
FAIR, RECOMMEND = "judged_fairly", "recommend"


def as_person(act: Act, user: User, *, days: int = 0) -> Act:
    """Return the act as if somebody did it, some days later perhaps."""
    return Act(act.session, act.now + timedelta(days=days), act.settings, act.blobs, user)


def opened(make: Makers, *, by: User | None = None, **values: object) -> PulseRound:
    """Open a round of ten days with two shipped statements."""
    act = as_person(make.act, by or make.user(Role.SUPERVISOR))
    given = {"last_day": today(act) + timedelta(days=10), "shipped": [FAIR, RECOMMEND], **values}
    return open_round(act, RoundWish(**given))  # type: ignore[arg-type]  # as the test says it


def answered(
    make: Makers, found: PulseRound, user: User, values: Mapping[str, int] | None = None, *, words: str = ""
) -> None:
    """Let somebody answer, with 4 and 9 where nothing else is said."""
    given = {FAIR: 4, RECOMMEND: 9} if values is None else values
    answer_round(as_person(make.act, user), found.id, values=given, words=words, chance=CHANCE)
