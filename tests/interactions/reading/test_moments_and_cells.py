"""Dates, numbers and words in cells, as Dutch and English files write them."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.interactions.kinds import AuthorRole, Channel
from qa.interactions.reading.cells import parse_channel, parse_decimal, parse_language, parse_role, parse_truth
from qa.interactions.reading.decoding import decode
from qa.interactions.reading.moments import DateOrder, guess_order, parse_moment, to_utc, zone_named

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HALF_PAST_TWO = datetime(2026, 3, 12, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-12T14:30:00+01:00",
        "2026-03-12T13:30:00Z",
        "2026-03-12 14:30",
        "12-03-2026 14:30",
        "12/3/2026, 14:30:00",
        "12.03.2026 14.30",
        "12-3-26 14:30",
        "12 maart 2026 14:30",
        "12 mrt. 2026 om 14:30 uur",
        "12-03-2026 2:30 PM",
        "12-03-2026 2:30\u202fp.m.",
        "Thu, 12 Mar 2026 14:30:00 +0100",
        "1773322200",
        "1773322200000",
    ],
)
def test_one_moment_is_read_in_every_way_it_is_written(written: str) -> None:
    assert parse_moment(written, zone=AMSTERDAM) == HALF_PAST_TWO


@pytest.mark.parametrize(
    "written", ["", "gisteren", "32-01-2026 10:00", "12-03-2026 25:00", "12-03-1026", "9" * 400, "0-0-0"]
)
def test_what_is_no_moment_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(InvalidError, match="2026-03-28"):
        parse_moment(written, zone=AMSTERDAM)


def test_month_comes_first_only_where_the_dates_demand_it() -> None:
    assert guess_order(["3/12/26, 2:30 PM", "3/13/26, 2:30 PM"]) is DateOrder.MONTH_FIRST
    assert guess_order(["3/12/26", "4/11/26"]) is DateOrder.DAY_FIRST
    assert guess_order(["13/12/26", "2026-03-28"]) is DateOrder.DAY_FIRST


def test_the_hour_that_comes_twice_goes_on_from_the_message_above() -> None:
    above = parse_moment("25-10-2026 02:50", zone=AMSTERDAM)
    assert above == datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert parse_moment("25-10-2026 02:10", zone=AMSTERDAM, not_before=above) == datetime(
        2026, 10, 25, 1, 10, tzinfo=UTC
    )


def test_the_hour_that_is_skipped_is_an_hour_later() -> None:
    assert parse_moment("29-03-2026 02:30", zone=AMSTERDAM) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2090, 1, 1)))
def test_every_moment_shown_on_a_clock_is_found_back(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC)
    local = utc.astimezone(AMSTERDAM)
    found = to_utc(local.replace(tzinfo=None, fold=0), zone=AMSTERDAM, not_before=utc)
    assert found == utc


def test_an_unknown_time_zone_is_refused() -> None:
    for name in ("Europe/Utrecht", "", "../etc/passwd", "a\0b"):
        with pytest.raises(InvalidError, match="time zone"):
            zone_named(name)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12,5", "12.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("-3", "-3"),
        ("1 234,5", "1234.5"),
        ("0.25", "0.25"),
    ],
)
def test_a_decimal_comma_is_read_as_one(written: str, number: str) -> None:
    assert parse_decimal(written) == Decimal(number)


def test_the_mapping_may_say_which_sign_is_decimal() -> None:
    assert parse_decimal("1.234", decimal_comma=True) == 1234
    assert parse_decimal("1,234", decimal_comma=False) == 1234
    for written in ("", "twaalf", "1e9", "NaN", "1..2"):
        with pytest.raises(InvalidError):
            parse_decimal(written, decimal_comma=False)


def test_words_of_both_languages_are_known() -> None:
    assert parse_role("Medewerker ") is AuthorRole.AGENT
    assert parse_role("Visitor") is AuthorRole.CUSTOMER
    assert parse_channel("Sociale  media") is Channel.SOCIAL
    assert parse_truth("Ja")
    assert not parse_truth("nee")
    assert parse_language("Nederlands") == "nl"
    assert parse_language("en-GB") == "en"
    assert parse_language("???") == ""
    with pytest.raises(InvalidError, match="Mdw"):
        parse_role("Mdw")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    text = "Naam;Bericht\nJosé;Dat kost € 12,50 – akkoord?\n"
    assert decode(text.encode(encoding)).text == text


def test_a_damaged_line_is_named_and_the_rest_is_read() -> None:
    decoded = decode("één\ntwéé\n".encode() + b"dr\xefe\n" + "viér\n".encode())
    assert decoded.damaged_lines == (3,)
    assert [problem.line for problem in decoded.problems("a.csv")] == [3]
    assert decoded.text.startswith("één\ntwéé\n")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b"PK\x03\x04rest", "Save the sheet as CSV"),
        (b"RIFF....WAVE", "not a text file"),
        (b"ab\x00\x01\x02\x00\x00\x00\x00", "not a text file"),
        (b"a\nb\x81\x8d", "line 2"),
    ],
)
def test_what_is_no_text_is_refused_with_a_remedy(data: bytes, says: str) -> None:
    with pytest.raises(InvalidError, match=says):
        decode(data)
