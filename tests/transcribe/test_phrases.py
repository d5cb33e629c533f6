"""Phrases of an editable list, found in what was said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.errors import FormatError
from transcribe.phrases import SHIPPED, FoundPhrase, PhraseKind, Said, found_in, read_phrases
from transcribe.types import Role

KINDS = read_phrases()


def agent(text: str) -> Said:
    return Said(Role.AGENT, tuple(text.split()))


def keys(*said: Said, language: str) -> list[tuple[str, int]]:
    return [(found.key, found.turn) for found in found_in(said, KINDS, language=language)]


def test_the_shipped_list_finds_the_parts_of_a_call_in_both_languages() -> None:
    assert keys(
        agent("Good morning, this is Emma."),
        agent("For security reasons I need to ask you a few questions."),
        agent("You will receive the refund within three working days."),
        agent("Have a nice day!"),
        language="en",
    ) == [("greeting", 0), ("verification", 1), ("promise", 2), ("closing", 3)]
    assert keys(
        agent("Goedemiddag, u spreekt met Sanne."),
        agent("Wat vervelend dat u zo lang moest wachten."),
        agent("Binnen vijf werkdagen heeft u het terug. Kan ik verder nog iets voor u doen?"),
        language="nl-NL",
    ) == [("greeting", 0), ("understanding", 1), ("promise", 2), ("closing", 2)]


def test_a_turn_in_another_language_is_searched_in_its_own() -> None:
    dutch = ["Goedemiddag,", "u", "spreekt", "met", "Sanne."]
    said = [Said(Role.AGENT, tuple(dutch)), Said(Role.AGENT, tuple(dutch), "nl")]
    assert keys(*said, language="en") == [("greeting", 1)]


def test_only_the_party_of_the_phrase_counts_and_only_a_known_language() -> None:
    said = Said(Role.CUSTOMER, ("Good", "morning!"))
    assert keys(said, language="en") == []
    assert keys(agent("Good morning!"), language="fr") == []
    assert keys(agent("A very good mourning"), language="en") == []


def test_the_place_is_given_in_words_as_they_stand() -> None:
    kind = PhraseKind("promise", Role.AGENT, {"en": "Promise", "nl": "Toezegging"}, {"en": ("within … days",)})
    said = agent("So: it's there (within 3, maybe 4 days), really.")
    assert found_in([said], [kind], language="en") == [FoundPhrase("promise", 0, 3, 7)]
    assert " ".join(said.words[3:8]) == "(within 3, maybe 4 days),"


@given(
    st.lists(st.sampled_from(["goedemorgen", "e-mail", "…", "--", "u", "spreekt", "met", "Jan’s", "9"]), max_size=12)
)
def test_places_always_lie_within_what_was_said(words: list[str]) -> None:
    for found in found_in([Said(Role.AGENT, tuple(words))], KINDS, language="nl"):
        assert 0 <= found.first_word <= found.last_word < len(words)
        assert words[found.first_word] in {"goedemorgen", "u"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("greeting: [hello", "cannot be read"),
        ("just words", "cannot be read: no list"),
        ("- hello", "something wrong in entry 1"),
        ("- {key: a, role: manager, name: {en: A, nl: A}, phrases: {en: [hi]}}", "role: manager"),
        ("- {key: a, role: agent, name: {en: A}, phrases: {en: [hi]}}", "name: en, nl"),
        ("- {key: a, role: agent, name: {en: A, nl: A}, phrases: {en: []}}", "phrases"),
        ("- {key: a, role: agent, name: {en: A, nl: A}, phrases: {en: ['…']}}", "phrases: '…'"),
        ("- {key: a, role: agent, name: {en: A, nl: A}}", "phrases: –"),
        ("- &a {key: a, role: agent, name: {en: A, nl: A}, phrases: {en: [hi]}}\n- *a", "entry 2: key: a"),
    ],
)
def test_a_wrong_list_is_refused_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=said.replace("…", ".")):
        read_phrases(path)


def test_a_copy_of_the_shipped_list_is_a_list(tmp_path: Path) -> None:
    copy = tmp_path / "own.yaml"
    copy.write_bytes(SHIPPED.read_bytes())
    assert read_phrases(copy) == KINDS
    with pytest.raises(FormatError, match="cannot be read"):
        read_phrases(tmp_path / "nowhere.yaml")
