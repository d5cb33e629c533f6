"""Dutch and English are told apart by their small words; what tells neither is left open."""

import pytest

from qa.interactions.reading.tongue import language_of_texts


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["Kunt u mij helpen?", "Mijn factuur is niet juist, er staat een bedrag op dat ik niet ken."], "nl"),
        (["Can you help me?", "My invoice has an amount on it that I do not know."], "en"),
        (["OK", "123", "👍"], ""),
        ([], ""),
    ],
)
def test_the_small_words_tell(texts: list[str], language: str) -> None:
    assert language_of_texts(texts) == language
