"""What forms of every feature share: translated labels, choices and checks."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from flask import g
from werkzeug.datastructures import FileStorage
from wtforms import DateField, DateTimeLocalField, DecimalField, Field, Form, SelectChoice, SelectMultipleField  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from qa.days import read_day, within_reach
from qa.errors import InvalidError
from qa.i18n import Text, _, say

_NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,9})?")

Check = Callable[[BaseForm, Field], None]


class _Told:
    """What WTForms itself says of a value, in the reader's language and with what to do."""

    def gettext(self, msgid: str) -> str:
        """Return our sentence for one of WTForms' own; one we do not know stays as it is."""
        if "hoice" in msgid:
            return say(_("Choose one of the list."), g.language)
        if msgid == "Not a valid integer value.":
            return say(_("Give a whole number, such as 12."), g.language)
        return msgid

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return our sentence for one of WTForms' own that counts."""
        return self.gettext(one if n == 1 else many)


class PageForm(Form):
    """A form of a page; labels stay lazy until the template says them, and the page protects against forgery."""

    class Meta:
        """Where the sentences of WTForms come from."""

        def get_translations(self, form: BaseForm) -> _Told:
            """Return what says them."""
            del form
            return _Told()


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
        if sentence := no_number(typed):
            raise ValueError(label(sentence))
        self.data = Decimal(typed.replace(",", "."))


class DayField(DateField):
    """A day; what is none is refused in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty is no day."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = read_day(valuelist[0])
        except InvalidError as error:
            raise ValueError(label(error.sentence)) from None


class MomentField(DateTimeLocalField):
    """A day and a time of the reader's own clock."""

    def __init__(self, label_: str, validators: Sequence[Check] = (), **kwargs: Any) -> None:
        super().__init__(label_, list(validators), format="%Y-%m-%dT%H:%M", **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; empty is no moment, anything else that is none is refused in the reader's language."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            typed = datetime.fromisoformat(valuelist[0].strip()).replace(second=0, microsecond=0, tzinfo=None)
            within_reach(typed.date())
        except InvalidError as error:
            raise ValueError(label(error.sentence)) from None
        except ValueError:
            raise ValueError(label(_("Give a day and a time, such as 2026-11-14 10:30."))) from None
        self.data = typed


def label(text: Text) -> str:
    """Return the text as WTForms wants it typed; templates translate it."""
    return cast("str", text)


def no_number(typed: str) -> Text | None:
    """Return what is wrong with a number as typed, with a point or a comma; nothing where it is one."""
    if _NUMBER.fullmatch(typed):
        return None
    return _("“{value}” is not a number such as 12 or 12.5.", value=typed[:40])


def choices(pairs: Iterable[tuple[str, Text | str]]) -> list[Any]:
    """Return choices in the reader's language; called for each request."""
    return [SelectChoice(value, say(text, g.language)) for value, text in pairs]


def required(text: Text | None = None) -> Check:
    """Refuse a field that was left empty."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        data = field.data.strip() if isinstance(field.data, str) else field.data
        # A browser sends a file that nobody chose too: without a name, which makes it false.
        if data in (None, "", []) or (isinstance(data, FileStorage) and not data):
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
