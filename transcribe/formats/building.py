"""A transcript from what other formats know: cues with a text, a speaker's name and perhaps no times for words."""

from collections.abc import Sequence
from itertools import groupby

from transcribe.assignment import UNKNOWN
from transcribe.types import Role, Transcript, Turn, Word

#: What other systems call the parties, in lower case.
ROLE_NAMES = {
    Role.AGENT: ("agent", "medewerker", "advisor", "adviser", "representative", "operator", "employee", "host"),
    Role.CUSTOMER: ("customer", "klant", "caller", "beller", "client", "visitor", "bezoeker"),
    Role.BOT: ("bot", "chatbot", "virtual assistant"),
    Role.SYSTEM: ("system", "systeem", "ivr"),
}


def role_of(name: str) -> Role:
    """The role that a speaker's name says in so many words, else unknown."""
    plain = name.strip().lower()
    return next((role for role, names in ROLE_NAMES.items() if plain in names), Role.UNKNOWN)


def spread(text: str, *, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """The words of ``text`` with times in proportion to their letters, for formats that time only whole cues."""
    parts = text.split()
    if not parts:
        return ()
    letters = [len(part) + 1 for part in parts]
    total = sum(letters)
    edges = [start_ms + (end_ms - start_ms) * sum(letters[:count]) // total for count in range(len(parts) + 1)]
    return tuple(Word(part, edges[number], edges[number + 1]) for number, part in enumerate(parts))


def field(text: str) -> str:
    """A text as one field of a table whose fields end at a space."""
    return "_".join(text.split()) or "<NA>"


def turns_of(said: Sequence[tuple[str, Word]], *, roles: dict[str, Role] | None = None) -> tuple[Turn, ...]:
    """Turns of consecutive words of one speaker."""
    turns: list[Turn] = []
    for speaker, group in groupby(said, key=lambda pair: pair[0]):
        words = tuple(word for _, word in group)
        role = (roles or {}).get(speaker) or role_of(speaker)
        end_ms = max(word.end_ms for word in words)
        turns.append(Turn(speaker or UNKNOWN, role, words[0].start_ms, end_ms, words))
    return tuple(turns)


def transcript_of(
    turns: Sequence[Turn], *, language: str, engine: str, model: str = "", diariser: str = ""
) -> Transcript:
    """A transcript as long as its last word; formats of others do not tell the recording's length."""
    duration_ms = max((turn.end_ms for turn in turns), default=0)
    return Transcript(
        language=language,
        duration_ms=duration_ms,
        turns=tuple(sorted(turns, key=lambda turn: turn.start_ms)),
        engine=engine,
        model=model,
        diariser=diariser,
    )
