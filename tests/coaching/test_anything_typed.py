"""Whatever people type about an agent's work, a report keeps to the four promises: checked with contents made at random."""

from dataclasses import dataclass
from datetime import date
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.act import Act
from qa.coaching.service import report_content
from qa.evaluations.models import Evaluation
from qa.i18n import Language
from qa.people.models import User
from qa.reports.coaching_pdf import coaching_pdf
from scorecards.causes import Cause, Nature
from tests.insight.scene import Scene
from tests.makers import Makers
from tests.reports.report_making import found, squeezed, texts

COLLEAGUE = "Daan Bakkerveld"

#: Numbers of ranges in use, with more digits than a date, a time or a figure has.
TELEPHONES = st.from_regex(r"\A06(?: |-)?[1-58][0-9]{7}\Z") | st.from_regex(r"\A\+31 6 [1-58][0-9]{3} [0-9]{4}\Z")
ADDRESSES = st.from_regex(r"\A[a-z]{3,8}\.[a-z]{3,8}@[a-z]{3,8}\.example\Z")
COLLEAGUES = st.sampled_from([COLLEAGUE, COLLEAGUE.upper(), COLLEAGUE.replace(" ", "  "), *COLLEAGUE.split()])
PLAIN = st.lists(
    st.sampled_from(["greet", "by", "name", "listen", "tot", "einde", "café", "naïef", "één", "zó"]), min_size=1
)


@dataclass(frozen=True)
class Typed:
    """A sentence with what should not stand in it, and that apart."""

    text: str
    number: str
    address: str


@st.composite
def typed(draw: st.DrawFn) -> Typed:
    number, address = draw(TELEPHONES), draw(ADDRESSES)
    parts = [draw(COLLEAGUES), number, address]
    words = [" ".join(draw(PLAIN)[:6]) for _part in range(4)]
    said = [words[0]]
    for part, further in zip(draw(st.permutations(parts)), words[1:], strict=True):
        said += [part, further]
    return Typed(" ".join(said), number, address)


@pytest.fixture
def scored(make: Makers) -> tuple[User, list[Evaluation]]:
    """An agent and a colleague with an evaluation of every kind: all low, all high, in between."""
    scene = Scene(make)
    agent = make.agent("Sanne de Wit", team=make.team("Invoices"))
    colleague = make.agent(COLLEAGUE, team=agent.team)
    scene.draw([agent, colleague])
    scene.score_all(colleague, [100] * 6)
    return agent, scene.score_all(agent, [0, 0, 0, 50, 100, 100])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(typed(), min_size=1, max_size=5),
    causes=st.lists(st.sampled_from(Cause), min_size=1, max_size=7),
    language=st.sampled_from(Language),
)
def test_no_colleague_no_number_no_cause_of_the_organisation_and_the_page_is_the_content(
    act: Act, scored: tuple[User, list[Evaluation]], said: list[Typed], causes: list[Cause], language: Language
) -> None:
    agent, evaluations = scored
    sentences, given_causes = cycle(said), cycle(causes)
    for evaluation in evaluations:
        evaluation.summary, evaluation.agent_comment = next(sentences).text, next(sentences).text
        for answer in evaluation.answers:
            if answer.cause:
                answer.cause, answer.comment = next(given_causes).value, next(sentences).text
            for item in answer.evidence:
                item.quote = next(sentences).text
    act.session.flush()
    report = report_content(
        act, agent, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31), language=language, coach="Sofie"
    )
    assert all(point.cause is None or point.cause.nature is Nature.COACHABLE for point in report.points)
    assert all(item.cause.nature is Nature.SYSTEMIC for item in report.beyond_control)
    page = found(coaching_pdf(report))
    # A paragraph that goes on over the page has the foot between its lines; read aloud it is whole.
    aloud = squeezed(page.spoken())
    assert [text for text in texts(report) if not page.says(text) and squeezed(text) not in aloud] == []
    told = squeezed(f"{page.text} {page.spoken()} {page.title} {' '.join(page.bookmarks)}")
    for word in (*COLLEAGUE.split(), COLLEAGUE.upper()):
        assert squeezed(word) not in told
    for one in said:
        assert squeezed(one.number).replace("-", "") not in told.replace("-", "")
        assert one.address not in told
