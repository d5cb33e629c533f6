"""The command that transcribes files, or sound as it comes, by itself and without a database."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from qa.commands.ground import refuse, tell
from qa.commands.live import PrintWords, listen, print_json_lines, print_text
from qa.commands.transcript_out import FORMATS, TABLES, as_text, write
from qa.i18n import Text, _, say
from qa.interactions.reading.parts import parse_offset
from qa.interactions.recordings import limits_of_settings
from qa.settings import Settings, read_settings
from qa.transcripts.engines import recogniser_choice, threads_of
from transcribe.conversation import decode_parts, tells_speakers_apart, transcribe_joined
from transcribe.diariser import MAX_SPEAKERS, MOST_SPEAKERS
from transcribe.engines import ENGINES, load_recogniser
from transcribe.layout import layout_of
from transcribe.live import LiveTranscription
from transcribe.parts import Part
from transcribe.pipeline import Options
from transcribe.recogniser import Recogniser
from transcribe.speakers import Choice, choose_diariser
from transcribe.types import ChannelRoles, Layout, Progress, Report, Role, Transcript, silent
from transcribe.vad import SileroVad

LINES: dict[str, PrintWords] = {"text": print_text, "json": print_json_lines}
#: What a recording without a file is called in tables, and how many channels one can have.
LIVE_NAME, MOST_CHANNELS = "live", 8


@dataclass(frozen=True, slots=True)
class _Way:
    """How the command is to transcribe; models are loaded when they are called for."""

    options: Options
    channels: str
    load: Callable[[], Recogniser]
    #: Chooses what tells speakers apart, unless the channels do.
    choose: Callable[[bool], Choice]
    report: Report


@click.command("transcribe")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--pair",
    nargs=2,
    multiple=True,
    type=click.Path(path_type=Path),
    help="Two files of one call, each with one party: left and right of stereo.",
)
@click.option(
    "--offset",
    "offsets",
    multiple=True,
    help="Where a file begins after the start, as 312.5 or 5:12; once for each file, else they follow each other.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Read raw sound (16-bit samples, little-endian) from standard input; print words while it comes.",
)
@click.option(
    "--rate",
    type=click.IntRange(min=4_000, max=192_000),
    default=8_000,
    show_default=True,
    help="Samples a second of the sound of --live.",
)
@click.option(
    "--lines",
    type=click.Choice([*LINES]),
    default="text",
    show_default=True,
    help="How --live prints words: a line for people, or a line of JSON for each word.",
)
@click.option(
    "--channels",
    default="agent,customer",
    show_default=True,
    help="Who is on which channel of stereo; for --live also only how many channels there are.",
)
@click.option("--language", type=click.Choice(["nl", "en"]), help="Language; without it, it is heard.")
@click.option("--engine", type=click.Choice(ENGINES), help="Recogniser; without it, that of STEEKPROEF_ASR_ENGINE.")
@click.option("--model", help="Whisper model; without it, that of STEEKPROEF_ASR_MODEL.")
@click.option("--diariser", help="Speaker model for mono, or none; without it, that of STEEKPROEF_SPEAKER_MODEL.")
@click.option(
    "--max-speakers",
    type=click.IntRange(min=1, max=MOST_SPEAKERS),
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
@click.option("--signals", "with_signals", is_flag=True, help="With --format json: the figures of the call too.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; without it, standard output.")
def transcribe(
    files: tuple[Path, ...],
    *,
    pair: tuple[tuple[Path, Path], ...],
    offsets: tuple[str, ...],
    live: bool,
    rate: int,
    lines: str,
    channels: str,
    language: str | None,
    engine: str | None,
    model: str | None,
    diariser: str | None,
    max_speakers: int,
    form: str,
    with_signals: bool,
    output: Path | None,
) -> None:
    """Write down what is said in FILES, with speakers and times; nothing is stored but the result.

    Several files are parts of one conversation, in order; its times count from its start. With --live no file is
    named: sound is read from standard input until it ends or Ctrl-C is pressed. Words are printed once they will not
    change any more, and after the end the whole transcript in the form of --format.
    """
    if with_signals and form != "json":
        refuse(_("The figures of a call are written as JSON only. Write --format json --signals."))
    settings = read_settings()
    way = _Way(
        options=Options(
            languages=settings.languages,
            language=language,
            limits=limits_of_settings(settings),
            max_speakers=max_speakers,
        ),
        channels=channels,
        load=lambda: load_recogniser(recogniser_choice(settings, engine=engine, model=model)),
        choose=lambda told_apart: _choice(told_apart, diariser=diariser or settings.speaker_model, settings=settings),
        report=_show if sys.stderr.isatty() else silent,
    )
    if live:
        if files or pair:
            refuse(_("With --live sound comes from standard input. Leave out the file, or --live."))
        heard = _live(way, rate=rate, print_words=LINES[lines])
    else:
        parts = _parts(files, pair=pair, offsets=offsets)
        heard = _of_files(way, parts)
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    for warning in heard.warnings:
        tell(Text(warning.msgid, warning.params), err=True)
    name = LIVE_NAME if live else parts[0].path.stem
    write(as_text(heard, form=form, name=name, with_signals=with_signals), output=output)


def _of_files(way: _Way, parts: tuple[Part, ...]) -> Transcript:
    roles = roles_of(way.channels)
    joined = decode_parts(parts, limits=way.options.limits)
    choice = way.choose(tells_speakers_apart(joined))
    return transcribe_joined(
        joined,
        options=way.options,
        recogniser=way.load(),
        vad=SileroVad(),
        diariser=choice.diariser,
        diariser_warnings=choice.warnings,
        roles=roles,
        report=way.report,
    )


def _live(way: _Way, *, rate: int, print_words: PrintWords) -> Transcript:
    count, roles = _layout_of(way.channels)
    going = LiveTranscription(
        channels=count, sample_rate=rate, options=way.options, recogniser=way.load(), vad=SileroVad(), roles=roles
    )
    listen(going, sys.stdin.buffer, rate=rate, channels=count, print_words=print_words)
    choice = way.choose(layout_of(going.sound.samples) is Layout.STEREO)
    return going.finish(diariser=choice.diariser, warnings=choice.warnings, report=way.report)


def _layout_of(channels: str) -> tuple[int, ChannelRoles]:
    """Return how many channels there are and who is on which; a number names nobody."""
    if channels.strip().isdecimal():
        count = int(channels)
        if not 1 <= count <= MOST_CHANNELS:
            refuse(_("Live sound has 1 to {most} channels, not {count}.", most=MOST_CHANNELS, count=count))
        return count, ChannelRoles()
    roles = roles_of(channels)
    return max(1, len(roles.roles)), roles


def _parts(
    files: tuple[Path, ...], *, pair: tuple[tuple[Path, Path], ...], offsets: tuple[str, ...]
) -> tuple[Part, ...]:
    """Return the parts in order, pairs first; ends the command where there is none, or offsets that do not fit."""
    if not files and not pair:
        refuse(_("Name at least one recording, or two with --pair, or give --live to read sound from standard input."))
    if offsets and len(offsets) != len(files):
        refuse(
            _(
                "There are {offsets} offsets for {files} files. Write --offset once for each file, in the same order.",
                offsets=len(offsets),
                files=len(files),
            )
        )
    sided = [Part(path, path.name, None, side) for two in pair for side, path in enumerate(two)]
    told = [parse_offset(offset) for offset in offsets] or [None] * len(files)
    return (*sided, *(Part(path, path.name, offset) for path, offset in zip(files, told, strict=True)))


def _choice(told_apart: bool, *, diariser: str, settings: Settings) -> Choice:
    """Load the speaker model only where channels do not tell who speaks."""
    if told_apart:
        return Choice(None)
    return choose_diariser(
        diariser,
        models=settings.models,
        token=settings.hub_token or None,
        threads=threads_of(settings),
        device=settings.speech_device,
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
