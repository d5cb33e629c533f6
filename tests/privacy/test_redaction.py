"""Personal numbers are hidden, other numbers stay, and no other character changes."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.i18n import Language
from qa.privacy.redaction import LABELS, PersonalKind, find_personal, label, redact
from qa.privacy.spoken_numbers import DIGITS, FEWEST_DIGITS

#: Said in every conversation, and nobody's: amounts, order numbers, dates, times, rooms.
INNOCENT = (
    "Goedemiddag, waarmee kan ik u helpen vandaag?",
    "Ik bel over mijn factuur van vorige maand, het bedrag van 123,45 euro klopt niet.",
    "Een moment alstublieft, ik zoek het even voor u op in het systeem.",
    "Uw ordernummer is 100200300 en de levering is op 12-03-2026 om 14:30.",
    "Dat begrijp ik, mevrouw. Ik heb het dossier 20260312 hier voor me.",
    "Het kost tussen 1000 en 2000 euro, in drie of vier termijnen.",
    "Ik heb al een, twee, drie keer gebeld. Oh oh oh oh oh oh!",
    "Your parcel of 2 March 2026 was sent at 10.15, size 38 to 40.",
    "We open from nine to five, seven days a week, since 1998.",
    "De korting loopt van 1-3-2026 tot 12-03-2026, drie dagen langer dan vorig jaar.",
)
CARD_WEIGHTS = (2, 1)


@dataclass(frozen=True)
class Planted:
    """A line of talk with one value in it that must be hidden."""

    kind: PersonalKind
    value: str
    text: str


def digits(chance: random.Random, count: int) -> str:
    """That many random digits."""
    return "".join(str(chance.randint(0, 9)) for _number in range(count))


def grouped(value: str, size: int) -> str:
    """The value in groups, as people write long numbers."""
    return " ".join(value[start : start + size] for start in range(0, len(value), size))


def citizen_number(chance: random.Random) -> str:
    """Nine digits of which the eleven-test holds."""
    while True:
        body = str(chance.randint(1, 9)) + digits(chance, 7)
        check = sum((9 - place) * int(digit) for place, digit in enumerate(body)) % 11
        if check < 10:
            return body + str(check)


def account(chance: random.Random) -> str:
    """A Dutch IBAN with its right check digits."""
    body = "ABNA" + digits(chance, 10)
    number = int("".join(str(int(sign, 36)) for sign in f"{body}NL00"))
    return f"NL{98 - number % 97:02d}{body}"


def card(chance: random.Random) -> str:
    """Sixteen digits that begin as a Visa card and pass Luhn's test."""
    body = "4" + digits(chance, 14)
    doubled = (int(digit) * CARD_WEIGHTS[place % 2] for place, digit in enumerate(body))
    return body + str(-sum(number - 9 if number > 9 else number for number in doubled) % 10)


def planted(chance: random.Random) -> Planted:
    """One line of talk around one value."""
    kind = chance.choice(list(PersonalKind))
    long_number = {PersonalKind.CITIZEN_NUMBER: citizen_number, PersonalKind.IBAN: account, PersonalKind.CARD: card}
    if kind in long_number:
        whole = long_number[kind](chance)
        value = chance.choice([whole, grouped(whole, 3 if kind is PersonalKind.CITIZEN_NUMBER else 4)])
    elif kind is PersonalKind.PHONE:
        begin = chance.choice(["06 1", "06-1", "+31 6 1", "061", "0031 6 1", "(06) 1"])
        value = begin + digits(chance, 7)
    elif kind is PersonalKind.EMAIL:
        value = chance.choice(["ama.devries", "p.bakker", "info"]) + str(chance.randint(1, 99)) + "@voorbeeld.nl"
    elif kind is PersonalKind.POSTCODE:
        value = chance.choice(
            [f"{chance.randint(1000, 9999)} {chance.choice(['AB', 'KL', 'XZ'])}", "SW1A 2AA", "M1 1AE"]
        )
        value += chance.choice([" 24", " 7b", ""]) if value[0].isdigit() else ""
    elif kind is PersonalKind.BIRTH_DATE:
        value = chance.choice(["12-03-1980", "3 maart 1971", "1966-12-01", "14 July 1990"])
    elif kind is PersonalKind.CARD_CODE:
        value = digits(chance, 3)
    else:
        words = chance.choice(
            [
                ["nul", "zes", "een", "twee", "vijf", "acht", "negen"],
                ["zero", "seven", "double", "nine", "one", "six", "two"],
            ]
        )
        value = " ".join(chance.sample(words, k=len(words)))
    said = {
        PersonalKind.EMAIL: "Mijn e-mail is ",
        PersonalKind.PHONE: "U bereikt me op ",
        PersonalKind.IBAN: "Het rekeningnummer is ",
        PersonalKind.CITIZEN_NUMBER: "Mijn nummer daar is ",
        PersonalKind.CARD: "De kaart is ",
        PersonalKind.CARD_CODE: "De cvc is ",
        PersonalKind.POSTCODE: "Ik woon op ",
        PersonalKind.BIRTH_DATE: "Ik ben geboren op ",
        PersonalKind.SPOKEN_NUMBER: "Schrijft u mee: ",
    }
    text = f"{chance.choice(INNOCENT)} {said[kind]}{value}. {chance.choice(INNOCENT)}"
    return Planted(kind, value, text)


