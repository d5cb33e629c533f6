"""Transfers: what tells of them, and how sure that is."""

from tests.transcribe.said import agent, customer, turn
from transcribe.transfers import Certainty, Transfer, TransferSign, transfers
from transcribe.types import AudioEvent, EventKind, Role, Span

SAID = agent(10_000, 14_000, "I will put you through to a colleague.")
RINGS = (AudioEvent(EventKind.RING_BACK, 20_000, 21_000), AudioEvent(EventKind.RING_BACK, 25_000, 26_000))
COLLEAGUE = turn(Role.UNKNOWN, 40_000, 46_000, speaker="SPEAKER_02")
BOTH = [agent(0, 6_000), customer(6_000, 9_000)]


def test_signs_near_to_each_other_are_one_likely_transfer() -> None:
    (found,) = transfers([*BOTH, SAID, COLLEAGUE], RINGS)

    assert found == Transfer(10_000, frozenset({TransferSign.ANNOUNCED, TransferSign.RINGING, TransferSign.NEW_VOICE}))
    assert found.certainty is Certainty.LIKELY


def test_one_sign_alone_is_a_possible_transfer() -> None:
    for found in (
        transfers([*BOTH, SAID], ()),
        transfers([*BOTH, customer(40_000, 45_000)], RINGS),
        transfers([agent(0, 6_000), customer(6_000, 12_000), COLLEAGUE], ()),
    ):
        assert [one.certainty for one in found] == [Certainty.POSSIBLE]


def test_what_the_metadata_names_is_certain_where_it_was_heard_and_where_not() -> None:
    found = transfers([*BOTH, SAID], (), told=2)

    assert [(one.at_ms, one.certainty) for one in found] == [(10_000, Certainty.CERTAIN), (None, Certainty.CERTAIN)]


def test_time_on_hold_does_not_part_the_signs_of_one_transfer() -> None:
    late = turn(Role.UNKNOWN, 200_000, 206_000, speaker="SPEAKER_02")
    said = [agent(0, 6_000), customer(6_000, 12_000), SAID, late]

    assert len(transfers(said, ())) == 2
    assert len(transfers(said, (), holds=[Span(15_000, 199_000)])) == 1


def test_ringing_before_the_call_and_short_voices_tell_of_no_transfer() -> None:
    early = AudioEvent(EventKind.RING_BACK, 0, 900)
    short = turn(Role.UNKNOWN, 40_000, 44_999, speaker="SPEAKER_02")

    assert transfers([agent(1_000, 9_000), customer(10_000, 19_000), short], [early]) == []
    assert transfers([], [early]) == []


def test_a_customer_who_wants_to_be_put_through_is_not_yet() -> None:
    assert transfers([*BOTH, customer(10_000, 14_000, "Can you put me through? Please connect you")], ()) == []
