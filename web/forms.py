"""What forms of every feature share: translated labels, choices and checks."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import g
from wtforms import Field, Form, SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from qa.i18n import Text, _, say

Check = Callable[[BaseForm, Field], None]


class PageForm(Form):
    """A form of a page; labels stay lazy until the template says them, and the page protects against forgery."""


def label(text: Text) -> str:
    """Return the text as WTForms wants it typed; templates translate it."""
    return cast("str", text)


def choices(pairs: Iterable[tuple[str, Text | str]]) -> list[Any]:
    """Return choices in the reader's language; called for each request."""
    return [SelectChoice(value, say(text, g.language)) for value, text in pairs]


def required(text: Text | None = None) -> Check:
    """Refuse a field that was left empty."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        data = field.data.strip() if isinstance(field.data, str) else field.data
        if data in (None, "", []):
            raise StopValidation(label(text or _("Fill this in.")))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]  # WTForms reads it
    return check


def may_be_empty() -> Check:
    """Check nothing further when a field was left empty."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = ()
            raise StopValidation

    return check


def at_most(characters: int) -> Check:
    """Refuse a text that is too long to be stored."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data is not None and len(field.data) > characters:
            raise ValidationError(label(_("Use at most {n} characters.", n=characters)))

    return check


def between(low: int, high: int) -> Check:
    """Refuse a number outside the bounds."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data is not None and not low <= field.data <= high:
            raise ValidationError(label(_("Give a number from {low} to {high}.", low=low, high=high)))

    return check


def email_address() -> Check:
    """Refuse what can be no e-mail address; whether it exists only a mail can tell."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        name, at, host = (field.data or "").strip().rpartition("@")
        if field.data and (not at or not name or "." not in host or " " in field.data.strip()):
            raise ValidationError(label(_("Give an e-mail address such as name@company.com.")))

    return check
