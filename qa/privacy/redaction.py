"""Personal numbers and addresses in text: found by their form and check digits, replaced by what they are."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from stdnum import iban, luhn
from stdnum.nl import bsn

from qa.i18n import Language, Text, _, say
from qa.privacy.spoken_numbers import spoken_digits


class PersonalKind(StrEnum):
    """What is hidden."""

    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CITIZEN_NUMBER = "citizen_number"
    CARD = "card"
    CARD_CODE = "card_code"
    POSTCODE = "postcode"
    BIRTH_DATE = "birth_date"
    SPOKEN_NUMBER = "spoken_number"


LABELS: dict[PersonalKind, Text] = {
    PersonalKind.EMAIL: _("e-mail address"),
    PersonalKind.PHONE: _("phone number"),
    PersonalKind.IBAN: _("bank account"),
    PersonalKind.CITIZEN_NUMBER: _("citizen service number"),
    PersonalKind.CARD: _("card number"),
    PersonalKind.CARD_CODE: _("card security code"),
    PersonalKind.POSTCODE: _("address"),
    PersonalKind.BIRTH_DATE: _("date of birth"),
    PersonalKind.SPOKEN_NUMBER: _("spoken number"),
}

#: Where two finds are the same stretch, the more certain one names it.
_RANK = (
    PersonalKind.IBAN,
    PersonalKind.CARD,
    PersonalKind.EMAIL,
    PersonalKind.CITIZEN_NUMBER,
    PersonalKind.CARD_CODE,
    PersonalKind.BIRTH_DATE,
    PersonalKind.PHONE,
    PersonalKind.POSTCODE,
    PersonalKind.SPOKEN_NUMBER,
)


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """A stretch of text to hide: characters ``start`` up to, not including, ``end``."""

    start: int
    end: int
    kind: PersonalKind


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text with labels in the place of what was hidden, and where that stood in the text before."""

    text: str
    spans: tuple[PersonalSpan, ...]


Recogniser = Callable[[str], Iterator[PersonalSpan]]

_EMAIL = re.compile(r"(?<![\w.+-])[\w][\w.+'-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?<![-_])")
#: An address that is said is looked for from its middle outward, within a limit, so that no text takes long.
_SPOKEN_AT = re.compile(
    r" (?:apenstaartje|at sign|at) [\w-]{1,40}(?: (?:punt|dot) |\.)(?:nl|com|be|eu|org|net|uk)\b", re.IGNORECASE
)
_SPOKEN_NAME = re.compile(r"(?<![\w-])[\w-]{1,40}(?:(?:\.| punt | dot )[\w-]{1,40}){0,3}$", re.IGNORECASE)
_LONGEST_SPOKEN_NAME = 120
#: 15 to 34 signs by the standard; spaces and points in groups, as people write them.
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}[ .-]?\d{2}(?:[ .-]?[A-Z0-9]){11,30}(?![^\W_])", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w,])\d(?:[ .\-–]?\d){7,18}(?![\w])")
#: Any ten digits that begin as Dutch mobile numbers do: ranges are handed out faster than lists of them are renewed.
_DUTCH_MOBILE = re.compile(r"(?<![\d+])(?:(?:\+|00)31[ \-–]?(?:\(0\))?|0)[ \-–]?6(?:[ .\-–]{0,3}\d){8}(?!\d)")
#: A day with its year, which a time of day behind it makes look like a number.
_DAY = re.compile(r"\d\d?[ .\-–]\d\d?[ .\-–](?:19|20)\d\d\b")
_PERHAPS_PHONE = re.compile(r"[\d(+][\d\s().\-/–]{6,}")
#: Four digits and two letters, never SA, SD or SS; a house number after it belongs to it.
_DUTCH_POSTCODE = re.compile(
    r"(?<![\w,.€-])[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}\b(?:[ ,]{1,3}(?:huisnummer |nummer |nr\.? ?)?\d{1,5}(?:[ -]?[a-zA-Z]\b)?(?![\d,.:]\d))?"
)
_DUTCH_POSTCODE_LOWER = re.compile(
    r"\bpostcode\W{0,4}(?:is\W{1,3})?(?P<code>[1-9]\d{3} ?[a-z]{2}\b(?:[ ,]{1,3}(?:huisnummer |nummer |nr\.? ?)?\d{1,5}\b)?)",
    re.IGNORECASE,
)
_BRITISH_POSTCODE = re.compile(
    r"(?:(?<!\w)\d{1,4}[A-Za-z]?[ ,]{1,2})?\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?) ?\d[ABD-HJLNP-UW-Z]{2})\b"
)

