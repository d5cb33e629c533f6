"""Places are found again in a later transcript by words and times; where that is not sure, they are not."""

from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.said import agent, customer
from tests.transcribe.test_edits import calls
from transcribe.edits import Place
from transcribe.replacing import place_again, places_again, share_alike
from transcribe.types import Role, Turn, Word


def said(sentence: str, *, start_ms: int = 0, role: Role = Role.AGENT) -> Turn:
    """A turn of half a second a word."""
    words = tuple(
        Word(text, start_ms + at * 500, start_ms + at * 500 + 400) for at, text in enumerate(sentence.split())
    )
    return Turn(role.value, role, words[0].start_ms, words[-1].end_ms, words)


@given(calls(), st.data())
def test_in_the_same_transcript_every_place_is_found_where_it_is(turns: list[Turn], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(turns) - 1))
    offset, length = sum(len(one.words) for one in turns[:number]), len(turns[number].words)
    first = data.draw(st.integers(0, length - 1))
    place = Place(offset + first, offset + data.draw(st.integers(first, length - 1)))

    assert place_again(turns, turns, place=place) == place
    assert places_again(turns, turns, place=place) == (place,)


def test_other_words_between_the_same_neighbours_are_the_place() -> None:
    before = [said("hello there"), said("I send the fak tour to you today", start_ms=2_000)]
    now = [said("hello"), said("I send the factory to you today", start_ms=2_100)]

    assert place_again(before, now, place=Place(5, 6)) == Place(4, 4)


def test_the_same_word_elsewhere_is_not_the_place() -> None:
    before = [said("no no no it is not")]

    assert place_again(before, before, place=Place(1, 1)) == Place(1, 1)
    assert place_again(before, [said("no it is not", start_ms=20_000)], place=Place(1, 1)) is None


def test_where_neighbours_differ_too_nothing_is_sure() -> None:
    before = [said("I send the fak tour to you")]
    now = [said("high sand them factory through new")]

    assert place_again(before, now, place=Place(3, 4)) is None


def test_a_turn_of_one_word_is_known_by_its_time() -> None:
    before = [said("shall I send it"), customer(3_000, 3_500, "yap")]

    assert place_again(before, [said("shall I send it"), customer(3_050, 3_450, "yeah")], place=Place(4, 4)) == Place(
        4, 4
    )
    assert place_again(before, [said("shall I send it"), customer(9_000, 9_400, "yeah")], place=Place(4, 4)) is None


def test_who_spoke_is_found_in_turns_that_were_divided_otherwise() -> None:
    before = [said("shall I send it yes please do that")]
    now = [said("shall I send it"), said("yes please to that", start_ms=2_000, role=Role.CUSTOMER)]

    assert places_again(before, now, place=Place(4, 7)) == (Place(4, 7),)
    assert places_again(before, [said("something else entirely was said by somebody")], place=Place(4, 7)) == ()


def test_exchanged_parties_are_told_by_who_speaks_when() -> None:
    before = [agent(0, 3_000), customer(3_000, 4_000)]

    assert share_alike(before, before) == 4_000
    assert share_alike(before, [customer(0, 3_000), agent(3_000, 4_000)]) == -4_000
