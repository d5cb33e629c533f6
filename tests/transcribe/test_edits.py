"""Edits lie over what was heard: nothing else changes, and taken back nothing is left of them."""

from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.said import agent, customer, turn
from transcribe.edits import Edit, Place, Reassigning, Replaced, Rewording, Swap, laid, laid_words
from transcribe.retyping import retyped
from transcribe.types import Doubt, Role, Turn, Word

TEXTS = st.sampled_from(["yes", "no", "well", "the", "invoice", "parcel"])


@st.composite
def calls(draw: st.DrawFn) -> list[Turn]:
    """A call of some turns with words that follow each other."""
    made: list[Turn] = []
    at = 0
    for texts in draw(st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=5)):
        words = []
        for text in texts:
            length = draw(st.integers(100, 600))
            words.append(Word(text, at, at + length, 0.5))
            at += length + draw(st.integers(0, 300))
        role = draw(st.sampled_from([Role.AGENT, Role.CUSTOMER, Role.UNKNOWN]))
        made.append(Turn(role.value, role, words[0].start_ms, words[-1].end_ms, tuple(words)))
    return made


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Turn], list[Edit]]:
    """A call with rewordings that do not share words, and speakers in any order."""
    turns = draw(calls())
    edits: list[Edit] = []
    offset = key = 0
    for one in turns:
        last = offset + len(one.words) - 1
        at = offset
        while at <= last:
            until = draw(st.integers(at, last))
            if draw(st.booleans()):
                edits.append(Rewording(key, Place(at, until), tuple(draw(st.lists(TEXTS, max_size=4)))))
                key += 1
            at = until + 1
        offset = last + 1
    for _number in range(draw(st.integers(0, 3))):
        key += 1
        first = draw(st.integers(0, offset - 1))
        role = draw(st.sampled_from([Role.AGENT, Role.CUSTOMER]))
        reassigned = Reassigning(key, Place(first, draw(st.integers(first, offset - 1))), role)
        edits.insert(draw(st.integers(0, len(edits))), reassigned if draw(st.booleans()) else Swap(key))
    return turns, edits


@given(calls())
def test_without_edits_everything_is_as_it_was_heard(turns: list[Turn]) -> None:
    assert [one.turn for one in laid(turns, [])] == turns
    assert [place.first for one in laid(turns, []) for place in one.places] == list(
        range(sum(len(turn.words) for turn in turns))
    )


@given(edited())
def test_words_outside_the_edits_never_change_nor_move(made: tuple[list[Turn], list[Edit]]) -> None:
    turns, edits = made
    heard = [word for one in turns for word in one.words]
    reworded = {
        at for edit in edits if isinstance(edit, Rewording) for at in range(edit.place.first, edit.place.last + 1)
    }

    found = laid(turns, edits)

    now = {place.first: word for one in found for word, place in zip(one.turn.words, one.places, strict=True)}
    for at, word in enumerate(heard):
        if at not in reworded:
            assert now[at] == word
    expected = [
        word.text
        for edit in sorted((edit for edit in edits if isinstance(edit, Rewording)), key=lambda edit: edit.place.first)
        for word in [Word(text, 0, 0) for text in edit.words]
    ]
    assert [
        word.text
        for one in found
        for word, place in zip(one.turn.words, one.places, strict=True)
        if place.first in reworded
    ] == expected


@given(edited())
def test_words_keep_their_order_and_their_turns_and_stay_in_their_time(made: tuple[list[Turn], list[Edit]]) -> None:
    turns, edits = made
    found = laid(turns, edits)
    assert [one.heard for one in found] == sorted(one.heard for one in found)
    assert {one.heard for one in found} == set(range(len(turns)))
    for one in found:
        heard = turns[one.heard]
        starts = [word.start_ms for word in one.turn.words]
        assert starts == sorted(starts)
        assert heard.start_ms <= one.turn.start_ms <= one.turn.end_ms <= heard.end_ms
        assert all(heard.start_ms <= word.start_ms <= word.end_ms <= heard.end_ms for word in one.turn.words)


@given(edited())
def test_two_swaps_are_none(made: tuple[list[Turn], list[Edit]]) -> None:
    turns, edits = made
    roles = [one.turn.role for one in laid(turns, edits)]
    assert [one.turn.role for one in laid(turns, [*edits, Swap(98), Swap(99)])] == roles


