"""The iCalendar file by the letter of RFC 5545, and nothing in it of what the session is about."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.talks.calendar import Attendee, Entry, Method, escaped, folded, icalendar

AT = datetime(2026, 11, 20, 10, 30, tzinfo=timezone(timedelta(hours=1)))


def entry(**values: object) -> Entry:
    given: dict[str, object] = {
        "uid": "coaching-session-7@steekproef",
        "sequence": 0,
        "made_at": datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
        "starts_at": AT,
        "ends_at": AT + timedelta(minutes=30),
        "summary": "Coaching session",
        "description": "What it is about stands on its page.",
        "place": "Room 2; left, upstairs",
        "url": "http://127.0.0.1:8080/coaching-sessions/7",
        "alarm": "Coaching session",
        **values,
    }
    return Entry(**given)  # type: ignore[arg-type]  # the test's own values


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_the_file_says_when_where_and_what_in_utc() -> None:
    lines = unfolded(icalendar(entry(), Method.PUBLISH))
    assert lines[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Steekproef//Coaching sessions//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    assert "UID:coaching-session-7@steekproef" in lines
    assert "DTSTAMP:20261118T093000Z" in lines
    assert "DTSTART:20261120T093000Z" in lines
    assert "DTEND:20261120T100000Z" in lines
    assert "LOCATION:Room 2\\; left\\, upstairs" in lines
    assert "TRIGGER:-PT15M" in lines
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]


def test_a_cancellation_keeps_the_uid_raises_the_sequence_and_rings_no_alarm() -> None:
    lines = unfolded(icalendar(entry(sequence=2, cancelled=True), Method.CANCEL))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "UID:coaching-session-7@steekproef"} <= set(lines)
    assert "BEGIN:VALARM" not in lines


def test_who_is_asked_and_who_asks_are_named_without_breaking_out_of_the_line() -> None:
    coach = Attendee('Noor "de Baas"\r\nX-EVIL:1', "noor@example.org")
    lines = unfolded(icalendar(entry(organiser=coach, attendee=coach), Method.REQUEST))
    assert "ORGANIZER;CN=\"Noor 'de Baas' X-EVIL:1\":mailto:noor@example.org" in lines
    assert not [line for line in lines if line.startswith("X-EVIL")]


@pytest.mark.parametrize(
    ("text", "written"),
    [("a;b,c\\d", "a\\;b\\,c\\\\d"), ("one\r\ntwo\nthree", "one\\ntwo\\nthree"), ("bell\x07", "bell")],
)
def test_texts_are_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


@given(st.text())
def test_folding_loses_nothing_and_no_line_is_too_long(text: str) -> None:
    line = "SUMMARY:" + escaped(text)
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])
