"""The command that transcribes one file by itself, without a database."""

import sys
from pathlib import Path

import click

from qa.commands.ground import refuse, tell
from qa.i18n import Text, _, say
from qa.interactions.recordings import limits_of_settings
from qa.settings import Settings, read_settings
from qa.transcripts.engines import recogniser_choice, threads_of
from transcribe.audio import Audio
from transcribe.diariser import MAX_SPEAKERS
from transcribe.engines import ENGINES, load_recogniser
from transcribe.formats import ctm, own_json, plain, rttm, srt, vtt, whisper_json
from transcribe.layout import layout_of
from transcribe.media import decode_apart
from transcribe.pipeline import Options, transcribe_audio
from transcribe.speakers import Choice, choose_diariser
from transcribe.types import ChannelRoles, Layout, Progress, Role, Transcript
from transcribe.vad import SileroVad

FORMATS = {
    "json": own_json.write,
    "whisper": whisper_json.write,
    "vtt": vtt.write,
    "srt": srt.write,
    "txt": plain.write,
}
#: Tables of evaluations name the recording in every line.
TABLES = {"rttm": rttm.write, "ctm": ctm.write}


@click.command("transcribe")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--channels", default="agent,customer", show_default=True, help="Who is on which channel of stereo.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="Language; without it, it is heard.")
@click.option("--engine", type=click.Choice(ENGINES), help="Recogniser; without it, that of STEEKPROEF_ASR_ENGINE.")
@click.option("--model", help="Whisper model; without it, that of STEEKPROEF_ASR_MODEL.")
@click.option("--diariser", help="Speaker model for mono, or none; without it, that of STEEKPROEF_SPEAKER_MODEL.")
@click.option(
    "--max-speakers",
    type=click.IntRange(min=1, max=20),
    default=MAX_SPEAKERS,
    show_default=True,
    help="Most people in a mono recording; more than two where a call was transferred.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, *TABLES]),
    default="txt",
    show_default=True,
    help="Form of the result.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; without it, standard output.")
def transcribe(
    file: Path,
    *,
    channels: str,
    language: str | None,
    engine: str | None,
    model: str | None,
    diariser: str | None,
    max_speakers: int,
    form: str,
    output: Path | None,
) -> None:
    """Write down what is said in FILE, with speakers and times; nothing is stored but the result."""
    settings = read_settings()
    roles = roles_of(channels)
    limits = limits_of_settings(settings)
    audio = decode_apart(file, limits=limits)
    choice = _choice(audio, diariser=diariser or settings.speaker_model, settings=settings)
    recogniser = load_recogniser(recogniser_choice(settings, engine=engine, model=model))
    heard = transcribe_audio(
        audio,
        options=Options(languages=settings.languages, language=language, limits=limits, max_speakers=max_speakers),
        recogniser=recogniser,
        vad=SileroVad(),
        diariser=choice.diariser,
        diariser_warnings=choice.warnings,
        roles=roles,
        report=_show if sys.stderr.isatty() else lambda _progress: None,
    )
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    for warning in heard.warnings:
        tell(Text(warning.msgid, warning.params), err=True)
    _write(heard, form=form, output=output, name=file.stem)


def _choice(audio: Audio, *, diariser: str, settings: Settings) -> Choice:
    """Load the speaker model only where channels do not tell who speaks."""
    if layout_of(audio.samples) is Layout.STEREO:
        return Choice(None)
    return choose_diariser(
        diariser, models=settings.models, token=settings.hub_token or None, threads=threads_of(settings)
    )


def roles_of(channels: str) -> ChannelRoles:
    """Return who is on which channel, from names with commas between them; ends the command at one that is none."""
    names = [part.strip().lower() for part in channels.split(",") if part.strip()]
    unknown = [name for name in names if name not in set(Role)]
    if unknown:
        refuse(
            _(
                "The channel {name} is not one of: {known}. Write agent,customer.",
                name=unknown[0],
                known=", ".join(Role),
            )
        )
    return ChannelRoles(tuple(Role(name) for name in names))


def _show(progress: Progress) -> None:
    from qa.transcripts.handler import STEPS  # noqa: PLC0415 - importing it makes the handler known, which is for workers

    step = say(STEPS[progress.step], read_settings().language)
    click.echo(f"\r\x1b[K{step} {progress.done}/{progress.total}", nl=False, err=True)


def _write(heard: Transcript, *, form: str, output: Path | None, name: str) -> None:
    text = TABLES[form](heard, recording=name) if form in TABLES else FORMATS[form](heard)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(_("{file} cannot be written: {reason}", file=str(output), reason=error.strerror or ""))
    tell(_("Written to {file}.", file=str(output)), err=True)
