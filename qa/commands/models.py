"""Commands about speech models."""

from pathlib import Path

import click

from qa.commands.ground import print_json, refuse, tell
from qa.i18n import Text, _, ngettext_, say
from qa.settings import read_settings
from transcribe.ct2_convert import PRECISIONS, convert
from transcribe.models_table import ModelFact, present
from transcribe.models_table import verify as verify_model


@click.group("models")
def models() -> None:
    """Speech models on this machine."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_models(*, as_json: bool) -> None:
    """List the models that are set and those that are here, with where they lie and under which licence."""
    settings = read_settings()
    found = present(
        asr_model=settings.asr_model,
        speaker_model=settings.speaker_model,
        models=settings.models,
        digests=as_json,
        asr_engine=settings.asr_engine,
    )
    if as_json:
        print_json({"models": [model_as_json(fact) for fact in found]})
        return
    for fact in found:
        used = say(_("in use") if fact.configured else _("not in use"), settings.language)
        where = str(fact.path) if fact.path else "–"
        click.echo(f"{fact.kind.value}\t{fact.name}\t{used}\t{fact.licence or '–'}\t{where}")
        if fact.problem is not None:
            tell(Text(fact.problem.msgid, fact.problem.params), err=True)


@models.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_models(*, as_json: bool) -> None:
    """Read every model that is here and check that it is whole; shipped ones must be as they were shipped."""
    settings = read_settings()
    facts = present(
        asr_model=settings.asr_model, speaker_model=settings.speaker_model, models=settings.models,
        asr_engine=settings.asr_engine,
    )  # fmt: skip
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
        "path": str(fact.path) if fact.path else None,
        "size_bytes": fact.size_bytes,
        "sha256": fact.sha256,
        "problem": str(fact.problem) if fact.problem else None,
    }
