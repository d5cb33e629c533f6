"""Numbers said digit by digit or in pairs, in Dutch and English words, as a transcript writes them down."""

import re
from collections.abc import Iterator
from itertools import product

#: Fewer digits than these are prices, times and amounts; a number that points to a person has more.
FEWEST_DIGITS = 6

_DUTCH_ONES = {
    "nul": 1,
    "een": 1,
    "één": 1,
    "twee": 1,
    "drie": 1,
    "vier": 1,
    "vijf": 1,
    "zes": 1,
    "zeven": 1,
    "acht": 1,
    "negen": 1,
}
_DUTCH_TEENS = (
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
)
_DUTCH_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_DUTCH_COMBINED = tuple(
    f"{one}{'ën' if one.endswith('e') else 'en'}{ten}"
    for one, ten in product(("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"), _DUTCH_TENS)
)
_ENGLISH_ONES = ("zero", "oh", "o", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_COMBINED = tuple(f"{ten}-{one}" for ten, one in product(_ENGLISH_TENS, _ENGLISH_ONES[4:]))

#: How many digits each word stands for.
DIGITS: dict[str, int] = {
    **_DUTCH_ONES,
    **dict.fromkeys(_ENGLISH_ONES, 1),
    **dict.fromkeys((*_DUTCH_TEENS, *_DUTCH_TENS, *_DUTCH_COMBINED), 2),
    **dict.fromkeys((*_ENGLISH_TEENS, *_ENGLISH_TENS, *_ENGLISH_COMBINED), 2),
}
#: Said before a digit, in the middle of a number: "double seven".
_REPEATS = {"dubbel": 1, "dubbele": 1, "double": 1, "triple": 2, "driemaal": 2}
#: Said between digits without meaning anything.
_FILLERS = frozenset(["uh", "eh", "uhm", "um", "ehm", "en", "and", "dan", "then", "streepje", "dash", "plus"])

#: Number words that are far more often something else: an article, a cry.
_AMBIGUOUS = frozenset(["een", "o", "oh"])
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_GROUP = 4

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:-[^\W\d_]+)*")
#: Between two words of one number stand only spaces and light punctuation.
_NEAR = re.compile(r"[\s,.\-–/…]{0,4}")


def spoken_digits(text: str) -> Iterator[tuple[int, int]]:
    """Return start and end of each run of number words that stands for at least ``FEWEST_DIGITS`` digits.

    Short groups of digits may stand between the words. A run holds at least one word that is nothing but a number,
    or ``FEWEST_DIGITS`` single digits: a date or an amount is neither.
    """
    start = end = digits = words = singles = 0
    for token in _TOKEN.finditer(text):
        worth, spoken = _worth(token.group())
        near = digits > 0 and _goes_on(text, end, token=token)
        if near and token.group().casefold() in _FILLERS and _number_follows(text, token.end()):
            end = token.end()
            continue
        single = int(worth == 1 and token.group().isdecimal())
        if worth and near:
            end, digits, words, singles = token.end(), digits + worth, words + spoken, singles + single
            continue
        if _is_number(digits, words=words, singles=singles):
            yield start, end
        start, end, digits, words, singles = token.start(), token.end(), worth, spoken, single
    if _is_number(digits, words=words, singles=singles):
        yield start, end


def _goes_on(text: str, end: int, *, token: re.Match[str]) -> bool:
    """Whether the word belongs to the run above it: “… acht. Een moment” begins a sentence."""
    between = text[end : token.start()]
    if _NEAR.fullmatch(between) is None:
        return False
    begins = "." in between or "…" in between
    return not (begins and token.group()[0].isupper() and token.group().casefold() in {*_AMBIGUOUS, "one"})


def _is_number(digits: int, *, words: int, singles: int) -> bool:
    return digits >= FEWEST_DIGITS and (words > 0 or singles >= FEWEST_DIGITS)


def _worth(token: str) -> tuple[int, int]:
    """Return how many digits a token stands for, and how many words it is that mean nothing but a number."""
    if token.isdecimal():
        return (0, 0) if len(token) > _LONGEST_GROUP or _YEAR.fullmatch(token) else (len(token), 0)
    word = token.casefold()
    if word in DIGITS:
        return DIGITS[word], int(word not in _AMBIGUOUS)
    if word in _REPEATS:
        return _REPEATS[word], 0
    parts = word.split("-")
    if len(parts) > 1 and all(part in DIGITS for part in parts):
        return sum(DIGITS[part] for part in parts), len(parts)
    return 0, 0


def _number_follows(text: str, end: int) -> bool:
    following = _TOKEN.search(text, end)
    if following is None or _NEAR.fullmatch(text, end, following.start()) is None:
        return False
    return _worth(following.group())[0] > 0
