"""The figures of a call as JSON's own values; times in milliseconds, shares from 0 to 1, None where there is no figure."""

from transcribe.pauses import Silence
from transcribe.signals import Signals
from transcribe.transfers import Transfer
from transcribe.types import Role, Span


def as_value(found: Signals) -> dict[str, object]:
    """The figures by name, those of parties by role, and their places."""
    return {
        "duration_ms": found.duration_ms,
        "conversation_ms": found.conversation_ms,
        "first_answer_ms": found.first_answer_ms,
        "overlap_ms": found.overlap_ms,
        "silence_ms": found.silence_ms,
        "hold_ms": found.hold_ms,
        "parties": {role.value: _party(found, role) for role in found.talk_ms},
        "interruptions": None
        if found.interruptions is None
        else [
            {
                "start_ms": one.start_ms,
                "end_ms": one.end_ms,
                "by": one.by.value,
                "of": one.of.value,
                "took_the_floor": one.took_the_floor,
            }
            for one in found.interruptions
        ],
        "silences": [_silence(one) for one in found.silences],
        "holds": [_span(one) for one in found.holds],
        "transfers": [_transfer(one) for one in found.transfers],
    }


def _party(found: Signals, role: Role) -> dict[str, object]:
    longest = found.longest_monologue.get(role)
    return {
        "talk_ms": found.talk_ms[role],
        "talk_share": found.talk_share.get(role),
        "words_per_minute": found.words_per_minute.get(role),
        "longest_monologue": None if longest is None else _span(longest),
        "listening_ms": found.listening_ms.get(role),
        "listening_share": found.listening_share.get(role),
    }


def _silence(one: Silence) -> dict[str, object]:
    return {
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "after": one.after.value,
        "announced": one.announced,
        "dead_air": one.is_dead_air,
    }


def _transfer(one: Transfer) -> dict[str, object]:
    return {"at_ms": one.at_ms, "signs": sorted(one.signs), "certainty": one.certainty.value}


def _span(one: Span) -> dict[str, int]:
    return {"start_ms": one.start_ms, "end_ms": one.end_ms}
