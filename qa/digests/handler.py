"""The daily job that sends what waits; whoever got today's gets it no second time."""

import smtplib
from datetime import datetime
from zoneinfo import ZoneInfo

from qa.digests.service import digest_for, due_on
from qa.errors import RefusedError
from qa.i18n import _
from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.mail.sending import reader_of, send_once
from qa.mail.server import server_of
from qa.people.models import User


@handles(JobKind.DIGESTS)
def send_digests(work: Work) -> dict[str, int]:
    """Send today's e-mails, each once, whatever becomes of the others.

    An address that the server will never take is counted and passed over. What may pass by itself is raised at the end,
    so that the job is tried again and sends what is left.
    """
    settings = work.bench.settings
    if server_of(settings) is None:
        return {"sent": 0, "refused": 0}
    moment: datetime = work.bench.clock()
    today = moment.astimezone(ZoneInfo(settings.time_zone)).date()
    with work.looking() as act:
        numbers = due_on(act, today)
    sent = refused = 0
    trouble: OSError | None = None
    for done, number in enumerate(numbers):
        work.report(done, len(numbers), step=_("Sending e-mail"))
        with work.looking() as act:
            user = act.session.get_one(User, number)
            reader, letter = reader_of(user), digest_for(act, user)
        if reader is None or letter is None:
            continue
        try:
            sent += send_once(work, letter, to=reader, key=f"digest-{number}-{today:%Y-%m-%d}")
        except RefusedError:
            refused += 1
        except (smtplib.SMTPException, OSError) as error:
            trouble = error
    if trouble is not None:
        raise trouble
    return {"sent": sent, "refused": refused}
