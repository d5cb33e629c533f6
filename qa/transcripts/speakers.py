"""Saying by hand who a speaker is, where nobody could tell."""

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript

#: Parties of a call; bots and systems do not speak in one.
PARTIES = (AuthorRole.AGENT, AuthorRole.CUSTOMER)


def spoken_by(transcript: Transcript | None) -> dict[str, AuthorRole]:
    """Return each speaker of a call with the role of its first turn; nothing for written contacts."""
    found: dict[str, AuthorRole] = {}
    for turn in transcript.turns if transcript is not None else ():
        if turn.start_ms is not None and turn.author:
            found.setdefault(turn.author, turn.role)
    return found


def name_speaker(act: Act, transcript: Transcript, *, speaker: str, role: AuthorRole) -> None:
    """Give all turns of a speaker a role; of two speakers the other one becomes the other party."""
    act.require(Permission.INTERACTION_ADD)
    speakers = spoken_by(transcript)
    if speaker not in speakers:
        raise InvalidError(_("There is no such speaker in this transcript."))
    if role not in PARTIES:
        raise InvalidError(_("A speaker is the agent or the customer."))
    roles = {speaker: role}
    if len(speakers) == len(PARTIES):
        other = next(name for name in speakers if name != speaker)
        roles[other] = PARTIES[1 - PARTIES.index(role)]
    for turn in transcript.turns:
        turn.role = roles.get(turn.author, turn.role)
    audit.record(act, "transcript.speaker_named", transcript, role=role.value)
