"""Words of several speakers joined into turns."""

from collections.abc import Iterable, Mapping, Sequence

from transcribe.types import Role, Turn, Word

#: A pause inside what one party says that lets another party's words come between.
BREATH_MS = 500
#: A pause after which a turn ends although nobody else spoke.
PAUSE_MS = 3_000

Utterance = tuple[str, tuple[Word, ...]]


def from_channels(channels: Mapping[str, Sequence[Word]], *, roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    """Join the words of each channel into turns, ordered by their start.

    What a party says in one breath stays whole although another speaks meanwhile; words never change their order
    within a channel.
    """
    said = [(speaker, part) for speaker, words in channels.items() for part in _breaths(words)]
    return _joined(sorted(said, key=lambda item: (item[1][0].start_ms, item[1][-1].end_ms)), roles=roles)


def from_speakers(words: Iterable[tuple[str, Word]], *, roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    """Join words that were given to speakers, in the order they were heard, into turns."""
    return _joined([(speaker, (word,)) for speaker, word in words], roles=roles)


def _breaths(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    parts: list[list[Word]] = []
    for word in words:
        if parts and word.start_ms - parts[-1][-1].end_ms <= BREATH_MS:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [tuple(part) for part in parts]


def _joined(said: Sequence[Utterance], *, roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    groups: list[tuple[str, list[Word]]] = []
    for speaker, words in said:
        if groups and groups[-1][0] == speaker and words[0].start_ms - groups[-1][1][-1].end_ms <= PAUSE_MS:
            groups[-1][1].extend(words)
        else:
            groups.append((speaker, list(words)))
    return tuple(
        Turn(
            speaker,
            roles.get(speaker, Role.UNKNOWN),
            words[0].start_ms,
            max(word.end_ms for word in words),
            tuple(words),
        )
        for speaker, words in groups
    )
