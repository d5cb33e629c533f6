"""The command that holds transcripts against references: how well the speech models do on one's own calls."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from qa.commands.ground import print_json, refuse, tell
from qa.commands.transcribe import roles_of
from qa.i18n import Text, _, ngettext_
from qa.interactions.folder import SOUNDS
from qa.interactions.recordings import limits_of_settings
from qa.settings import Settings, read_settings
from qa.transcripts.engines import engines_of, speakers_of
from transcribe.errors import TranscribeError
from transcribe.evaluation import MEASURES, Figure, Judged, by_language, figures, judge
from transcribe.layout import layout_of
from transcribe.media import decode_apart
from transcribe.pipeline import Options, transcribe_audio
from transcribe.references import Named, pairs, read_words, reference_of, transcripts_in
from transcribe.speakers import Choice
from transcribe.types import ChannelRoles, Layout, Transcript

#: What the columns are called; these are terms of the field and the same in every language.
TITLES = {"wer": "WER", "word_starts": "≤ 0.3 s", "der_collar": "DER ±0.25 s", "der": "DER", "cpwer": "cpWER"}
WIDTH = 24


@click.command("evaluate-speech")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--hypotheses",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with ready transcripts under the same names; nothing is transcribed then.",
)
@click.option("--channels", default="agent,customer", show_default=True, help="Who is on which channel of stereo.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate_speech(folder: Path, *, hypotheses: Path | None, channels: str, as_json: bool) -> None:
    """Measure the speech models on the recordings of DIR against references of the same name beside them.

    \b
    call7.wav    a recording
    call7.rttm   who speaks when (RTTM)
    call7.json   what is said: own JSON, or .ctm, .vtt, .srt, .txt

    Printed are the word error rate (WER), the share of right words that begin within 0.3 s of the reference where it
    times its words (JSON, CTM), the diarisation error rate (DER) with and without a collar of 0.25 s, and cpWER; per
    file, per language and in total, with 95 % intervals. Nothing leaves the machine.
    """  # noqa: D301 - click knows the block of names by this sign
    roles = roles_of(channels)
    settings = read_settings()
    found = pairs(folder, transcripts_in(hypotheses) if hypotheses else _sounds(folder))
    if not found:
        refuse(
            _(
                "No file in {folder} has a reference of the same name. Put call7.rttm or call7.txt beside call7.wav.",
                folder=str(folder),
            )
        )
    judged: list[Judged] = []
    for one in found:
        try:
            heard = read_words(one.other) if hypotheses else _heard(one, roles=roles, settings=settings)
            judged.append(judge(reference_of(one), heard, name=one.name))
        except TranscribeError as error:
            tell(_("{name}: {sentence}", name=one.name, sentence=Text(error.msgid, error.params)), err=True)
            continue
        if not as_json:
            click.echo(_line(one.name, figures(judged[-1:])))
    if not judged:
        refuse(_("Nothing could be measured: every recording or reference was refused."))
    if as_json:
        print_json(_as_json(judged))
        return
    for language, measured in by_language(judged).items():
        click.echo(_line(language or "–", measured))
    tell(
        ngettext_(
            "Total of {n} file:",
            "Total of {n} files, with 95 % intervals from drawing files again at random:",
            n=len(judged),
        )
    )
    for row in _total(figures(judged)):
        click.echo(row)


def _sounds(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() in SOUNDS and path.is_file()]


def _heard(one: Named, *, roles: ChannelRoles, settings: Settings) -> Transcript:
    limits = limits_of_settings(settings)
    audio = decode_apart(one.other, limits=limits)
    apart = layout_of(audio.samples) is Layout.STEREO
    speakers = Choice(None) if apart else speakers_of(settings)
    engines = engines_of(settings)
    return transcribe_audio(
        audio,
        options=Options(languages=settings.languages, limits=limits),
        recogniser=engines.recogniser,
        vad=engines.vad,
        diariser=speakers.diariser,
        diariser_warnings=speakers.warnings,
        roles=roles,
    )


def _line(name: str, found: Mapping[str, Figure]) -> str:
    parts = [f"{TITLES[measure]} {found[measure].rate:.1%}" for measure in MEASURES if measure in found]
    words = f"n={found['wer'].whole:.0f}" if "wer" in found else ""
    return "  ".join(part for part in (f"{name:{WIDTH}}", words, *parts) if part)


def _total(found: Mapping[str, Figure]) -> Iterator[str]:
    for measure in MEASURES:
        if measure not in found:
            continue
        figure = found[measure]
        interval = "" if figure.low is None or figure.high is None else f"  [{figure.low:.1%} – {figure.high:.1%}]"
        unit = "s" if measure.startswith("der") else ""
        yield f"{TITLES[measure]:{WIDTH}}{figure.rate:7.1%}{interval}  n={figure.whole:.0f}{unit}, {figure.files}"


def _as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "files": [{"file": one.name, "language": one.language, **_values(figures([one]))} for one in judged],
        "languages": {language: _values(found) for language, found in by_language(judged).items()},
        "total": _values(figures(judged)),
    }


def _values(found: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        measure: {
            "rate": figure.rate,
            "n": figure.whole,
            "unit": "seconds" if measure.startswith("der") else "words",
            "files": figure.files,
            "low": figure.low,
            "high": figure.high,
        }
        for measure, figure in found.items()
    }
