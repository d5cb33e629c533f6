"""Shared templates as a CSV file: what goes out comes back in, and a wrong line stops the whole file."""

from dataclasses import replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.comment_templates.files import shared_as_csv, take_in
from qa.comment_templates.queries import find_templates
from qa.errors import ForbiddenError, InvalidError
from tests.comment_templates.making import greeting, kept
from tests.makers import Makers


def test_what_goes_out_comes_back_in(act: Act, make: Makers) -> None:
    kept(act, en="= as the script says, “word for word”", nl="Zoals het hoort;\nwoord voor woord", place=greeting(act))
    kept(act, en="See the house style.")
    kept(act, en="Mine.", owner=make.user(Role.REVIEWER))
    file = shared_as_csv(act)
    assert take_in(act, file, file="templates.csv").known == 2
    before = [(one.scorecard_id, one.criterion, one.texts) for one in find_templates(act, shared=True)]
    for one in find_templates(act, shared=True):
        act.session.delete(one)
    act.session.flush()
    outcome = take_in(act, file, file="templates.csv")
    assert (outcome.added, outcome.known, outcome.wrong) == (2, 0, ())
    assert [(one.scorecard_id, one.criterion, one.texts) for one in find_templates(act, shared=True)] == before


def test_a_wrong_line_is_told_and_nothing_is_stored(act: Act) -> None:
    greeting(act)
    lines = [
        "Scorecard;Criterion;English;Dutch",
        "phone-service;greeting;Greet first.;Groet eerst.",
        "phone-service;no_such;Greet.;Groet.",
        "no-such-card;;Greet.;Groet.",
        ";greeting;Greet.;Groet.",
        "phone-service;;;",
    ]
    outcome = take_in(act, "\r\n".join(lines).encode("cp1252"), file="templates.csv")
    assert [one.line for one in outcome.wrong] == [3, 4, 5, 6]
    assert outcome.added == 0
    assert find_templates(act) == []


def test_a_file_without_the_columns_or_from_a_reviewer_is_refused(act: Act, make: Makers) -> None:
    with pytest.raises(InvalidError, match="dutch"):
        take_in(act, b"scorecard,criterion,english\n,,Greet.\n", file="templates.csv")
    with pytest.raises(ForbiddenError):
        take_in(replace(act, actor=make.user(Role.REVIEWER)), b"", file="templates.csv")
