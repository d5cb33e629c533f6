"""Commands that write coaching reports to files."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa import audit
from qa.act import Act
from qa.coaching.batches import INDEX, Batch, index_bytes, pack, reports_wanted
from qa.coaching.service import agent_called, check_days, report_content
from qa.coaching.shared import Shared
from qa.commands.ground import acting, tell, working
from qa.days import within_reach
from qa.db import transaction
from qa.errors import NotFoundError, RefusedError
from qa.i18n import Language, _, ngettext_
from qa.insight.stretch import Stretch
from qa.jobs.work import Bench
from qa.people.models import Team, User
from qa.reports.coaching_pdf import coaching_pdf

LANGUAGES = [item.value for item in Language]
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("report")
def report() -> None:
    """Write coaching reports as PDF."""


@report.command("agent")
@click.argument("reference")
@click.option("--from", "first", type=DAY, required=True, help="First day, such as 2026-10-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, which belongs to the period.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Language of the report; else the agent's own.")
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write; a file that is there is replaced.",
)
def report_agent(
    reference: str, *, first: datetime, last: datetime, language: str | None, paper: str, output: Path
) -> None:
    """Write the report of the agent whom the telephone system or chat platform calls REFERENCE."""
    since, until = within_reach(first.date()), within_reach(last.date())
    with acting() as act:
        found = agent_called(act, reference)
        spoken = Language(language) if language else found.language
        pdf = _pdf(act, found, Batch(since, until), language=spoken, paper=paper)
        _write(output, pdf)
    tell(_("The report stands in {file}.", file=str(output)))


@report.command("batch")
@click.option("--from", "first", type=DAY, required=True, help="First day, such as 2026-10-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, which belongs to the period.")
@click.option("--team", help="Name of a team; without it every agent of the company.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), help="Language of the reports; else each agent's own."
)
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages."
)
@click.option("--zip", "packed", is_flag=True, help="Also write the folder's reports and index as one ZIP beside it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; reports of these days that are there are kept, so that a stopped batch goes on.",
)
def report_batch(
    *,
    first: datetime,
    last: datetime,
    team: str | None,
    language: str | None,
    paper: str,
    packed: bool,
    output: Path,
) -> None:
    """Write the reports of all agents of a team or of the company, with an index."""
    since, until = within_reach(first.date()), within_reach(last.date())
    with working() as bench:
        with transaction(bench.engine) as session:
            act = _act(bench, session)
            spoken = Language(language) if language else None
            batch = Batch(since, until, _team_id(act, team), spoken)
            check_days(act, batch.first, batch.last)
            wanted = reports_wanted(act, batch)
        output.mkdir(parents=True, exist_ok=True)
        shared = Shared(Stretch(batch.first, batch.last, bench.settings.time_zone), many=True)
        made = 0
        with click.progressbar(wanted, file=sys.stderr, show_pos=True) as bar:
            for one in bar:
                if (output / one.file).exists():
                    continue
                # A transaction of its own for each report keeps memory flat, and what is done stays done.
                with transaction(bench.engine) as session:
                    act, agent = _act(bench, session), session.get_one(User, one.agent_id)
                    pdf = _pdf(act, agent, batch, language=one.language, paper=paper, shared=shared)
                    _write(output / one.file, pdf)
                made += 1
    _write(output / INDEX, index_bytes(wanted))
    tell(ngettext_("{n} report was made.", "{n} reports were made.", n=made))
    if len(wanted) > made:
        tell(ngettext_("{n} report was there already.", "{n} reports were there already.", n=len(wanted) - made))
    if packed:
        target = output.with_name(output.name + ".zip")
        with _draft(target) as draft:
            pack(draft, wanted, files={one.file: output / one.file for one in wanted})
        tell(_("Everything stands in {file}.", file=str(target)))


def _act(bench: Bench, session: Session) -> Act:
    return Act(session, bench.clock(), bench.settings, bench.blobs)


def _team_id(act: Act, team: str | None) -> int | None:
    if team is None:
        return None
    found = act.session.scalar(select(Team).where(Team.name == team))
    if found is None:
        known = ", ".join(act.session.scalars(select(Team.name).order_by(Team.name))) or "–"
        raise NotFoundError(_("There is no team {name}. Known teams: {known}.", name=team, known=known))
    return found.id


def _pdf(act: Act, agent: User, batch: Batch, *, language: Language, paper: str, shared: Shared | None = None) -> bytes:
    content = report_content(act, agent, starts_on=batch.first, ends_on=batch.last, language=language, shared=shared)
    audit.record(act, "report.exported", agent, first=batch.first.isoformat(), last=batch.last.isoformat())
    return coaching_pdf(content, paper=paper)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Give a name beside the file; what is written there becomes the file whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise RefusedError(
            _("{file} could not be written: {why}", file=str(path), why=os.strerror(error.errno or 0))
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with _draft(path) as draft:
        draft.write_bytes(data)
