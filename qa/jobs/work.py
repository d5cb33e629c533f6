"""What a handler of a job is given: its payload, transactions of its own, a way to report and be stopped."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, update

from qa.act import Act
from qa.db import execute_count, transaction
from qa.i18n import Text, text_to_json
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.people.models import User
from qa.settings import Settings
from qa.storage.blobs import Blobs

Clock = Callable[[], datetime]


class JobStoppedError(Exception):
    """The job was cancelled, or given to someone else: the handler lets go without a trace."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where jobs are done: engine, settings, storage and clock."""

    engine: Engine
    settings: Settings
    blobs: Blobs
    clock: Clock


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed job. Model work runs outside ``act()``, so that no transaction is open meanwhile."""

    bench: Bench
    job_id: int
    token: str
    payload: Mapping[str, Any]
    actor_id: int | None

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Open a transaction in the name of whoever asked for the job."""
        with transaction(self.bench.engine) as session:
            actor = session.get(User, self.actor_id) if self.actor_id else None
            yield Act(session, self.bench.clock(), self.bench.settings, self.bench.blobs, actor)

    @contextmanager
    def looking(self) -> Iterator[Act]:
        """Open a transaction that only reads; meanwhile the job can report how far it is."""
        with transaction(self.bench.engine, reading=True) as session:
            actor = session.get(User, self.actor_id) if self.actor_id else None
            yield Act(session, self.bench.clock(), self.bench.settings, self.bench.blobs, actor)

    def report(self, done: int, total: int, *, step: Text) -> None:
        """Write how far the job is; raises ``JobStoppedError`` when it should stop."""
        with transaction(self.bench.engine) as session:
            changed = execute_count(
                session,
                update(Job)
                .where(Job.id == self.job_id, Job.token == self.token, Job.state == JobState.RUNNING)
                .where(Job.cancel_requested.is_(False))
                .values(progress_done=min(done, total), progress_total=total, step=text_to_json(step)),
            )
        if changed == 0:
            raise JobStoppedError


Handler = Callable[[Work], Mapping[str, Any] | None]

_handlers: dict[JobKind, Handler] = {}


def handles(kind: JobKind) -> Callable[[Handler], Handler]:
    """Make the function the handler of a kind; it must do no harm when run twice."""

    def keep(handler: Handler) -> Handler:
        if kind in _handlers:
            message = f"two handlers for {kind}"
            raise RuntimeError(message)
        _handlers[kind] = handler
        return handler

    return keep


def handler_of(kind: JobKind) -> Handler:
    """Return the kind's handler."""
    return _handlers[kind]