_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|"
    "august|october|jan|feb|mrt|mar|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec"
)
_DATE = (
    rf"(?:\d{{1,2}}[-/. ]{{1,2}}\d{{1,2}}[-/. ]{{1,2}}(?:19|20)?\d{{2}}|(?:19|20)\d{{2}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|e)?(?: of)? (?:{_MONTHS})\.?,? (?:19|20)?\d{{2}}|(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}})"
)
_BIRTH_DATE = re.compile(
    r"\b(?:geboren|geboortedatum|geb\.|geboorte datum|verjaardag|born|birth ?date|date of birth|d\.?o\.?b\.?|birthday)\b"
    rf"[^\d\n.?!]{{0,40}}?(?P<date>\b{_DATE}\b)",
    re.IGNORECASE,
)
_CARD_CODE = re.compile(
    r"\b(?:cvc2?|cvv2?|cvn|cid|veiligheidscode|beveiligingscode|controlegetal|security code)\b[^\d\n]{0,25}(?P<code>\d(?: ?\d){2,3})(?!\d)",
    re.IGNORECASE,
)
_CITIZEN_CONTEXT = re.compile(
    r"\b(?:bsn|burgerservice ?nummer|sofi-?nummer|citizen service number)\b[^\d\n]{0,30}(?P<number>\d(?:[ .\-]?\d){7,8})(?!\d)",
    re.IGNORECASE,
)

_CARD_LENGTHS = frozenset([13, 14, 15, 16, 19])
#: How numbers of payment cards begin: Visa, Mastercard, Maestro, American Express, Diners, Discover, JCB, UnionPay.
_CARD_BEGINS = ("3", "4", "5", "6", "22", "23", "24", "25", "26", "27")
_SHORTEST_IBAN = 15

_REGIONS = ("NL", "GB", "BE", "DE")


def find_personal(text: str, *, kinds: Collection[PersonalKind] = frozenset(PersonalKind)) -> tuple[PersonalSpan, ...]:
    """Return what is personal in the text, in order, without overlap; ``kinds`` limits what is looked for."""
    found = [span for recogniser in _RECOGNISERS for span in recogniser(text) if span.kind in kinds]
    return _without_overlap(found)


def redact(text: str, *, language: Language, kinds: Collection[PersonalKind] = frozenset(PersonalKind)) -> Redacted:
    """Return the text with a label such as ``[phone number]`` for each find; the rest stays as it is."""
    spans = find_personal(text, kinds=kinds)
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += [text[end : span.start], label(span.kind, language=language)]
        end = span.end
    return Redacted("".join([*parts, text[end:]]), spans)


def label(kind: PersonalKind, *, language: Language) -> str:
    """Return what stands in the place of a find, in the language of the conversation."""
    return f"[{say(LABELS[kind], language)}]"


def _without_overlap(found: list[PersonalSpan]) -> tuple[PersonalSpan, ...]:
    """Join finds that overlap into one; the longest names it, of equal ones that of the highest rank."""
    joined: list[PersonalSpan] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end)):
        above = joined[-1] if joined else None
        if above is None or span.start >= above.end:
            joined.append(span)
            continue
        better = min(above, span, key=lambda one: (one.start - one.end, _RANK.index(one.kind)))
        joined[-1] = PersonalSpan(above.start, max(above.end, span.end), better.kind)
    return tuple(joined)


def _emails(text: str) -> Iterator[PersonalSpan]:
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield PersonalSpan(*found.span(), PersonalKind.EMAIL)
    for found in _SPOKEN_AT.finditer(text):
        first = max(0, found.start() - _LONGEST_SPOKEN_NAME)
        name = _SPOKEN_NAME.search(text[first : found.start()])
        if name is not None:
            yield PersonalSpan(first + name.start(), found.end(), PersonalKind.EMAIL)


