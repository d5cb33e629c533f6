"""Signing in, invitations, passwords, and what each refusal says."""

from dataclasses import replace

import pytest
from flask import Flask

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.i18n import Language
from qa.people import service, signin
from qa.people.models import LinkKind, UserState
from qa.people.service import Person
from tests.conftest import Stored
from tests.makers import Makers
from tests.visitor import Visitor

PASSWORD = "a few words in a row"


def test_an_invitation_lets_somebody_in_once(act: Act) -> None:
    user = service.add_person(act, Person("Sanne de Vries", Role.REVIEWER, email="Sanne@Example.org"))
    token = service.make_link(act, user, kind=LinkKind.INVITATION)
    service.use_link(act, token, password=PASSWORD)
    assert user.state is UserState.ACTIVE
    assert signin.user_of(act.session, signin.sign_in(act, email="sanne@example.org", password=PASSWORD), now=act.now)
    with pytest.raises(NotFoundError):
        service.link_of(act, token)


def test_a_newer_link_ends_the_older_one(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    first = service.make_link(act, user, kind=LinkKind.PASSWORD)
    second = service.make_link(act, user, kind=LinkKind.PASSWORD)
    with pytest.raises(NotFoundError):
        service.link_of(act, first)
    assert service.link_of(act, second).user is user


def test_a_wrong_password_and_an_unknown_address_read_the_same(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    said = []
    for email in (user.email or "", "nobody@example.org"):
        with pytest.raises(InvalidError) as refused:
            signin.sign_in(act, email=email, password="wrong")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_an_account_rests_after_many_wrong_passwords(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    for _try in range(signin.MOST_FAILURES):
        signin.note_failure(act, email=user.email or "")
    with pytest.raises(InvalidError, match="Too many wrong passwords"):
        signin.sign_in(act, email=user.email or "", password="wrong")


def test_who_left_is_signed_out_everywhere(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    token = signin.open_sign_in(act, user)
    service.end_access(act, user)
    assert signin.user_of(act.session, token, now=act.now) is None


def test_nobody_locks_themself_out(act: Act, make: Makers) -> None:
    admin = make.user(Role.ADMIN)
    mine = replace(act, actor=admin)
    with pytest.raises(ConflictError):
        service.end_access(mine, admin)
    with pytest.raises(InvalidError):
        service.change_person(mine, admin, Person("A", Role.AGENT, email="a@example.org"))


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (Person("", Role.AGENT), "name"),
        (Person("x" * 201, Role.AGENT), "name"),
        (Person("Bas", Role.REVIEWER), "email"),
        (Person("Bas", Role.AGENT, time_zone="Europe/Nowhere"), "time_zone"),
        (Person("Bas", Role.AGENT, reference="a1"), "reference"),
        (Person("Bas", Role.AGENT, email="TAKEN@example.org"), "email"),
    ],
)
def test_a_person_that_cannot_be_is_refused_at_its_field(act: Act, make: Makers, person: Person, field: str) -> None:
    make.agent(reference="a1", email="taken@example.org")
    with pytest.raises(InvalidError) as refused:
        service.add_person(act, person)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["Renée O'Neill", "Zoë 🌷", "Ω" * 200])
def test_unusual_names_are_kept_as_they_are(act: Act, name: str) -> None:
    assert service.add_person(act, Person(name, Role.AGENT)).name == name


def test_the_pages_sign_in_switch_language_and_sign_out(app: Flask, visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.ADMIN)
        token = service.make_link(make.act, user, kind=LinkKind.PASSWORD)
    assert "at least 12" in visitor.post(f"/welcome/{token}", {"password": "short"}).text.lower()
    assert visitor.post(f"/welcome/{token}", {"password": PASSWORD}).status_code == 303
    assert visitor.get("/people").status_code == 200
    visitor.post("/preferences", {"language": "nl", "next": "/people"})
    assert "E-mailadres" in visitor.get("/people").text
    visitor.post("/sign-out")
    assert visitor.get("/people").status_code == 303
    wrong = Visitor(app).post("/sign-in", {"email": user.email, "password": "wrong"})
    assert wrong.status_code == 422
    assert str(user.email) in wrong.text
    right = Visitor(app).post("/sign-in?next=//elsewhere.example", {"email": user.email, "password": PASSWORD})
    assert right.status_code == 303
    assert "elsewhere" not in right.headers["Location"]


def test_an_administrator_adds_and_invites_somebody(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        admin = make.user(Role.ADMIN)
    visitor.as_user(admin)
    assert visitor.post("/teams", {"name": "Invoices"}).status_code == 303
    assert visitor.post("/teams", {"name": "invoices"}).status_code == 422
    given = {"name": "Bram", "role": "reviewer", "email": "bram@example.org", "language": "nl", "team": ""}
    refused = visitor.post("/people/new", {**given, "email": "", "time_zone": "Europe/Amsterdam"})
    assert refused.status_code == 422
    assert "Bram" in refused.text
    added = visitor.post("/people/new", {**given, "time_zone": "Europe/Amsterdam"})
    assert added.status_code == 303
    shown = visitor.post(added.headers["Location"] + "/link")
    assert "/welcome/" in shown.text


def test_a_demo_sign_in_is_refused_outside_the_demo(visitor: Visitor, stored: Stored) -> None:
    with stored() as make:
        user = make.user(Role.ADMIN, language=Language.NL)
    assert visitor.post(f"/demo/sign-in/{user.id}").status_code == 404
    assert visitor.get("/people").status_code == 303
