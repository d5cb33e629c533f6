"""The pages of access tokens: made and shown once, revoked, and everybody's for administrators."""

import re

import pytest
from sqlalchemy import select

from qa.auth.roles import Role
from qa.i18n import Language
from qa.people.models import AccessToken
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.visitor import Visitor

PAGE = "/account/tokens"


def secret_on(page: str) -> str:
    found = re.search(r'<code class="breaks" id="token">(steekproef_[\w-]+)</code>', page)
    assert found is not None
    return found[1]


def test_a_token_is_shown_once_and_reads_the_api(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR)
    visitor.as_user(user)
    assert "No access tokens yet" in visitor.get(PAGE).text
    made = visitor.post(PAGE, {"name": "Week <figures>", "last_day": "2027-01-31"})
    assert made.status_code == 200
    secret = secret_on(made.text)
    assert "Week &lt;figures&gt;" in made.text
    again = visitor.get(PAGE)
    assert secret not in again.text
    words = words_of(again.text)
    assert "Valid 18 Nov 2026 10:30 1 Feb 2027 00:00 Never Revoke" in words
    program = visitor.app.test_client()
    assert program.get("/api/v1/cards", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert "Never" not in words_of(visitor.get(PAGE).text)


def test_a_revoked_token_stays_on_the_page_and_works_no_more(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.REVIEWER)
    secret = secret_on(visitor.as_user(user).post(PAGE, {"name": "Old", "last_day": "2026-12-01"}).text)
    with stored() as make:
        number = make.act.session.scalars(select(AccessToken.id)).one()
    answer = visitor.post(f"{PAGE}/{number}/revoke")
    assert (answer.status_code, answer.location) == (303, PAGE)
    words = words_of(visitor.get(PAGE).text)
    assert "The access token “Old” was revoked." in words
    assert "Revoked" in words
    program = visitor.app.test_client()
    assert program.get("/api/v1/cards", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "last_day": "2026-12-01"}, "Fill this in."),
        ({"name": "x" * 101, "last_day": "2026-12-01"}, "Use at most 100 characters."),
        ({"name": "One", "last_day": "1 December"}, "Give a day, such as 2026-11-14."),
        ({"name": "One", "last_day": ""}, "Fill this in."),
        ({"name": "One", "last_day": "2026-11-17"}, "Give a day from 18 Nov 2026 to 18 Nov 2027."),
        ({"name": "One", "last_day": "2999-12-31"}, "Give a day from 18 Nov 2026 to 18 Nov 2027."),
        ({"name": "One", "last_day": "9999-12-31"}, "Give a day in the years 1900 to 2999."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    visitor: Visitor, stored: Stored, form: dict[str, str], told: str
) -> None:
    with stored() as make:
        user = make.user(Role.AGENT)
    answer = visitor.as_user(user).post(PAGE, form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form["name"]}"' in answer.text
    with stored() as make:
        assert make.act.session.scalars(select(AccessToken)).all() == []


def test_nobody_but_an_administrator_sees_or_revokes_the_tokens_of_others(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        agent, reviewer, admin = make.agent("Ada Jansen"), make.user(Role.REVIEWER), make.user(Role.ADMIN)
    visitor.as_user(agent).post(PAGE, {"name": "Own page", "last_day": "2026-12-01"})
    with stored() as make:
        number = make.act.session.scalars(select(AccessToken.id)).one()
    assert "Own page" not in visitor.as_user(reviewer).get(PAGE).text
    assert visitor.post(f"{PAGE}/{number}/revoke").status_code == 404
    assert visitor.get("/people/tokens").status_code == 403
    page = words_of(visitor.as_user(admin).get("/people/tokens").text)
    assert "Own page Ada Jansen Valid" in page
    answer = visitor.post(f"{PAGE}/{number}/revoke", {"all": "1"})
    assert (answer.status_code, answer.location) == (303, "/people/tokens")
    assert "Revoked" in words_of(visitor.get("/people/tokens").text)


def test_the_page_is_in_the_menu_of_those_who_may_and_in_dutch(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        agent, shopper = make.agent(language=Language.NL), make.user(Role.SHOPPER)
    page = visitor.as_user(agent).get(PAGE).text
    assert "Nog geen toegangssleutels" in page
    assert f'href="{PAGE}">Toegangssleutels</a>' in page
    assert PAGE not in visitor.as_user(shopper).get("/visits").text
    assert visitor.get(PAGE).status_code == 403
