"""How often a call was put through, and what tells: nothing of it is certain but what the exchange itself says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from transcribe.assignment import UNKNOWN
from transcribe.manners import PUTS_THROUGH, says
from transcribe.spans import length_ms, within
from transcribe.types import AudioEvent, EventKind, Role, Span, Turn

#: Parties of a call that was not put through.
PARTIES = 2
#: A voice that is heard for less may be a mistake of the diariser.
SHORTEST_VOICE_MS = 5_000
#: Signs this near to each other, time on hold left out, are of one transfer.
NEAR_MS = 60_000


class TransferSign(StrEnum):
    """What tells that a call was put through."""

    METADATA = "metadata"
    ANNOUNCED = "announced"
    RINGING = "ringing"
    NEW_VOICE = "new_voice"


class Certainty(StrEnum):
    """How sure a transfer is: the exchange says so, two signs agree, or there is one sign only."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A call that is put through: where its first sign is, and all of them; metadata alone has no place."""

    at_ms: int | None
    signs: frozenset[TransferSign]

    @property
    def certainty(self) -> Certainty:
        """How sure it is."""
        if TransferSign.METADATA in self.signs:
            return Certainty.CERTAIN
        return Certainty.LIKELY if len(self.signs) > 1 else Certainty.POSSIBLE


def transfers(
    turns: Sequence[Turn], events: Iterable[AudioEvent], *, told: int = 0, holds: Sequence[Span] = ()
) -> list[Transfer]:
    """The transfers of a call, in order; ``told`` is how many the metadata of the call names.

    Signs are: a party other than the customer says it, it rings between the first and the last word, or somebody
    speaks for five seconds or more who is neither of the first two speakers. Signs within a minute of each other, time
    on ``holds`` left out, are of one transfer. Of what was heard, the ``told`` ones with most signs are certain; if
    fewer were heard, the others are without a place.
    """
    heard: list[tuple[int, set[TransferSign]]] = []
    last_ms = 0
    for at_ms, sign in sorted([*_announced(turns), *_ringing(turns, events), *_new_voices(turns)]):
        apart_ms = at_ms - last_ms - length_ms(within(holds, start_ms=last_ms, end_ms=at_ms))
        if heard and apart_ms <= NEAR_MS:
            heard[-1][1].add(sign)
        else:
            heard.append((at_ms, {sign}))
        last_ms = at_ms
    for _at_ms, signs in sorted(heard, key=lambda one: -len(one[1]))[:told]:
        signs.add(TransferSign.METADATA)
    unheard = [Transfer(None, frozenset({TransferSign.METADATA}))] * (told - len(heard))
    return [*(Transfer(at_ms, frozenset(signs)) for at_ms, signs in heard), *unheard]


def rung_between(events: Iterable[AudioEvent], *, first_ms: int, last_ms: int) -> list[int]:
    """When it begins to ring between two moments; rings within a minute of each other are one."""
    found: list[int] = []
    rung_ms = 0
    for event in sorted(events, key=lambda event: event.start_ms):
        if event.kind is EventKind.RING_BACK and first_ms < event.start_ms and event.end_ms < last_ms:
            if not found or event.start_ms - rung_ms > NEAR_MS:
                found.append(event.start_ms)
            rung_ms = event.end_ms
    return found


def _announced(turns: Iterable[Turn]) -> list[tuple[int, TransferSign]]:
    return [
        (turn.start_ms, TransferSign.ANNOUNCED)
        for turn in turns
        if turn.role is not Role.CUSTOMER and says(turn.text, PUTS_THROUGH)
    ]


def _ringing(turns: Sequence[Turn], events: Iterable[AudioEvent]) -> list[tuple[int, TransferSign]]:
    if not turns:
        return []
    first_ms, last_ms = min(turn.start_ms for turn in turns), max(turn.end_ms for turn in turns)
    return [(at_ms, TransferSign.RINGING) for at_ms in rung_between(events, first_ms=first_ms, last_ms=last_ms)]


def _new_voices(turns: Sequence[Turn]) -> list[tuple[int, TransferSign]]:
    """When a third speaker, and each one after, is first heard."""
    voices: dict[str, list[Turn]] = {}
    for turn in sorted(turns, key=lambda turn: turn.start_ms):
        if turn.speaker not in {"", UNKNOWN}:
            voices.setdefault(turn.speaker, []).append(turn)
    return [
        (said[0].start_ms, TransferSign.NEW_VOICE)
        for said in list(voices.values())[PARTIES:]
        if sum(turn.end_ms - turn.start_ms for turn in said) >= SHORTEST_VOICE_MS
    ]
