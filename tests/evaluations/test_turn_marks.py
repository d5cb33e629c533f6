"""Which turns are marked as to be read with care."""

from qa.i18n import Language
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript, Turn
from transcribe.types import Doubt
from web.evaluations.lines import TurnLine, lines_of
from web.evaluations.turn_marks import TurnMark, turn_marks


def turn(position: int, start_ms: int, end_ms: int, *doubts: list[Doubt], author: str = "A") -> Turn:
    """A turn of as many words as there are lists of doubts."""
    words = [["word", start_ms, end_ms, 0.9, [doubt.value for doubt in found]] for found in doubts]
    return Turn(
        id=position, position=position, role=AuthorRole.AGENT, role_by_hand=False, author=author, text="word",
        start_ms=start_ms, end_ms=end_ms, words=words, internal=False, sent_at=None,
    )  # fmt: skip


SURE = turn(0, 0, 1_000, [], [])
SPEAKER, AT_ONCE = frozenset({TurnMark.SPEAKER}), frozenset({TurnMark.AT_ONCE})


def test_half_of_its_words_make_a_turn_unsure() -> None:
    half = turn(1, 2_000, 3_000, [Doubt.UNSURE_SPEAKER], [])
    less = turn(2, 4_000, 5_000, [Doubt.NO_SPEAKER], [], [])

    assert turn_marks([SURE, half, less]) == {1: SPEAKER}


def test_where_every_turn_is_unsure_none_is_marked() -> None:
    assert turn_marks([turn(0, 0, 1_000, [Doubt.NO_SPEAKER])]) == {}


def test_who_was_named_by_hand_is_sure() -> None:
    named = turn(1, 2_000, 3_000, [Doubt.UNSURE_SPEAKER])
    named.role_by_hand = True

    assert turn_marks([SURE, named]) == {}


def test_a_second_over_each_other_marks_both_even_with_a_nod_between() -> None:
    long, nod = turn(0, 0, 9_000, []), turn(1, 2_000, 2_500, [], author="B")
    over = turn(2, 8_000, 12_000, [], author="B")

    assert turn_marks([long, nod, over]) == {0: AT_ONCE, 2: AT_ONCE}
    assert turn_marks([long, nod, turn(2, 8_001, 12_000, [], author="B")]) == {}


def test_messages_have_no_marks() -> None:
    message = Turn(position=0, role=AuthorRole.AGENT, author="A", text="Hello", words=[])

    assert turn_marks([message]) == {}


def test_what_the_turn_says_its_words_do_not_say_again() -> None:
    transcript = Transcript(
        language="en",
        events=[],
        turns=[SURE, turn(1, 2_000, 3_000, [Doubt.OVERLAP, Doubt.LOW_PROBABILITY], [Doubt.OVERLAP])],
    )

    _sure, marked = lines_of(transcript, language=Language.EN, holds_muted=False)

    assert isinstance(marked, TurnLine)
    assert marked.marks == (TurnMark.AT_ONCE,)
    assert [word.doubt for word in marked.words] == ["The recogniser is not sure of this word.", ""]
