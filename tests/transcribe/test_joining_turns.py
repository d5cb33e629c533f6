"""Words joined into turns."""

from hypothesis import given
from hypothesis import strategies as st

from transcribe.turns import from_channels, from_speakers
from transcribe.types import Role, Word

ROLES = {"channel 1": Role.AGENT, "channel 2": Role.CUSTOMER}


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    heard, start = [], 0
    for number, (pause, length) in enumerate(
        draw(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 900)), max_size=40))
    ):
        start += pause
        heard.append(Word(f"w{number}", start, start + length))
        start += length
    return heard


@given(words(), words())
def test_no_word_is_lost_or_moved_between_channels(agent: list[Word], customer: list[Word]) -> None:
    turns = from_channels({"channel 1": agent, "channel 2": customer}, roles=ROLES)
    for speaker, heard in (("channel 1", agent), ("channel 2", customer)):
        assert [word for turn in turns if turn.speaker == speaker for word in turn.words] == heard


@given(words(), words())
def test_turns_stand_in_the_order_they_begin(agent: list[Word], customer: list[Word]) -> None:
    turns = from_channels({"channel 1": agent, "channel 2": customer}, roles=ROLES)
    starts = [turn.start_ms for turn in turns]
    assert starts == sorted(starts)
    assert all(turn.start_ms <= word.start_ms and word.end_ms <= turn.end_ms for turn in turns for word in turn.words)


@given(words(), st.data())
def test_no_word_of_a_mono_call_is_lost_or_moved(heard: list[Word], data: st.DataObject) -> None:
    assigned = [(data.draw(st.sampled_from(["A", "B", "unknown"])), word) for word in heard]
    turns = from_speakers(assigned, roles={})
    assert " ".join(turn.text for turn in turns) == " ".join(word.text for word in heard)
    assert [turn.speaker for turn in turns for _ in turn.words] == [speaker for speaker, _ in assigned]


def test_a_yes_in_between_does_not_tear_a_sentence_apart() -> None:
    agent = [Word("Ik", 0, 200), Word("kijk", 250, 500), Word("het", 550, 700), Word("na.", 750, 1000)]
    customer = [Word("ja", 520, 700)]
    turns = from_channels({"channel 1": agent, "channel 2": customer}, roles=ROLES)
    assert [(turn.role, turn.text) for turn in turns] == [(Role.AGENT, "Ik kijk het na."), (Role.CUSTOMER, "ja")]


def test_an_answer_in_a_pause_parts_two_questions() -> None:
    agent = [Word("Naam?", 0, 500), Word("Postcode?", 3000, 3500)]
    customer = [Word("Jansen.", 1000, 1500)]
    turns = from_channels({"channel 1": agent, "channel 2": customer}, roles=ROLES)
    assert [turn.text for turn in turns] == ["Naam?", "Jansen.", "Postcode?"]


def test_a_long_pause_ends_a_turn() -> None:
    turns = from_channels({"channel 1": [Word("Moment.", 0, 500), Word("Daar", 60_000, 60_200)]}, roles=ROLES)
    assert [(turn.start_ms, turn.end_ms) for turn in turns] == [(0, 500), (60_000, 60_200)]
