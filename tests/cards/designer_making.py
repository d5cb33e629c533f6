"""What tests of the designer start from: a draft of the phone card, and the form of one of its parts as a browser posts it."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from qa.auth.roles import Role
from qa.cards.drafts import begin_draft
from tests.makers import Makers


@dataclass(frozen=True)
class Drafted:
    """The numbers of what was made."""

    id: int
    version_id: int
    supervisor_id: int
    admin_id: int

    @property
    def path(self) -> str:
        return f"/cards/{self.id}/edit"


def make_draft(make: Makers) -> Drafted:
    """Begin a draft of the shipped phone card."""
    version = make.card()
    draft = begin_draft(make.act, version)
    return Drafted(draft.id, version.id, make.user(Role.SUPERVISOR).id, make.user(Role.ADMIN).id)


class _Fields(HTMLParser):
    """Collects what a browser would post of the designer's form, its buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = self._textarea = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("id") == "designer"
        if not self._inside:
            return
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.setdefault(name, []).append(value or ("y" if given.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.setdefault(self._select, []).append(value)
        elif tag == "textarea":
            self._textarea = name
            self.fields[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._textarea][0] = self.fields[self._textarea][0].lstrip("\r\n")
            self._textarea = ""
        elif tag == "select":
            self._select = ""


def fields_of(page: str, **changed: str) -> dict[str, list[str]]:
    """The fields of the designer's form with what was typed over them; ``__`` in names stands for ``-``."""
    reader = _Fields()
    reader.feed(page)
    return reader.fields | {name.replace("__", "-"): [value] for name, value in changed.items()}


def told(page: str) -> list[str]:
    """The sentences of the list of what is to be mended."""
    found = re.findall(r'<button class="problem".*?</button>', page, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
