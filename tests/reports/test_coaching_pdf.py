"""The coaching PDF: all of its content, in order, for eyes and for screen readers, and nothing else."""

import io
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.graphics.shapes import String

from qa.estimate.exclusions import Exclusions
from qa.estimate.figure import Figure
from qa.estimate.intervals import Method
from qa.i18n import Language
from qa.reports.charts import section_profile
from qa.reports.coaching_pdf import coaching_pdf
from qa.reports.content import DevelopmentPoint, SectionResult, Strength
from qa.reports.numbers import figure_text
from qa.reports.typeset import text_width
from tests.reports.report_making import (
    NOTHING,
    bare_report,
    evaluation,
    figure,
    found,
    full_report,
    not_applicable,
    quote,
    squeezed,
    texts,
)

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-van der Westerlingen tot Oud-Beijerland III "


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_text_of_the_content_stands_on_the_pages(language: Language, paper: str) -> None:
    report = full_report(language=language)
    page = found(coaching_pdf(report, paper=paper))
    assert [text for text in texts(report) if not page.says(text)] == []
    assert page.says(f"SHA-256 {report.digest}")


def test_numbers_stand_in_the_one_form_with_their_n() -> None:
    page = found(coaching_pdf(full_report()))
    assert page.says("82 ±6 · n 24 of 310")
    assert page.says("too few to say · n 3 of 310")
    assert not page.says("60 ±30")


def test_what_was_set_aside_stands_beside_the_result() -> None:
    sentence = (
        "2 drawn interactions were set aside; with 0 for each the score would be 75.2, with 100 it would be 83.5."
    )
    assert not found(coaching_pdf(full_report())).says(sentence)
    report = full_report(overall=replace(figure(), exclusions=Exclusions(2, 75.2, 83.5)))
    assert found(coaching_pdf(report)).says(sentence)


def test_a_lopsided_interval_shows_both_ends() -> None:
    report = full_report(overall=replace(figure(97), low=84.0, high=100.0))
    assert found(coaching_pdf(report)).says("97 (84–100) · n 24 of 310")


def test_an_interval_below_nought_has_a_minus_for_each_end() -> None:
    lost = Figure(-40.0, -83.0, -8.0, 12, 20, Method.WILSON)
    assert figure_text(lost, Language.NL) == "−40 (−83 … −8) · n 12 van 20"
    assert figure_text(replace(lost, value=-40.0, low=-60.0, high=-20.0), Language.EN) == "−40 ±20 · n 12 of 20"


def test_a_report_by_nobody_in_particular_names_no_coach() -> None:
    page = found(coaching_pdf(full_report(coach="")))
    assert not page.says("Coach –")
    assert page.says("Scorecard ")


@pytest.mark.parametrize("language", Language)
def test_the_first_page_can_stand_alone(language: Language) -> None:
    said = "Good morning, you are speaking with Sanne, how may I help you today?"
    (point,) = full_report().points
    report = full_report(
        language=language,
        strengths=tuple(
            Strength("Personal, not scripted", quote(said, number=at), "At its best in 11 of 11.") for at in range(3)
        ),
        points=(point, replace(point, criterion="Explains what happens next"), replace(point, criterion="Listens")),
    )
    first = squeezed(PdfReader(io.BytesIO(coaching_pdf(report))).pages[0].extract_text())
    assert squeezed("3. Listens") in first
    assert squeezed("18 nov 2026") in first.lower()


def test_what_a_customer_gave_stands_above_what_they_said() -> None:
    page = found(coaching_pdf(full_report()))
    assert page.text.index(squeezed("Satisfaction given: 9")) < page.text.index(squeezed("She really listened"))


def test_the_computation_is_printed_line_by_line() -> None:
    page = found(coaching_pdf(full_report(language=Language.NL)))
    assert page.says("Recognises the feeling Empathy 3 of 5 50 60,0 % 30,0")
    assert page.says("Kwaliteitsscore 100,0 % 70,0")
    assert page.says("Einduitkomst, met bonus en kritieke fouten: 0,0.")


def test_strengths_come_before_development_points_and_these_before_critical_errors() -> None:
    heads = [tag.spoken for tag in found(coaching_pdf(full_report())).of("H2")]
    order = ["Your result", "What went well", "What to try next, with examples", "Critical errors"]
    assert [head for head in heads if head in order] == order


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "The reviewer confirmed this without playing the evidence."),
        (Language.NL, "De beoordelaar heeft dit bevestigd zonder de onderbouwing af te spelen."),
    ],
)
def test_a_critical_error_that_was_not_listened_to_says_so(language: Language, words: str) -> None:
    report = full_report(language=language)
    (error,) = report.critical_errors
    assert not found(coaching_pdf(report)).says(words)
    assert found(coaching_pdf(replace(report, critical_errors=(replace(error, unheard=True),)))).says(words)


