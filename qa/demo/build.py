"""Building the demo company step by step; every step done before is found done, so that it can be stopped and resumed."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.coaching.service import ask_for_report
from qa.db import transaction
from qa.demo.answers import take_answers
from qa.demo.arrivals import take_messages, take_recordings
from qa.demo.coaching import make_coaching
from qa.demo.comment_templates import make_templates
from qa.demo.company import by_role, make_company, shift_to
from qa.demo.disagreement import make_disagreements
from qa.demo.past import CALLS, MESSAGES, do_evaluation, draw_weeks, make_plans, past_weeks, waiting_past
from qa.demo.visits import make_visits
from qa.i18n import Text, _, ngettext_
from qa.insight.stretch import stretch_of
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.work import Bench

#: Called with each line of progress.
Tell = Callable[[Text], None]

POLL_SECONDS = 1.0
_WAITING = (JobState.QUEUED, JobState.RUNNING)


class StoppedError(Exception):
    """The demo was told to stop; what was done is kept."""


@dataclass(slots=True)
class Demo:
    """One run of building; ``stopped`` is asked between steps."""

    bench: Bench
    tell: Tell
    stopped: Callable[[], bool] = field(default=lambda: False)
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self.started

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Open a transaction of the product itself."""
        if self.stopped():
            raise StoppedError
        with transaction(self.bench.engine) as session:
            yield Act(session, self.bench.clock(), self.bench.settings, self.bench.blobs)

    def first_page(self) -> None:
        """Make all that needs no speech model: from here on the pages are worth looking at."""
        with self.act() as act:
            make_company(act)
            make_templates(act)
        self.tell(_("The company, its people and its scorecards are there."))
        with self.act() as act:
            shift = shift_to(act.now.date())
            recordings = sum(1 for _outcome in take_recordings(act, shift))
            messages = sum(1 for _outcome in take_messages(act, shift))
            take_answers(act)
        self.tell(
            _(
                "{recordings} recordings and {messages} messages were taken in.",
                recordings=recordings,
                messages=messages,
            )
        )
        with self.act() as act:
            make_plans(act, entropy=os.urandom)
            draw_weeks(act, MESSAGES, entropy=os.urandom)
        self._evaluate()
        with self.act() as act:
            make_visits(act)
            make_disagreements(act)
        self.tell(_("The past weeks of messages are drawn and evaluated, and mystery visits were made."))

    def finish(self) -> None:
        """Wait for the transcriptions, then draw and evaluate the calls and write the reports."""
        self._wait(JobKind.TRANSCRIBE, _("Transcribing: {done} of {total} recordings"))
        with self.act() as act:
            draw_weeks(act, CALLS, entropy=os.urandom)
        self._evaluate()
        with self.act() as act:
            make_coaching(act)
        self.tell(_("The past weeks of calls are drawn and evaluated."))
        with self.act() as act:
            weeks = past_weeks(act.now)
            first, last = stretch_of(weeks[0]).first, stretch_of(weeks[-1]).last
            for agent in by_role(act, Role.AGENT):
                ask_for_report(act, agent, starts_on=first, ends_on=last, language=agent.language)
        self._wait(JobKind.REPORT, _("Writing reports: {done} of {total}"))
        self.tell(_("The demo company is complete."))

    def _evaluate(self) -> None:
        with self.act() as act:
            numbers = waiting_past(act)
        for number in numbers:
            with self.act() as act:
                do_evaluation(act, number)
        if numbers:
            self.tell(ngettext_("{n} evaluation was written.", "{n} evaluations were written.", n=len(numbers)))

    def _wait(self, kind: JobKind, progress: Text) -> None:
        told = -1
        while True:
            with self.act() as act:
                asked = select(Job.state, func.count()).where(Job.kind == kind.value).group_by(Job.state)
                counts = dict(act.session.execute(asked).tuples().all())
            total = sum(counts.values())
            left = sum(counts.get(state, 0) for state in _WAITING)
            if total - left != told:
                told = total - left
                self.tell(Text(progress.msgid, {"done": told, "total": total}))
            if not left:
                return
            time.sleep(POLL_SECONDS)
