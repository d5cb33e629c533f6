"""Hear the demo's recordings as the product does: ``python -m benchmarks.demo_material.check [REFERENCE ...]``.

Prints the measures of each call and of each language; ``--json`` prints one object with the figures instead.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.demo_material.make import MATERIAL
from qa.demo.truth import Measures, measure, read_truth
from transcribe.pipeline import Options, transcribe_file
from transcribe.speakers import TINY, choose_diariser
from transcribe.types import ChannelRoles, Role
from transcribe.vad import SileroVad
from transcribe.whisper_engine import load_whisper
from transcribe.whisper_files import DEMO_VOICE


def main(arguments: Sequence[str] | None = None) -> int:
    """Transcribe and measure the recordings named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", nargs="*", help="references of calls; without them, all")
    parser.add_argument("--material", type=Path, default=MATERIAL, help="the folder of the material")
    parser.add_argument("--threads", type=int, default=1, help="threads of the model")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    listed = json.loads((given.material / "manifest.json").read_text(encoding="utf-8"))
    roles = {
        source["name"]: ChannelRoles(tuple(Role(role) for role in source["channels"])) for source in listed["sources"]
    }
    recogniser, vad = load_whisper(DEMO_VOICE, threads=given.threads), SileroVad()
    choice = choose_diariser(TINY, threads=given.threads)
    sums: dict[str, Measures] = {}
    began, seconds = time.process_time(), 0.0
    for one in listed["recordings"]:
        if given.references and one["reference"] not in given.references:
            continue
        transcript = transcribe_file(
            given.material / one["file"],
            options=Options(),
            recogniser=recogniser,
            vad=vad,
            diariser=choice.diariser,
            roles=roles[one["source"]],
            diariser_warnings=choice.warnings,
        )
        truth = read_truth(given.material / one["truth"])
        found = measure(truth, transcript)
        for name in (truth.language, "stereo" if truth.stereo else "mono"):
            sums[name] = sums.get(name, Measures()) + found
        seconds += transcript.duration_ms / 1000
        if not given.json:
            print(f"{one['reference']}  {_shown(found)}", flush=True)
    figures = _figures(sums)
    figures["cpu_seconds_per_second"] = (time.process_time() - began) / seconds if seconds else None
    if given.json:
        print(json.dumps(figures))
        return 0
    for name, measures in sums.items():
        print(f"{name:8} {_shown(measures)}")
    print(figures)
    return 0


def _figures(sums: dict[str, Measures]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in ("en", "nl"):
        if name in sums:
            figures[f"wer_{name}"] = sums[name].word_error_rate
    for name in ("stereo", "mono"):
        if name in sums:
            figures[f"der_{name}"] = sums[name].diarisation_error_rate
    if "stereo" in sums:
        figures |= {"turns_stereo": sums["stereo"].turns, "turns_right_stereo": sums["stereo"].turns_right}
    return figures


def _shown(found: Measures) -> str:
    wer, der = found.word_error_rate or 0, found.diarisation_error_rate or 0
    return (
        f"words {found.words:5}  WER {wer:6.1%}  DER {der:6.1%}  turns {found.turns_right}/{found.turns}  "
        f"language {found.languages_right}/{found.recordings}"
    )


if __name__ == "__main__":
    sys.exit(main())
