"""How fast the reviewer's desk is: a call of an hour with 1,500 turns, on a real server, in headless Chromium.

The same page with an empty transcript is measured in between, in the same run, so that a busy machine slows both;
``ratio_*`` is the long page over the empty one. Milliseconds, each the median of the pages opened: ``server_ms`` until
the last byte of the page came after it was asked for, ``first_paint_ms`` and ``largest_paint_ms`` from the start of the
navigation, ``keys_work_ms`` until the desk answers to keys, ``whole_ms`` until all of the transcript is there.
``key_*``: from the moment a key goes down until the next frame was painted, on the page with 1,500 turns, player and
transcript ready; a frame of a display takes 16.7 ms of that. ``load`` is the machine's load over the last minute;
``server_cpu_ms`` is what the page costs the processor, whatever else runs.
Chromium is the one of the browser tests.
"""

import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import waitress
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks._desk_material import Made, make_desks
from qa import migrate
from qa.act import Act
from qa.db import make_engine, transaction
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from web.app import create_app
from web.door import TOKEN
from web.product import utc_now

CHROMIUM = "STEEKPROEF_TEST_CHROMIUM"
OPENED = 5
PRESSES = 20
SIZE = {"width": 1440, "height": 900}
#: What is pressed, by what it does; several keys are pressed in turn.
KEYS = {
    "next_criterion": ("j", "k"),
    "option": ("1", "2"),
    "play": ("Space",),
    "following": ("Shift+ArrowRight",),
    "bind": ("e",),
}
SEARCHED = "invoice parcel address"

_WATCH = """
window.measured = { keys: [] };
new PerformanceObserver((list) => { window.measured.largest = list.getEntries().at(-1).startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new MutationObserver(() => {
  if (!window.measured.live && document.querySelector("#desk[data-live]")) window.measured.live = performance.now();
  if (!window.measured.whole && window.measured.live && !document.querySelector("[data-rest]")) window.measured.whole = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live"] });
addEventListener("keydown", (event) => {
  if (event.key === "Shift") return;
  requestAnimationFrame(() => {
    // A message is handled only after this frame was painted.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.measured.keys.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  });
}, { capture: true });
"""

_PAGE = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { server: page.responseEnd - page.requestStart, bytes: page.decodedBodySize, first_paint: paint.startTime,
    largest_paint: window.measured.largest, keys_work: window.measured.live,
    whole: window.measured.whole };
}"""


@dataclass(slots=True)
class Seen:
    """What was measured of one of the two pages, in milliseconds."""

    pages: dict[str, list[float]] = field(default_factory=dict)
    keys: dict[str, list[float]] = field(default_factory=dict)

    def middle(self, name: str) -> float:
        """Return the median over the pages opened."""
        return statistics.median(self.pages[name])


def run() -> dict[str, float]:
    """Open both pages in turn, press every kind of key, and tell what it took."""
    seen = {"long": Seen(), "empty": Seen()}
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (app, address, made, cookie):
        paths = {"long": made.long, "empty": made.empty}
        cpu_ms = _cpu_ms(app, f"/evaluations/{made.long}/desk", cookie=cookie)
        with sync_playwright() as player:
            browser = player.chromium.launch(
                executable_path=os.environ.get(CHROMIUM) or shutil.which("chromium"),
                args=["--headless", "--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
            )
            for _time in range(OPENED):
                for name, number in paths.items():
                    _open(browser, f"{address}/evaluations/{number}/desk", cookie=cookie, seen=seen[name])
            browser.close()
    return _figures(seen, made) | {"server_cpu_ms": round(cpu_ms)}


def _figures(seen: dict[str, Seen], made: Made) -> dict[str, float]:
    long, empty = seen["long"], seen["empty"]
    figures: dict[str, float] = {"words": made.words, "load": round(os.getloadavg()[0], 1)}
    for name in ("server", "first_paint", "largest_paint", "keys_work", "whole"):
        figures[f"{name}_ms"] = round(long.middle(name))
        figures[f"{name}_most_ms"] = round(max(long.pages[name]))
        figures[f"ratio_{name}"] = round(long.middle(name) / empty.middle(name), 2)
    figures["page_bytes"], figures["page_bytes_empty"] = long.middle("bytes"), empty.middle("bytes")
    for name, taken in long.keys.items():
        cuts = statistics.quantiles(taken, n=20)
        figures[f"key_{name}_p50_ms"] = round(statistics.median(taken), 1)
        figures[f"key_{name}_p95_ms"] = round(cuts[-1], 1)
        figures[f"key_{name}_most_ms"] = round(max(taken), 1)
        figures[f"ratio_key_{name}"] = round(statistics.median(taken) / statistics.median(empty.keys[name]), 2)
    return figures


def _cpu_ms(app: Flask, path: str, *, cookie: dict[str, str]) -> float:
    """Processor time of the page, the best of some: the first one compiles its templates."""
    client, taken = app.test_client(), []
    client.set_cookie(cookie["name"], cookie["value"])
    for _time in range(OPENED):
        before = time.process_time()
        client.get(path)
        taken.append(1000 * (time.process_time() - before))
    return min(taken)


def _open(browser: Browser, url: str, *, cookie: dict[str, str], seen: Seen) -> None:
    context = browser.new_context(viewport=SIZE)
    context.add_cookies([cookie])
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(url)
    page.wait_for_selector("#desk[data-live]")
    page.wait_for_selector("#player[data-ready]")
    page.wait_for_selector("#transcript:not(:has([data-rest]))")
    page.wait_for_timeout(500)
    for name, figure in page.evaluate(_PAGE).items():
        seen.pages.setdefault(name, []).append(figure)
    for name, keys in KEYS.items():
        _press(page, name, [keys[at % len(keys)] for at in range(PRESSES)], seen=seen)
    page.keyboard.press("/")
    _press(page, "search", list(SEARCHED), seen=seen)
    context.close()


def _press(page: Page, name: str, keys: list[str], *, seen: Seen) -> None:
    page.wait_for_timeout(100)
    page.evaluate("window.measured.keys = []")
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    page.wait_for_timeout(200)
    seen.keys.setdefault(name, []).extend(page.evaluate("window.measured.keys"))


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Flask, str, Made, dict[str, str]]]:
    """Serve both calls on a port of their own; gives the app, its address, what was made, and the cookie of its reviewer."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'desk.db'}", secret_key="measured")
    engine = make_engine(settings.database)
    migrate.upgrade(engine)
    with transaction(engine) as session:
        made = make_desks(Act(session, utc_now(), settings, LocalFolder(folder / "files")))
    engine.dispose()
    app = create_app(settings)
    server: Any = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.effective_port}"
    try:
        yield app, address, made, {"name": "steekproef", "value": _session(app, made.token), "url": address}
    finally:
        server.close()
        thread.join(timeout=5)


def _session(app: Flask, token: str) -> str:
    """The signed cookie of a browser that is signed in."""
    with app.test_request_context():
        kept = app.session_interface.open_session(app, app.test_request_context().request)
        assert kept is not None
        kept[TOKEN] = token
        response = app.response_class()
        app.session_interface.save_session(app, kept, response)
    return response.headers["Set-Cookie"].split(";")[0].removeprefix("steekproef=")
