"""Two texts word by word: nothing is lost, and no more is marked than what changed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards import word_diff as module
from scorecards.word_diff import Piece, Said, word_diff

SAME, REMOVED, INSERTED = Piece.SAME, Piece.REMOVED, Piece.INSERTED

sentences = st.text(st.sampled_from("ab é,.\n😀"), max_size=30) | st.text(max_size=30)


@given(sentences, sentences)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    found = word_diff(before, after)
    assert "".join(one.text for one in found if one.kind is not INSERTED) == before
    assert "".join(one.text for one in found if one.kind is not REMOVED) == after
    kinds = [one.kind for one in found]
    assert all(one is not other for one, other in itertools.pairwise(kinds))
    assert (INSERTED, REMOVED) not in list(itertools.pairwise(kinds))


@given(sentences)
def test_a_text_that_did_not_change_is_one_piece(text: str) -> None:
    assert word_diff(text, text) == ((Said(SAME, text),) if text else ())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "New", [(INSERTED, "New")]),
        ("Gone", "", [(REMOVED, "Gone")]),
        ("Greets the caller", "Greets every caller", [(SAME, "Greets "), (REMOVED, "the"), (INSERTED, "every"), (SAME, " caller")]),
        ("Says it.", "Says it!", [(SAME, "Says it"), (REMOVED, "."), (INSERTED, "!")]),
        ("one two three", "vier vijf three", [(REMOVED, "one two"), (INSERTED, "vier vijf"), (SAME, " three")]),
        ("Is polite", "Is always polite", [(SAME, "Is "), (INSERTED, "always "), (SAME, "polite")]),
    ],
)  # fmt: skip
def test_only_what_changed_is_marked(before: str, after: str, expected: list[tuple[Piece, str]]) -> None:
    assert [(one.kind, one.text) for one in word_diff(before, after)] == expected


def test_very_long_texts_are_told_as_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAIRS", 4)
    assert [one.kind for one in word_diff("Is a b c d e", "Is f b g d h")] == [SAME, REMOVED, INSERTED]
