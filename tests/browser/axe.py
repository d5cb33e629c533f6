"""The rules of accessibility, checked by axe-core in the page."""

from functools import cache
from pathlib import Path
from re import Pattern

from playwright.sync_api import Page, expect

import web

_AXE = Path(web.__file__).parent / "static" / "vendor" / "axe.min.js"

_RUN = """async () => {
  // Without preload: it copies style sheets into the page, which the content policy rightly forbids.
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
  return found.violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""


@cache
def _script() -> str:
    return _AXE.read_text(encoding="utf-8")


def assert_accessible(page: Page, *, on: str | Pattern[str] | None = None) -> None:
    """Fail with every violation that axe-core finds on the page as it stands.

    `on` is the heading of a page that a click just opened: a click does not wait for it.
    """
    if on is not None:
        expect(page.get_by_role("heading", name=on, level=1)).to_be_visible()
    page.wait_for_load_state()
    page.evaluate(_script())
    violations = page.evaluate(_RUN)
    assert not violations, f"{page.url}\n" + "\n".join(violations)
