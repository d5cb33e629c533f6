"""What is written about a session: notes, the agents' remarks, and that they have seen it."""

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.i18n import _
from qa.talks.models import Talk, TalkAgent, TalkNote, TalkState

LONGEST_NOTE = 10_000
LONGEST_REMARKS = 5_000

_MEANWHILE = _(
    "You saved another text meanwhile, in another window perhaps. It stands below, and what you typed now still stands in the field: put them together and save again."
)


def own_note(act: Act, talk: Talk, *, shared: bool) -> TalkNote | None:
    """Return the actor's own note about a session."""
    return act.session.scalar(
        select(TalkNote).where(
            TalkNote.talk_id == talk.id, TalkNote.writer_id == act.person().id, TalkNote.shared == shared
        )
    )


def save_note(act: Act, talk: Talk, *, shared: bool, text: str, revision: int) -> None:
    """Keep the actor's note; ``revision`` is what the page showed, 0 where there was none, and an older one is refused."""
    if not takes_part(act, talk):
        raise ForbiddenError(_("Only who takes part in a session writes notes about it."))
    if len(text) > LONGEST_NOTE:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_NOTE), field="text")
    note = own_note(act, talk, shared=shared)
    if note is not None and note.text == text:
        return
    if (note.revision if note else 0) != revision:
        raise ConflictError(_MEANWHILE)
    if note is None:
        if not text.strip():
            return
        act.session.add(
            TalkNote(talk_id=talk.id, writer_id=act.person().id, shared=shared, text=text, saved_at=act.now)
        )
    else:
        note.text, note.saved_at, note.revision = text, act.now, note.revision + 1
    act.session.flush()
    # Of a private note not even the log tells that there is one.
    if shared:
        audit.record(act, "talk.noted", talk)


def part_of(act: Act, talk: Talk) -> TalkAgent | None:
    """Return the actor's own part in a session, if they are one of its agents."""
    return next((one for one in talk.agents if one.agent_id == act.person().id), None)


def takes_part(act: Act, talk: Talk) -> bool:
    """Tell whether the actor coaches the session or is coached in it."""
    return talk.coach_id == act.person().id or part_of(act, talk) is not None


def save_remarks(act: Act, talk: Talk, *, text: str, revision: int) -> None:
    """Keep what an agent says of the session; their coach reads it."""
    part = _part(act, talk)
    if len(text) > LONGEST_REMARKS:
        raise InvalidError(_("Use at most {n} characters.", n=LONGEST_REMARKS), field="remarks")
    if part.remarks == text:
        return
    if part.revision != revision:
        raise ConflictError(_MEANWHILE)
    part.remarks, part.revision = text, part.revision + 1
    audit.record(act, "talk.remarked", talk)


def mark_seen(act: Act, talk: Talk) -> None:
    """Note that an agent has seen what is written of a held session; seeing is not agreeing."""
    part = _part(act, talk)
    if talk.state is not TalkState.HELD:
        raise ConflictError(_("This session was not held yet."))
    if part.seen_at is not None:
        raise ConflictError(_("You have already marked this session as seen."))
    part.seen_at = act.now
    audit.record(act, "talk.seen", talk)


def _part(act: Act, talk: Talk) -> TalkAgent:
    act.require(Permission.TALK_JOIN)
    part = part_of(act, talk)
    if part is None:
        raise ForbiddenError(_("Only an agent who takes part in a session can do this."))
    return part
