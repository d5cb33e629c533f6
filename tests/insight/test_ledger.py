"""The ledger: what each reviewer scored and set aside, on the page and as CSV."""

import csv
import io
from dataclasses import replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ForbiddenError
from qa.evaluations.models import EvaluationState
from qa.i18n import Language
from qa.insight.ledger import ledger_csv, ledger_of
from qa.insight.stretch import stretch_of
from qa.people.models import User
from qa.sampling import service
from qa.sampling.models import ReplaceReason
from tests.conftest import Stored
from tests.makers import Makers
from tests.sampling.plan_making import OCTOBER, calls, drawn, evaluations, plan
from tests.visitor import Visitor
from web.sampling.words import REASON_WORDS

WHOLE = stretch_of(OCTOBER)


@pytest.fixture
def set_aside(act: Act, make: Makers) -> list[User]:
    """Two reviewers: the first set aside three, of which one had nobody to take its place; the second scored one."""
    for name, number in (("Anna", 8), ("Bram", 2)):
        calls(make, make.agent(name), number)
    first, second = make.user(Role.REVIEWER, name="Rita"), make.user(Role.REVIEWER, name="Sam")
    draw = drawn(make, plan(make, reviewer_ids=(first.id, second.id), double_percent=0))
    mine = replace(act, actor=make.user(Role.SUPERVISOR))
    by_stratum = sorted(draw.items, key=lambda item: (item.interaction.agent.name, item.position))
    acting = replace(mine, actor=first)
    for item, reason in (
        (by_stratum[0], ReplaceReason.NO_AUDIO),
        (by_stratum[1], ReplaceReason.PRIVATE_CALL),
        (by_stratum[-1], ReplaceReason.UNPLAYABLE),
    ):
        for one in evaluations(act):
            if one.draw_item_id == item.id:
                one.reviewer_id = first.id
        act.session.flush()
        act.session.expire_all()
        service.replace_item(acting, item, reason=reason)
    left = next(one for one in evaluations(act))
    left.reviewer_id, left.state, left.submitted_at = second.id, EvaluationState.SUBMITTED, act.now
    act.session.flush()
    return [first, second]


def test_each_reviewer_is_counted_with_what_was_set_aside(act: Act, set_aside: list[User]) -> None:
    found = ledger_of(act, WHOLE)
    rows = {row.name: row for row in found.rows}
    rita = rows["Rita"]
    assert (rita.replaced, rita.removed, rita.out, rita.unplayable) == (2, 1, 3, 2)
    assert rita.reasons[ReplaceReason.PRIVATE_CALL] == 1
    assert rita.share == pytest.approx(100)
    sam = rows["Sam"]
    assert (sam.reviewed, sam.out, sam.share) == (1, 0, 0)
    assert (found.total.reviewed, found.total.out, found.total.unplayable) == (1, 3, 2)
    assert ledger_of(act, WHOLE.before).rows == ()


def test_only_who_manages_plans_reads_the_ledger(act: Act, set_aside: list[User]) -> None:
    with pytest.raises(ForbiddenError):
        ledger_of(replace(act, actor=set_aside[0]), WHOLE)


def test_the_csv_has_a_column_for_each_reason(act: Act, set_aside: list[User]) -> None:
    written = ledger_csv(ledger_of(act, WHOLE), language=Language.EN, words=REASON_WORDS).decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(written)))
    assert len(head) == 6 + len(ReplaceReason)
    rita = dict(zip(head, next(row for row in rows if row[0] == "Rita"), strict=True))
    assert (rita["Replaced"], rita["Removed, nobody left"], rita["There is no sound"]) == ("2", "1", "1")


def test_the_page_and_its_file(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        calls(make, make.agent("Anna"), 4)
        draw = drawn(make, plan(make))
        reviewer = draw.plan.reviewers[0].user.name
        supervisor = make.user(Role.SUPERVISOR)
        item = draw.items[0]
        service.replace_item(replace(make.act, actor=supervisor), item, reason=ReplaceReason.LANGUAGE)
    visitor.as_user(supervisor)
    page = visitor.get("/samples/ledger?period=2026-10").get_data(as_text=True)
    assert supervisor.name in page
    assert reviewer not in page  # nothing was decided by them yet
    assert "No reviewer speaks its language" in page
    file = visitor.get("/samples/ledger.csv?period=2026-10")
    assert file.mimetype == "text/csv"
    assert f"{supervisor.name},0,1,0,0,100.0" in file.get_data(as_text=True)
    empty = visitor.get("/samples/ledger?period=2026-08").get_data(as_text=True)
    assert "Nothing was reviewed or set aside" in empty
