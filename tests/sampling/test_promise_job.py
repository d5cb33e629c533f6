"""The daily job keeps every plan promised one period ahead, once, and leaves stopped plans alone."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from qa import handlers
from qa.db import transaction
from qa.jobs import ledger
from qa.jobs.models import Job, JobState
from qa.jobs.ticks import DAILY, ask_daily
from qa.jobs.work import Bench
from qa.sampling.models import Draw, Plan
from qa.sampling.plans import period_of_draw, stop_plan
from qa.settings import Settings
from qa.storage.blobs import LocalFolder
from tests.conftest import NOW, Stored
from tests.sampling.plan_making import plan


@pytest.mark.parametrize("stopped", [False, True])
def test_the_next_period_is_promised_by_itself(
    engine: Engine, settings: Settings, blobs: LocalFolder, stored: Stored, *, stopped: bool
) -> None:
    handlers.load()
    with stored() as make:
        made = plan(make)
        if stopped:
            stop_plan(make.act, made)
    bench = Bench(engine, settings, blobs, lambda: NOW + timedelta(days=20))
    for _twice in range(2):
        ask_daily(bench)
        for number in ledger.due(bench):
            assert ledger.run(bench, number) is JobState.DONE
    with transaction(engine, reading=True) as session:
        codes = [period_of_draw(draw).code for draw in session.scalars(select(Draw).order_by(Draw.starts_at))]
        assert session.scalars(select(Job.state)).all() == [JobState.DONE] * len(DAILY)
        assert session.scalars(select(Plan)).one().active is not stopped
    assert codes == (["2026-11", "2026-12"] if stopped else ["2026-11", "2026-12", "2027-01"])
