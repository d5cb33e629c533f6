"""The jobs that tell people of their coaching sessions by e-mail."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.errors import RefusedError
from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.mail.letters import Letter, Reader
from qa.mail.sending import reader_of, send_once
from qa.talks.letters import letter_of, reminder_of
from qa.talks.models import Talk, TalkAgent, TalkState

#: The daily work is done in the night: who meets today or tomorrow is reminded.
REMINDED_WITHIN = timedelta(hours=36)

Post = tuple[Reader, Letter, str]


@handles(JobKind.TALK_LETTERS)
def tell_of_talk(work: Work) -> dict[str, int]:
    """Tell everybody who takes part how a session stands; where it changed again since, the later job does so."""
    sequence = int(work.payload["sequence"])
    with work.looking() as act:
        talk = act.session.scalar(_with_people().where(Talk.id == int(work.payload["talk"])))
        if talk is None or talk.sequence != sequence:
            return {"sent": 0}
        posts = [
            (
                reader,
                letter_of(talk, reader, zone=zone, settings=act.settings, now=act.now),
                f"talk-{talk.id}-{sequence}-{reader.id}",
            )
            for reader, zone in _people(talk)
        ]
    return {"sent": _send(work, posts)}


@handles(JobKind.TALK_REMINDERS)
def remind_of_talks(work: Work) -> dict[str, int]:
    """Remind everybody whose session is near; each is reminded once of each time it was set to."""
    with work.looking() as act:
        posts = [
            (reader, reminder_of(talk, reader, zone=zone), f"talk-{talk.id}-{talk.sequence}-{reader.id}-reminder")
            for talk in _near(act)
            for reader, zone in _people(talk)
        ]
    return {"sent": _send(work, posts)}


def _near(act: Act) -> list[Talk]:
    asked = _with_people().where(
        Talk.state == TalkState.PLANNED, Talk.planned_at > act.now, Talk.planned_at <= act.now + REMINDED_WITHIN
    )
    return list(act.session.scalars(asked.order_by(Talk.planned_at, Talk.id)))


def _with_people() -> Select[Talk]:
    return select(Talk).options(joinedload(Talk.coach), selectinload(Talk.agents).joinedload(TalkAgent.agent))


def _people(talk: Talk) -> list[tuple[Reader, str]]:
    """Return who can be written to, with their time zones."""
    everybody = [talk.coach, *(one.agent for one in talk.agents)]
    return [(reader, user.time_zone) for user in everybody if (reader := reader_of(user)) is not None]


def _send(work: Work, posts: Iterable[Post]) -> int:
    """Send them all; where one is refused the others go out, and the job ends with the refusal."""
    sent, refused = 0, None
    for reader, letter, key in posts:
        try:
            sent += send_once(work, letter, to=reader, key=key)
        except RefusedError as error:
            refused = error
    if refused is not None:
        raise refused
    return sent
