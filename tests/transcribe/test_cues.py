"""Roles come from what people say, and from nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.cues import CUES, roles_of
from transcribe.formats.building import spread
from transcribe.types import Role, Turn


def turns(*said: tuple[str, str]) -> list[Turn]:
    return [
        Turn(speaker, Role.UNKNOWN, number * 3_000, number * 3_000 + 2_000, spread(text, start_ms=0, end_ms=2_000))
        for number, (speaker, text) in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("language", "greeting", "answer"),
    [
        ("en", "Good morning, Brookfield Energy, how can I help you?", "My order number is four seven two."),
        ("nl", "Goedemiddag, Zonnestroom, waarmee kan ik u helpen?", "Ja, mijn bestelnummer is vier zeven twee."),
        ("nl", "U spreekt met Anna.", "Ik wil mijn abonnement graag opzeggen."),
        ("en", "Thank you for calling.", "Er, hello."),
        ("en", "Hello.", "I’m calling about a parcel."),
    ],
)
def test_the_greeting_shows_the_agent_and_the_other_is_the_customer(language: str, greeting: str, answer: str) -> None:
    said = turns(("SPEAKER_01", greeting), ("SPEAKER_00", answer))

    assert roles_of(said, language=language) == {"SPEAKER_01": Role.AGENT, "SPEAKER_00": Role.CUSTOMER}


def test_cues_are_those_of_the_language_a_turn_is_in() -> None:
    greeting, other = turns(("A", "Waarmee kan ik u helpen?"), ("B", "Er, hello."))

    assert set(roles_of([greeting, other], language="en").values()) == {Role.UNKNOWN}
    found = roles_of([replace(greeting, language="nl"), other], language="en")
    assert found == {"A": Role.AGENT, "B": Role.CUSTOMER}


def test_nothing_said_that_tells_leaves_both_unknown() -> None:
    said = turns(("A", "Hello there."), ("B", "Hello, nice weather."))

    assert set(roles_of(said, language="en").values()) == {Role.UNKNOWN}


def test_two_agents_are_none() -> None:
    said = turns(("A", "How can I help you?"), ("B", "How can I help you?"))

    assert set(roles_of(said, language="en").values()) == {Role.UNKNOWN}


def test_one_weak_cue_is_not_enough() -> None:
    assert roles_of(turns(("A", "It does not work.")), language="en") == {"A": Role.UNKNOWN}


def test_a_third_speaker_is_not_made_a_party() -> None:
    said = turns(("A", "How can I help you?"), ("B", "My order number is two."), ("C", "Hello."))

    assert roles_of(said, language="en") == {"A": Role.AGENT, "B": Role.CUSTOMER, "C": Role.UNKNOWN}


def test_a_language_without_cues_gives_no_roles() -> None:
    assert roles_of(turns(("A", "How can I help you?")), language="fr") == {"A": Role.UNKNOWN}


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.text(max_size=40)), max_size=10), st.sampled_from([*CUES, "fr"]))
def test_every_speaker_gets_exactly_one_role_and_there_is_one_agent_at_most(
    said: list[tuple[str, str]], language: str
) -> None:
    roles = roles_of(turns(*said), language=language)

    assert set(roles) == {speaker for speaker, _ in said}
    assert list(roles.values()).count(Role.AGENT) <= 1


@pytest.mark.parametrize("language", sorted(CUES))
def test_no_phrase_speaks_for_both_roles(language: str) -> None:
    phrases = [cue.phrase for cue in CUES[language]]

    assert len(phrases) == len(set(phrases))
    assert all(phrase == phrase.lower() and phrase.strip() == phrase for phrase in phrases)
