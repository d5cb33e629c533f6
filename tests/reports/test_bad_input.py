"""Content that nobody hoped for still makes a whole report: every text of every section, whatever it holds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.estimate.figure import Figure
from qa.estimate.intervals import Method
from qa.i18n import Language
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.content import (
    Action,
    ActionState,
    AnswerLine,
    BeyondControl,
    CoachingReport,
    Contact,
    CriticalError,
    CustomerComment,
    CustomerVoice,
    DevelopmentPoint,
    DisputeLine,
    DisputeState,
    DrawNote,
    EvaluationLine,
    Meeting,
    MysteryLine,
    Period,
    PeriodResult,
    Quote,
    SectionResult,
    SelfScore,
    Signal,
    Strength,
    VoiceFigure,
)
from qa.reports.fonts import printable, register_fonts
from scorecards.causes import Cause, Nature
from scorecards.definition import ErrorClass
from tests.reports.report_making import bare_report, contact, figure, found, full_report, quote, squeezed, texts

register_fonts()

#: What people type: letters of several scripts, signs, spaces that are none, and what no font shows.
LETTERS = st.text(
    st.one_of(
        st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"]),
        st.sampled_from("Αλέξανδρος ß € – “ ” … <b>&amp; (a)\\ 🦊 王 \u00ad \u200b\n\t"),
    ),
    max_size=70,
)
WORDS = LETTERS.filter(lambda text: bool(text.strip()))
SHARES = st.decimals(0, 100, places=2)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
CONTACTS = st.builds(Contact, WORDS, MOMENTS, WORDS, st.sampled_from(["", "https://qa.example/interactions/7"]))
QUOTES = st.builds(Quote, LETTERS, CONTACTS, st.none() | st.integers(0, 10_000_000))
ACTIONS = st.builds(Action, WORDS, LETTERS, st.none() | DAYS, st.sampled_from(ActionState))
SIGNALS = st.builds(Signal, WORDS, LETTERS, st.none() | SHARES, st.none() | SHARES, st.none() | SHARES, n=st.just(9))


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    n = draw(st.integers(0, 60))
    population = draw(st.none() | st.integers(n, 5_000))
    if not n:
        return Figure(None, None, None, 0, population, Method.NONE)
    low, value, high = sorted(draw(st.lists(st.floats(0, 100), min_size=3, max_size=3)))
    return Figure(value, low, high, n, population, Method.BOUNDED)


PERIODS = st.lists(DAYS, min_size=2, max_size=2).map(lambda days: Period(min(days), max(days)))
SYSTEMIC = st.sampled_from([cause for cause in Cause if cause.nature is Nature.SYSTEMIC])
LINES = st.builds(AnswerLine, WORDS, WORDS, WORDS, st.none() | SHARES, SHARES, SHARES)
EVALUATIONS = st.builds(
    EvaluationLine,
    CONTACTS,
    st.none() | SHARES,
    st.none() | SHARES,
    st.none() | st.booleans(),
    st.lists(LINES, max_size=30).map(tuple),
    LETTERS,
)


def some(of: st.SearchStrategy[object], *, most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=most).map(tuple)


REPORTS: st.SearchStrategy[CoachingReport] = st.builds(
    CoachingReport,
    language=st.sampled_from(Language),
    zone=st.just("Europe/Amsterdam"),
    company=LETTERS,
    agent=WORDS,
    team=LETTERS,
    coach=LETTERS,
    period=PERIODS,
    card=WORDS,
    card_version=WORDS,
    made_on=DAYS,
    overall=figures(),
    formula=WORDS,
    purpose=WORDS.filter(lambda text: bool(text.rstrip(". "))),
    keep_until=st.none() | DAYS,
    target=st.none() | SHARES,
    previous=st.none() | st.builds(PeriodResult, PERIODS, figures()),
    history=some(st.builds(PeriodResult, PERIODS, figures()), most=6),
    draws=some(st.builds(DrawNote, WORDS, WORDS, LETTERS)),
    sections=some(st.builds(SectionResult, WORDS, figures(), st.none() | SHARES), most=40),
    strengths=some(st.builds(Strength, WORDS, st.none() | QUOTES, LETTERS)),
    points=some(
        st.builds(DevelopmentPoint, WORDS, LETTERS, st.just(Cause.SKILL), st.none() | QUOTES, LETTERS, ACTIONS)
    ),
    critical_errors=some(
        st.builds(CriticalError, st.sampled_from(ErrorClass), WORDS, CONTACTS, LETTERS, st.none() | QUOTES)
    ),
    beyond_control=some(st.builds(BeyondControl, SYSTEMIC, WORDS, some(CONTACTS), LETTERS)),
    waits=some(SIGNALS),
    signals=some(SIGNALS, most=8),
    voice=st.none()
    | st.builds(
        CustomerVoice,
        st.just(9),
        st.just(8),
        st.just(7),
        some(st.builds(VoiceFigure, WORDS, WORDS, figures())),
        some(st.builds(CustomerComment, LETTERS, CONTACTS, LETTERS)),
    ),
    visits=some(st.builds(MysteryLine, WORDS, MOMENTS, st.none() | SHARES, LETTERS)),
    evaluations=some(EVALUATIONS),
    earlier_actions=some(ACTIONS),
    plan=some(ACTIONS),
    own_words=LETTERS,
    self_scores=some(st.builds(SelfScore, CONTACTS, st.none() | SHARES, st.none() | SHARES, LETTERS)),
    disputes=some(st.builds(DisputeLine, CONTACTS, WORDS, st.sampled_from(DisputeState), st.none() | DAYS, LETTERS)),
    next_meeting=st.none() | st.builds(Meeting, MOMENTS, st.just(30), LETTERS),
    remarks=some(WORDS),
)


@settings(max_examples=25, deadline=None)
@given(report=REPORTS)
def test_whatever_the_content_holds_there_is_a_pdf_with_its_digest(report: CoachingReport) -> None:
    pdf = coaching_pdf(report)
    page = found(pdf)
    assert page.says(report.digest)
    assert page.of("H1")
    assert page.fonts_without_file == ()
    assert coaching_pdf(report) == pdf


PLAIN = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17F, categories=["L", "N"]), min_size=3, max_size=40)


@settings(max_examples=12, deadline=None)
@given(words=st.lists(PLAIN, min_size=30, max_size=30))
def test_no_text_of_any_section_is_lost(words: list[str]) -> None:
    left = iter(words)

    def say() -> str:
        return next(left)

    report = full_report(
        agent=say(),
        team=say(),
        coach=say(),
        company=say(),
        strengths=(Strength(say(), quote(say()), say()),),
        points=(DevelopmentPoint(say(), say(), Cause.SKILL, quote(say()), say(), Action(say(), say())),),
        critical_errors=(CriticalError(ErrorClass.BUSINESS, say(), contact(), say(), quote(say())),),
        beyond_control=(BeyondControl(Cause.POLICY, say(), (contact(),), say()),),
        earlier_actions=(Action(say(), say()),),
        plan=(Action(say(), say()),),
        own_words=say(),
        disputes=(DisputeLine(contact(), say(), DisputeState.REJECTED, decision=say()),),
        remarks=(say(),),
    )
    page = found(coaching_pdf(report))
    assert [text for text in texts(report) if squeezed(printable(text)) not in page.text] == []


def test_a_card_of_forty_sections_and_a_criterion_longer_than_a_page_go_on_over_the_pages() -> None:
    sections = tuple(SectionResult(f"Section number {place}", figure(), Decimal(75)) for place in range(40))
    long = "and this belongs to it too, " * 180
    line = AnswerLine("Courtesy", long, "Yes", Decimal(100), Decimal(100), Decimal(100))
    evaluations = (EvaluationLine(contact(), Decimal(100), Decimal(100), passed=True, lines=(line,) * 2),)
    page = found(coaching_pdf(full_report(sections=sections, evaluations=evaluations)))
    assert [section.name for section in sections if not page.says(section.name)] == []
    assert page.text.count("belongs") == 360
    assert len([tag for tag in page.of("Figure") if tag.alt.startswith("Chart: result by section")]) == 3


def test_a_quote_without_a_single_space_stays_between_the_margins() -> None:
    page = found(coaching_pdf(full_report(strengths=(Strength("Names the feeling", quote("a" * 5_000)),))))
    assert page.says("shortened; the whole stands in the interaction")


def test_a_report_that_lacks_its_card_says_so_and_is_whole() -> None:
    remarks = ("The scorecard of these evaluations was deleted.",)
    report = bare_report(card="–", card_version="–", remarks=remarks)
    page = found(coaching_pdf(report))
    assert page.says(remarks[0])
    assert page.says("SHA-256")


@pytest.mark.parametrize("name", ["Αλέξανδρος Παπαδόπουλος", "🦊👩🏽‍🚀", "X" * 80])
def test_names_of_all_kinds_stand_at_the_head_and_in_the_line_of_seen(name: str) -> None:
    page = found(coaching_pdf(full_report(agent=name)))
    shown = squeezed(printable(name))
    assert page.text.count(shown) >= 2


def test_a_code_stands_beside_each_quote_that_has_a_place_and_leads_there() -> None:
    pdf = coaching_pdf(full_report())
    page = found(pdf)
    codes = [tag for tag in page.of("Figure") if tag.alt.startswith("QR code")]
    assert len(codes) == 3
    for number in (1, 2, 4):
        assert f"https://steekproef.example/interactions/{number}?at=133".encode() in pdf


def test_without_an_address_there_is_no_code() -> None:
    bare = replace(quote("You listen."), contact=replace(contact(), link=""))
    page = found(coaching_pdf(bare_report(strengths=(Strength("Listens", bare),))))
    assert not [tag for tag in page.of("Figure") if tag.alt.startswith("QR code")]
