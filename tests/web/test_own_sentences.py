"""What WTForms itself refuses is told in the reader's language, with what to do."""

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than the stubs

from qa.i18n import Language
from web.forms import ChecksField, PageForm


class Asked(PageForm):
    """One of each field that WTForms checks by itself."""

    team = SelectField("Team", choices=[SelectChoice("a", "A")])
    teams = ChecksField("Teams", choices=[SelectChoice("a", "A")])
    n = IntegerField("Number")


@pytest.mark.parametrize(
    ("language", "choose", "number"),
    [
        (Language.NL, "Kies er een uit de lijst.", "Geef een heel getal, zoals 12."),
        (Language.EN, "Choose one of the list.", "Give a whole number, such as 12."),
    ],
)
def test_sentences_are_the_readers_own(language: Language, choose: str, number: str) -> None:
    app = Flask(__name__)
    with app.test_request_context():
        g.language = language
        form = Asked(MultiDict({"team": "b", "teams": "100%", "n": "twelve"}))
        assert not form.validate()
        assert form.errors == {"team": [choose], "teams": [choose], "n": [number]}
