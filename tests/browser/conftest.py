"""What tests in a browser may ask for: Debian's Chromium, the app served for real, somebody signed in."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from werkzeug.serving import make_server

from qa.people.models import User
from tests.conftest import missing
from tests.visitor import Visitor

CHROMIUM = "STEEKPROEF_TEST_CHROMIUM"

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

SignIn = Callable[[User | int], Page]

# How long a page may take to become what a test expects, in milliseconds: a busy machine of two cores needs its time.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; the browsers that Playwright brings along are not used."""
    path = os.environ.get(CHROMIUM) or shutil.which("chromium")
    if not path:
        missing(f"Install chromium, or set {CHROMIUM} to its path.")
    return {**browser_type_launch_args, "executable_path": path, "args": list(ARGUMENTS)}


class Serving:
    """The app served with many threads; it can go away and come back on the same port."""

    def __init__(self, app: Flask) -> None:
        self._app, self._port = app, 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def serving(app: Flask) -> Iterator[Serving]:
    """The app on the test's database, forgery protection included, to be stopped and started."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = Serving(app)
    yield server
    server.stop()


@pytest.fixture
def live(serving: Serving) -> str:
    """The address of the app."""
    return serving.address


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains of while the test runs: broken policies, failed scripts."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def sign_in(app: Flask, live: str, context: BrowserContext, page: Page) -> SignIn:
    """Sign somebody in without a password, in the page that it returns."""

    def sign_in(user: User | int) -> Page:
        visitor = Visitor(app).as_user(user)
        name = str(app.config["SESSION_COOKIE_NAME"])
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": live}])
        return page

    return sign_in


def begin_with_the_first(page: Page) -> None:
    """Open the first of the work list by its key: the browser puts the focus there only when it first paints the page."""
    expect(page.get_by_role("link", name="Begin with the first")).to_be_focused()
    page.keyboard.press("Enter")


@pytest.fixture(scope="session")
def base_url() -> str:
    """Addresses in tests are whole: each test has a server of its own."""
    return ""
