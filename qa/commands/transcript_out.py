"""A transcript in the form a command was asked for, to a file or to standard output."""

from pathlib import Path

import click

from qa.commands.ground import refuse, tell
from qa.i18n import _
from transcribe.formats import ctm, own_json, plain, rttm, signals_json, srt, vtt, whisper_json
from transcribe.signals import signals
from transcribe.types import Transcript

FORMATS = {
    "json": own_json.write,
    "whisper": whisper_json.write,
    "vtt": vtt.write,
    "srt": srt.write,
    "txt": plain.write,
}
#: Tables of evaluations name the recording in every line.
TABLES = {"rttm": rttm.write, "ctm": ctm.write}


def as_text(heard: Transcript, *, form: str, name: str, with_signals: bool = False) -> str:
    """Return the transcript of the recording ``name`` in ``form``; as JSON with its figures where wanted."""
    if with_signals:
        return own_json.write(heard, signals=signals_json.as_value(signals(heard)))
    return TABLES[form](heard, recording=name) if form in TABLES else FORMATS[form](heard)


def write(text: str, *, output: Path | None) -> None:
    """Print the text, or write it to ``output`` and say so; ends the command where that cannot be written."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(_("{file} cannot be written: {reason}", file=str(output), reason=error.strerror or ""))
    tell(_("Written to {file}.", file=str(output)), err=True)
