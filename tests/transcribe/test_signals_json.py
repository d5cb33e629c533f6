"""The figures of a call as JSON."""

import json

from tests.transcribe.said import agent, call, customer
from transcribe.formats import own_json, signals_json
from transcribe.signals import signals
from transcribe.types import AudioEvent, EventKind, Layout

CALL = call(
    agent(0, 6_000),
    customer(5_000, 9_000),
    agent(20_000, 21_000, "I will put you through"),
    events=(AudioEvent(EventKind.HOLD, 30_000, 40_000),),
)


def test_the_figures_are_plain_values_with_their_places() -> None:
    found = json.loads(json.dumps(signals_json.as_value(signals(CALL))))

    assert found["parties"]["agent"]["talk_ms"] == 7_000
    assert found["parties"]["customer"]["longest_monologue"] == {"start_ms": 5_000, "end_ms": 9_000}
    assert found["interruptions"] == [
        {"start_ms": 5_000, "end_ms": 6_000, "by": "customer", "of": "agent", "took_the_floor": True}
    ]
    assert found["silences"] == [
        {"start_ms": 9_000, "end_ms": 20_000, "after": "customer", "announced": False, "dead_air": True}
    ]
    assert found["holds"] == [{"start_ms": 30_000, "end_ms": 40_000}]
    assert found["transfers"] == [{"at_ms": 20_000, "signs": ["announced"], "certainty": "possible"}]


def test_what_one_channel_cannot_tell_is_null() -> None:
    found = signals_json.as_value(signals(call(agent(0, 6_000), layout=Layout.MONO)))

    assert (found["interruptions"], found["overlap_ms"]) == (None, None)


def test_a_transcript_with_figures_is_read_as_one_without() -> None:
    written = own_json.write(CALL, signals=signals_json.as_value(signals(CALL)))

    assert json.loads(written)["signals"]["hold_ms"] == 10_000
    assert own_json.read(written, name="a.json") == CALL
