"""Sending by jobs: each e-mail once, to who can still sign in, with no transaction open meanwhile."""

from sqlalchemy import select

from qa.act import Act
from qa.jobs.work import Work
from qa.mail.letters import Letter, Reader, message_of
from qa.mail.models import SentMail
from qa.mail.server import hand_in, server_of
from qa.people.models import User, UserState


def reader_of(user: User) -> Reader | None:
    """Return whom to write to; nobody where there is no address, or who cannot sign in."""
    if user.state is not UserState.ACTIVE or not user.email:
        return None
    return Reader(user.id, user.name, user.email, user.language)


def was_sent(act: Act, key: str) -> bool:
    """Tell whether a server took the e-mail of this key."""
    return act.session.scalar(select(SentMail.id).where(SentMail.key == key)) is not None


def send_once(work: Work, letter: Letter, *, to: Reader, key: str) -> bool:
    """Send the letter unless it was sent under this key before; tell whether it went out now.

    Where no mail server is set nothing is sent. A worker that dies between handing the message in and writing that down
    sends it again, with the same Message-ID, which mail programs show once.

    Raises:
        RefusedError: when the server will never take it.

    """
    server = server_of(work.bench.settings)
    if server is None:
        return False
    with work.looking() as act:
        if was_sent(act, key):
            return False
    hand_in(server, message_of(letter, to, key=key, settings=work.bench.settings, now=work.bench.clock()))
    with work.act() as act:
        act.session.add(SentMail(key=key, user_id=to.id, sent_at=act.now))
    return True
