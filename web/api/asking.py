"""What may be asked of the API, and the refusal of what makes no sense, in the caller's language."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from qa.days import FIRST_DAY, LAST_DAY
from qa.errors import InvalidError
from qa.i18n import Text, _

LONGEST_WORD = 100
MOST_ROWS = 200

_COUNT = re.compile(r"[0-9]{1,9}")
_REFUSAL = "refusal"


class QueryError(InvalidError):
    """Parameters that make no sense; ``fields`` tells why, by their names."""

    def __init__(self, wrong: Mapping[str, Text]) -> None:
        super().__init__(_("Something in the address makes no sense; see the fields."))
        self._wrong = dict(wrong)

    @property
    def fields(self) -> dict[str, Text]:
        """What is wrong, by parameter."""
        return self._wrong


class Parser(FlaskParser):
    """Reads parameters; an unknown one is refused, since a filter that is misspelt would filter nothing."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012  # webargs' own

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Refuse with a sentence for each parameter."""
        del req, error_status_code, error_headers
        known = {field.data_key or name: field for name, field in schema.fields.items()}
        told: Mapping[str, object] = error.normalized_messages().get("query", {})  # type: ignore[no-untyped-call]  # lacks types
        raise QueryError(
            {
                name: known[name].metadata[_REFUSAL] if name in known else _("There is no parameter of this name.")
                for name in told
            }
        )


class _Day(fields.Date):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        found = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY <= found <= LAST_DAY or value != found.isoformat():
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


class _Count(fields.Integer):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not _COUNT.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def asked_day(name: str, description: str) -> fields.Date:
    """Ask for a day, both ends of a stretch included."""
    return _Day(
        data_key=name,
        metadata={
            "description": description,
            "example": "2026-11-14",
            _REFUSAL: _("Give a day, such as 2026-11-14."),
        },
    )


def asked_word(description: str, *, example: str) -> fields.String:
    """Ask for a word; what is too long to be one, or cannot be stored as text, is refused."""
    return fields.String(
        load_default="",
        validate=[validate.Length(max=LONGEST_WORD), validate.Regexp(r"^[^\x00]*$")],
        metadata={
            "description": description,
            "example": example,
            _REFUSAL: _("Use at most {n} characters.", n=LONGEST_WORD),
        },
    )


def asked_one_of(members: type[StrEnum], description: str) -> fields.Enum[StrEnum]:
    """Ask for one of a list of words."""
    named = ", ".join(member.value for member in members)
    return fields.Enum(
        members,
        by_value=fields.String,
        metadata={"description": description, _REFUSAL: _("This is none of: {names}.", names=named)},
    )


def asked_cursor() -> fields.String:
    """Ask for the place where the last answer ended."""
    return fields.String(
        load_default="0",
        validate=validate.Regexp(r"^[0-9]{1,18}$"),
        metadata={
            "description": "`next_cursor` of the last answer; without it the first rows.",
            "example": "217",
            _REFUSAL: _("Give the next_cursor of an earlier answer as it was."),
        },
    )


def asked_limit() -> fields.Integer:
    """Ask for a number of rows."""
    return _Count(
        load_default=50,
        validate=validate.Range(min=1, max=MOST_ROWS),
        metadata={
            "description": "How many rows one answer holds at most.",
            "example": 50,
            _REFUSAL: _("Give a number from {low} to {high}.", low=1, high=MOST_ROWS),
        },
    )
