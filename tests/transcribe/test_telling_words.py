"""Which language words read as, by the small words that only one language has."""

import pytest

from transcribe.telling_words import reads_as, sentences_read_as
from transcribe.types import Word

BOTH = ("nl", "en")


def words(text: str) -> list[Word]:
    return [Word(f" {one}", 500 * place, 500 * place + 400) for place, one in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Ik heb uw brief van de bank.", "en", ["nl"] * 7),
        ("I have found your account. Ik heb een vraag over mijn factuur.", "en", ["en"] * 5 + ["nl"] * 7),
        # A sentence that tells nothing goes with the one before it, at the beginning with the one after.
        ("Welkom! Ik woon op de Stationsweg. Goed.", "en", ["nl"] * 7),
        ("Hallo. Thank you for the call. Goedemiddag.", "nl", ["en"] * 7),
        # Where no sentence tells enough, all of them are what they read as together.
        ("Ja. Het regent. Een momentje.", "en", ["nl"] * 5),
        ("Hello. Good. Fine.", "en", ["en"] * 3),
        ("", "en", []),
    ],
)
def test_sentences_are_told_apart(text: str, language: str, expected: list[str]) -> None:
    assert sentences_read_as(words(text), language=language, among=BOTH) == expected


def test_a_language_without_telling_words_stays_what_it_was_heard_as() -> None:
    assert reads_as(words("Ik heb de brief van het bedrijf"), language="fr", among=BOTH) == "fr"
    assert set(sentences_read_as(words("Ik heb de brief."), language="fr", among=BOTH)) == {"fr"}
