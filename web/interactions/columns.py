"""The columns of a table that is sent in: what each was taken for, to be looked at and corrected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from qa.errors import InvalidError
from qa.feedback.columns import ANSWER_COLUMNS, guess_answer_mapping
from qa.i18n import Text, _
from qa.interactions.models import Source
from qa.interactions.reading.csv_chats import CHAT_COLUMNS, guess_chat_mapping
from qa.interactions.reading.mapping import ColumnMapping, Guess, Wanted
from qa.interactions.reading.metadata import RECORDING_COLUMNS, guess_recording_mapping
from qa.interactions.reading.moments import DateOrder
from qa.interactions.reading.tables import read_table
from qa.interactions.sources import TableKind, kept_mapping

PREFIX = "column-"
ORDER = "date-order"
SAMPLES = 3

COLUMN_LABELS: dict[str, Text] = {
    "file": _("File"),
    "reference": _("Reference"),
    "agent": _("Agent"),
    "started_at": _("Start"),
    "clock": _("Time of day"),
    "direction": _("Direction"),
    "queue": _("Queue"),
    "language": _("Language"),
    "offset": _("Begins after"),
    "part": _("Part"),
    "parts": _("Number of parts"),
    "party": _("Party on the recording"),
    "customer": _("Customer"),
    "transfers": _("Times put through"),
    "conversation": _("Conversation"),
    "text": _("Text"),
    "role": _("Role of the author"),
    "author": _("Name of the author"),
    "sent_at": _("Time of the message"),
    "offset_seconds": _("Seconds since the start"),
    "channel": _("Channel"),
    "subject": _("Subject"),
    "internal": _("Internal note"),
    "message_id": _("Message number"),
    "attachment": _("Attachment"),
    "source": _("Source of the interaction"),
    "id": _("Number of the answer"),
    "answered_at": _("Answered"),
    "invited": _("Asked or not"),
    "csat": _("Satisfaction"),
    "csat_scale": _("Scale of the satisfaction question"),
    "nps": _("Would recommend"),
    "ces": _("Ease"),
    "resolved": _("Solved"),
    "comment": _("Comment"),
}

_KINDS: dict[TableKind, tuple[tuple[Wanted, ...], Callable[..., Guess]]] = {
    TableKind.RECORDINGS: (RECORDING_COLUMNS, guess_recording_mapping),
    TableKind.CHATS: (CHAT_COLUMNS, guess_chat_mapping),
    TableKind.ANSWERS: (ANSWER_COLUMNS, guess_answer_mapping),
}

ORDER_LABELS: dict[DateOrder, Text] = {
    DateOrder.DAY_FIRST: _("Day first: 31-12-2026"),
    DateOrder.MONTH_FIRST: _("Month first: 12/31/2026"),
}


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """One thing that can be read, the header it is read from, and what the first cells hold."""

    name: str
    label: Text
    header: str
    required: bool
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table that was looked at; ``kept`` says that the source's own mapping fits it."""

    file: str
    headers: tuple[str, ...]
    columns: tuple[ColumnShown, ...]
    order: DateOrder | None
    kept: bool

    @property
    def missing(self) -> tuple[ColumnShown, ...]:
        """What must be said before the table can be read."""
        return tuple(column for column in self.columns if column.required and not column.header)


def shown_table(data: bytes, *, file: str, kind: TableKind, source: Source | None) -> TableShown:
    """Return the table with the source's mapping where that fits, else with a guess; raises ``InvalidError``."""
    table = read_table(data, file=file)
    wanted, guess = _KINDS[kind]
    kept = kept_mapping(source, kind) if source is not None else None
    fits = kept is not None and set(kept.columns.values()) <= set(table.headers)
    mapping = kept if kept is not None and fits else guess(data, file=file).mapping
    rows = table.rows[:SAMPLES]
    columns = tuple(
        ColumnShown(
            name=one.name,
            label=COLUMN_LABELS[one.name],
            header=(header := mapping.columns.get(one.name, "")),
            required=one.required,
            samples=tuple(cell[:60] for row in rows if (cell := row.cells.get(header, ""))) if header else (),
        )
        for one in wanted
    )
    return TableShown(file, tuple(header for header in table.headers if header), columns, mapping.date_order, fits)


def mapping_of(
    sent: Mapping[str, str], *, kind: TableKind, source: Source | None, time_zone: str
) -> ColumnMapping | None:
    """Return the mapping that was looked at and sent along; nothing where none was."""
    columns = {name.removeprefix(PREFIX): header for name, header in sent.items() if name.startswith(PREFIX) and header}
    if not columns:
        return None
    order = sent.get(ORDER, "")
    mapping = ColumnMapping(
        columns, time_zone=time_zone, date_order=DateOrder(order) if order in set(DateOrder) else None
    )
    kept = kept_mapping(source, kind) if source is not None else None
    return replace(mapping, values=kept.values, constants=kept.constants) if kept is not None else mapping


def kind_of(typed: str) -> TableKind:
    """Return the kind of table; raises ``InvalidError`` for another word."""
    if typed not in set(TableKind):
        raise InvalidError(_("Choose recordings, chats or answers."))
    return TableKind(typed)
