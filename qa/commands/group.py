"""The group of all commands: imports a command when it is called, and turns refusals into sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from qa.commands.speaking import refuse
from qa.errors import RefusedError
from qa.i18n import Text, _
from scorecards.errors import CardError
from transcribe.errors import TranscribeError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command stands, and the line that `--help` shows for it without importing it."""

    module: str
    attribute: str
    about: str

    def load(self) -> click.Command:
        """Import the command."""
        found: click.Command = getattr(import_module(self.module), self.attribute)
        return found


class LazyGroup(click.Group):
    """A group whose help costs nothing, and whose commands end a refusal with its sentence instead of a traceback."""

    places: Mapping[str, Place] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, by the alphabet."""
        del ctx
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that was asked for."""
        del ctx
        place = self.places.get(cmd_name)
        return place.load() if place else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from what is known of them beforehand."""
        rows = [(name, self.places[name].about) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; refusals of every ring become exit code 1."""
        try:
            return super().invoke(ctx)
        except RefusedError as error:
            refuse(error.sentence)
        except (TranscribeError, CardError) as error:
            refuse(Text(error.msgid, error.params))
        except KeyboardInterrupt:
            refuse(_("Stopped. What was done is kept; run the command again to go on."))
