"""Corrections of words and speakers: what changes, what stays, and that each can be taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.edits.heard import heard_rows
from qa.edits.laying import edits_of, standing
from qa.edits.models import EditEnding, TranscriptEdit
from qa.edits.service import reassign, reword, swap_parties, take_back
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.interactions.kinds import AuthorRole
from qa.interactions.listing import Filters, find_interactions
from qa.privacy.erasure import erase_interaction
from qa.transcripts.figures import call_signals
from qa.transcripts.heard import as_heard
from qa.transcripts.models import Turn
from qa.transcripts.speakers import name_speaker
from tests.edits.editing import SAID, chosen, edited_call, give, texts, write
from tests.makers import Makers
from transcribe.formats import vtt
from transcribe.types import Role as Party

AGENT, CUSTOMER = AuthorRole.AGENT, AuthorRole.CUSTOMER


def test_a_corrected_word_is_read_everywhere_and_the_heard_one_stays(make: Makers) -> None:
    act, call = edited_call(make)

    write(act, call, turn=1, words=(1, 2), typed="invoice", reason="heard it twice")

    assert texts(call)[1] == ("customer", "My invoice is wrong")
    assert [row.text for row in heard_rows(call.turns)] == [sentence for _role, sentence in SAID]
    assert call.turns[1].words[1][1:3] == [4_800, 6_400]
    assert call.turns[1].replaced == [[1, 1, "in voice"]]
    assert call.turns[1].places == [[0, 0], [1, 2], [3, 3], [4, 4]]
    assert "My invoice is wrong" in vtt.write(as_heard(call))
    (edit,) = edits_of(act, call)
    assert (edit.words, edit.instead_of, edit.reason) == (["invoice"], "in voice", "heard it twice")
    assert (edit.made_by_id, edit.made_at) == (act.person().id, act.now)


def test_the_search_finds_what_was_corrected_and_not_what_was_misheard(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")

    assert find_interactions(act, Filters(words="my INVOICE")).total == 1
    assert find_interactions(act, Filters(words="in voice")).total == 0


def test_taken_back_everything_is_as_it_was_heard(make: Makers) -> None:
    act, call = edited_call(make)
    before = [(turn.id, turn.role, turn.text, turn.start_ms, turn.end_ms, turn.words) for turn in call.turns]
    numbers = [
        write(act, call, turn=1, words=(1, 2), typed="invoice"),
        give(act, call, turn=2, words=(6, 8), role=CUSTOMER),
        swap_parties(act, call),
    ]
    assert len(call.turns) == 4

    for number in numbers:
        take_back(act, call, number=number)

    assert [(turn.id, turn.role, turn.text, turn.start_ms, turn.end_ms, turn.words) for turn in call.turns] == before
    assert all(turn.heard is None and not turn.replaced and not turn.places for turn in call.turns)
    assert standing(edits_of(act, call)) == []
    assert {edit.ending for edit in edits_of(act, call)} == {EditEnding.TAKEN_BACK}
    with pytest.raises(ConflictError):
        take_back(act, call, number=numbers[0])


def test_a_turn_that_two_people_said_is_split_and_the_figures_follow(make: Makers) -> None:
    act, call = edited_call(make)
    first = call.turns[2].id

    give(act, call, turn=2, words=(6, 8), role=CUSTOMER)

    assert texts(call)[2:] == [("agent", "Shall I send a new one"), ("customer", "yes please do")]
    assert [turn.position for turn in call.turns] == [0, 1, 2, 3]
    assert (call.turns[2].id, call.turns[3].heard_turn_id) == (first, first)
    found = call_signals(call)
    assert found is not None
    assert found.talk_ms[Party.AGENT] == (call.turns[3].start_ms or 0) - 4_000
    # Split once more, a part that is there keeps its row.
    second = call.turns[3].id
    give(act, call, turn=2, words=(0, 1), role=CUSTOMER)
    assert [turn.text for turn in call.turns[2:]] == ["Shall I", "send a new one", "yes please do"]
    assert second in {turn.id for turn in call.turns}


def test_a_range_over_several_turns_goes_to_one_party(make: Makers) -> None:
    act, call = edited_call(make)
    range_of_words = chosen(call.turns[1], 3, 1, until=call.turns[2])
    assert range_of_words.read == "is wrong Shall I"

    reassign(act, call, chosen=range_of_words, role=AGENT)

    assert texts(call)[1:3] == [("customer", "My in voice"), ("agent", "is wrong")]
    with pytest.raises(InvalidError):
        reassign(act, call, chosen=chosen(call.turns[2], 0, 1), role=AGENT)


def test_a_later_correction_of_the_same_words_goes_over_the_earlier_and_gives_it_back(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")
    later = write(act, call, turn=1, words=(1, 2), typed="bill was")
    assert call.turns[1].text == "My bill was wrong"
    assert edits_of(act, call)[1].instead_of == "invoice is"

    take_back(act, call, number=later)

    assert call.turns[1].text == "My invoice is wrong"


def test_typing_what_was_heard_takes_the_correction_back(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")
    write(act, call, turn=1, words=(1, 2), typed="bill is", reason="")

    write(act, call, turn=1, words=(0, 3), typed="My in voice is wrong")

    assert (call.turns[1].text, call.turns[1].heard) == ("My in voice is wrong", None)
    assert standing(edits_of(act, call)) == []


def test_nothing_said_leaves_a_turn_without_words_that_no_figure_counts(make: Makers) -> None:
    act, call = edited_call(make)

    number = write(act, call, turn=0, words=(0, 6), typed=" ")

    assert call.turns[0].words == []
    assert [turn.text for turn in as_heard(call).turns] == [turn.text for turn in call.turns[1:]]
    reword(act, call, chosen=chosen(call.turns[0], 0, -1), typed="Hello")
    assert call.turns[0].text == "Hello"
    take_back(act, call, number=number + 1)
    take_back(act, call, number=number)
    assert call.turns[0].text == SAID[0][1]


def test_a_number_that_is_typed_is_hidden_as_one_that_is_heard(make: Makers) -> None:
    act, call = edited_call(make)

    write(act, call, turn=1, words=(3, 4), typed="4111 1111 1111", reason="my BSN is 111222333")

    (edit,) = edits_of(act, call)
    assert "111222333" not in edit.reason
    write(act, call, turn=1, words=(5, 5), typed="1111 1111")
    assert call.turns[1].text == "My in voice [card number]"
    assert "1111" not in " ".join(str(word) for one in edits_of(act, call) for word in one.words if one.number == 2)


def test_taking_back_never_shows_a_number_that_is_to_be_hidden(make: Makers) -> None:
    act, call = edited_call(make)
    digits = ["4012", "8888", "8888", "1882"]
    call.turns[1].words = [[text, 4000 + at * 500, 4500 + at * 500, 0.9, []] for at, text in enumerate(digits)]
    call.turns[1].text = " ".join(digits)
    first = write(act, call, turn=1, words=(0, 0), typed="order")
    write(act, call, turn=1, words=(3, 3), typed="1881")

    with pytest.raises(ConflictError):
        take_back(act, call, number=first)


def test_who_reads_something_else_than_is_there_now_changes_nothing(make: Makers) -> None:
    act, call = edited_call(make)
    seen = chosen(call.turns[1], 1, 2)
    write(act, call, turn=1, words=(1, 2), typed="invoice")

    with pytest.raises(ConflictError):
        reword(act, call, chosen=seen, typed="bill")
    with pytest.raises(InvalidError):
        write(act, call, turn=1, words=(0, 3), typed="My  invoice is wrong")


def test_words_that_stand_for_one_heard_word_are_not_divided(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(4, 4), typed="wrong yes it is")

    with pytest.raises(InvalidError):
        give(act, call, turn=1, words=(6, 7), role=AGENT)


def test_a_speaker_named_under_a_swap_is_who_they_were_said_to_be(make: Makers) -> None:
    act, call = edited_call(make)
    for turn in call.turns:
        turn.author = "B" if turn.role is CUSTOMER else "A"
    give(act, call, turn=2, words=(6, 8), role=CUSTOMER)
    swap_parties(act, call)

    name_speaker(act, call, speaker="A", role=AGENT)

    assert [turn.role for turn in call.turns] == [AGENT, CUSTOMER, AGENT, AGENT]
    assert all(row.role_by_hand for row in heard_rows(call.turns))


def test_agents_correct_nothing_and_messages_stay_as_they_were_written(make: Makers) -> None:
    act, call = edited_call(make)
    with pytest.raises(ForbiddenError):
        write(replace(act, actor=make.agent()), call, turn=1, words=(1, 2), typed="invoice")
    for turn in call.turns:
        turn.start_ms, turn.end_ms, turn.words, turn.sent_at = None, None, [], act.now
    with pytest.raises(InvalidError):
        swap_parties(act, call)


def test_the_log_tells_who_corrected_and_never_the_words(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice", reason="a secret")

    (entry,) = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "transcript.reworded"))

    assert entry.data == {"number": 1, "places": 1}


def test_erasing_an_interaction_erases_what_was_typed_and_what_was_heard(make: Makers) -> None:
    act, call = edited_call(make)
    write(act, call, turn=1, words=(1, 2), typed="invoice")
    give(act, call, turn=2, words=(6, 8), role=CUSTOMER)
    admin: Act = replace(act, actor=make.user(Role.ADMIN))

    erase_interaction(admin, call.interaction)
    act.session.flush()
    act.session.expire_all()

    assert act.session.scalar(select(func.count()).select_from(TranscriptEdit)) == 0
    for turn in act.session.scalars(select(Turn)):
        assert (turn.text, turn.words, turn.heard, turn.replaced) == ("", [], None, [])
