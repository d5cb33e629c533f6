"""Shared comment templates as a CSV file, out and in; cards and criteria are named by their keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import Scorecard
from qa.comment_templates.places import Place
from qa.comment_templates.queries import find_templates
from qa.comment_templates.service import TemplateWish, add_template
from qa.csv_out import csv_bytes, without_formula
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _
from qa.interactions.reading.tables import Row, read_table
from scorecards.words import Words

COLUMNS = ("scorecard", "criterion", "english", "dutch")

#: Bytes of a file with templates.
LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line (from 1) of the file that cannot be taken in, and why."""

    line: int
    why: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many templates came in and how many were there already; where a line is wrong, none came in."""

    added: int
    known: int
    wrong: tuple[WrongLine, ...] = ()


def shared_as_csv(act: Act) -> bytes:
    """Return the shared templates as a table that ``take_in`` reads back."""
    rows = [
        (one.scorecard.key if one.scorecard else "", one.criterion or "", one.text_en, one.text_nl)
        for one in find_templates(act, shared=True)
    ]
    return csv_bytes(COLUMNS, rows)


def take_in(act: Act, data: bytes, *, file: str) -> Outcome:
    """Add the shared templates of a CSV file; all of them, or none where a line is wrong.

    Raises ``InvalidError`` where the file as a whole cannot be read.
    """
    act.require(Permission.TEMPLATE_SHARE)
    if len(data) > LARGEST_FILE:
        raise InvalidError(_("The file is larger than {n} kB.", n=LARGEST_FILE // 1000), field="file")
    table = read_table(data, file=file)
    missing = [name for name in COLUMNS if name not in {header.lower() for header in table.headers}]
    if missing:
        raise InvalidError(_("The file has no column named {names}.", names=", ".join(missing)), field="file")
    cards = {card.key: card.id for card in act.session.scalars(select(Scorecard))}
    added = known = 0
    wrong: list[WrongLine] = []
    with act.session.begin_nested() as savepoint:
        for row in table.rows:
            try:
                with act.session.begin_nested():
                    add_template(act, _wish(row, cards=cards))
                added += 1
            except InvalidError as error:
                wrong.append(WrongLine(row.line, error.sentence))
            except ConflictError:
                known += 1
        if wrong:
            savepoint.rollback()
    return Outcome(0, 0, tuple(wrong)) if wrong else Outcome(added, known)


def _wish(row: Row, *, cards: Mapping[str, int]) -> TemplateWish:
    if row.fault is not None:
        raise InvalidError(row.fault)
    cells = {header.lower(): _unguarded(cell.replace("\x00", "").strip()) for header, cell in row.cells.items()}
    scorecard, criterion = cells["scorecard"], cells["criterion"]
    if scorecard and scorecard not in cards:
        raise InvalidError(_("There is no scorecard with the key {key}.", key=scorecard[:60]))
    if criterion and not scorecard:
        raise InvalidError(_("A criterion needs the key of its scorecard beside it."))
    place = Place(cards.get(scorecard), criterion or None)
    return TemplateWish(Words(cells["english"], cells["dutch"]), place, shared=True)


def _unguarded(cell: str) -> str:
    """Return the cell without the apostrophe that keeps spreadsheets from running it."""
    bare = cell.removeprefix("'")
    return bare if without_formula(bare) == cell else cell
