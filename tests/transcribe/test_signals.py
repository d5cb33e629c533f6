"""The figures of a call, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.said import agent, any_turns, call, customer, turn
from transcribe.signals import signals
from transcribe.spans import length_ms
from transcribe.types import AudioEvent, EventKind, Layout, Role, Span, Turn

CALL = call(
    agent(1_000, 7_000, "word " * 15),
    customer(6_000, 16_000, "word " * 30),
    agent(20_000, 26_000, "word " * 18),
    agent(27_000, 30_000, "word " * 9),
    customer(50_000, 58_000, "word " * 20),
    events=(
        AudioEvent(EventKind.HOLD, 32_000, 45_000, 0),
        AudioEvent(EventKind.HOLD, 33_000, 47_000, 1),
        AudioEvent(EventKind.TONE, 0, 900),
    ),
)


def test_the_figures_of_a_call_are_those_worked_by_hand() -> None:
    found = signals(CALL)

    assert found.talk_ms == {Role.AGENT: 15_000, Role.CUSTOMER: 18_000}
    assert found.talk_share[Role.AGENT] == pytest.approx(15 / 33)
    assert found.words_per_minute == {Role.AGENT: pytest.approx(168), Role.CUSTOMER: pytest.approx(50 / 0.3)}
    assert found.longest_monologue == {Role.AGENT: Span(20_000, 30_000), Role.CUSTOMER: Span(6_000, 16_000)}
    assert found.overlap_ms == 1_000
    # From 1 to 58 s, without the 15 s on hold.
    assert found.conversation_ms == 42_000
    # The second in which both talk is listening of neither.
    assert found.listening_ms == {Role.AGENT: 17_000, Role.CUSTOMER: 14_000}
    assert found.listening_share[Role.AGENT] == pytest.approx(17 / 42)
    assert (found.holds, found.hold_ms) == ((Span(32_000, 47_000),), 15_000)
    # 16-20 s and 47-50 s: 30-32 s is too short, and what comes after the last word is no silence.
    assert [(silence.start_ms, silence.end_ms) for silence in found.silences] == [(16_000, 20_000), (47_000, 50_000)]
    assert found.silence_ms == 7_000
    assert found.first_answer_ms == 1_000


def test_a_call_in_which_nobody_speaks_has_no_figures() -> None:
    found = signals(call(events=(AudioEvent(EventKind.RING_BACK, 0, 9_000),)))

    assert (found.talk_share, found.silences, found.first_answer_ms) == ({}, (), None)
    assert (found.conversation_ms, found.listening_ms, found.listening_share) == (0, {}, {})
    assert (found.interruptions, found.transfers) == ((), ())


def test_who_is_alone_has_all_the_talk_and_listens_to_nobody() -> None:
    found = signals(call(agent(0, 6_000)))

    assert found.talk_share == {Role.AGENT: 1.0}
    assert found.listening_ms == {Role.AGENT: 0}


def test_five_seconds_of_speech_are_needed_for_a_rate() -> None:
    assert signals(call(agent(0, 4_999))).words_per_minute == {}


def test_a_nod_beneath_somebody_elses_words_ends_no_monologue_and_is_listening() -> None:
    found = signals(call(customer(0, 5_000), agent(4_000, 4_500, "Mm-hm."), customer(6_000, 9_000)))

    assert found.longest_monologue[Role.CUSTOMER] == Span(0, 9_000)
    assert found.listening_ms[Role.AGENT] == 8_000


def test_a_word_of_assent_after_the_others_turn_is_a_turn() -> None:
    found = signals(call(customer(0, 5_000), agent(5_200, 5_600, "yes"), customer(6_000, 9_000)))

    assert found.longest_monologue[Role.CUSTOMER] == Span(0, 5_000)


def test_three_who_talk_at_once_overlap_once() -> None:
    found = signals(call(agent(0, 4_000), customer(1_000, 4_000), turn(Role.UNKNOWN, 2_000, 6_000)))

    assert found.overlap_ms == 3_000


@pytest.mark.parametrize("layout", [Layout.MONO, Layout.FAKE_STEREO, Layout.ONE_SILENT_CHANNEL, Layout.MANY])
def test_what_one_channel_cannot_tell_is_not_counted(layout: Layout) -> None:
    found = signals(call(agent(0, 5_000), customer(2_000, 9_000), layout=layout))

    assert (found.interruptions, found.overlap_ms) == (None, None)


spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 50_000), st.integers(1, 9_000))


@given(any_turns, st.lists(spans, max_size=3))
def test_figures_stay_within_the_call(said: list[Turn], waits: list[Span]) -> None:
    holds = tuple(AudioEvent(EventKind.HOLD, span.start_ms, span.end_ms) for span in waits)
    found = signals(call(*said, events=holds))
    talk = [Span(one.start_ms, one.end_ms) for one in said]
    quiet = [Span(silence.start_ms, silence.end_ms) for silence in found.silences]

    assert sum(found.talk_share.values()) == pytest.approx(1 if said else 0)
    assert found.overlap_ms is not None
    assert 0 <= found.overlap_ms <= length_ms(talk)
    # Silence is neither talk nor hold: together they are no longer than the call.
    assert length_ms([*talk, *found.holds]) + found.silence_ms == length_ms([*talk, *found.holds, *quiet])
    assert length_ms([*talk, *found.holds, *quiet]) <= found.duration_ms
    assert sum(silence.length_ms for silence in found.dead_air) <= found.silence_ms
    assert length_ms(talk) <= found.conversation_ms <= found.duration_ms
    assert all(0 <= share <= 1 for share in found.listening_share.values())
    for role, spoken in found.talk_ms.items():
        longest = found.longest_monologue.get(role)
        assert longest is None or longest.end_ms - longest.start_ms <= found.duration_ms
        assert spoken <= found.duration_ms
    assert all(one.end_ms - one.start_ms > 0 and one.by is not one.of for one in found.interruptions or ())
