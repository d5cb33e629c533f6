"""The demo's survey: the same every time, with customers who are silent, and different for agents who differ."""

from sqlalchemy import select

from qa.act import Act
from qa.demo.answers import take_answers
from qa.demo.arrivals import take_messages
from qa.demo.company import make_company, shift_to
from qa.feedback.models import CustomerAnswer


def test_the_demos_customers_answer_the_same_every_time(act: Act) -> None:
    make_company(act)
    list(take_messages(act, shift_to(act.now.date())))
    lines = take_answers(act)
    found = list(act.session.scalars(select(CustomerAnswer).order_by(CustomerAnswer.id)))
    before = [(one.external_id, one.answered_at, one.csat_bp, one.nps, one.resolved, one.comment) for one in found]
    assert len(found) == lines > 90
    assert 0.4 < sum(one.answered_at is not None for one in found) / len(found) < 0.8
    assert [one.reference for one in found if one.interaction_id is None] == ["T-90001"]
    assert any(one.comment for one in found)
    assert take_answers(act) == lines
    act.session.expire_all()
    again = list(act.session.scalars(select(CustomerAnswer).order_by(CustomerAnswer.id)))
    assert [
        (one.external_id, one.answered_at, one.csat_bp, one.nps, one.resolved, one.comment) for one in again
    ] == before
