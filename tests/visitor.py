"""A visitor of the web app without a browser: signs in without a password, reads pages as text."""

from collections.abc import Mapping

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qa.act import Act
from qa.db import transaction
from qa.people.models import User
from qa.people.signin import open_sign_in
from web.door import TOKEN
from web.product import EXTENSION


class Visitor:
    """Follows no redirects by itself; ``as_user`` signs somebody in."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def as_user(self, user: User | int) -> "Visitor":
        """Sign the stored user in and return the visitor."""
        own = self.app.extensions[EXTENSION]
        with transaction(own.engine) as session:
            found = session.get_one(User, user if isinstance(user, int) else user.id)
            token = open_sign_in(Act(session, own.clock(), own.settings, own.blobs), found)
        with self.client.session_transaction() as kept:
            kept[TOKEN] = token
        return self

    def get(self, path: str) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path)

    def post(self, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
        """Send a form, files included as (stream, name)."""
        return self.client.post(path, data=data or {}, content_type="multipart/form-data")
