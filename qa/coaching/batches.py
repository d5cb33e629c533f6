"""Reports of all agents of a team or of the company: asked for as one piece of work, fetched as one file."""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.coaching.queries import agents_for_reports
from qa.coaching.service import check_days
from qa.csv_out import csv_bytes
from qa.errors import ConflictError, NotFoundError
from qa.i18n import Language, _
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job, JobState
from qa.jobs.service import enqueue
from qa.people.models import Team

INDEX = "index.csv"

#: Batches that are listed.
LISTED = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Whose reports (of everybody without a team), over which days, in which language (each agent's own without one)."""

    first: date
    last: date
    team_id: int | None = None
    language: Language | None = None

    @property
    def key(self) -> str:
        """What two batches share that ask for the same."""
        return f"{self.team_id or 'all'}/{self.first}/{self.last}/{self.language.value if self.language else 'own'}"

    @property
    def payload(self) -> dict[str, int | str]:
        """As the job keeps it."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "team": self.team_id or 0,
            "language": self.language.value if self.language else "",
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Read what a job keeps."""
        return cls(
            first=date.fromisoformat(payload["first"]),
            last=date.fromisoformat(payload["last"]),
            team_id=int(payload["team"]) or None,
            language=Language(payload["language"]) if payload["language"] else None,
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """One report of a batch."""

    agent_id: int
    name: str
    reference: str
    team: str
    language: Language
    file: str


def ask_for_batch(act: Act, batch: Batch) -> Job:
    """Ask for a batch; the same one that is under way, or ended badly, is gone on with."""
    act.require(Permission.REPORT_MAKE)
    check_days(act, batch.first, batch.last)
    if batch.team_id is not None and act.session.get(Team, batch.team_id) is None:
        raise NotFoundError(_("There is no such team."))
    if not reports_wanted(act, batch):
        raise ConflictError(_("There is no agent to make a report of."))
    same = select(Job).where(Job.kind == JobKind.REPORT_BATCH, Job.key.startswith(f"{batch.key}/", autoescape=True))
    before = list(act.session.scalars(same.order_by(Job.id)))
    goes_on = bool(before) and before[-1].state is not JobState.DONE
    key = before[-1].key if goes_on else f"{batch.key}/{len(before) + 1}"
    job = enqueue(act, JobKind.REPORT_BATCH, key=key, payload=batch.payload)
    if not goes_on:
        audit.record(act, "report.batch_asked", job, team=batch.team_id, first=str(batch.first), last=str(batch.last))
    return job


def reports_wanted(act: Act, batch: Batch) -> list[Wanted]:
    """Return the reports of the batch, by the agents' names."""
    return [
        Wanted(
            agent.id,
            agent.name,
            agent.reference or "",
            agent.team.name if agent.team else "",
            batch.language or agent.language,
            file_name(agent.id, agent.reference, batch, language=batch.language or agent.language),
        )
        for agent in agents_for_reports(act, team_id=batch.team_id)
    ]


def file_name(agent_id: int, reference: str | None, batch: Batch, *, language: Language) -> str:
    """Return what the file of one report is called."""
    # References come from elsewhere; only letters, digits and dashes of them make a file name.
    plain = re.sub(r"[^A-Za-z0-9]+", "-", reference or "").strip("-")[:60]
    return f"{file_prefix(agent_id)}{plain + '-' if plain else ''}{batch.first}-{batch.last}-{language.value}.pdf"


def file_prefix(agent_id: int) -> str:
    """Return how the names of an agent's files begin, and of nobody else's."""
    return f"{agent_id}-"


def index_bytes(wanted: Iterable[Wanted]) -> bytes:
    """Return the index of a batch as CSV: by name, without any score, so that it is no ranking."""
    heads = ("agent", "reference", "team", "language", "file")
    return csv_bytes(heads, [(one.name, one.reference, one.team, one.language.value, one.file) for one in wanted])


def pack(target: Path, wanted: Sequence[Wanted], *, files: Mapping[str, Path]) -> None:
    """Write the reports and their index as one ZIP; PDFs are packed already and are stored as they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(zipfile.ZipInfo(INDEX), index_bytes(wanted))
        for one in wanted:
            # The same reports give the same file, whenever they are packed.
            with files[one.file].open("rb") as source, packed.open(zipfile.ZipInfo(one.file), "w") as goal:
                while part := source.read(1 << 20):
                    goal.write(part)


def list_batches(act: Act) -> list[Job]:
    """Return the batches, newest first."""
    act.require(Permission.REPORT_MAKE)
    asked = select(Job).where(Job.kind == JobKind.REPORT_BATCH)
    return list(act.session.scalars(asked.order_by(Job.created_at.desc(), Job.id.desc()).limit(LISTED)))


def get_batch(act: Act, job_id: int) -> Job:
    """Return one batch."""
    act.require(Permission.REPORT_MAKE)
    found = act.session.scalar(select(Job).where(Job.id == job_id, Job.kind == JobKind.REPORT_BATCH))
    if found is None:
        raise NotFoundError(_("There is no such batch of reports."))
    return found
