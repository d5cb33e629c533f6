"""What the people of a coaching session are told by e-mail, and the calendar entry that goes with it."""

from datetime import datetime, timedelta

from qa.act import Act
from qa.i18n import Language, Text, _, datetime_text, say
from qa.jobs.kinds import JobKind
from qa.jobs.service import enqueue
from qa.mail.letters import CalendarEntry, Letter, Reader
from qa.settings import Settings
from qa.talks.calendar import Attendee, Entry, Method, icalendar
from qa.talks.models import Talk, TalkState

_WHEN = "EEEE d MMMM y HH:mm"


def tell_everybody(act: Act, talk: Talk) -> None:
    """Have everybody who takes part told how the session stands, where a mail server is set and it is still to come."""
    if not act.settings.smtp_url or talk.planned_at <= act.now:
        return
    act.session.flush()
    enqueue(
        act,
        JobKind.TALK_LETTERS,
        key=f"talk-{talk.id}-{talk.sequence}",
        payload={"talk": talk.id, "sequence": talk.sequence},
    )


def path_of(talk: Talk) -> str:
    """Return the address of the session's page on this site."""
    return f"/coaching-sessions/{talk.id}"


def entry_of(
    talk: Talk, *, language: Language, settings: Settings, now: datetime, reader: Reader | None = None
) -> Entry:
    """Return what stands in a calendar of the session; to one reader by e-mail it names the coach and that reader."""
    coach = Attendee(talk.coach.name, talk.coach.email) if talk.coach.email else None
    return Entry(
        # Of the day it was made, so that two installations never name two sessions alike.
        uid=f"coaching-session-{talk.id}-{talk.created_at:%Y%m%dT%H%M%S}@steekproef",
        sequence=talk.sequence,
        made_at=now,
        starts_at=talk.planned_at,
        ends_at=talk.planned_at + timedelta(minutes=talk.minutes),
        summary=say(_("Coaching session"), language),
        description=say(_("What it is about stands on its page, for who takes part."), language),
        place=talk.place,
        url=f"{settings.address}{path_of(talk)}",
        alarm=say(_("Coaching session"), language),
        cancelled=talk.state is TalkState.CANCELLED,
        organiser=coach if reader else None,
        attendee=Attendee(reader.name, reader.email) if reader and coach else None,
    )


def letter_of(talk: Talk, reader: Reader, *, zone: str, settings: Settings, now: datetime) -> Letter:
    """Return what somebody is told when a session is planned, moved or called off; nothing of what it is about."""
    entry = entry_of(talk, language=reader.language, settings=settings, now=now, reader=reader)
    if talk.state is TalkState.CANCELLED:
        subject = _("The coaching session of {when} is off", when=_when(talk, reader, zone=zone))
        method = Method.CANCEL
    elif talk.sequence:
        subject = _("Your coaching session was moved: {when}", when=_when(talk, reader, zone=zone))
        method = Method.REQUEST
    else:
        subject = _("Coaching session: {when}", when=_when(talk, reader, zone=zone))
        method = Method.REQUEST
    if entry.organiser is None and method is Method.REQUEST:
        method = Method.PUBLISH
    return Letter(subject, _lines(talk), path_of(talk), CalendarEntry(icalendar(entry, method), method.value))


def reminder_of(talk: Talk, reader: Reader, *, zone: str) -> Letter:
    """Return what somebody is told the day before."""
    subject = _("Reminder of your coaching session: {when}", when=_when(talk, reader, zone=zone))
    return Letter(subject, _lines(talk), path_of(talk))


def _lines(talk: Talk) -> list[Text]:
    lines = [_("Coach: {name}.", name=talk.coach.name)]
    if talk.state is TalkState.CANCELLED:
        return [*lines, _("It is taken out of your calendar by the file that comes with this message.")]
    if talk.place:
        lines.append(_("Place: {place}.", place=talk.place))
    lines.append(_("It takes {n} minutes.", n=talk.minutes))
    lines.append(_("On its page you see what it is about, and you can write notes of your own."))
    return lines


def _when(talk: Talk, reader: Reader, *, zone: str) -> str:
    return datetime_text(talk.planned_at, reader.language, zone=zone, style=_WHEN)