def test_a_systemic_cause_stands_only_under_what_the_agent_did_not_control() -> None:
    spoken = found(coaching_pdf(full_report())).spoken()
    cause = "Technical or unknown fault"
    assert spoken.count(cause) == 1
    begins, ends = spoken.index("What you did not control"), spoken.index("Your results over time")
    assert begins < spoken.index(cause) < ends


def test_mystery_visits_say_that_they_are_in_no_figure() -> None:
    assert found(coaching_pdf(full_report())).says("in none of its figures")


def test_the_foot_of_each_page_has_formula_purpose_retention_and_number() -> None:
    report = full_report(evaluations=tuple(evaluation(number) for number in range(9)))
    page = found(coaching_pdf(report))
    assert page.pages > 2
    for number in range(1, page.pages + 1):
        assert page.says(f"Page {number} of {page.pages}")
    assert page.text.count(squeezed(report.formula)) == page.pages + 1
    assert page.text.count(squeezed("kept until 31 Oct 2027")) == page.pages + 1


def test_language_title_and_bookmarks_are_set() -> None:
    page = found(coaching_pdf(full_report(language=Language.NL)))
    assert page.language == "nl-NL"
    assert page.title == "Coachingsrapport · Sanne de Wit · oktober 2026"
    assert page.bookmarks[:3] == ("Sanne de Wit", "Uw resultaat", "Per onderdeel")


