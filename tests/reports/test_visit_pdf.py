"""The PDF of a mystery visit."""

from decimal import Decimal

import pytest

from qa.i18n import Language
from qa.reports.visit_pdf import visit_pdf
from tests.reports.report_making import found, texts, visit_report


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_text_of_the_visit_stands_on_the_pages(language: Language, paper: str) -> None:
    report = visit_report(language=language)
    page = found(visit_pdf(report, paper=paper))
    assert [text for text in texts(report) if not page.says(text)] == []
    assert page.says(f"SHA-256 {report.digest}")
    assert page.fonts_without_file == ()


def test_it_says_first_that_it_is_not_used_to_discipline() -> None:
    page = found(visit_pdf(visit_report()))
    assert page.text.index("Notusedtodiscipline") < page.text.index("Resultofthisvisit")


def test_one_visit_shows_its_n_and_no_interval() -> None:
    page = found(visit_pdf(visit_report()))
    assert page.says("78 · n 1")
    assert "±" not in page.text


def test_points_stand_only_where_a_question_has_them() -> None:
    page = found(visit_pdf(visit_report(language=Language.NL)))
    assert page.says("1 van 1")
    assert page.says("Two people before me. –")


def test_a_visit_with_nothing_in_it_says_so() -> None:
    empty = visit_report(
        answers=(),
        lines=(),
        notes="",
        attachments=(),
        quality=None,
        final=None,
        passed=None,
        ended_at=None,
        keep_until=None,
    )
    page = found(visit_pdf(empty))
    for sentence in ("No question was scored", "No question was answered.", "None were made.", "end not noted"):
        assert page.says(sentence)


def test_an_outcome_that_differs_from_the_quality_is_shown_beside_it() -> None:
    page = found(visit_pdf(visit_report(final=Decimal(0), passed=False)))
    assert page.says("Final outcome, with bonus and critical errors: 0.0.")
    assert page.says("Not passed.")


def test_equal_content_gives_equal_bytes() -> None:
    assert visit_pdf(visit_report()) == visit_pdf(visit_report())
