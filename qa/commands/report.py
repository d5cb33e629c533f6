"""Commands that write coaching reports to files."""

import os
import re
import secrets
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa import audit
from qa.act import Act
from qa.coaching.queries import agents_for_reports
from qa.coaching.service import agent_called, report_content
from qa.commands.ground import acting, tell, working
from qa.csv_out import csv_bytes
from qa.db import transaction
from qa.errors import NotFoundError, RefusedError
from qa.i18n import Language, _, ngettext_
from qa.jobs.work import Bench
from qa.people.models import Team, User
from qa.reports.coaching_pdf import coaching_pdf

LANGUAGES = [item.value for item in Language]
INDEX = "index.csv"
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
    with acting() as act:
        found = agent_called(act, reference)
        spoken = Language(language) if language else found.language
        pdf = _pdf(act, found, first=first.date(), last=last.date(), language=spoken, paper=paper)
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
    with working() as bench:
        with transaction(bench.engine) as session:
            agents = _agents(_act(bench, session), team)
        output.mkdir(parents=True, exist_ok=True)
        rows: list[tuple[str, str, str]] = []
        made = 0
        with click.progressbar(agents, file=sys.stderr, show_pos=True) as bar:
            for one in bar:
                spoken = Language(language) if language else one.language
                name = _file_name(one, first=first.date(), last=last.date(), language=spoken)
                rows.append((one.reference or "", one.name, name))
                if (output / name).exists():
                    continue
                # A transaction of its own for each report keeps memory flat, and what is done stays done.
                with transaction(bench.engine) as session:
                    act, here = _act(bench, session), session.get_one(User, one.id)
                    pdf = _pdf(act, here, first=first.date(), last=last.date(), language=spoken, paper=paper)
                    _write(output / name, pdf)
                made += 1
    _write(output / INDEX, csv_bytes(("reference", "agent", "file"), rows))
    tell(ngettext_("{n} report was made.", "{n} reports were made.", n=made))
    if len(rows) > made:
        tell(ngettext_("{n} report was there already.", "{n} reports were there already.", n=len(rows) - made))
    if packed:
        target = output.with_name(output.name + ".zip")
        _pack(target, folder=output, names=[INDEX, *(name for _reference, _name, name in rows)])
        tell(_("Everything stands in {file}.", file=str(target)))


def _act(bench: Bench, session: Session) -> Act:
    return Act(session, bench.clock(), bench.settings, bench.blobs)


def _agents(act: Act, team: str | None) -> list[User]:
    if team is None:
        return agents_for_reports(act)
    found = act.session.scalar(select(Team).where(Team.name == team))
    if found is None:
        known = ", ".join(act.session.scalars(select(Team.name).order_by(Team.name))) or "–"
        raise NotFoundError(_("There is no team {name}. Known teams: {known}.", name=team, known=known))
    return agents_for_reports(act, team_id=found.id)


def _pdf(act: Act, agent: User, *, first: date, last: date, language: Language, paper: str) -> bytes:
    content = report_content(act, agent, starts_on=first, ends_on=last, language=language)
    audit.record(act, "report.exported", agent, first=first.isoformat(), last=last.isoformat())
    return coaching_pdf(content, paper=paper)


def _file_name(agent: User, *, first: date, last: date, language: Language) -> str:
    # References come from elsewhere; only letters, digits and dashes of them make a file name.
    plain = re.sub(r"[^A-Za-z0-9]+", "-", agent.reference or "").strip("-")[:60]
    return f"{agent.id}{'-' + plain if plain else ''}-{first}-{last}-{language.value}.pdf"


def _write(path: Path, data: bytes) -> None:
    """Write the file whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise RefusedError(
            _("{file} could not be written: {why}", file=str(path), why=os.strerror(error.errno or 0))
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _pack(target: Path, *, folder: Path, names: Sequence[str]) -> None:
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in names:
                packed.write(folder / name, name)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
