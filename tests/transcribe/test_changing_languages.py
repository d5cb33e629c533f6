"""Calls that change language, by the demo voice: pieces of the demo's recordings one after the other."""

from functools import cache

import pytest

from benchmarks._joined_calls import Joined, a_party_of_each, one_after_another, part_of, recordings, truth_of
from benchmarks.language_change import boundary_errors, is_right
from qa.demo.truth import measure
from transcribe.audio import decode
from transcribe.ballot import Ballot, languages_of
from transcribe.gate import gate
from transcribe.layout import layout_of
from transcribe.packing import pack, split_at_quiet
from transcribe.pipeline import OTHER_LANGUAGE, Options, transcribe_audio
from transcribe.types import Doubt, Layout, Transcript
from transcribe.vad import SileroVad
from transcribe.whisper_engine import WhisperEngine, load_whisper

pytestmark = pytest.mark.speech
pytest.importorskip("whisper", exc_type=ImportError)

EN, NL, EN_AGAIN = "en-0002", "nl-0001", "en-0008"
#: Some of the demo's recordings, among them the two whose votes are least sure; the benchmark hears all of them.
PLAIN = ("en-0002", "en-0006", "nl-0006", "nl-0010")


@cache
def voice() -> WhisperEngine:
    return load_whisper("demo-voice", threads=1)


def heard(call: Joined, *, languages: tuple[str, ...] = ("nl", "en")) -> Transcript:
    return transcribe_audio(
        call.audio, options=Options(languages=languages), recogniser=voice(), vad=SileroVad(), diariser=None,
        roles=call.roles,
    )  # fmt: skip


def errors(call: Joined, found: Transcript) -> float:
    return measure(call.truth, found).word_error_rate or 0.0


@pytest.mark.slow
@pytest.mark.parametrize("mono", [False, True])
def test_each_piece_of_a_joined_call_is_heard_in_its_own_language(mono: bool) -> None:
    parts = [part_of(reference, seconds=35) for reference in (EN, NL, EN_AGAIN)]
    call = one_after_another(parts, mono=mono)
    found = heard(call)
    assert found.language == "en"
    assert {turn.language for turn in found.turns} == {None, "nl"}
    assert is_right(call, found)
    assert max(boundary_errors(call, found)) < 3
    alone = [one_after_another([part], mono=mono) for part in parts]
    heard_alone = [heard(one) for one in alone]
    assert errors(call, found) < max(map(errors, alone, heard_alone)) + 0.03
    assert found.warnings == heard_alone[0].warnings


def test_each_party_is_heard_in_its_own_language() -> None:
    call = a_party_of_each(part_of(EN, seconds=45), part_of(NL, seconds=45))
    found = heard(call)
    assert is_right(call, found)
    assert errors(call, found) < 0.15


@pytest.mark.parametrize(("reference", "configured", "name"), [(EN, "nl", "Nederlands"), (NL, "en", "English")])
def test_a_language_that_is_not_set_is_told_and_its_words_are_doubtful(
    reference: str, configured: str, name: str
) -> None:
    found = heard(one_after_another([part_of(reference, seconds=25)]), languages=(configured,))
    (warning,) = found.warnings
    assert (warning.msgid, warning.params) == (OTHER_LANGUAGE, {"languages": name})
    assert found.language == configured
    assert all(Doubt.OTHER_LANGUAGE in word.doubts for turn in found.turns for word in turn.words)


@pytest.mark.parametrize("reference", PLAIN)
def test_a_plain_call_is_in_one_language(reference: str) -> None:
    audio = decode(recordings()[reference])
    stereo = layout_of(audio.samples) is Layout.STEREO
    sound = gate(audio.samples, sample_rate=16_000).samples if stereo else [audio.array().mean(axis=0)]
    vad = SileroVad()
    windows = [
        pack(split_at_quiet(vad.speech(channel, sample_rate=16_000), channel, sample_rate=16_000)) for channel in sound
    ]
    asked: list[int] = []
    ballot = Ballot(list(sound), voice(), ("nl", "en"), 16_000, report=lambda: asked.append(1))
    found = languages_of(windows, ballot=ballot, votes=3)
    assert {found.main, *(language for languages in found.languages for language in languages)} == {
        truth_of(reference).language
    }
    assert found.windows == windows
    assert len(asked) <= 3
