"""What people corrected survives that a call is transcribed again."""

from qa.act import Act
from qa.edits.heard import heard_rows, heard_values
from qa.edits.laying import edits_of, standing
from qa.edits.models import EditEnding
from qa.edits.service import settle, swap_parties, take_back
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Transcript
from qa.transcripts.service import store_transcript
from tests.edits.editing import SAID, edited_call, give, texts, write
from tests.makers import Makers
from transcribe.types import Role, Turn, Word
from transcribe.types import Transcript as Heard

AGENT, CUSTOMER = AuthorRole.AGENT, AuthorRole.CUSTOMER


def heard(*said: tuple[str, str], late_ms: int = 60) -> Heard:
    """The same call as of the makers, heard again a little later in time."""
    turns = []
    for number, (role, sentence) in enumerate(said):
        texts = sentence.split()
        step, begin = 4_000 // len(texts), number * 4_000 + late_ms
        words = tuple(Word(text, begin + at * step, begin + (at + 1) * step) for at, text in enumerate(texts))
        turns.append(Turn(role, Role(role), words[0].start_ms, words[-1].end_ms, words))
    return Heard("en", 12_000, tuple(turns))


def again(act: Act, call: Transcript, *said: tuple[str, str]) -> Transcript:
    """Transcribe the call again."""
    return store_transcript(act, call.interaction, heard(*said))


def test_corrections_survive_a_second_and_a_third_transcription(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice", reason="twice")
    give(act, call, turn=2, words=(6, 8), role=CUSTOMER)
    told = texts(call)

    third = again(act, again(act, call, *SAID), *SAID)

    assert third.number == 3
    assert texts(third) == told
    assert [(edit.number, edit.reason, edit.made_by_id) for edit in standing(edits_of(act, third))] == [
        (1, "twice", act.person().id),
        (2, "", act.person().id),
    ]
    for edit in list(edits_of(act, third)):
        take_back(act, third, number=edit.number)
    assert texts(third) == SAID
    # The transcript before keeps what it said.
    assert texts(call) == told


def test_a_third_reading_between_the_same_words_gets_the_correction(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")

    now = again(act, call, SAID[0], ("customer", "My in boys is wrong"), SAID[2])

    assert texts(now)[1] == ("customer", "My invoice is wrong")
    assert heard_rows(now.turns)[1].text == "My in boys is wrong"


def test_what_the_machine_now_hears_itself_needs_no_correction_any_more(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")

    now = again(act, call, SAID[0], ("customer", "My invoice is wrong"), SAID[2])

    (edit,) = edits_of(act, now)
    assert (edit.ending, standing([edit]), now.turns[1].heard) == (EditEnding.HEARD, [], None)


def test_what_finds_no_place_waits_until_somebody_has_looked(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")
    give(act, call, turn=2, words=(6, 8), role=CUSTOMER)
    other = (SAID[0], ("customer", "Mine boys his strong"), ("agent", "nothing like what was there before"))

    third = again(act, again(act, call, *other), *other)

    assert texts(third) == list(other)
    waiting = edits_of(act, third)
    assert [(edit.unplaced, edit.ended_at, edit.instead_of) for edit in waiting] == [
        (True, None, "in voice"),
        (True, None, "yes please do"),
    ]
    settle(act, third, edit_id=waiting[0].id)
    assert [edit.ended_at is None for edit in edits_of(act, third)] == [False, True]
    fourth = again(act, third, *other)
    assert len(edits_of(act, fourth)) == 1


def test_a_swap_goes_along_unless_the_parties_are_right_by_now(make: Makers) -> None:
    act, call = edited_call(make)
    swap_parties(act, call)
    right = [(("customer" if role == "agent" else "agent"), sentence) for role, sentence in SAID]

    assert texts(again(act, call, *SAID)) == right
    now = again(act, call, *right)
    assert texts(now) == right
    assert [edit.ending for edit in edits_of(act, now)] == [EditEnding.HEARD]


def test_a_call_that_nobody_corrected_is_stored_as_it_is_heard(make: Makers) -> None:
    act, call = edited_call(make)

    now = again(act, call, *SAID)

    assert edits_of(act, now) == []
    assert heard_values(now.turns) == heard(*SAID).turns