@given(edited(), st.lists(TEXTS, max_size=10), st.data())
def test_a_turn_typed_anew_reads_as_it_was_typed(
    made: tuple[list[Turn], list[Edit]], typed: list[str], data: st.DataObject
) -> None:
    turns, edits = made
    number = data.draw(st.integers(0, len(turns) - 1))
    offset = sum(len(one.words) for one in turns[:number])
    place = Place(offset, offset + len(turns[number].words) - 1)
    shown = laid_words(turns[number], offset=offset, edits=edits)
    emptied = [edit.place for edit in edits if isinstance(edit, Rewording) and not edit.words]

    changes = retyped(
        shown, typed, turn=place, emptied=[gap for gap in emptied if place.first <= gap.first <= place.last]
    )

    covered = [at for change in changes for at in range(change.place.first, change.place.last + 1)]
    assert len(covered) == len(set(covered))
    kept = [
        edit
        for edit in edits
        if not (isinstance(edit, Rewording) and set(range(edit.place.first, edit.place.last + 1)) & set(covered))
    ]
    assert all(
        set(range(edit.place.first, edit.place.last + 1)) <= set(covered)
        for edit in edits
        if edit not in kept and isinstance(edit, Rewording)
    )
    anew = [*kept, *(Rewording(1000 + at, change.place, change.words) for at, change in enumerate(changes))]
    assert [word.word.text for word in laid_words(turns[number], offset=offset, edits=anew)] == typed


def test_only_the_words_that_differ_are_replaced() -> None:
    heard = agent(0, 4_000, "your in voice is paid")
    shown = laid_words(heard, offset=7, edits=[])

    (change,) = retyped(shown, ["your", "invoice", "is", "paid"], turn=Place(7, 11))

    assert (change.place, change.words) == (Place(8, 9), ("invoice",))


def test_words_of_an_edit_are_timed_inside_what_they_replace() -> None:
    words = tuple(Word(text, at * 1_000, at * 1_000 + 800, 0.4) for at, text in enumerate(["the", "fak", "tour", "is"]))
    heard = Turn("A", Role.AGENT, 0, 3_800, words)

    (one,) = laid([heard], [Rewording(5, Place(1, 2), ("invoice", "of", "May"))])

    assert [(word.text, word.start_ms, word.end_ms) for word in one.turn.words[1:4]] == [
        ("invoice", 1_000, 2_050),
        ("of", 2_050, 2_350),
        ("May", 2_350, 2_800),
    ]
    assert one.places == (Place(0, 0), Place(1, 1), Place(1, 1), Place(2, 2), Place(3, 3))
    assert one.replaced == (Replaced(1, 3, "fak tour", 5),)


def test_a_turn_that_two_people_said_is_split_where_the_other_begins() -> None:
    words = tuple(
        Word(text, at * 500, at * 500 + 400) for at, text in enumerate(["shall", "I", "send", "it", "yes", "please"])
    )
    heard = [Turn("A", Role.AGENT, 0, 2_900, words), customer(3_000, 4_000, "thanks")]

    first, second, third = laid(heard, [Reassigning(1, Place(4, 5), Role.CUSTOMER)])

    assert (first.turn.text, first.turn.role, first.turn.end_ms) == ("shall I send it", Role.AGENT, 1_900)
    assert (second.turn.text, second.turn.role, second.turn.speaker) == ("yes please", Role.CUSTOMER, "customer")
    assert (second.turn.start_ms, second.turn.end_ms, second.by_hand) == (2_000, 2_900, True)
    assert third.turn == heard[1]


def test_a_turn_of_which_nothing_is_left_has_no_length() -> None:
    (one,) = laid([agent(1_000, 3_000, "thanks for watching")], [Rewording(3, Place(0, 2), ())])

    assert (one.turn.words, one.turn.start_ms, one.turn.end_ms) == ((), 1_000, 1_000)
    assert one.replaced == (Replaced(0, 0, "thanks for watching", 3),)


def test_whose_words_were_named_has_no_doubt_about_the_speaker_left() -> None:
    doubts = frozenset({Doubt.UNSURE_SPEAKER, Doubt.OVERLAP})
    heard = Turn("A", Role.UNKNOWN, 0, 900, (Word("yes", 0, 900, 0.9, doubts),))

    (one,) = laid([heard], [Reassigning(1, Place(0, 0), Role.AGENT)])

    assert one.turn.words[0].doubts == {Doubt.OVERLAP}


def test_a_swap_exchanges_the_parties_and_nobody_else() -> None:
    turns = [agent(0, 1_000), customer(1_000, 2_000), turn(Role.UNKNOWN, 2_000, 3_000)]

    assert [one.turn.role for one in laid(turns, [Swap(1)])] == [Role.CUSTOMER, Role.AGENT, Role.UNKNOWN]
    assert [one.turn.speaker for one in laid(turns, [Swap(1)])] == ["agent", "customer", "unknown"]
