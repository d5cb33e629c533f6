"""The minutes of a calibration on paper: everything that was answered and decided, for who may see it, and no agent's name."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration import queries, service
from qa.calibration.agreement import agreement_in
from qa.calibration.models import CalibrationSession, Outcome
from qa.calibration.service import DecisionWish
from qa.cards.queries import card_of
from qa.coaching.minutes import minutes_of
from qa.errors import ConflictError
from qa.i18n import Language
from qa.reports.minutes_content import Decided, Discussed, Opinion
from qa.reports.minutes_pdf import minutes_pdf
from scorecards.agreement_report import Standing
from tests.calibration.comparing import evaluations_of, lenient_key, marks, opened, readable, submit
from tests.conftest import Stored
from tests.makers import Makers
from tests.reports.report_making import found, minutes_report, squeezed, texts
from tests.visitor import Visitor


def met(make: Makers) -> CalibrationSession:
    """Two of three reviewers scored two calls of Sanne de Wit, the second of them one call only; one criterion is decided."""
    sanne = make.agent("Sanne de Wit")
    calls = [readable(make, agent=sanne, reference=f"sanne-{number}").id for number in range(2)]
    reviewers = [make.user(Role.REVIEWER, name=name) for name in ("Ada Vos", "Bo Smit", "Cas Prins")]
    session = opened(
        make,
        interaction_ids=tuple(calls),
        reviewer_ids=tuple(user.id for user in reviewers),
        name="November, with Sanne de Wit",
    )
    key = lenient_key(card_of(session.card_version))
    by_reviewer = {(one.interaction_id, one.reviewer_id): one for one in evaluations_of(session)}
    ada, bo, _cas = (user.id for user in reviewers)
    submit(make, by_reviewer[calls[0], ada])
    submit(make, by_reviewer[calls[1], ada])
    submit(make, by_reviewer[calls[0], bo], worst=(key,))
    for answer in by_reviewer[calls[0], bo].answers:
        if answer.criterion == key:
            answer.comment = "Sanne did not do it; the customer's number is 06 12345678."
    session.created_at, session.locks_at = make.act.now - timedelta(days=1), make.act.now
    wish = DecisionWish(
        criterion=key,
        consensus=marks(card_of(session.card_version))[key].option or "",
        note="Page 3 decides, Sanne de Wit knew.",
        outcome=Outcome.WORDING,
        owner_id=ada,
        due_on=date(2026, 12, 1),
    )
    service.decide(make.act, session.items[0], wish)
    return session


@pytest.fixture
def session(make: Makers) -> CalibrationSession:
    return met(make)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_text_stands_on_the_pages(act: Act, session: CalibrationSession, language: Language, paper: str) -> None:
    report = minutes_of(act, session, language=language)
    page = found(minutes_pdf(report, paper=paper))
    assert [text for text in texts(report) if squeezed(text) not in page.text] == []
    assert page.says(f"SHA-256 {report.digest}")
    assert page.language.startswith(language.value)
    assert page.fonts_without_file == ()
    assert page.of("H1")
    assert page.of("TH")
    assert minutes_pdf(report, paper=paper) == minutes_pdf(report, paper=paper)


def test_no_agent_and_no_customer_is_told_wherever_it_was_typed(act: Act, session: CalibrationSession) -> None:
    page = found(minutes_pdf(minutes_of(act, session, language=Language.EN)))
    everything = page.text + squeezed(page.spoken()) + page.title
    assert "sanne" not in everything.casefold()
    assert "12345678" not in everything
    assert page.says("Page 3 decides, [a colleague] knew.")
    assert page.says(f"interaction {session.items[0].interaction_id}")


def test_who_did_not_score_is_named_and_what_follows_comes_first(act: Act, session: CalibrationSession) -> None:
    report = minutes_of(act, session, language=Language.EN)
    assert report.present == ("Ada Vos", "Bo Smit")
    assert report.absent == ("Cas Prins",)
    assert [item.absent for item in report.items] == [("Cas Prins",), ("Bo Smit", "Cas Prins")]
    page = found(minutes_pdf(report))
    assert page.says("Clarify the wording Ada Vos 1 Dec 2026")
    assert page.text.index("Clarifythewording") < page.text.index("Qualityscores:")
    assert page.says("Fewer than two reviewers scored this in time")
    assert page.says("decisions can still change")
    service.close_session(act, session)
    assert minutes_of(act, session, language=Language.EN).remarks == ()


def test_answers_stand_with_who_gave_them_and_one_that_all_gave_alone() -> None:
    row = Discussed("Greets", (Opinion("Ada", "Yes"), Opinion("Bo", "No"), Opinion("Cas", "No")), "Differs")
    same = Discussed("Listens", (Opinion("Ada", "Often"), Opinion("Bo", "Often")), "Same")
    report = minutes_report(criteria=(row, same))
    page = found(minutes_pdf(report))
    assert page.says("Greets No: Bo, Cas; Yes: Ada Differs –")
    assert page.says("Listens Often Same –")


def test_a_coefficient_is_given_only_from_twenty_interactions(make: Makers, act: Act) -> None:
    few = opened(make, items=2)
    for one in evaluations_of(few):
        submit(make, one)
    report = minutes_of(act, few, language=Language.EN)
    assert report.agreement == ()
    assert report.same == report.asked > 0
    assert found(minutes_pdf(report)).says("Too few interactions were scored by two or more")

    many = opened(make, items=20)
    card = card_of(many.card_version)
    key = lenient_key(card)
    for number, item in enumerate(many.items):
        first, second = (score.evaluation for score in item.scores)
        submit(make, first, worst=(key,) if number % 2 else ())
        submit(make, second, worst=(key,) if number % 3 else ())
    compared = agreement_in(card, queries.results(act, many))
    assert compared[0].report is not None
    assert compared[0].report.standing is Standing.PROVISIONAL
    report = minutes_of(act, many, language=Language.EN)
    criterion = card.criterion(key)
    assert criterion is not None
    line = next(one for one in report.agreement if one.criterion == criterion.name.in_("en"))
    assert (line.n, line.low < line.value < line.high) == (20, True)
    assert found(minutes_pdf(report)).says(f"{line.value:.2f}".replace("-", "−"))


def test_there_are_no_minutes_before_the_scores_are_locked(make: Makers, act: Act) -> None:
    with pytest.raises(ConflictError, match="still scoring"):
        minutes_of(act, opened(make), language=Language.EN)


any_text = st.text(max_size=90)


@settings(max_examples=12)
@given(name=any_text, reviewer=any_text, answer=any_text, comment=st.text(max_size=600), others=st.integers(0, 40))
def test_any_content_can_be_printed_and_read_back(
    name: str, reviewer: str, answer: str, comment: str, others: int
) -> None:
    opinions = tuple(Opinion(f"{reviewer} {number}", answer, comment) for number in range(others))
    decided = Decided(answer, comment, "Train a reviewer", reviewer, date(2026, 12, 1))
    report = minutes_report(criteria=(Discussed(name, opinions, "Same", decided),), name=name, present=(reviewer,))
    page = found(minutes_pdf(report))
    assert page.says(report.digest)
    assert page.of("H1")


def test_who_sees_the_scores_opens_the_minutes_from_the_page(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        session, waiting = met(make), opened(make)
        supervisor, stranger = make.user(Role.SUPERVISOR).id, make.user(Role.REVIEWER).id
        agent, invited = session.items[0].interaction.agent_id, session.reviewers[0].user_id
        path, early = (f"/calibration/{one.id}/minutes.pdf" for one in (session, waiting))
    assert path in visitor.as_user(supervisor).get(path.removesuffix("/minutes.pdf")).text
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sanne" not in found(answer.data).text.casefold()
    assert early not in visitor.get(early.removesuffix("/minutes.pdf")).text
    assert visitor.get(early).status_code == 409
    assert path in visitor.as_user(invited).get(path.removesuffix("/minutes.pdf")).text
    assert visitor.get(path).status_code == 200
    assert visitor.as_user(stranger).get(path).status_code == 404
    assert visitor.as_user(agent).get(path).status_code == 403