def test_headings_do_not_skip_a_level() -> None:
    tags = found(coaching_pdf(full_report())).tags
    levels = [int(tag.role[1]) for tag in tags.all() if tag.role in {"H1", "H2", "H3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_heads_with_scope_and_stay_one_over_the_page() -> None:
    report = full_report(evaluations=tuple(evaluation(number) for number in range(9)))
    tables = found(coaching_pdf(report)).of("Table")
    assert len(tables) == 3 + 9
    for table in tables:
        heads = [cell for cell in table.kids[0].kids if cell.role == "TH"]
        assert heads
        assert {cell.scope for cell in heads} == {"Column"}
        for row in table.kids[1:]:
            assert row.kids[0].role == "TH"
            assert row.kids[0].scope == "Row"
            assert {cell.role for cell in row.kids[1:]} == {"TD"}
    assert [len(table.kids) for table in tables[3:]] == [5] * 9


def test_charts_say_in_words_what_they_show() -> None:
    figures = [tag for tag in found(coaching_pdf(full_report())).of("Figure") if tag.alt.startswith("Chart")]
    assert len(figures) == 2
    assert "Courtesy: 91, 95% interval 87 to 95, n 24 of 310." in figures[0].alt
    assert "September 2026: 78, 95% interval 71 to 85, n 22 of 310." in figures[1].alt


def test_lists_hold_items() -> None:
    lists = found(coaching_pdf(full_report())).of("L")
    assert lists
    assert all(item.role == "LI" for found_list in lists for item in found_list.kids)


def test_all_fonts_are_embedded() -> None:
    assert found(coaching_pdf(full_report())).fonts_without_file == ()


def test_no_conformance_is_claimed_that_nobody_checked() -> None:
    assert b"pdfuaid" not in coaching_pdf(full_report())


def test_equal_content_gives_equal_bytes() -> None:
    assert coaching_pdf(full_report()) == coaching_pdf(full_report())


@pytest.mark.parametrize("language", Language)
def test_an_agent_of_whom_nothing_was_evaluated_gets_a_page_that_says_so(language: Language) -> None:
    page = found(coaching_pdf(bare_report(language=language, keep_until=None, coach="", team="")))
    nothing = {Language.EN: "Nothing was evaluated in this period", Language.NL: "In deze periode is niets beoordeeld"}
    assert page.says(nothing[language])
    assert page.pages == 1


def test_one_evaluation_is_shown_but_no_number_is_made_of_it() -> None:
    page = found(coaching_pdf(bare_report(overall=figure(70, 20, n=1, population=40), evaluations=(evaluation(),))))
    assert page.says("too few to say · n 1 of 40")
    assert not page.says("70 ±20")
    assert page.says("Greets and introduces self")


def test_an_evaluation_in_which_nothing_applied_has_no_score() -> None:
    page = found(coaching_pdf(bare_report(overall=NOTHING, evaluations=(not_applicable(),))))
    assert page.says("Every criterion was not applicable, so this evaluation has no score.")


def test_what_was_evaluated_without_a_score_is_not_called_nothing() -> None:
    page = found(coaching_pdf(bare_report(overall=NOTHING, evaluations=(not_applicable(1), not_applicable(2)))))
    assert page.says("2 of 310 interactions evaluated")
    assert page.says("Everything was not applicable in what was evaluated, so there is no result.")
    assert not page.says("Nothing was evaluated")


@pytest.mark.parametrize("words", [20, 60, 100, 140, 180, 220, 260, 300])
def test_the_heading_of_critical_errors_stays_with_the_first(words: int) -> None:
    report = full_report(points=(), strengths=(Strength("Listens", None, "well " * words),))
    (page,) = [
        squeezed(page.extract_text())
        for page in PdfReader(io.BytesIO(coaching_pdf(report))).pages
        if squeezed("Critical errors") in squeezed(page.extract_text())
    ]
    assert squeezed("the outcome of this one is nought") in page


def test_what_the_report_lacks_is_said_at_its_head() -> None:
    remarks = ("The period lies in the future.", "The agent left the company.", "The scorecard was deleted.")
    page = found(coaching_pdf(bare_report(remarks=remarks)))
    assert page.text.index(squeezed(remarks[2])) < page.text.index(squeezed("Your result"))


def test_a_known_number_of_interactions_is_left_out_where_nobody_knows_it() -> None:
    page = found(coaching_pdf(full_report(overall=figure(population=None))))
    assert page.says("82 ±6 · n 24")
    assert page.says("24 interactions evaluated")


@pytest.mark.parametrize(
    "name",
    [
        LONG_NAME,
        "X" * 80,
        "Αλέξανδρος Παπαδόπουλος",
        "محمد عبد الله",
        "🦊👩🏽‍🚀",
        "王小明",
        "O'Neil <b>&amp;</b>",
        "a\x00b\ud800c\n",
    ],
)
def test_any_name_makes_a_report_that_is_read_aloud_as_it_is_written(name: str) -> None:
    page = found(coaching_pdf(full_report(agent=name)))
    written = name.replace("\x00", "").replace("\ud800", "").replace("\n", " ").strip()
    assert page.of("H1")[0].spoken.strip() == written
    assert page.bookmarks[0].strip() == written


def test_a_sign_that_the_font_lacks_is_replaced_and_explained() -> None:
    page = found(coaching_pdf(full_report(agent="王小明")))
    assert page.says("◌ stands for a character")
    assert not found(coaching_pdf(full_report(agent="Anaïs"))).says("◌")


def test_a_quote_of_5000_characters_is_cut_and_says_so() -> None:
    long = "word and more of it, " * 238
    page = found(coaching_pdf(full_report(strengths=(Strength("Names the feeling", quote(long)),))))
    assert page.says(quote(long).shown)
    assert page.says("shortened; the whole stands in the interaction")


def test_own_words_of_several_pages_go_on_over_the_page() -> None:
    words = "\n".join(f"Sentence {number} of what I have to say about it all, at length." for number in range(140))
    page = found(coaching_pdf(full_report(own_words=words)))
    assert page.says("Sentence 0 of")
    assert page.says("Sentence 139 of")


def test_a_single_paragraph_longer_than_a_page_is_one_element() -> None:
    words = "what I have to say about it all, " * 400
    page = found(coaching_pdf(full_report(own_words=words)))
    assert [tag.spoken for tag in page.of("P")].count(words) == 1 or words.strip() in page.spoken()


any_text = st.text(max_size=90)


@settings(max_examples=12)
@given(agent=any_text, team=any_text, own_words=st.text(max_size=400), better=any_text, value=st.integers(0, 100))
def test_any_content_can_be_printed_and_read_back(
    agent: str, team: str, own_words: str, better: str, value: int
) -> None:
    report = full_report(
        agent=agent,
        team=team,
        own_words=own_words,
        points=(DevelopmentPoint(better, better=better, quote=quote(own_words)),),
        overall=replace(figure(), value=float(value), low=0.0, high=100.0),
        target=Decimal(value),
    )
    page = found(coaching_pdf(report))
    assert page.says(report.digest)
    assert page.of("H1")


@pytest.mark.parametrize("language", Language)
def test_the_words_of_a_section_end_inside_the_page(language: Language) -> None:
    sections = (SectionResult("Resolution", figure(62, 14, n=11, population=None), Decimal(70)),)
    drawing = section_profile(sections, width=480, language=language).drawing
    ends = [
        one.x + text_width(one.text, font=one.fontName, size=one.fontSize)
        for one in drawing.contents
        if isinstance(one, String)
    ]
    assert max(ends) <= 480


@pytest.mark.parametrize("lines", range(0, 44, 2))
def test_the_heading_of_the_evaluations_is_never_left_at_the_foot_of_a_page(lines: int) -> None:
    words = "\n".join("What I have to say." for _ in range(lines))
    pdf = coaching_pdf(bare_report(own_words=words, evaluations=(evaluation(1),)))
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    headed = next(page for page in pages if "Theevaluations,linebyline" in page)
    assert "Greetsandintroducesself" in headed