def _accounts(text: str) -> Iterator[PersonalSpan]:
    at = 0
    while found := _IBAN.search(text, at):
        # What begins like an account number may run into a real one, so the search goes on right behind its beginning.
        at = found.start() + 1
        written = found.group()
        while len(written) >= _SHORTEST_IBAN:
            if iban.is_valid(written.replace(".", "")):
                at = found.start() + len(written)
                yield PersonalSpan(found.start(), at, PersonalKind.IBAN)
                break
            written = written[:-1].rstrip(" .-")


def _numbers(text: str) -> Iterator[PersonalSpan]:
    """Card numbers and citizen service numbers: a run of digits of the right length whose check digit is right."""
    for found in _CITIZEN_CONTEXT.finditer(text):
        yield PersonalSpan(*found.span("number"), PersonalKind.CITIZEN_NUMBER)
    at = 0
    while run := _DIGITS.search(text, at):
        # Numbers that are said in one breath stand in one run: each group of digits may begin a new one.
        at = run.start() + 1
        card = next((part for part in _beginnings(run.group()) if _is_card(part)), None)
        if card is not None:
            at = run.start() + len(card)
            yield PersonalSpan(run.start(), at, PersonalKind.CARD)
        elif _is_citizen_number(run.group()):
            at = run.end()
            yield PersonalSpan(*run.span(), PersonalKind.CITIZEN_NUMBER)


def _beginnings(run: str) -> Iterator[str]:
    """Yield the run of digits, and then ever fewer of its groups."""
    yield run
    for gap in reversed([found.start() for found in re.finditer(r"[ .\-–]", run)]):
        yield run[:gap]


def _is_card(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return len(digits) in _CARD_LENGTHS and digits.startswith(_CARD_BEGINS) and bool(luhn.is_valid(digits))


def _is_citizen_number(written: str) -> bool:
    digits = re.sub(r"\D", "", written)
    return len(digits) in {8, 9} and bool(bsn.is_valid(digits.zfill(9))) and not _is_date(written)


def _is_date(written: str) -> bool:
    return (
        re.fullmatch(
            r"\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d{2}|(?:19|20)\d{2}[-.]?(?:0\d|1[0-2])[-.]?(?:[0-2]\d|3[01])", written
        )
        is not None
    )


def _card_codes(text: str) -> Iterator[PersonalSpan]:
    for found in _CARD_CODE.finditer(text):
        yield PersonalSpan(*found.span("code"), PersonalKind.CARD_CODE)


def _phones(text: str) -> Iterator[PersonalSpan]:
    """Numbers that exist in a numbering plan: with their country code, or as dialled in the regions we serve; any Dutch mobile one."""
    if not _PERHAPS_PHONE.search(text):
        return
    for mobile in _DUTCH_MOBILE.finditer(text):
        if not _DAY.match(mobile.group()):
            yield PersonalSpan(*mobile.span(), PersonalKind.PHONE)
    for region in _REGIONS[:2]:
        for found in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            if _DAY.match(found.raw_string):
                continue
            if region == _REGIONS[0] or found.raw_string.startswith(("0", "+", "(")):
                yield PersonalSpan(found.start, found.end, PersonalKind.PHONE)


def _addresses(text: str) -> Iterator[PersonalSpan]:
    for pattern in (_DUTCH_POSTCODE, _BRITISH_POSTCODE):
        for found in pattern.finditer(text):
            yield PersonalSpan(*found.span(), PersonalKind.POSTCODE)
    for found in _DUTCH_POSTCODE_LOWER.finditer(text):
        yield PersonalSpan(*found.span("code"), PersonalKind.POSTCODE)


def _birth_dates(text: str) -> Iterator[PersonalSpan]:
    for found in _BIRTH_DATE.finditer(text):
        yield PersonalSpan(*found.span("date"), PersonalKind.BIRTH_DATE)


def _spoken(text: str) -> Iterator[PersonalSpan]:
    for start, end in spoken_digits(text):
        yield PersonalSpan(start, end, PersonalKind.SPOKEN_NUMBER)


_RECOGNISERS: tuple[Recogniser, ...] = (
    _emails,
    _accounts,
    _numbers,
    _card_codes,
    _phones,
    _addresses,
    _birth_dates,
    _spoken,
)
