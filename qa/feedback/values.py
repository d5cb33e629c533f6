"""One line of a survey as it was read: its cells put into values, each fault with the column it is in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.reading.cells import parse_decimal, parse_language, parse_truth
from qa.interactions.reading.moments import DateOrder, parse_moment
from qa.interactions.reading.values import storable

LONGEST_COMMENT = 10_000
LONGEST_REFERENCE, LONGEST_SOURCE, LONGEST_ID = 300, 100, 200
#: The longest number that is kept as it was written.
_LONGEST_NUMBER = 20
_HUNDREDTHS = 10_000

Value = TypeVar("Value")

_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "waar", "solved", "resolved", "opgelost"})
_NO = frozenset(
    {"no", "n", "false", "0", "nee", "onwaar", "not solved", "unsolved", "unresolved", "not resolved", "niet opgelost"}
)
_SCALE = re.compile(r"\s*(\d{1,3})\s*(?:-|–|to|tot|t/m|\.\.)\s*(\d{1,3})\s*")


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of the question how satisfied a customer is; the higher end is the most satisfied."""

    lowest: int
    highest: int

    def hundredths(self, given: Decimal) -> int:
        """Return what is given in hundredths of a per cent of the scale, half up."""
        share = (given - self.lowest) / (self.highest - self.lowest) * _HUNDREDTHS
        return int(share.quantize(Decimal(1), ROUND_HALF_UP))


#: The scale that is asked most; a file that has another says so.
USUAL_SCALE = Scale(1, 5)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What was given, as it was written, on which scale."""

    given: str
    scale: Scale
    hundredths: int


@dataclass(frozen=True, slots=True)
class IncomingAnswer:
    """What one line says; what is empty was not told."""

    line: int | None
    reference: str
    #: Name of the interaction's source in lower case.
    source: str = ""
    external_id: str = ""
    answered_at: datetime | None = None
    invited: bool | None = None
    csat: Satisfaction | None = None
    nps: int | None = None
    ces: int | None = None
    resolved: bool | None = None
    comment: str = ""
    language: str = ""

    @property
    def answers(self) -> bool:
        """Tell whether any question was answered."""
        return bool(self.comment) or any(one is not None for one in (self.csat, self.nps, self.ces, self.resolved))

    @property
    def key(self) -> str:
        """What the answer is known by in its survey; without a number of its own an interaction has one answer."""
        return self.external_id or f"{self.source}/{self.reference}"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the file writes: its time zone and dates, decimals, and the scale of satisfaction where no line says it."""

    zone: ZoneInfo
    order: DateOrder = DateOrder.DAY_FIRST
    decimal_comma: bool | None = None
    scale: Scale = USUAL_SCALE


def parse_scale(written: str) -> Scale:
    """Return a scale such as 1-5; raises ``InvalidError`` for anything else."""
    found = _SCALE.fullmatch(written)
    if found is None or int(found[1]) >= int(found[2]):
        raise InvalidError(_("Write the scale as its two ends, such as 1-5, 1-10 or 0-100."), field="scale")
    return Scale(int(found[1]), int(found[2]))


def answer_of(
    cells: Mapping[str, str], *, line: int | None, headers: Mapping[str, str], manner: Manner
) -> IncomingAnswer:
    """Return what the cells, by wanted name, say; raises ``InvalidError`` that names the column by its header."""

    def cell(name: str) -> str:
        return storable(cells.get(name, "")).strip()

    def read(name: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(cell(name)) if cell(name) else None
        except InvalidError as error:
            raise _in_column(headers.get(name, name), error.sentence) from error

    def short(name: str, most: int) -> str:
        if len(cell(name)) > most:
            raise _in_column(headers.get(name, name), _("this is longer than {n} characters.", n=most))
        return cell(name)

    reference = short("reference", LONGEST_REFERENCE)
    if not reference:
        raise _in_column(headers.get("reference", "reference"), _("the reference of the interaction is missing."))
    scale = read("csat_scale", parse_scale) or manner.scale
    return IncomingAnswer(
        line,
        reference,
        source=short("source", LONGEST_SOURCE).lower(),
        external_id=short("id", LONGEST_ID),
        answered_at=read("answered_at", lambda text: parse_moment(text, zone=manner.zone, order=manner.order)),
        invited=read("invited", parse_truth),
        csat=read("csat", lambda text: _satisfaction(text, scale=scale, decimal_comma=manner.decimal_comma)),
        nps=read("nps", lambda text: _whole(text, lowest=0, highest=10)),
        ces=read("ces", lambda text: _whole(text, lowest=1, highest=7)),
        resolved=read("resolved", _yes_or_no),
        comment=cell("comment")[:LONGEST_COMMENT],
        language=parse_language(cell("language"))[:2],
    )


def _satisfaction(text: str, *, scale: Scale, decimal_comma: bool | None) -> Satisfaction:
    outside = InvalidError(
        _(
            "a number from {low} to {high} is expected. If it was asked on another scale, say which.",
            low=scale.lowest,
            high=scale.highest,
        )
    )
    try:
        given = parse_decimal(text, decimal_comma=decimal_comma)
    except InvalidError:
        raise outside from None
    written = f"{given.normalize():f}"
    if not scale.lowest <= given <= scale.highest or len(written) > _LONGEST_NUMBER:
        raise outside
    return Satisfaction(written, scale, scale.hundredths(given))


def _whole(text: str, *, lowest: int, highest: int) -> int:
    wrong = InvalidError(_("a whole number from {low} to {high} is expected.", low=lowest, high=highest))
    try:
        given = parse_decimal(text)
    except InvalidError:
        raise wrong from None
    if given != given.to_integral_value() or not lowest <= given <= highest:
        raise wrong
    return int(given)


def _yes_or_no(text: str) -> bool:
    word = " ".join(text.casefold().split())
    if word not in _YES | _NO:
        raise InvalidError(_("yes or no is expected."))
    return word in _YES


def _in_column(header: str, sentence: Text) -> InvalidError:
    return InvalidError(_("Column “{column}”: {sentence}", column=header[:80], sentence=sentence))
