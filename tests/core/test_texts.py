"""Texts stay lazy until a reader is known, and survive being kept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.i18n import (
    Language,
    Text,
    _,
    datetime_text,
    duration_text,
    ngettext_,
    number_text,
    percent_text,
    say,
    text_from_json,
    text_to_json,
)

LONG = "Use at most {n} characters."


def test_a_text_is_said_in_the_readers_language_with_its_numbers() -> None:
    text = _(LONG, n=5000)
    assert say(text, Language.EN) == "Use at most 5,000 characters."
    assert say(text, Language.NL) == "Gebruik hooguit 5.000 tekens."
    assert str(text) == "Use at most 5,000 characters."


def test_a_text_inside_a_text_is_said_too() -> None:
    assert say(_("{file}: {sentence}", file="a.wav", sentence=_(LONG, n=3)), Language.NL).endswith(
        "Gebruik hooguit 3 tekens."
    )


@pytest.mark.parametrize(("n", "said"), [(0, "0 things"), (1, "1 thing"), (2, "2 things")])
def test_a_count_chooses_its_form(n: int, said: str) -> None:
    assert say(ngettext_("{n} thing", "{n} things", n=n), Language.EN) == said


def test_what_has_no_translation_is_said_in_english() -> None:
    assert say(Text("Nobody translated this."), Language.NL) == "Nobody translated this."


def test_braces_of_a_sentence_without_parameters_stay() -> None:
    assert say(Text("A rule such as {agent}"), Language.EN) == "A rule such as {agent}"


plain = st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=5) | st.booleans(), max_size=3)


@given(plain, st.none() | st.just("many"))
def test_a_text_kept_as_json_is_the_same_text(params: dict[str, object], many: str | None) -> None:
    text = Text("msgid", {**params, "inner": Text("x", {"n": 1})}, many)
    assert text_from_json(text_to_json(text)) == text


def test_numbers_dates_and_durations_are_written_as_people_write_them() -> None:
    moment = datetime(2026, 11, 14, 9, 32, tzinfo=UTC)
    assert number_text(Decimal("1234.5"), Language.NL) == "1.234,5"
    assert percent_text(6221, Language.NL) == "62,2 %"
    assert datetime_text(moment, Language.NL, zone="Europe/Amsterdam") == "14 nov 2026 10:32"
    assert say(_("{day}", day=date(2026, 11, 14)), Language.EN) == "14 Nov 2026"
    assert [duration_text(at) for at in (0, 133_000, 3_661_000)] == ["00:00", "02:13", "1:01:01"]


@pytest.mark.parametrize(
    ("tag", "language"), [("nl-NL", Language.NL), ("NL", Language.NL), ("fr", Language.EN), (None, Language.EN)]
)
def test_a_tag_stands_for_one_of_our_languages(tag: str | None, language: Language) -> None:
    assert Language.of(tag) is language
