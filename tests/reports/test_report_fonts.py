"""What the fonts can show, and what stands where they cannot."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NotFoundError
from qa.reports.fonts import BOLD, MISSING, OBLIQUE, REGULAR, cleaned, in_fonts, legible, printable, register_fonts
from qa.reports.righttoleft import shaped
from qa.reports.wrapping import wrapped

register_fonts()


def test_missing_fonts_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="fonts"):
        register_fonts(tmp_path)


def test_arabic_letters_are_joined_and_stand_from_right_to_left() -> None:
    # سلام: seen initial, lam with alef final, meem isolated, drawn from the left as meem, lam-alef, seen.
    assert shaped("سلام") == "\ufee1\ufefc\ufeb3"


def test_digits_inside_arabic_keep_their_order() -> None:
    assert "12" in shaped("محمد 12 علي")


def test_a_bracket_around_arabic_stays_around_it() -> None:
    assert shaped("(علي)")[0] == "("
    assert shaped("(علي)")[-1] == ")"
    assert shaped("محمد (علي)").startswith("(")


def test_latin_around_hebrew_stays_where_it_is() -> None:
    assert shaped("Dr. שלום Cohen") == "Dr. םולש Cohen"


def test_an_emoji_with_its_joiners_is_one_neutral_sign() -> None:
    assert cleaned("Noor 👩🏽\u200d🚀!") == f"Noor {MISSING}!"


def test_a_sign_that_only_the_regular_font_has_is_set_in_it() -> None:
    assert in_fonts("ab ﻡ <", font=OBLIQUE) == [("ab ", OBLIQUE), ("ﻡ", REGULAR), (" <", OBLIQUE)]


@given(st.text(alphabet=st.characters(), max_size=60), st.sampled_from([REGULAR, BOLD, OBLIQUE]))
def test_any_text_becomes_one_line_of_signs_that_can_be_drawn(text: str, font: str) -> None:
    shown = printable(text, font=font)
    assert "\n" not in shown
    assert "\x00" not in legible(text)
    assert "".join(part for part, _font in in_fonts(text, font=font)) == cleaned(text)


@given(st.text(max_size=120), st.integers(20, 200))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    clean = printable(text)
    lines = wrapped(clean, width=width, font=REGULAR, size=8)
    assert "".join("".join(lines).split()) == "".join(clean.split())


def test_lines_beyond_the_most_end_in_an_ellipsis() -> None:
    lines = wrapped("many words that do not fit here", width=40, font=REGULAR, size=8, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
