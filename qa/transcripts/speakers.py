"""Saying by hand who a speaker is, where nobody could tell, and keeping it when a call is transcribed again."""

from collections.abc import Sequence

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.edits.heard import name_heard, originals
from qa.edits.laying import edits_of, lay, standing
from qa.edits.models import EditKind
from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from transcribe.types import Turn as HeardTurn

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
        roles[other] = other_party(role)
    swapped = sum(edit.kind is EditKind.SWAP for edit in standing(edits_of(act, transcript))) % 2
    for turn in originals(transcript.turns):
        name_heard(turn, {name: other_party(role) for name, role in roles.items()} if swapped else roles)
    lay(act, transcript)
    audit.record(act, "transcript.speaker_named", transcript, role=role.value)


def other_party(role: AuthorRole) -> AuthorRole:
    """Return the customer for the agent, and the agent for the customer."""
    return PARTIES[1 - PARTIES.index(role)]


def roles_kept(before: Sequence[Turn], heard: Sequence[HeardTurn]) -> dict[str, AuthorRole]:
    """Return the role of each speaker of ``heard`` as far as it was said by hand in the turns of an earlier transcript.

    A diariser numbers its speakers anew each time, so they are known again by when they speak: a speaker gets the role
    under whose turns they speak longest. Where all would get one role although there were two, only the one who speaks
    longest under it keeps it, and of two speakers the other one is the other party.
    """
    named = [turn for turn in before if turn.role_by_hand and turn.start_ms is not None]
    shares = {speaker: _shares(speaker, heard=heard, named=named) for speaker in {turn.speaker for turn in heard}}
    roles = {speaker: max(found, key=lambda role: found[role]) for speaker, found in shares.items() if found}
    if len(roles) < 2 or len(set(roles.values())) > 1 or len({turn.role for turn in named}) < 2:
        return roles
    surest = max(roles, key=lambda speaker: shares[speaker][roles[speaker]])
    role = roles[surest]
    others = [speaker for speaker in shares if speaker != surest]
    if len(others) > 1 or role not in PARTIES:
        return {surest: role}
    return {surest: role, others[0]: other_party(role)}


def _shares(speaker: str, *, heard: Sequence[HeardTurn], named: Sequence[Turn]) -> dict[AuthorRole, int]:
    """For how many milliseconds ``speaker`` speaks during the named turns of each role."""
    shares: dict[AuthorRole, int] = {}
    for turn in heard:
        for other in named if turn.speaker == speaker else ():
            shared = min(turn.end_ms, other.end_ms or 0) - max(turn.start_ms, other.start_ms or 0)
            if shared > 0:
                shares[other.role] = shares.get(other.role, 0) + shared
    return shares
