"""Who was named by hand stays named when a call is transcribed again."""

from qa.act import Act
from qa.interactions.kinds import AuthorRole
from qa.transcripts.models import Turn as StoredTurn
from qa.transcripts.service import store_transcript
from qa.transcripts.speakers import name_speaker, roles_kept, spoken_by
from tests.makers import Makers
from transcribe.types import Role, Transcript, Turn, Word


def heard(*speakers: str, turn_ms: int = 4_000, role: Role = Role.UNKNOWN) -> Transcript:
    """A call in which the speakers talk in turn, each as long."""
    turns = tuple(
        Turn(speaker, role, number * turn_ms, (number + 1) * turn_ms, (Word("word", number * turn_ms + 500, 900),))
        for number, speaker in enumerate(speakers)
    )
    return Transcript("en", len(turns) * turn_ms, turns)


def test_a_correction_survives_a_second_and_a_third_transcription(act: Act, make: Makers) -> None:
    call = make.interaction()
    first = store_transcript(act, call, heard("SPEAKER_00", "SPEAKER_01", "SPEAKER_00"))
    name_speaker(act, first, speaker="SPEAKER_00", role=AuthorRole.CUSTOMER)

    # Heard again, the numbers are the other way round and the cues say the opposite.
    second = store_transcript(act, call, heard("B", "A", "B", turn_ms=3_900, role=Role.AGENT))
    third = store_transcript(act, call, heard("X", "Y", "X"))

    assert (second.number, third.number) == (2, 3)
    assert spoken_by(second) == {"B": AuthorRole.CUSTOMER, "A": AuthorRole.AGENT}
    assert spoken_by(third) == {"X": AuthorRole.CUSTOMER, "Y": AuthorRole.AGENT}
    act.session.expire_all()
    assert all(turn.role_by_hand for turn in third.turns)


def test_what_nobody_corrected_is_heard_anew(act: Act, make: Makers) -> None:
    call = make.interaction()
    store_transcript(act, call, heard("A", "B", role=Role.AGENT))

    again = store_transcript(act, call, heard("A", "B"))

    assert set(spoken_by(again).values()) == {AuthorRole.UNKNOWN}
    assert not any(turn.role_by_hand for turn in again.turns)


def named(*roles: AuthorRole) -> list[StoredTurn]:
    """Turns of four seconds each whose roles were said by hand."""
    return [
        StoredTurn(
            position=number, role=role, role_by_hand=True, start_ms=number * 4_000, end_ms=number * 4_000 + 4_000
        )
        for number, role in enumerate(roles)
    ]


AGENT, CUSTOMER = AuthorRole.AGENT, AuthorRole.CUSTOMER


def test_a_speaker_who_was_not_there_before_gets_no_role() -> None:
    assert roles_kept(named(AGENT, CUSTOMER), heard("A", "B", "C").turns) == {"A": AGENT, "B": CUSTOMER}


def test_two_speakers_are_never_both_the_party_that_speaks_most() -> None:
    before = named(AGENT, AGENT, AGENT, CUSTOMER, AGENT)

    found = roles_kept(before, heard("A", "A", "B", "B", "B", turn_ms=3_900).turns)

    assert found == {"A": AGENT, "B": CUSTOMER}


def test_a_call_heard_as_one_speaker_keeps_the_role_of_who_spoke_most() -> None:
    assert roles_kept(named(AGENT, CUSTOMER, AGENT), heard("A", "A", "A").turns) == {"A": AGENT}
    assert roles_kept(named(AGENT, CUSTOMER), ()) == {}
