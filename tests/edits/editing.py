"""A call with a wrong word and a turn that two people said, and who corrects it."""

from dataclasses import replace

from qa.act import Act
from qa.auth.roles import Role
from qa.edits.service import Chosen, reassign, reword
from qa.evaluations.queries import newest_transcript
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from tests.makers import Makers

SAID = [
    ("agent", "Good morning how can I help you"),
    ("customer", "My in voice is wrong"),
    ("agent", "Shall I send a new one yes please do"),
]


def edited_call(make: Makers) -> tuple[Act, Transcript]:
    """Make a call, and let a supervisor act."""
    call = make.interaction()
    make.transcript(call, SAID)
    return replace(make.act, actor=make.user(Role.SUPERVISOR)), newest(make.act, call.id)


def newest(act: Act, interaction_id: int) -> Transcript:
    """Return the transcript that counts."""
    found = newest_transcript(act, interaction_id)
    assert found is not None
    return found


def chosen(turn: Turn, first: int, last: int, *, until: Turn | None = None, read: str | None = None) -> Chosen:
    """Choose words of a turn, or from one turn to another, as they read now."""
    end = until or turn
    if read is None:
        words = [turn, *([until] if until else [])]
        texts = [str(word[0]) for one in words for word in one.words]
        read = " ".join(texts[first : len(texts) - len(end.words) + last + 1])
    return Chosen(turn.id, first, end.id, last, read)


def write(act: Act, transcript: Transcript, *, turn: int, words: tuple[int, int], typed: str, reason: str = "") -> int:
    """Type something for words of a turn."""
    return reword(act, transcript, chosen=chosen(transcript.turns[turn], *words), typed=typed, reason=reason)


def give(act: Act, transcript: Transcript, *, turn: int, words: tuple[int, int], role: AuthorRole) -> int:
    """Say whose the words of a turn are."""
    return reassign(act, transcript, chosen=chosen(transcript.turns[turn], *words), role=role)


def texts(transcript: Transcript) -> list[tuple[str, str]]:
    """Return who says what, as it reads now."""
    return [(turn.role.value, turn.text) for turn in transcript.turns]
