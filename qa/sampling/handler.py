"""The daily job that promises the coming draws of every plan, so that no period begins without its commitment."""

import os

from sqlalchemy import select

from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.sampling.models import Plan
from qa.sampling.service import promise


@handles(JobKind.PROMISE)
def promise_draws(work: Work) -> dict[str, int]:
    """Commit to the present and the next period of every plan that goes on; done before, it does nothing."""
    with work.act() as act:
        plans = list(act.session.scalars(select(Plan).where(Plan.active).order_by(Plan.id)))
        made = sum(len(promise(act, plan, entropy=os.urandom)) for plan in plans)
    return {"promised": made}
