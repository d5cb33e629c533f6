"""The browser's files: complete, allowed by the content policy, readable in both themes."""

import re
from pathlib import Path

import pytest

import web

WEB = Path(web.__file__).parent
STATIC = WEB / "static"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SHEETS = sorted((STATIC / "own").glob("*.css"))
SCRIPTS = sorted((STATIC / "own" / "js").glob("*.js"))

#: What is read on what, with the contrast WCAG 2.2 AA asks: text 4.5, edges of controls and shapes 3.
PAIRS = [
    *(
        (text, ground, 4.5)
        for text in ("text", "soft", "accent")
        for ground in ("ground", "surface", "sunken", "hover")
    ),
    *((text, "surface", 4.5) for text in ("pass", "fail", "caution", "doubt", "agent", "customer", "accent-strong")),
    *((text, "ground", 4.5) for text in ("fail", "doubt", "agent", "customer")),
    *((name, f"{name}-soft", 4.5) for name in ("pass", "fail", "caution", "doubt")),
    *((text, "accent-soft", 4.5) for text in ("text", "soft", "caution", "fail")),
    ("text", "caution-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("edge", "surface", 3.0),
    ("edge", "ground", 3.0),
]


def tokens() -> dict[str, tuple[str, str]]:
    """Every colour as (light, dark)."""
    text = (STATIC / "own" / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_everything_read_has_enough_contrast(theme: int) -> None:
    known = tokens()
    weak = [
        f"{front} on {back}: {contrast(known[front][theme], known[back][theme]):.2f}"
        for front, back, least in PAIRS
        if contrast(known[front][theme], known[back][theme]) < least
    ]
    assert not weak


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_no_template_holds_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]{3,}=|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL)
    open_to_anyone = [form[:80] for form in forms if 'method="post"' in form and "csrf" not in form]
    assert not open_to_anyone


def test_every_file_a_template_names_is_there() -> None:
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(
            r"url_for\(['\"]static['\"],\s*filename=['\"]([^'\"]+\.\w+)['\"]\)", path.read_text("utf-8")
        )
    }
    assert named
    assert not [name for name in sorted(named) if not (STATIC / name).is_file()]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_module_imports_what_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r'from "(\.[^"]+)"', text):
        assert (path.parent / name).resolve().is_file()
    assert not re.search(r"\beval\(|new Function|insertAdjacentHTML|document\.write", text)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_token_a_sheet_uses_is_defined(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+):", " ".join(sheet.read_text("utf-8") for sheet in SHEETS)))
    used = set(re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8")))
    assert used <= defined


def test_each_bundled_package_brings_its_licence() -> None:
    held = {path.stem for path in (STATIC / "vendor" / "licences").iterdir()}
    assert {"bootstrap", "htmx", "wavesurfer", "chart", "inter", "dejavu", "axe", "popper", "kurkle-color"} <= held
