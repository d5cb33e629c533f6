"""The command that looks at the machine and says what is there, what is set and what is wrong."""

import os
import platform
import shutil
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from qa import migrate
from qa.commands.ground import print_json, tell
from qa.commands.measured import measured_as_json, tell_measured
from qa.commands.models import model_as_json
from qa.db import make_engine
from qa.errors import InvalidError
from qa.i18n import Text, _, say
from qa.mail.server import server_of
from qa.settings import ABOUT, PREFIX, Settings, read_settings
from qa.transcripts.engines import recogniser_choice
from qa.transcripts.redaction import kinds_to_hide
from transcribe.engines import check_choice
from transcribe.errors import ModelError
from transcribe.models_table import ModelFact, present

PACKAGES = ("steekproef", "openai-whisper", "pyannote.audio", "torch", "silero-vad", "av", "sqlalchemy", "flask")
#: Settings whose value nobody should read over a shoulder.
SECRET = frozenset({"secret_key", "hub_token", "asr_server_key", "smtp_url"})
LEAST_FREE_BYTES = 2 * 1024**3
_MISSING = "–"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--measure", is_flag=True, help="Measure for 20 s what Whisper costs here, and advise settings.")
def doctor(*, as_json: bool, measure: bool) -> None:
    """Say what is installed, what is set, which models are here, and what to do about what is wrong."""
    settings = read_settings()
    versions = {name: _version(name) for name in PACKAGES} | {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    facts = present(
        asr_model=settings.asr_model,
        speaker_model=settings.speaker_model,
        models=settings.models,
        digests=False,
        asr_engine=settings.asr_engine,
    )
    browser = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    problems = _problems(settings, facts=facts, versions=versions)
    if as_json:
        print_json(
            {
                "versions": versions,
                "settings": _settings(settings),
                "models": [model_as_json(fact) for fact in facts],
                "chromium": browser,
                "problems": [say(problem, settings.language) for problem in problems],
            }
            | ({"measured": measured_as_json()} if measure else {})
        )
        return
    _print(settings, versions=versions, facts=facts, browser=browser, problems=problems)
    if measure:
        tell_measured(settings.language)


def _print(
    settings: Settings,
    *,
    versions: dict[str, str],
    facts: list[ModelFact],
    browser: str | None,
    problems: list[Text],
) -> None:
    tell(_("Versions"))
    for name, found in versions.items():
        click.echo(f"  {name} {found}")
    tell(_("Settings (environment variables)"))
    for name, one in _settings(settings).items():
        click.echo(f"  {name} = {one['value']}\n      {one['about']}")
    tell(_("Models"))
    for fact in facts:
        click.echo(f"  {fact.kind.value} {fact.name}: {fact.path or _MISSING}")
    tell(_("Sound is decoded by the product itself; ffmpeg is not needed."))
    tell(_("Chromium, for browser tests only: {path}", path=browser or _MISSING))
    if not problems:
        tell(_("Nothing is wrong."))
    for problem in problems:
        tell(problem)


def _settings(settings: Settings) -> dict[str, dict[str, str]]:
    found = {}
    for name, about in ABOUT.items():
        value = str(getattr(settings, name))
        found[PREFIX + name.upper()] = {"value": "…" if name in SECRET and value else value, "about": about}
    return found


def _problems(settings: Settings, *, facts: list[ModelFact], versions: dict[str, str]) -> list[Text]:
    found = [
        _("{name} is not installed. Install the product with its speech group.", name=name)
        for name in PACKAGES
        if versions[name] == _MISSING
    ]
    found += _database(settings) + _engine(settings)
    found += [
        Text(fact.problem.msgid, fact.problem.params) for fact in facts if fact.configured and fact.problem is not None
    ]
    if settings.hub_token and not settings.hub_token.startswith("hf_"):
        found.append(_("STEEKPROEF_HUB_TOKEN does not begin with hf_ and would be ignored. Copy the token again."))
    for check in (kinds_to_hide, server_of):
        try:
            check(settings)
        except InvalidError as error:
            found.append(error.sentence)
    return found + _disk(settings)


def _engine(settings: Settings) -> list[Text]:
    try:
        check_choice(recogniser_choice(settings))
    except ModelError as error:
        return [Text(error.msgid, error.params)]
    return []


def _database(settings: Settings) -> list[Text]:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return [_("There is no database yet. `steekproef db upgrade` makes it, and so does the first command.")]
    engine = make_engine(settings.database)
    try:
        if not migrate.is_current(engine):
            return [_("The database is of an older version. Run `steekproef db upgrade`.")]
    except SQLAlchemyError as error:
        return [
            _(
                "The database cannot be reached ({fault}). Check STEEKPROEF_DATABASE_URL and that it is running.",
                fault=type(error).__name__,
            )
        ]
    finally:
        engine.dispose()
    return []


def _disk(settings: Settings) -> list[Text]:
    place = settings.data_dir.resolve()
    while not place.exists():
        place = place.parent
    found = []
    if not os.access(place, os.W_OK):
        found.append(
            _("The folder {folder} cannot be written. Change its owner or STEEKPROEF_DATA_DIR.", folder=str(place))
        )
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE_BYTES:
        found.append(
            _(
                "Only {n} MB are free in {folder}. Make room before recordings come in.",
                n=free // 1024**2,
                folder=str(place),
            )
        )
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _MISSING
