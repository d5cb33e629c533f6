"""How commands speak: sentences in the language of the settings, refusals with exit code 1, one JSON object."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from qa.errors import RefusedError
from qa.i18n import Language, Text, say
from qa.settings import Settings, read_settings


def refuse(sentence: Text | str) -> NoReturn:
    """End the command with exit code 1 and the sentence on standard error."""
    raise click.ClickException(say(sentence, language_of_settings()))


def tell(sentence: Text | str, *, err: bool = False) -> None:
    """Print a sentence in the language of the settings."""
    click.echo(say(sentence, language_of_settings()), err=err)


def print_json(found: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(found, ensure_ascii=False, default=str))


def language_of_settings() -> Language:
    """Return the language of the settings, the default where the settings cannot be read."""
    try:
        return read_settings().language
    except RefusedError:
        return Settings().language
