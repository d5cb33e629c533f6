"""What templates use besides their context, and the one form of a score."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask_wtf import CSRFProtect
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

import web
from qa.auth.roles import Role
from qa.estimate.figure import score_figure
from qa.i18n import Language, Text, say
from web.forms import choices
from web.look import ago, here, install_look, margin

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def pages() -> Flask:
    """An app of nothing but templates."""
    app = Flask("web", root_path=str(Path(web.__file__).parent))
    app.jinja_env.undefined = StrictUndefined

    def said(msgid: str, /, **params: object) -> str:
        return say(Text(msgid, params), Language.of(str(g.get("language", "en"))))

    app.jinja_env.globals["_"] = said
    app.secret_key = "signs the tokens of forms"
    CSRFProtect(app)
    install_look(app)
    app.add_url_rule("/list", "list", lambda: "")
    return app


class Every(Form):
    """One field of each kind."""

    name = StringField("Name", [InputRequired("Fill in a name.")], description="As colleagues know them.")
    team = SelectField("Team")
    role = RadioField("Role", [InputRequired("Choose a role.")])
    note = TextAreaField("Note")
    mute = BooleanField("Mute stretches on hold")
    files = MultipleFileField("Recordings")
    day = DateField("Day", [InputRequired("Give a day such as 14-11-2026.")])


def test_every_part_of_a_page_stands_on_the_style_guide(pages: Flask) -> None:
    with pages.test_request_context("/list?sort=agent"):
        g.language = Language.EN
        form = Every(MultiDict({"name": ""}))
        form.team.choices = choices([("1", "Invoices"), ("2", "Moving")])
        form.role.choices = choices([("reviewer", "Reviewer"), ("agent", "Agent")])
        form.validate()
        shown = pages.jinja_env.get_template("styleguide.html").render(
            form=form,
            page=SimpleNamespace(number=3, count=12, total=310, first=51, last=75),
            moments={"Noor Öztürk": NOW},
            language="en",
            theme="dark",
            current_user=SimpleNamespace(id=1, name="Ida Smit", role=Role.REVIEWER, language="en"),
            navigation=[SimpleNamespace(label="Work list", href="/list", current=True)],
        )
    assert '<a href="#name">Name: Fill in a name.</a>' in shown
    assert 'aria-describedby="name-hint name-error-1"' in shown
    assert 'aria-sort="ascending"' in shown
    assert 'data-theme="dark"' in shown
    assert '<a href="/list" aria-current="page">Work list</a>' in " ".join(shown.split())


#: Everything an estimate needs.
WHOLE = '82, low=76, high=88, n=24, of=310, method="bounded", draws=[3]'


def rendered(app: Flask, call: str, **context: object) -> str:
    template = app.jinja_env.from_string(
        '{% from "macros/figure.html" import estimated, figure, single %}{{ ' + call + " }}"
    )
    with app.test_request_context():
        return " ".join(template.render(**context).split())


def test_a_score_stands_with_its_interval_its_n_and_what_it_speaks_for(pages: Flask) -> None:
    shown = rendered(pages, f"figure({WHOLE})")
    assert ">82</span>" in shown
    assert '</span> <span class="figure-margin">±6</span> <span class="figure-count">· n 24 of 310</span>' in shown
    assert '<line class="figure-interval" x1="76" x2="88"' in shown


@pytest.mark.parametrize("part", ["low=76", "high=88", "n=24", "of=310", 'method="bounded"', "draws=[3]"])
def test_a_score_that_lacks_a_part_stops_the_page(pages: Flask, part: str) -> None:
    with pytest.raises(ValueError, match="never shown without its n"):
        rendered(pages, f"figure({WHOLE.replace(', ' + part, '')})")


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("low=76", "low=none"),
        ('method="bounded"', 'method=""'),
        ('method="bounded"', "method=none"),
        ("n=24", "n=none"),
    ],
)
def test_a_score_with_an_empty_part_stops_the_page(pages: Flask, part: str, instead: str) -> None:
    with pytest.raises(ValueError, match="never shown without its n"):
        rendered(pages, f"figure({WHOLE.replace(part, instead)})")


@pytest.mark.parametrize("lost", ["population", "low", "high", "method", "draw_ids", "n"])
def test_something_that_is_no_whole_estimate_stops_the_page(pages: Flask, lost: str) -> None:
    parts = {"low": 70.0, "high": 90.0, "n": 6, "population": 40, "method": "bounded", "draw_ids": (3,)}
    whole = SimpleNamespace(shown=80.0, too_few=False, exclusions=None, **parts)
    assert ">80</span>" in rendered(pages, "estimated(found)", found=whole)
    delattr(whole, lost)
    with pytest.raises((ValueError, UndefinedError)):
        rendered(pages, "estimated(found)", found=whole)


def test_a_score_says_by_which_method_and_of_which_draws(pages: Flask) -> None:
    found = score_figure([70.0, 80.0, 90.0, 75.0, 85.0, 80.0], population=40, draw_ids=[3, 8])
    shown = rendered(pages, "estimated(found)", found=found)
    assert 'data-method="bounded" data-draws="3 8"' in shown


def test_no_page_writes_a_score_past_the_macro() -> None:
    templates = Path(web.__file__).parent / "templates"
    writers = [path.name for path in templates.rglob("*.html") if "figure-value" in path.read_text(encoding="utf-8")]
    assert writers == ["figure.html"]


def test_the_score_of_one_interaction_estimates_nothing(pages: Flask) -> None:
    shown = rendered(pages, "single(80, unit='%')")
    assert ">80&nbsp;%</span>" in shown
    assert "n 1" in shown
    assert "svg" not in shown


def test_too_few_to_say_hides_the_number_and_keeps_the_n(pages: Flask) -> None:
    shown = rendered(pages, "figure(82, low=38, high=96, n=3, of=310, method='bounded', draws=[3], enough=false)")
    assert "too few to say · n 3 of 310" in shown
    assert "82" not in shown


def test_an_estimate_reaches_the_page_in_the_same_form(pages: Flask) -> None:
    found = score_figure([70.0, 80.0, 90.0, 75.0, 85.0, 80.0], population=40)
    shown = rendered(pages, 'estimated(found, label="Score")', found=found)
    assert ">80</span>" in shown
    assert "n 6 of 40" in shown
    assert "Score: " in shown


@given(value=st.floats(0, 100), below=st.floats(0, 60), above=st.floats(0, 60))
def test_an_interval_is_never_written_narrower_than_half_a_point_off(value: float, below: float, above: float) -> None:
    low, high = max(0.0, value - below), min(100.0, value + above)
    with Flask("margins").test_request_context():
        written = margin(value, low, high)
    if written.startswith("±"):
        assert abs(int(written[1:]) - (high - value)) <= 0.5
        assert abs(int(written[1:]) - (value - low)) <= 0.5
    else:
        assert written == f"{round(low)}–{round(high)}"


@pytest.mark.parametrize(
    ("language", "away", "said"),
    [
        ("en", timedelta(hours=-2), "2 hours ago"),
        ("nl", timedelta(days=-3), "3 dagen geleden"),
        ("nl", timedelta(days=2), "over 2 dagen"),
        ("en", timedelta(days=-40), "9 Oct 2026"),
    ],
)
def test_times_are_relative_until_a_date_says_more(language: str, away: timedelta, said: str) -> None:
    with Flask("times").test_request_context():
        g.language = language
        assert ago(NOW + away, now=NOW) == said


def test_a_page_link_keeps_the_filters_and_changes_the_page(pages: Flask) -> None:
    with pages.test_request_context("/list?team=3&team=5&page=2"):
        assert here(page=3) == "/list?team=3&team=5&page=3"
        assert here(page=None, sort="-name") == "/list?team=3&team=5&sort=-name"
