"""Commands that take in recordings, chats and answers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from qa.act import Act
from qa.commands.ground import print_json, refuse, tell, working
from qa.commands.surveys import follow_surveys
from qa.db import transaction
from qa.feedback.batch import GivenSurvey, ingest_surveys
from qa.feedback.values import parse_scale
from qa.i18n import _, ngettext_, say
from qa.interactions.arrival import Arrival, Outcome
from qa.interactions.batch import Given, Opener, Summary, ingest_chats, ingest_recordings, read_mapping
from qa.interactions.sources import DEFAULT
from qa.jobs.work import Bench

_PLACES = click.Path(path_type=Path)
_LANGUAGES = click.Choice(["nl", "en"])


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--language", type=_LANGUAGES, help="Language where neither file nor source says it."),
        click.option("--mapping", type=_PLACES, help="JSON file that says which column means what (docs/formats.md)."),
        click.option("--source", default=DEFAULT, show_default=True, help="Where the files come from."),
        click.argument("paths", nargs=-1, required=True, type=_PLACES),
    ):
        command = option(command)
    return command


@click.group("ingest")
def ingest() -> None:
    """Take in recordings, chats, messages and customers' answers; the same file twice changes nothing."""


@ingest.command()
@_shared
@click.option("--metadata", type=_PLACES, help="CSV or JSON about the recordings, if it does not lie beside them.")
def recordings(
    paths: tuple[Path, ...],
    *,
    source: str,
    mapping: Path | None,
    language: str | None,
    metadata: Path | None,
    as_json: bool,
) -> None:
    """Take in recordings and ready transcripts: files, folders, or a CSV that names the files beside it."""
    if metadata is not None and not metadata.is_file():
        refuse(_("{file}: there is no such file. Check the name.", file=str(metadata)))
    given = Given(
        source=source,
        metadata=metadata,
        mapping=read_mapping(mapping) if mapping else None,
        language=language or "",
    )
    with working() as bench:
        _finish(ingest_recordings(_opener(bench), paths, given=given), bench=bench, as_json=as_json)


@ingest.command()
@_shared
def chats(paths: tuple[Path, ...], *, source: str, mapping: Path | None, language: str | None, as_json: bool) -> None:
    """Take in chats, messages and e-mails: JSONL, CSV, WhatsApp, Zendesk, mbox, eml; files or folders."""
    given = Given(source=source, mapping=read_mapping(mapping) if mapping else None, language=language or "")
    with working() as bench:
        _finish(ingest_chats(_opener(bench), paths, given=given), bench=bench, as_json=as_json)


@ingest.command()
@click.argument("paths", nargs=-1, required=True, type=_PLACES)
@click.option("--source", default=DEFAULT, show_default=True, help="Which survey the answers come from.")
@click.option("--mapping", type=_PLACES, help="JSON file that says which column means what (docs/formats.md).")
@click.option("--csat-scale", help="Scale of satisfaction where no line says it, such as 1-10; without it 1-5.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def surveys(
    paths: tuple[Path, ...], *, source: str, mapping: Path | None, csat_scale: str | None, as_json: bool
) -> None:
    """Take in what customers answered: CSV, JSON Lines or JSON; what has no interaction yet waits for it."""
    given = GivenSurvey(
        source=source,
        mapping=read_mapping(mapping) if mapping else None,
        scale=parse_scale(csat_scale) if csat_scale else None,
    )
    with working() as bench:
        follow_surveys(
            ingest_surveys(_opener(bench), paths, given=given), language=bench.settings.language, as_json=as_json
        )


def _opener(bench: Bench) -> Opener:
    @contextmanager
    def opened() -> Iterator[Act]:
        with transaction(bench.engine) as session:
            yield Act(session, bench.clock(), bench.settings, bench.blobs)

    return opened


def _finish(outcomes: Iterator[Outcome], *, bench: Bench, as_json: bool) -> None:
    """Follow the outcomes as they come: a line that moves on, one for each refusal, the counts at the end."""
    language = bench.settings.language
    summary = Summary()
    listed = []
    moving = sys.stderr.isatty()
    for outcome in outcomes:
        summary.add(outcome)
        if as_json:
            listed.append(
                {
                    "file": outcome.file,
                    "line": outcome.line,
                    "became": outcome.arrival.value,
                    "interaction": outcome.interaction_id,
                    "sentence": say(outcome.sentence, language) if outcome.sentence else None,
                }
            )
        if outcome.arrival is Arrival.REFUSED:
            click.echo(("\r\x1b[K" if moving else "") + say(outcome.text, language), err=True)
        if moving:
            click.echo("\r\x1b[K" + say(_counted(summary), language), nl=False, err=True)
    if moving:
        click.echo(err=True)
    if as_json:
        print_json({**summary.as_json(), "outcomes": listed})
    elif summary.any_good:
        tell(_counted(summary))
    if not summary.counts:
        refuse(_("Nothing to take in was found there. docs/formats.md lists what is read."))
    if not summary.any_good:
        refuse(ngettext_("{n} file or line was refused, nothing was taken in.",
                         "{n} files or lines were refused, nothing was taken in.",
                         n=summary.counts[Arrival.REFUSED]))  # fmt: skip


def _counted(summary: Summary) -> Any:
    return _(
        "Taken in: {added}. Joined: {joined}. Grown: {grew}. Known already: {known}. Refused: {refused}.",
        **summary.as_json(),
    )
