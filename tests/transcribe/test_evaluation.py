"""Transcripts are held against references as the judges of the field do it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.demo.test_truth import speech, turn
from transcribe.errors import FormatError
from transcribe.evaluation import (
    CPWER,
    DER,
    DER_COLLAR,
    STARTS,
    WER,
    Judged,
    Reference,
    Share,
    by_language,
    figures,
    judge,
)
from transcribe.formats import ctm, own_json, rttm
from transcribe.measures import speaker_time, spoken
from transcribe.references import pairs, read_words, reference_of, transcripts_in
from transcribe.types import Role, SpeakerSpan, Transcript, Turn, Word

pytestmark = pytest.mark.speech

SAID = (
    turn(Role.AGENT, 0, "Goedemorgen, met Noor."),
    turn(Role.CUSTOMER, 2_000, "Mijn meter doet het niet."),
    turn(Role.AGENT, 5_000, "Dat zoek ik uit."),
)
HEARD = Transcript("nl", 10_000, SAID)


@pytest.fixture(autouse=True)
def _installed() -> None:
    for name in ("whisper", "jiwer", "pyannote.metrics"):
        pytest.importorskip(name, exc_type=ImportError)


def reference(*turns: Turn) -> Reference:
    return Reference(turns=turns, spans=tuple(spoken(turns)), language="nl", timed=True, named=True)


def rates(truth: Reference, heard: Transcript) -> dict[str, float]:
    return {name: round(share.part / share.whole, 4) for name, share in judge(truth, heard, name="a").shares.items()}


def test_the_same_has_no_error() -> None:
    assert rates(reference(*SAID), HEARD) == {WER: 0, STARTS: 1, DER: 0, DER_COLLAR: 0, CPWER: 0}


def test_case_and_marks_are_no_errors_and_a_wrong_word_is() -> None:
    heard = replace(HEARD, turns=(turn(Role.AGENT, 0, "goedemorgen met Door"), *SAID[1:]))
    found = judge(reference(*SAID), heard, name="a").shares
    assert (found[WER], found[CPWER]) == (Share(1, 12), Share(1, 12))
    assert found[STARTS] == Share(11, 11)


def test_words_that_begin_late_are_counted() -> None:
    late = replace(
        HEARD,
        turns=tuple(
            replace(one, words=tuple(replace(word, start_ms=word.start_ms + 301) for word in one.words))
            for one in SAID[:1]
        )
        + SAID[1:],
    )
    assert judge(reference(*SAID), late, name="a").shares[STARTS] == Share(9, 12)


def test_words_given_to_the_wrong_party_are_errors() -> None:
    heard = replace(HEARD, turns=(SAID[0], replace(SAID[1], role=Role.AGENT, speaker="agent"), SAID[2]))
    found = judge(reference(*SAID), heard, name="a").shares
    # Nobody is the customer any more, so words are compared in order of time, and only cpWER tells.
    assert found[WER].part == 0
    assert found[CPWER].part == 10
    assert found[DER].part == pytest.approx(1.5)


def test_speakers_may_be_called_anything() -> None:
    heard = replace(HEARD, turns=tuple(replace(one, speaker=f"S{one.role}", role=Role.UNKNOWN) for one in SAID))
    assert rates(reference(*SAID), heard) == {WER: 0, STARTS: 1, DER: 0, DER_COLLAR: 0, CPWER: 0}


def test_text_alone_is_judged_on_its_words_alone() -> None:
    words = tuple(Word(text, 0, 0) for text in ["goedemorgen", "met", "noor"])
    truth = Reference(turns=(Turn("unknown", Role.UNKNOWN, 0, 0, words),))
    assert rates(truth, replace(HEARD, turns=SAID[:1])) == {WER: 0}


def test_nothing_heard_is_all_wrong() -> None:
    assert rates(reference(*SAID), replace(HEARD, turns=())) == {WER: 1, DER: 1, DER_COLLAR: 1, CPWER: 1}


@settings(deadline=None, max_examples=25)
@given(speech(), speech(names=("x", "y", "z")))
def test_the_judge_of_speakers_agrees_with_our_own_measure(truth: list[SpeakerSpan], found: list[SpeakerSpan]) -> None:
    heard = Transcript(
        "nl",
        60_000,
        tuple(
            Turn(span.speaker, Role.UNKNOWN, span.start_ms, span.end_ms, (Word("a", span.start_ms, span.end_ms),))
            for span in found
        ),
    )
    shares = judge(Reference(spans=tuple(truth)), heard, name="a").shares
    for measure, collar_ms in ((DER, 0), (DER_COLLAR, 250)):
        own = speaker_time(truth, spoken(heard.turns), collar_ms=collar_ms)
        wrong_ms = own.missed_ms + own.invented_ms + own.confused_ms
        if own.speech_ms:
            assert 1000 * shares[measure].whole == pytest.approx(own.speech_ms, abs=5)
            assert 1000 * shares[measure].part == pytest.approx(wrong_ms, abs=5)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 100)), min_size=1, max_size=8))
def test_a_rate_lies_within_its_interval(counts: list[tuple[int, int]]) -> None:
    judged = [Judged(str(at), "nl", {WER: Share(part, whole)}) for at, (part, whole) in enumerate(counts)]
    found = figures(judged)[WER]
    assert found.files == len(counts)
    assert found.rate == pytest.approx(sum(part for part, _ in counts) / sum(whole for _, whole in counts))
    if len(counts) == 1:
        assert (found.low, found.high) == (None, None)
    else:
        assert found.low is not None
        assert found.high is not None
        assert min(part / whole for part, whole in counts) <= found.low <= found.high
        assert found.high <= max(part / whole for part, whole in counts)


def test_languages_are_told_apart() -> None:
    judged = [Judged("a", "nl", {WER: Share(1, 10)}), Judged("b", "en", {WER: Share(3, 10)}), Judged("c", "nl")]
    assert {language: found[WER].rate for language, found in by_language(judged).items()} == {"en": 0.3, "nl": 0.1}


def test_files_find_each_other_by_their_name(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav", "c.wav", "d.wav"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a.json").write_text(own_json.write(HEARD), encoding="utf-8")
    (tmp_path / "a.txt").write_text("iets anders", encoding="utf-8")
    (tmp_path / "b.rttm").write_text(rttm.write(HEARD), encoding="utf-8")
    (tmp_path / "c.txt").write_text("goedemorgen met Noor", encoding="utf-8")

    found = pairs(tmp_path, tmp_path.glob("*.wav"))

    assert [one.name for one in found] == ["a", "b", "c"]
    first, second, third = (reference_of(one) for one in found)
    assert (first.turns, first.timed, first.named, first.language) == (SAID, True, True, "nl")
    assert second.turns is None
    assert second.spans is not None
    assert [span.speaker for span in second.spans] == ["agent", "customer", "agent"]
    assert third.turns is not None
    assert (third.turns[0].text, third.timed, third.named) == ("goedemorgen met Noor", False, False)


def test_the_form_that_tells_most_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("[00:00:00.000] agent: hallo", encoding="utf-8")
    (tmp_path / "a.ctm").write_text(ctm.write(HEARD), encoding="utf-8")
    (tmp_path / "b.txt").write_text("[00:00:00.000] agent: hallo", encoding="utf-8")
    assert [path.name for path in transcripts_in(tmp_path)] == ["a.ctm", "b.txt"]
    assert read_words(tmp_path / "b.txt").turns[0].role is Role.AGENT


def test_a_reference_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match=r"a\.txt cannot be read"):
        read_words(tmp_path / "a.txt")
