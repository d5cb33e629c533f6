"""Numbers that an address asks for: what no database could hold asks for nothing there is."""

from flask import request

#: The largest number of a row.
MOST = 2**63 - 1


def number_asked(name: str) -> int | None:
    """Return the number of a row that the address names; what is none is not asked for, beyond the largest there is none."""
    asked = request.args.get(name, type=int)
    return None if asked is None else asked if 0 <= asked <= MOST else 0


def page_asked() -> int:
    """Return which page of a list is asked for; the list shows the nearest it has."""
    return request.args.get("page", 1, type=int)
