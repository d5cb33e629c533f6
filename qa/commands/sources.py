"""Commands that say where interactions come from, and how their files are read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from qa.commands.ground import acting, print_json, tell
from qa.i18n import _
from qa.interactions.sources import SourceFacts, add_source, all_sources, change_source, facts_of, source_named
from transcribe.diariser import MAX_SPEAKERS, MOST_SPEAKERS

_SIDES = {"left": 0, "right": 1, "unknown": None}


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Options of both commands; what is left out stays as it is."""
    for option in (
        click.option("--file-name-rule", help="Such as {agent}_{date:%Y%m%d-%H%M%S}; see docs/formats.md."),
        click.option(
            "--max-speakers",
            type=click.IntRange(min=1, max=MOST_SPEAKERS),
            help=f"Most people in a mono recording, at first {MAX_SPEAKERS}; each transfer of a call adds one.",
        ),
        click.option("--vocabulary", help="Names and products that the recogniser should expect."),
        click.option(
            "--language", type=click.Choice(["nl", "en", "heard"]), help="Language, if always the same; else heard."
        ),
        click.option("--time-zone", help="Zone of times without one; at first the company's."),
        click.option(
            "--agent-channel",
            type=click.Choice(list(_SIDES)),
            help="Which channel of a stereo recording is the agent; at first left.",
        ),
        click.argument("name"),
    ):
        command = option(command)
    return command


@click.group("source")
def source() -> None:
    """Where interactions come from, and how their files are read."""


@source.command("add")
@_shared
def add(name: str, **given: Any) -> None:
    """Add a source."""
    with acting() as act:
        made = add_source(act, _changed(SourceFacts(name, time_zone=act.settings.time_zone), given))
        tell(_("The source {name} was added.", name=made.name))


@source.command("set")
@_shared
def change(name: str, **given: Any) -> None:
    """Change a source: what is named, for what comes in from now on."""
    with acting() as act:
        found = source_named(act, name)
        change_source(act, found, _changed(facts_of(found), given))
        tell(_("The source {name} was changed, for what comes in from now on.", name=found.name))


@source.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_sources(*, as_json: bool) -> None:
    """List the sources."""
    with acting() as act:
        sides = {channel: name for name, channel in _SIDES.items()}
        listed: list[dict[str, Any]] = [
            {
                "name": one.name,
                "agent_channel": sides[one.agent_channel],
                "time_zone": one.time_zone,
                "language": one.language,
                "max_speakers": one.max_speakers,
                "vocabulary": one.vocabulary,
                "file_name_rule": one.name_rule,
            }
            for one in all_sources(act)
        ]
    if as_json:
        print_json({"sources": listed})
        return
    for one in listed:
        click.echo("\t".join(str(value or "–") for value in one.values()))
    if not listed:
        tell(_("There are no sources yet. `steekproef source add NAME` makes one."))


def _changed(facts: SourceFacts, given: dict[str, Any]) -> SourceFacts:
    """Return the facts with what was given on the command line."""
    stated = {name: value for name, value in given.items() if value is not None}
    if "agent_channel" in stated:
        stated["agent_channel"] = _SIDES[stated["agent_channel"]]
    if stated.get("language") == "heard":
        stated["language"] = None
    return replace(facts, **stated)
