"""An evaluation waits for its release, or is shown at once where the setting says so."""

from dataclasses import replace

import pytest

from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from tests.evaluations.desk_making import make_desk, submit_best
from tests.makers import Makers


@pytest.mark.parametrize(
    ("at_once", "kind", "state"),
    [
        (False, EvaluationKind.TARGETED, EvaluationState.SUBMITTED),
        (True, EvaluationKind.TARGETED, EvaluationState.RELEASED),
        (True, EvaluationKind.MYSTERY, EvaluationState.SUBMITTED),
    ],
)
def test_release_follows_the_setting_but_never_for_visits(
    make: Makers, at_once: bool, kind: EvaluationKind, state: EvaluationState
) -> None:
    desk = make_desk(make)
    evaluation = make.act.session.get_one(Evaluation, desk.id)
    evaluation.kind = kind
    set_so = Makers(replace(make.act, settings=replace(make.act.settings, release_at_once=at_once)))
    submit_best(set_so, desk)
    assert evaluation.state is state
