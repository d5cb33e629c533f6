"""What answers of the API share: they are whole or refused, and their numbers exact."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, post_dump


class IncompleteAnswerError(Exception):
    """An answer lacks something that its schema promises; nothing is sent."""


class Answer(Schema):
    """What is answered: every field is there in every answer, also where it is null."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Document every field as one that is always there."""
        del field_name
        field_obj.required = True

    @post_dump
    def whole(self, data: dict[str, Any], **kwargs: object) -> dict[str, Any]:
        """Refuse what lacks a field; else it would be left out in silence."""
        del kwargs
        promised = [field.data_key or name for name, field in self.fields.items()]
        missing = [name for name in promised if name not in data]
        if missing:
            raise IncompleteAnswerError(f"{type(self).__name__} lacks {', '.join(missing)}")
        return data


class ErrorSchema(Schema):
    """Why something was refused; made by the app's error handlers."""

    error = fields.String(
        required=True,
        metadata={"description": "Why, in a sentence of the caller's language. May change; do not parse."},
    )
    wrong = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        metadata={"description": "Which parameters are wrong, and why; only where some are."},
    )


def text(description: str, *, empty: bool = False) -> fields.String:
    """Document a text; ``empty`` ones can be null."""
    return fields.String(allow_none=empty, metadata={"description": description})


def exact(description: str, *, empty: bool = False) -> fields.String:
    """Document a number that is a decimal in text, so that no reader rounds it."""
    return fields.String(allow_none=empty, metadata={"description": description, "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})


def whole(description: str, *, empty: bool = False) -> fields.Integer:
    """Document a whole number."""
    return fields.Integer(allow_none=empty, metadata={"description": description})


def truth(description: str, *, empty: bool = False) -> fields.Boolean:
    """Document something that is so or not."""
    return fields.Boolean(allow_none=empty, metadata={"description": description})


def moment(description: str, *, empty: bool = False) -> fields.DateTime:
    """Document a moment, in UTC."""
    return fields.DateTime(allow_none=empty, metadata={"description": description})


def day(description: str) -> fields.Date:
    """Document a day."""
    return fields.Date(metadata={"description": description})


def one_of(members: type[StrEnum], description: str, *, empty: bool = False) -> fields.Enum[StrEnum]:
    """Document one of a list of words."""
    return fields.Enum(members, by_value=fields.String, allow_none=empty, metadata={"description": description})


def part(schema: type[Schema], description: str, *, empty: bool = False) -> fields.Nested:
    """Document something with parts of its own."""
    return fields.Nested(schema, allow_none=empty, metadata={"description": description})


def several(schema: type[Schema], description: str) -> fields.List[Any]:
    """Document a list of things."""
    return fields.List(fields.Nested(schema), metadata={"description": description})


def percentage(basis_points: int | None) -> str | None:
    """Return hundredths of a per cent as an exact percentage: 6667 is 66.67."""
    return None if basis_points is None else f"{Decimal(basis_points) / 100:.2f}"
