"""What forms of every feature share: translated labels, choices and checks."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from flask import g
from wtforms import DateField, DecimalField, Field, Form, SelectChoice, SelectMultipleField  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from qa.i18n import Text, _, say

_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,6})?")

Check = Callable[[BaseForm, Field], None]


class PageForm(Form):
    """A form of a page; labels stay lazy until the template says them, and the page protects against forgery."""


class ChecksField(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DecimalSignField(DecimalField):
    """A number that may be written with a comma; what is none is refused in the reader's language, and stays as typed."""

    def _value(self) -> str:
        typed: list[str] = self.raw_data or []
        return typed[0] if typed else "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty is no number, and what was not sent stays as it was."""
        if not valuelist:
            return
        self.data = None
        typed = valuelist[0].strip()
        if not typed:
            return
        if not _NUMBER.fullmatch(typed):
            raise ValueError(label(_("“{value}” is not a number such as 12 or 12.5.", value=typed[:40])))
        self.data = Decimal(typed.replace(",", "."))


class DayField(DateField):
    """A day; what is none is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty is no day."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = date.fromisoformat(valuelist[0].strip())
        except ValueError:
            raise ValueError(label(_("Give a day, such as 2026-11-14."))) from None


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


def unmarked() -> Check:
    """Say nothing of whether the field may be left empty: that depends on another one."""

    def check(form: BaseForm, field: Field) -> None:
        del form, field

    check.field_flags = {"quiet": True}  # type: ignore[attr-defined]  # WTForms reads it
    return check


def at_most(characters: int) -> Check:
    """Refuse a text that is too long to be stored."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data is not None and len(field.data) > characters:
            raise ValidationError(label(_("Use at most {n} characters.", n=characters)))

    return check


def between(low: int | Decimal, high: int) -> Check:
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
