"""Answers as JSON, written by hand or by the product."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards.answer_files import read_answers, write_answers
from scorecards.answers import Answer
from scorecards.causes import Cause
from scorecards.errors import AnswersError

any_answers = st.builds(
    Answer,
    option=st.none() | st.text(min_size=1),
    number=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    text=st.text(),
    not_applicable=st.booleans(),
    cause=st.none() | st.sampled_from(Cause),
    comment=st.text(),
    evidence=st.booleans(),
)


@given(st.dictionaries(st.text(), any_answers))
def test_answers_come_back_as_they_were(answers: dict[str, Answer]) -> None:
    assert read_answers(write_answers(answers)) == answers


def test_answers_are_easily_written_by_hand() -> None:
    text = '{"a": "yes", "b": 4.10, "c": null, "d": {"option": "2", "comment": "Too fast", "cause": "skill"}}'
    assert read_answers(text) == {
        "a": Answer(option="yes"),
        "b": Answer(number=Decimal("4.1")),
        "c": Answer(not_applicable=True),
        "d": Answer(option="2", comment="Too fast", cause=Cause.SKILL),
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "list of names with values"),
        ('{"a":\n', "see line 2"),
        ('{"a": [1]}', "list of names with values"),
        ('{"a": NaN}', "“NaN” is no number"),
        ('{"a": {"colour": "red"}}', "“colour” is not known"),
        ('{"a": {"option": 2}}', "a text is expected"),
        ('{"a": {"evidence": "yes"}}', "true or false"),
        ('{"a": {"cause": "weather"}}', "“weather” is none of"),
        ('{"a": {"number": "many"}}', "a number is expected"),
    ],
)
def test_what_is_no_answer_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(AnswersError, match=sentence):
        read_answers(text)
