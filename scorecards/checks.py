"""Whether a card can be used: everything that is wrong with it, each with its exact place."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from scorecards.conditions import condition_problems
from scorecards.definition import (
    HUNDRED,
    OPTION_COUNTS,
    ZERO,
    Card,
    Criterion,
    Effect,
    Kind,
    Option,
    PassRule,
    Section,
)
from scorecards.errors import N_, Problem, Sentence
from scorecards.plain import Plain, to_plain
from scorecards.shoppers import shopper_problems
from scorecards.words import LANGUAGES, Words

MAXIMUM_SECTIONS = 30
MAXIMUM_CRITERIA = 200
MAXIMUM_OPTIONS = 20
MAXIMUM_WEIGHT = 10_000
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 4000

KEY_CHARACTERS = 60

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def check(card: Card) -> list[Problem]:
    """All problems of a card, in the order of the card; an empty list means that it can be used."""
    strange = list(_strange_numbers(dict(to_plain(card)), where=""))
    if strange:
        return strange
    return [
        *_card_problems(card),
        *_section_list_problems(card),
        *(
            problem
            for number, section in enumerate(card.sections)
            for problem in _section_problems(section, where=f"sections[{number}]")
        ),
        *condition_problems(card),
        *shopper_problems(card),
        *_repeated_criteria(card),
    ]


def is_key(text: str) -> bool:
    """Whether the text can be the key of a card, section, criterion, option or band."""
    return _KEY.fullmatch(text) is not None


def _strange_numbers(plain: Plain, *, where: str) -> Iterator[Problem]:
    """Numbers that are none, such as NaN, which cannot even be compared; forms let them through."""
    if isinstance(plain, Decimal) and not plain.is_finite():
        yield _problem(where, N_("Here a number is expected."))
    elif isinstance(plain, dict):
        for name, value in plain.items():
            yield from _strange_numbers(value, where=f"{where}.{name}" if where else name)
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            yield from _strange_numbers(value, where=f"{where}[{number}]")


def _problem(where: str, msgid: str, **params: object) -> Problem:
    return Problem(where, Sentence(msgid, params))


def _card_problems(card: Card) -> Iterator[Problem]:
    yield from _key_problems(card.key, where="key")
    yield from _words_problems(card.name, where="name", required=True)
    yield from _words_problems(card.description, where="description", limit=TEXT_CHARACTERS)
    if not card.channels:
        yield _problem("channels", N_("Name at least one channel the card is for."))
    if not card.languages:
        yield _problem("languages", N_("Name at least one language of contact the card is for."))
    for number, language in enumerate(card.languages):
        if not _LANGUAGE.fullmatch(language):
            yield _problem(f"languages[{number}]", N_("A language is written with two letters, such as en or nl."))
    yield from _repeats(card.channels, where="channels")
    yield from _repeats(card.languages, where="languages")
    yield from _rule_problems(card)
    yield from _repeats([band.key for band in card.bands], where="bands", attribute=".key")
    yield from _repeats([band.start for band in card.bands], where="bands", attribute=".from")
    for number, band in enumerate(card.bands):
        where = f"bands[{number}]"
        yield from _key_problems(band.key, where=f"{where}.key")
        yield from _words_problems(band.name, where=f"{where}.name", required=True)
        yield from _percentage_problems(band.start, where=f"{where}.from")
    if card.bands and min(band.start for band in card.bands) != ZERO:
        yield _problem("bands", N_("The lowest band starts at 0, so that every score has one."))


def _rule_problems(card: Card) -> Iterator[Problem]:
    by_total = card.rule in {PassRule.TOTAL, PassRule.BOTH}
    by_section = card.rule in {PassRule.EVERY_SECTION, PassRule.BOTH}
    if by_total and card.pass_mark is None:
        yield _problem("pass_mark", N_("This pass rule looks at the total: give the mark it must reach."))
    if not by_total and card.pass_mark is not None:
        yield _problem("pass_mark", N_("This pass rule does not look at the total, so it has no pass mark."))
    if card.pass_mark is not None:
        yield from _percentage_problems(card.pass_mark, where="pass_mark")
    if by_section and card.sections and all(section.threshold is None for section in card.sections):
        yield _problem("sections", N_("This pass rule looks at every section: give at least one a threshold."))


def _section_list_problems(card: Card) -> Iterator[Problem]:
    if not card.sections:
        yield _problem("sections", N_("A card needs at least one section."))
        return
    if len(card.sections) > MAXIMUM_SECTIONS:
        yield _problem("sections", N_("A card has at most {number} sections."), number=MAXIMUM_SECTIONS)
    if sum(len(section.criteria) for section in card.sections) > MAXIMUM_CRITERIA:
        yield _problem("sections", N_("A card has at most {number} criteria."), number=MAXIMUM_CRITERIA)
    if sum((section.weight for section in card.sections), ZERO) <= ZERO:
        yield _problem("sections", N_("The weights of the sections add up to 0: nothing would count."))
    yield from _repeats([section.key for section in card.sections], where="sections", attribute=".key")


def _section_problems(section: Section, *, where: str) -> Iterator[Problem]:
    yield from _key_problems(section.key, where=f"{where}.key")
    yield from _words_problems(section.name, where=f"{where}.name", required=True)
    yield from _words_problems(section.guidance, where=f"{where}.guidance", limit=TEXT_CHARACTERS)
    yield from _weight_problems(section.weight, where=f"{where}.weight")
    if section.threshold is not None:
        yield from _percentage_problems(section.threshold, where=f"{where}.threshold")
    scored = [criterion for criterion in section.criteria if criterion.scored]
    if not section.criteria:
        yield _problem(f"{where}.criteria", N_("A section needs at least one criterion."))
    elif scored and sum((criterion.weight for criterion in scored), ZERO) <= ZERO:
        yield _problem(f"{where}.criteria", N_("The weights of the criteria add up to 0: nothing would count."))
    elif not scored and (section.weight > ZERO or section.threshold is not None):
        yield _problem(
            f"{where}.criteria", N_("Nothing in this section is scored, so it can have no weight and no threshold.")
        )
    for number, criterion in enumerate(section.criteria):
        yield from _criterion_problems(criterion, where=f"{where}.criteria[{number}]")


def _criterion_problems(criterion: Criterion, *, where: str) -> Iterator[Problem]:
    yield from _key_problems(criterion.key, where=f"{where}.key")
    yield from _words_problems(criterion.name, where=f"{where}.name", required=True)
    yield from _words_problems(criterion.guidance, where=f"{where}.guidance", limit=TEXT_CHARACTERS)
    yield from _words_problems(criterion.unit, where=f"{where}.unit")
    yield from _weight_problems(criterion.weight, where=f"{where}.weight")
    for name in ("comment_below", "evidence_below", "fails_below"):
        limit: Decimal | None = getattr(criterion, name)
        if limit is not None:
            yield from _percentage_problems(limit, where=f"{where}.{name}")
    yield from _repeats(criterion.causes, where=f"{where}.causes")
    if criterion.kind is Kind.TEXT:
        yield from _text_problems(criterion, where=where)
    else:
        yield from _option_list_problems(criterion, where=where)
    yield from _fail_problems(criterion, where=where)
    if criterion.bonus is not None:
        yield from _percentage_problems(criterion.bonus, where=f"{where}.bonus")
        if criterion.weight != ZERO:
            yield _problem(f"{where}.weight", N_("A bonus stands outside the weights: leave its weight out."))
        if criterion.critical:
            yield _problem(f"{where}.on_fail", N_("A bonus cannot be critical."))


def _text_problems(criterion: Criterion, *, where: str) -> Iterator[Problem]:
    if criterion.options:
        yield _problem(f"{where}.options", N_("Free text has no options."))
    if criterion.weight != ZERO:
        yield _problem(f"{where}.weight", N_("Free text is never scored: leave its weight out."))
    if criterion.bonus is not None:
        yield _problem(f"{where}.bonus", N_("Free text is never scored: it can give no bonus."))
    if criterion.critical:
        yield _problem(f"{where}.on_fail", N_("Free text is never scored: it cannot be critical."))


def _fail_problems(criterion: Criterion, *, where: str) -> Iterator[Problem]:
    cap = criterion.on_fail.cap
    if (criterion.on_fail.effect is Effect.CAP_AT) != (cap is not None):
        yield _problem(f"{where}.on_fail.cap", N_("A cap belongs to the effect cap_at, and only to that one."))
    if cap is not None:
        yield from _percentage_problems(cap, where=f"{where}.on_fail.cap")
    can_fail = any(option.value < criterion.fails_below for option in criterion.options)
    if criterion.critical and criterion.options and not can_fail:
        yield _problem(
            f"{where}.on_fail",
            N_("No option is worth less than {number}, so this critical criterion can never be failed."),
            number=criterion.fails_below,
        )


def _option_list_problems(criterion: Criterion, *, where: str) -> Iterator[Problem]:
    options = criterion.options
    place = f"{where}.options"
    expected = OPTION_COUNTS.get(criterion.kind)
    if not options and criterion.allow_not_applicable:
        yield _problem(place, N_("This criterion can only be answered with “not applicable”: give it options."))
        return
    if expected is not None and len(options) != expected:
        yield _problem(
            place,
            N_("This kind of criterion has {expected} options, not {found}."),
            expected=expected,
            found=len(options),
        )
    elif not 1 <= len(options) <= MAXIMUM_OPTIONS:
        yield _problem(place, N_("A criterion has 1 to {number} options."), number=MAXIMUM_OPTIONS)
    elif len({option.value for option in options}) == 1 and criterion.weight > ZERO:
        yield _problem(place, N_("All options are worth the same, so this criterion tells nothing apart."))
    yield from _repeats([option.key for option in options], where=place, attribute=".key")
    for number, option in enumerate(options):
        yield from _option_problems(option, where=f"{place}[{number}]")
    if criterion.kind in {Kind.SCALE_3, Kind.SCALE_4, Kind.SCALE_5}:
        values = [option.value for option in options]
        if values not in (sorted(values), sorted(values, reverse=True)):
            yield _problem(place, N_("The values of a scale go up or down from one option to the next."))
    if len({option.points is None for option in options}) > 1:
        yield _problem(place, N_("Give points to every option or to none."))
    yield from _range_problems(criterion, place=place, where=where)


def _range_problems(criterion: Criterion, *, place: str, where: str) -> Iterator[Problem]:
    starts = [option.start for option in criterion.options]
    if criterion.kind is not Kind.NUMERIC:
        for number, start in enumerate(starts):
            if start is not None:
                yield _problem(f"{place}[{number}].from", N_("Only a range of a numeric criterion starts at a number."))
        if criterion.maximum is not None:
            yield _problem(f"{where}.maximum", N_("Only a numeric criterion has a highest number."))
        return
    previous: Decimal | None = None
    for number, start in enumerate(starts):
        if start is None:
            yield _problem(f"{place}[{number}].from", N_("Say from which number this range holds."))
        elif previous is not None and start <= previous:
            yield _problem(f"{place}[{number}].from", N_("Each range starts above the one before it."))
        previous = start if start is not None else previous
    if criterion.maximum is not None and previous is not None and criterion.maximum < previous:
        yield _problem(f"{where}.maximum", N_("The highest number lies below the start of the last range."))


def _option_problems(option: Option, *, where: str) -> Iterator[Problem]:
    yield from _key_problems(option.key, where=f"{where}.key")
    yield from _words_problems(option.label, where=f"{where}.label", required=True)
    yield from _words_problems(option.anchor, where=f"{where}.anchor", limit=TEXT_CHARACTERS)
    yield from _percentage_problems(option.value, where=f"{where}.value")


def _repeated_criteria(card: Card) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for section_number, section in enumerate(card.sections):
        for number, criterion in enumerate(section.criteria):
            where = f"sections[{section_number}].criteria[{number}].key"
            if criterion.key in seen:
                yield _problem(
                    where, N_("“{key}” is already used at {place}."), key=criterion.key[:60], place=seen[criterion.key]
                )
            seen.setdefault(criterion.key, where)


def _repeats(values: Sequence[object], *, where: str, attribute: str = "") -> Iterator[Problem]:
    for number, value in enumerate(values):
        if value in values[:number]:
            place = f"{where}[{values.index(value)}]{attribute}"
            yield _problem(
                f"{where}[{number}]{attribute}",
                N_("“{key}” is already used at {place}."),
                key=str(value)[:60],
                place=place,
            )


def _key_problems(key: str, *, where: str) -> Iterator[Problem]:
    if not is_key(key):
        yield _problem(
            where,
            N_("A key has 1 to 60 small letters, digits, hyphens or underscores, and starts with a letter or digit."),
        )


def _words_problems(
    words: Words, *, where: str, required: bool = False, limit: int = NAME_CHARACTERS
) -> Iterator[Problem]:
    if not words and not required:
        return
    for language in LANGUAGES:
        text = words.in_(language)
        if not text.strip():
            yield _problem(
                f"{where}.{language}", N_("This text is missing in the language {language}."), language=language
            )
        elif len(text) > limit:
            yield _problem(f"{where}.{language}", N_("This text is longer than {number} characters."), number=limit)
        elif _CONTROL.search(text):
            yield _problem(f"{where}.{language}", N_("This text holds characters that cannot be shown."))


def _percentage_problems(number: Decimal, *, where: str) -> Iterator[Problem]:
    if not (number.is_finite() and ZERO <= number <= HUNDRED and _at_most_two_decimals(number)):
        yield _problem(where, N_("This must be a number from 0 to 100 with at most two decimals."))


def _weight_problems(weight: Decimal, *, where: str) -> Iterator[Problem]:
    if not (weight.is_finite() and ZERO <= weight <= MAXIMUM_WEIGHT and _at_most_two_decimals(weight)):
        yield _problem(
            where, N_("A weight is a number from 0 to {number} with at most two decimals."), number=MAXIMUM_WEIGHT
        )


def _at_most_two_decimals(number: Decimal) -> bool:
    return number * 100 == (number * 100).to_integral_value()
