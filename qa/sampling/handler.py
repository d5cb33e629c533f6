"""The daily jobs of draws: promises in time, so that no period begins without its commitment, and rolling draws."""

import os

from sqlalchemy import select

from qa.errors import RefusedError
from qa.jobs.kinds import JobKind
from qa.jobs.work import Work, handles
from qa.sampling import rolls
from qa.sampling.models import Draw, Plan
from qa.sampling.service import promise, run


@handles(JobKind.PROMISE)
def promise_draws(work: Work) -> dict[str, int]:
    """Commit to the present and the next period of every plan that goes on; done before, it does nothing."""
    with work.act() as act:
        plans = list(act.session.scalars(select(Plan).where(Plan.active).order_by(Plan.id)))
        made = sum(len(promise(act, plan, entropy=os.urandom)) for plan in plans)
    return {"promised": made}


@handles(JobKind.ROLL)
def roll_draws(work: Work) -> dict[str, int]:
    """Take in what came since the last time, and close the periods that are over; done before, it does nothing.

    Each draw has a transaction of its own. Where one is refused the others go on, and the job ends with the refusal.
    """
    with work.looking() as act:
        numbers = [draw.id for draw in rolls.rolling_now(act)]
    taken = closed = 0
    refused: RefusedError | None = None
    for number in numbers:
        try:
            with work.act() as act:
                draw = act.session.get_one(Draw, number)
                taken += rolls.take_in(act, draw).taken
                if rolls.can_close(act, draw):
                    run(act, draw, entropy=os.urandom)
                    closed += 1
        except RefusedError as error:
            refused = error
    if refused is not None:
        raise refused
    return {"taken_in": taken, "closed": closed}
