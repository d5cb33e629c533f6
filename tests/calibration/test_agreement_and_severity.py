"""Agreement and severity from what is stored: guards, couples, who sees what, raw scores that stay as they are."""

from dataclasses import replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration.agreement import agreement_of, compared_cards
from qa.calibration.severity import severity_of
from qa.cards.queries import card_of
from qa.disputes.service import raise_dispute
from qa.errors import ForbiddenError
from qa.evaluations.marks import Mark
from qa.evaluations.models import Probe
from qa.evaluations.service import marks_of, release
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.people.models import User
from qa.revisions.service import correct_evaluation
from qa.sampling.models import Draw
from scorecards.agreement_report import Standing
from tests.calibration.comparing import doubled_draw, lenient_key, marks, pairs, submit
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER


def scored_draw(make: Makers, *, each: int, percent: int = 100) -> tuple[Draw, User]:
    """Two agents scored twice, by one mild and one strict reviewer; returns the strict one."""
    draw = doubled_draw(make, agents=2, each=each, percent=percent, reviewers=2)
    found = pairs(make)
    key = lenient_key(card_of(found[0].first.card_version))
    strict = max(one.user_id for one in draw.plan.reviewers)
    for number, pair in enumerate(found):
        for one in (pair.first, pair.second):
            # The strict one marks two of three down, the mild one every fifth.
            low = number % 3 != 0 if one.reviewer_id == strict else number % 5 == 0
            submit(make, one, worst=(key,) if low else ())
    return draw, make.act.session.get_one(User, strict)


def test_below_twenty_pairs_no_coefficient_is_given(act: Act, make: Makers) -> None:
    draw, _strict = scored_draw(make, each=9)
    found = agreement_of(act, draw.plan.scorecard_id)
    assert found.n_pairs == 18
    for row in found.rows:
        assert row.report is None or row.report.standing is Standing.TOO_FEW
        assert row.report is None or row.report.estimates["krippendorff_alpha"].value is None


def test_from_twenty_pairs_on_each_criterion_has_its_figures(act: Act, make: Makers) -> None:
    draw, _strict = scored_draw(make, each=12)
    found = agreement_of(act, draw.plan.scorecard_id)
    assert found.card is not None
    key = lenient_key(found.card)
    whole, *criteria = found.rows
    assert whole.criterion is None
    differing = next(row for row in criteria if row.criterion is not None and row.criterion.key == key)
    assert differing.report is not None
    assert differing.report.standing is Standing.PROVISIONAL
    alike = differing.report.estimates["percent_agreement"].value
    assert alike is not None
    assert 0 < alike < 1
    assert differing.report.estimates["krippendorff_alpha"].low is not None
    same = next(row for row in criteria if row is not differing and row.report is not None)
    assert same.report is not None
    assert same.report.estimates["percent_agreement"].value == 1
    assert [scorecard.id for scorecard in compared_cards(act)] == [draw.plan.scorecard_id]


def test_two_reviewers_are_compared_as_two_raters(act: Act, make: Makers) -> None:
    draw, _strict = scored_draw(make, each=12)
    (couple,) = agreement_of(act, draw.plan.scorecard_id).couples
    assert couple.n_items == 24
    found = agreement_of(act, draw.plan.scorecard_id, couple=(couple.first.id, couple.second.id))
    assert found.n_pairs == 24
    assert any(row.report is not None and "cohen_kappa" in row.report.estimates for row in found.rows)
    assert agreement_of(act, draw.plan.scorecard_id, couple=(-1, -2)).n_pairs == 0
    assert agreement_of(act, draw.plan.scorecard_id, probe=Probe.REPEAT).n_pairs == 0


def test_severity_names_the_strict_one_and_leaves_the_scores_alone(act: Act, make: Makers) -> None:
    draw, strict = scored_draw(make, each=12)
    before = [(one.evaluation_id, one.quality) for one in read_sample(act, stretch_of(OCTOBER)).scored]
    found = severity_of(replace(act, actor=make.user(Role.SUPERVISOR)), draw.plan.scorecard_id)
    assert found.refused is None
    assert found.n_scores == 48
    stern = next(row.severity for row in found.reviewers if row.reviewer is strict)
    assert stern.high < 0
    assert sum(row.severity.points for row in found.reviewers) == pytest.approx(0, abs=1e-6)
    for row in found.agents:
        assert row.figure.value == pytest.approx(row.adjustment.raw)
        assert row.figure.n == row.adjustment.n_scores == 12
    assert [(one.evaluation_id, one.quality) for one in read_sample(act, stretch_of(OCTOBER)).scored] == before


def test_a_reviewer_sees_their_own_severity_alone(act: Act, make: Makers) -> None:
    draw, strict = scored_draw(make, each=12)
    found = severity_of(replace(act, actor=strict), draw.plan.scorecard_id)
    assert [row.reviewer for row in found.reviewers] == [strict]
    assert found.agents == ()
    with pytest.raises(ForbiddenError):
        agreement_of(replace(act, actor=strict), draw.plan.scorecard_id)
    with pytest.raises(ForbiddenError):
        severity_of(replace(act, actor=make.agent()), draw.plan.scorecard_id)


def test_severity_that_cannot_be_told_is_refused_with_a_sentence(act: Act, make: Makers) -> None:
    draw = doubled_draw(make, agents=2, each=4, percent=0, reviewers=2)
    found = severity_of(act, draw.plan.scorecard_id)
    assert found.refused is not None
    assert found.reviewers == ()


def test_what_was_given_first_is_compared_and_not_what_it_was_corrected_to(act: Act, make: Makers) -> None:
    draw, strict = scored_draw(make, each=12)
    card_id = draw.plan.scorecard_id
    before, stern = agreement_of(act, card_id), severity_of(act, card_id)
    for pair in pairs(make)[:6]:
        mine = pair.first if pair.first.reviewer_id == strict.id else pair.second
        correct_evaluation(
            replace(act, actor=strict),
            mine,
            marks=marks(card_of(mine.card_version)),
            summary="Read once more.",
            reason="Talked about it.",
            revision=mine.revision,
        )
    assert agreement_of(act, card_id) == before
    assert severity_of(act, card_id) == stern


def test_a_disputed_score_is_in_no_figure_about_reviewers_either(act: Act, make: Makers) -> None:
    draw, _strict = scored_draw(make, each=12)
    card_id, first = draw.plan.scorecard_id, pairs(make)[0].first
    release(act, first)
    criterion = lenient_key(card_of(first.card_version))
    given = marks_of(first)[criterion].option
    other = next(
        one.key
        for _s, each in card_of(first.card_version).criteria()
        if each.key == criterion
        for one in each.options
        if one.key != given
    )
    raise_dispute(
        replace(act, actor=first.agent),
        first,
        claims={criterion: Mark(option=other, comment="I did.")},
        revision=first.revision,
    )
    assert agreement_of(act, card_id).n_pairs == 23
    assert severity_of(act, card_id).n_scores == 47
