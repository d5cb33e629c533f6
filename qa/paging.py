"""A long list, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from qa.act import Act

T = TypeVar("T")

ROWS = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page; ``number`` of ``count`` pages, rows ``first`` to ``last`` of ``total``."""

    rows: tuple[T, ...]
    number: int
    count: int
    total: int
    first: int
    last: int


def page_of(act: Act, asked: Select[T], *, number: int, size: int = ROWS) -> Page[T]:
    """Return a page of what is asked; a number outside the pages gives the nearest one."""
    total = act.session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0
    at, count = _place(number, total=total, size=size)
    return _page(tuple(act.session.scalars(asked.limit(size).offset((at - 1) * size))), at, count, total, size=size)


def page_of_rows(rows: Sequence[T], *, number: int, size: int = ROWS) -> Page[T]:
    """Return a page of rows that are all here; a number outside the pages gives the nearest one."""
    at, count = _place(number, total=len(rows), size=size)
    return _page(tuple(rows[(at - 1) * size : at * size]), at, count, len(rows), size=size)


def _place(number: int, *, total: int, size: int) -> tuple[int, int]:
    count = max(1, -(-total // size))
    return min(max(1, number), count), count


def _page(rows: tuple[T, ...], at: int, count: int, total: int, *, size: int) -> Page[T]:
    first = (at - 1) * size + 1 if rows else 0
    return Page(rows, at, count, total, first, first + len(rows) - 1 if rows else 0)
