"""The figures of a written conversation, worked by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.messages import Gap, Message, message_signals
from transcribe.types import Role

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A, C, B = Role.AGENT, Role.CUSTOMER, Role.BOT


def chat(*said: tuple[Role, int] | tuple[Role, int, str]) -> list[Message]:
    return [Message(one[0], START + timedelta(seconds=one[1]), *one[2:]) for one in said]


def test_an_answer_is_timed_from_the_first_waiting_message() -> None:
    found = message_signals(
        chat((B, 0), (C, 10), (C, 25), (A, 70), (A, 80), (C, 100), (A, 105), (C, 110), (A, 125), (C, 200)),
        gap_from_s=60,
    )

    assert [(answer.message, answer.seconds) for answer in found.answers] == [(3, 60.0), (6, 5.0), (8, 15.0)]
    assert found.first == found.longest == found.answers[0]
    assert (found.median_s, found.median_later_s) == (15.0, 10.0)
    assert found.messages == {C: 5, A: 4}
    assert found.most_in_a_row == {C: 2, A: 2}
    assert found.unanswered == 1


def test_a_bot_answers_nobody_and_parts_no_row() -> None:
    found = message_signals(chat((C, 0), (B, 1), (C, 5), (A, 65)), gap_from_s=60)

    assert [answer.seconds for answer in found.answers] == [65.0]
    assert found.most_in_a_row[C] == 2


@pytest.mark.parametrize(
    ("before", "after", "by"),
    [
        pytest.param((C, 0), (A, 60), A, id="the customer waited"),
        pytest.param((C, 0), (C, 60), A, id="the customer asked again"),
        pytest.param((A, 0), (C, 60), C, id="the agent waited"),
        pytest.param((A, 0), (A, 60), C, id="the agent asked again"),
        pytest.param((A, 0, "One moment, I will look it up"), (A, 60), A, id="the agent had asked for patience"),
    ],
)
def test_a_gap_says_who_let_it_pass(before: tuple[Role, int], after: tuple[Role, int], by: Role) -> None:
    assert message_signals(chat(before, after), gap_from_s=60).gaps == (Gap(1, 60.0, let_pass_by=by),)
    assert message_signals(chat(before, after), gap_from_s=61).gaps == ()


def test_nothing_and_one_party_have_no_answers() -> None:
    nothing = message_signals([], gap_from_s=60)
    assert (nothing.first, nothing.longest, nothing.median_s, nothing.median_later_s) == (None, None, None, None)
    assert (nothing.messages, nothing.unanswered) == ({}, 0)
    alone = message_signals(chat((C, 0), (C, 90)), gap_from_s=60)
    assert (alone.answers, alone.unanswered, alone.most_in_a_row) == ((), 2, {C: 2})


@given(st.lists(st.tuples(st.sampled_from([A, C, B]), st.integers(0, 500)), max_size=20), st.integers(1, 300))
def test_waits_and_gaps_lie_within_the_conversation(said: list[tuple[Role, int]], threshold: int) -> None:
    ordered = sorted(said, key=lambda one: one[1])
    found = message_signals(chat(*ordered), gap_from_s=threshold)
    lasted = ordered[-1][1] - ordered[0][1] if ordered else 0

    assert sum(answer.seconds for answer in found.answers) <= lasted
    assert sum(gap.seconds for gap in found.gaps) <= lasted
    assert all(gap.seconds >= threshold for gap in found.gaps)
    assert found.unanswered <= found.messages.get(C, 0)
    assert all(row <= found.messages[role] for role, row in found.most_in_a_row.items())
