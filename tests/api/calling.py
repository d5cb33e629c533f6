"""A program that calls the API with an access token of somebody's."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from qa.act import Act
from qa.db import transaction
from qa.people.models import User
from qa.people.tokens import make_token, today
from web.product import EXTENSION

PREFIX = "/api/v1"


def new_token(app: Flask, user: User | int, *, days: int = 30) -> str:
    """Make a token in the name of a stored user."""
    own = app.extensions[EXTENSION]
    with transaction(own.engine) as session:
        found = session.get_one(User, user if isinstance(user, int) else user.id)
        act = replace(Act(session, own.clock(), own.settings, own.blobs), actor=found)
        return make_token(act, name="Test", last_day=today(act) + timedelta(days=days)).secret


@dataclass
class Caller:
    """Asks below the prefix of the API."""

    app: Flask
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask; headers by their names with ``_`` for ``-``."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().get(f"{PREFIX}{path}", headers={**self.headers, **given})

    def told(self, path: str, **headers: str) -> Any:
        """Ask for something that is there and return what is answered."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json

    def refused(self, path: str, status: int, **headers: str) -> Any:
        """Ask for what is refused and return what is answered."""
        answer = self.get(path, **headers)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json


def caller(app: Flask, user: User | int) -> Caller:
    """Return a program of the user's."""
    return Caller(app, {"Authorization": f"Bearer {new_token(app, user)}"})
