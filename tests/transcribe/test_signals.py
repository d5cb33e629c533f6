"""The figures of a conversation, worked by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.signals import Message, response_times_s, signals, talk_share
from transcribe.types import AudioEvent, EventKind, Role, Transcript, Turn, Word


def turn(role: Role, start_ms: int, end_ms: int, *, words: int = 1) -> Turn:
    said = tuple(Word("word", start_ms, end_ms) for _ in range(words))
    return Turn(role.value, role, start_ms, end_ms, said)


def call(*turns: Turn, duration_ms: int = 60_000, events: tuple[AudioEvent, ...] = ()) -> Transcript:
    return Transcript("en", duration_ms, turns, events=events)


CALL = call(
    turn(Role.AGENT, 1_000, 7_000, words=15),
    turn(Role.CUSTOMER, 6_000, 16_000, words=30),
    turn(Role.AGENT, 20_000, 26_000, words=18),
    turn(Role.AGENT, 27_000, 30_000, words=9),
    turn(Role.CUSTOMER, 50_000, 58_000, words=20),
    events=(
        AudioEvent(EventKind.HOLD, 32_000, 45_000, 0),
        AudioEvent(EventKind.HOLD, 33_000, 48_000, 1),
        AudioEvent(EventKind.TONE, 0, 900),
    ),
)


def test_the_figures_of_a_call_are_those_worked_by_hand() -> None:
    found = signals(CALL)

    assert found.talk_ms == {Role.AGENT: 15_000, Role.CUSTOMER: 18_000}
    assert found.talk_share[Role.AGENT] == pytest.approx(15 / 33)
    assert found.words_per_minute == {Role.AGENT: pytest.approx(168), Role.CUSTOMER: pytest.approx(50 / 0.3)}
    assert found.longest_monologue_ms == {Role.AGENT: 10_000, Role.CUSTOMER: 10_000}
    assert found.interruptions == {Role.AGENT: 0, Role.CUSTOMER: 1}
    assert found.overlap_ms == 1_000
    assert found.hold_ms == 16_000
    # 16-20 s, 30-32 s, 48-50 s and 58-60 s; hold and the wait before the first word are counted elsewhere.
    assert (found.silence_ms, found.longest_silence_ms) == (10_000, 4_000)
    assert found.first_answer_ms == 1_000


def test_a_call_in_which_nobody_speaks_has_no_shares() -> None:
    found = signals(call())

    assert (found.talk_share, found.silence_ms, found.first_answer_ms) == ({}, 0, None)


def test_five_seconds_of_speech_are_needed_for_a_rate() -> None:
    assert signals(call(turn(Role.AGENT, 0, 4_999))).words_per_minute == {}


def test_a_nod_is_no_interruption() -> None:
    found = signals(call(turn(Role.AGENT, 0, 5_000), turn(Role.CUSTOMER, 2_000, 2_299)))

    assert found.interruptions[Role.CUSTOMER] == 0


turns = st.lists(
    st.builds(
        lambda role, start, length: turn(role, start, start + length),
        st.sampled_from([Role.AGENT, Role.CUSTOMER, Role.UNKNOWN]),
        st.integers(0, 50_000),
        st.integers(1, 10_000),
    ),
    max_size=10,
)


@given(turns)
def test_figures_stay_within_the_call(said: list[Turn]) -> None:
    found = signals(call(*said))

    assert sum(talk_share(said).values()) == pytest.approx(1 if said else 0)
    assert 0 <= found.overlap_ms <= 60_000
    assert 0 <= found.longest_silence_ms <= found.silence_ms <= 60_000
    assert all(0 < length <= 60_000 for length in found.longest_monologue_ms.values())
    assert all(spoken <= found.duration_ms for spoken in found.talk_ms.values())


def test_a_chat_answer_is_timed_from_the_first_waiting_message() -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    said = [(Role.BOT, 0), (Role.CUSTOMER, 10), (Role.CUSTOMER, 25), (Role.AGENT, 70), (Role.AGENT, 80)]
    said += [(Role.CUSTOMER, 100), (Role.AGENT, 105), (Role.CUSTOMER, 200)]
    messages = [Message(role, start + timedelta(seconds=seconds)) for role, seconds in said]

    assert response_times_s(messages) == [60.0, 5.0]
