"""Commands about speech models."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from qa.commands.ground import print_json, refuse, tell
from qa.commands.speaking import language_of_settings
from qa.i18n import Text, _, ngettext_, number_text, say
from qa.settings import Settings, read_settings
from transcribe.ct2_convert import PRECISIONS, convert
from transcribe.faster_engine import FasterEngine
from transcribe.fetching import Arrival
from transcribe.known_models import with_known
from transcribe.model_fetching import fetch_model
from transcribe.models_table import ModelFact, ModelKind, present
from transcribe.models_table import verify as verify_model
from transcribe.whisper_shapes import file_name

ALL_NEEDED = "all-needed"
KINDS = {
    ModelKind.ASR: _("words"),
    ModelKind.DIARISATION: _("speakers"),
    ModelKind.VAD: _("finding speech"),
}
_NONE = "–"


@click.group("models")
def models() -> None:
    """Speech models on this machine."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with the SHA-256 of what is here.")
def list_models(*, as_json: bool) -> None:
    """List the models that are needed, those that are here and those that can be fetched."""
    settings = read_settings()
    found = with_known(_present(settings, digests=as_json), models=settings.models, asr_engine=settings.asr_engine)
    if as_json:
        print_json({"models": [model_as_json(fact) for fact in found]})
        return
    row = "{:7}{:42}{:17}{:12}{:>10}".format
    heads = (_("Needed"), _("Model"), _("For"), _("Licence"), _("Size"))
    click.echo(row(*(say(head, settings.language) for head in heads)))
    for fact in found:
        needed = say(_("yes") if fact.configured else _("no"), settings.language)
        kind = say(KINDS[fact.kind], settings.language)
        click.echo(row(needed, fact.name, kind, fact.licence or _NONE, _size(fact, settings)))
        click.echo(f"       {say(_where(fact), settings.language)}")


@models.command("fetch")
@click.argument("names", nargs=-1, required=True, metavar="NAME...|all-needed")
@click.option(
    "--from", "source", metavar="FOLDER_OR_URL", help="A folder, file or mirror to take it from in the makers' place."
)
def fetch_models(names: tuple[str, ...], *, source: str | None) -> None:
    """Bring models into the models' folder: the only command that goes online for one.

    NAME is one of Whisper's (small, large-v3-turbo), one of the hub (owner/name) or speaker-embedding.onnx; all-needed
    stands for what the settings ask for and is not here. A download that was cut off goes on where it was.
    """
    settings = read_settings()
    wanted = list(_needed(settings)) if names == (ALL_NEEDED,) else list(names)
    if not wanted:
        tell(_("Every model that the settings need is here."))
    for name in wanted:
        shown = _Progress(name)
        try:
            path = fetch_model(
                name, models=settings.models, token=settings.hub_token or None, source=source, report=shown
            )
        finally:
            shown.close()
        tell(_("The model {name} is here: {path}", name=name, path=str(path)))
        if file_name(name) and settings.asr_engine == FasterEngine.engine:
            folder = str(settings.models / name)
            tell(
                _(
                    "faster-whisper reads models of its own form. Now run `steekproef models convert {name} {folder}`.",
                    name=name,
                    folder=folder,
                )
            )


@models.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_models(*, as_json: bool) -> None:
    """Read every model that is here and check its SHA-256 against what was shipped, published or fetched."""
    facts = _present(read_settings(), digests=True)
    wrong = [(fact, sentence) for fact in facts if (sentence := verify_model(fact)) is not None]
    if as_json:
        problems = [{"model": fact.name, "sentence": str(sentence)} for fact, sentence in wrong]
        print_json({"checked": len(facts), "problems": problems})
    for _fact, sentence in wrong:
        tell(Text(sentence.msgid, sentence.params), err=True)
    if wrong:
        refuse(ngettext_("{n} model is not whole.", "{n} models are not whole.", n=len(wrong)))
    if not as_json:
        tell(ngettext_("{n} model is whole.", "{n} models are whole.", n=len(facts)))


@models.command("convert")
@click.argument("model")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--precision", type=click.Choice(PRECISIONS), default="float16", show_default=True, help="How it is kept."
)
def convert_model(model: str, *, folder: Path, precision: str) -> None:
    """Write the Whisper MODEL, a name or a .pt file, as a CTranslate2 FOLDER for the engine faster-whisper."""
    convert(model, folder, models=read_settings().models, precision=precision)
    tell(_("Written to {file}.", file=str(folder)))


def model_as_json(fact: ModelFact) -> dict[str, object]:
    """Return what is known of a model by name."""
    return {
        "name": fact.name,
        "kind": fact.kind.value,
        "licence": fact.licence,
        "configured": fact.configured,
        "present": fact.present,
        "path": str(fact.path) if fact.path else None,
        "size_bytes": fact.size_bytes,
        "sha256": fact.sha256,
        "fetch": fact.fetch or None,
        "problem": str(fact.problem) if fact.problem else None,
    }


class _Progress:
    """Shows how far a file has come: on a terminal in one line that moves, else a line for each tenth of it."""

    def __init__(self, name: str) -> None:
        self._name, self._language = name, language_of_settings()
        self._moving, self._shown = sys.stderr.isatty(), -1

    def __call__(self, arrival: Arrival) -> None:
        percent = 100 * arrival.done // arrival.total if arrival.total else arrival.done // 10**7
        step = percent if self._moving else percent // 10
        if step == self._shown:
            return
        self._shown = step
        share = f"{percent} %" if arrival.total else f"{arrival.done // 10**6} MB"
        speed = number_text(arrival.speed / 10**6, self._language, digits=1)
        line = f"{self._name}  {share}  {speed} MB/s"
        click.echo(f"\r\x1b[K{line}" if self._moving else line, nl=not self._moving, err=True)

    def close(self) -> None:
        """End the line that moved."""
        if self._moving and self._shown >= 0:
            click.echo("", err=True)


def _present(settings: Settings, *, digests: bool) -> list[ModelFact]:
    return present(
        asr_model=settings.asr_model,
        speaker_model=settings.speaker_model,
        models=settings.models,
        digests=digests,
        asr_engine=settings.asr_engine,
    )


def _needed(settings: Settings) -> Iterable[str]:
    """Name what the settings ask for and is not here; what nobody can fetch is told."""
    for fact in with_known(_present(settings, digests=False), models=settings.models, asr_engine=settings.asr_engine):
        if not fact.configured or fact.problem is None:
            continue
        if fact.fetch:
            yield fact.name
        else:
            tell(Text(fact.problem.msgid, fact.problem.params), err=True)


def _size(fact: ModelFact, settings: Settings) -> str:
    if not fact.size_bytes:
        return _NONE
    if fact.size_bytes < 10**6:
        return f"{number_text(fact.size_bytes / 10**3, settings.language, digits=0)} kB"
    return f"{number_text(fact.size_bytes / 10**6, settings.language, digits=0)} MB"


def _where(fact: ModelFact) -> Text:
    if fact.problem is None:
        return _("here: {path}", path=str(fact.path))
    if fact.fetch:
        return _("not here; `{command}` brings it", command=fact.fetch)
    return Text(fact.problem.msgid, fact.problem.params)