def test_planted_values_are_all_hidden_and_nothing_else_is() -> None:
    chance = random.Random(20261121)
    for one in [planted(chance) for _number in range(1500)]:
        start = one.text.index(one.value)
        (span,) = find_personal(one.text)
        assert (span.start, span.end) == (start, start + len(one.value)), one.text
        assert span.kind is one.kind, one.text


@pytest.mark.parametrize("text", INNOCENT)
def test_amounts_dates_and_order_numbers_stay(text: str) -> None:
    assert redact(text, language=Language.NL).text == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Mail ama@voorbeeld.nl, of bel 020-1234567.", "Mail [e-mailadres], of bel [telefoonnummer]."),
        ("Kaart 4111 1111 1111 1111, cvc is 123", "Kaart [kaartnummer], cvc is [veiligheidscode van de kaart]"),
        ("BSN: 123456789", "BSN: [burgerservicenummer]"),
        ("nl91 abna 0417 1643 00 staat op naam", "[bankrekening] staat op naam"),
        ("nul zes, twaalf vierendertig zesenvijftig", "[uitgesproken nummer]"),
        ("het is nul zes uh 12 34 vijf zes toch", "het is [uitgesproken nummer] toch"),
        ("0 6 1 2 3 4", "[uitgesproken nummer]"),
        ("postcode is 1012ab 24", "postcode is [adres]"),
        ("ama punt devries apenstaartje voorbeeld punt nl", "[e-mailadres]"),
        ("Number +44 20 7946 0958 please", "Number [telefoonnummer] please"),
        ("bel 06 71 23 45 67, of 0031 (0)6-90123456", "bel [telefoonnummer], of [telefoonnummer]"),
        ("op 06-12-2026 10:30 gebeld over order 10671234567", "op 06-12-2026 10:30 gebeld over order 10671234567"),
    ],
)
def test_each_way_of_giving_a_number_is_known(text: str, hidden: str) -> None:
    assert redact(text, language=Language.NL).text == hidden


def test_the_label_is_in_the_language_of_the_conversation() -> None:
    assert redact("bel 06-12345678", language=Language.EN).text == "bel [phone number]"
    assert redact("bel 06-12345678", language=Language.NL).text == "bel [telefoonnummer]"
    assert {kind for kind in PersonalKind if kind not in LABELS} == set()


def test_only_the_kinds_asked_for_are_hidden() -> None:
    text = "ama@voorbeeld.nl 06-12345678"
    assert redact(text, language=Language.EN, kinds=[PersonalKind.PHONE]).text == "ama@voorbeeld.nl [phone number]"


pieces = st.sampled_from(
    [
        "ama@voorbeeld.nl",
        "06-12345678",
        "NL91ABNA0417164300",
        "1012 AB 5",
        "nul zes een twee drie vier",
        "geboren op 1-2-1980",
        "🌻",
    ]
) | st.text(max_size=15)


@given(st.lists(pieces, max_size=6).map(" ".join))
def test_no_character_outside_a_find_changes(text: str) -> None:
    result = redact(text, language=Language.EN)
    rest, end = result.text, 0
    for span in result.spans:
        assert end <= span.start < span.end <= len(text)
        kept = text[end : span.start] + label(span.kind, language=Language.EN)
        assert rest.startswith(kept)
        rest, end = rest[len(kept) :], span.end
    assert rest == text[end:]


@given(st.lists(st.sampled_from(sorted(set(DIGITS) - {"een", "o", "oh"})), min_size=FEWEST_DIGITS, max_size=12))
def test_every_run_of_number_words_is_hidden_whole(words: list[str]) -> None:
    text = f"schrijf op {' '.join(words)} dank u"
    assert redact(text, language=Language.EN).text == "schrijf op [spoken number] dank u"


@given(st.lists(pieces, max_size=5).map(" ".join))
def test_hiding_twice_hides_no_more_than_once(text: str) -> None:
    once = redact(text, language=Language.EN, kinds=[PersonalKind.EMAIL, PersonalKind.IBAN]).text
    assert redact(once, language=Language.EN, kinds=[PersonalKind.EMAIL, PersonalKind.IBAN]).text == once


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail ama@voorbeeld.nl 06-12345678 NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("tussen nu en 24 uur op NL91 ABNA 0417 1643 00", "NL91 ABNA 0417 1643 00"),
        ("klantnummer 12345678 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("4111 1111 1111 1111 123", "4111 1111 1111 1111"),
        ("4111111111111111 12 28", "4111111111111111"),
        ("0612345678 111222333", "111222333"),
    ],
)
def test_a_number_right_behind_another_is_found(text: str, hidden: str) -> None:
    found = find_personal(text, kinds=[PersonalKind.IBAN, PersonalKind.CARD, PersonalKind.CITIZEN_NUMBER])
    assert hidden in [text[span.start : span.end] for span in found]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["x-", "1 ", "a.a.", "A1 ", "geboren ", "een ", "uh ", " at a.", "NL91AAAA"])
def test_no_text_keeps_the_machine_busy_for_long(piece: str) -> None:
    assert redact(piece * 5000, language=Language.EN).text
