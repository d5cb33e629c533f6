"""Emptying the personal columns of rows, and of quotes that lie in what was written."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, ColumnElement, inspect, update

from qa.act import Act
from qa.db import Stored


def personal_columns(table: type[Stored]) -> list[str]:
    """Return the names of the table's columns that hold personal data."""
    return [name for name, column in inspect(table).columns.items() if "personal" in column.info]


def empty(rows: Iterable[Stored]) -> None:
    """Leave nothing in the personal columns of the rows."""
    for row in rows:
        columns = inspect(type(row)).columns
        for name in personal_columns(type(row)):
            column = columns[name]
            if column.nullable:
                setattr(row, name, None)
            elif isinstance(column.type, JSON):
                setattr(row, name, type(getattr(row, name))())
            else:
                setattr(row, name, "")


def empty_where(act: Act, table: type[Stored], holds: ColumnElement[bool]) -> None:
    """Leave nothing in the personal columns of the table's rows of which something holds, without reading them.

    Columns of lists and objects get what they begin with.
    """
    columns = inspect(table).columns
    nothing: dict[str, object] = {}
    for name in personal_columns(table):
        column = columns[name]
        begins: Any = column.default
        nothing[name] = None if column.nullable else begins.arg(None) if isinstance(column.type, JSON) else ""
    act.session.execute(update(table).where(holds).values(nothing))


def without_quotes(kept: object) -> object:
    """Return marks as they are kept, with nothing in the quotes of their evidence."""
    if isinstance(kept, dict):
        return {name: "" if name == "quote" else without_quotes(value) for name, value in kept.items()}
    return [without_quotes(one) for one in kept] if isinstance(kept, list) else kept


def empty_quotes(rows: Iterable[Stored]) -> None:
    """Leave nothing of the quotes in the personal columns of the rows that hold marks."""
    for row in rows:
        columns = inspect(type(row)).columns
        for name in personal_columns(type(row)):
            if isinstance(columns[name].type, JSON):
                setattr(row, name, without_quotes(getattr(row, name)))
