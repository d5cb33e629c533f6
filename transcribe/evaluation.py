"""How good a transcript is beside a reference: word errors, word starts, speakers; per file and over files.

Words are judged by jiwer after Whisper's ``BasicTextNormalizer``, which suits Dutch; speakers by pyannote.metrics.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from transcribe.errors import N_, ModelError
from transcribe.measures import COLLAR_MS, by_time, of_role, spoken
from transcribe.types import Role, SpeakerSpan, Transcript, Turn

#: A word begins where the reference says when it is no further away than this.
NEAR_MS = 300
PARTIES = (Role.AGENT, Role.CUSTOMER)
#: Draws of the bootstrap and the share of them that its interval holds.
DRAWS, SHARE, SEED = 2_000, 0.95, 2026

WER, STARTS, DER, DER_COLLAR, CPWER = "wer", "word_starts", "der", "der_collar", "cpwer"
MEASURES = (WER, STARTS, DER_COLLAR, DER, CPWER)


@dataclass(frozen=True, slots=True)
class Reference:
    """What was really said: ``turns``, where words are known, and ``spans``, where speakers are.

    ``timed`` says that every word has a time of its own, ``named`` that the turns tell who speaks.
    """

    turns: tuple[Turn, ...] | None = None
    spans: tuple[SpeakerSpan, ...] | None = None
    language: str = ""
    timed: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``, in words or in seconds."""

    part: float
    whole: float


@dataclass(frozen=True, slots=True)
class Judged:
    """One file: its language and every measure that its reference allows."""

    name: str
    language: str
    shares: Mapping[str, Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over ``files``: its ``rate``, of how much, and the interval, where there are files enough for one."""

    rate: float
    whole: float
    files: int
    low: float | None = None
    high: float | None = None


def judge(reference: Reference, found: Transcript, *, name: str) -> Judged:
    """Hold a transcript against its reference.

    Words are compared party by party where both sides name agent and customer, else in order of time. Raises
    ``ModelError`` where the packages that judge are not installed.
    """
    shares: dict[str, Share] = {}
    if reference.turns is not None:
        shares |= _words(reference, found)
        if reference.named:
            shares[CPWER] = _concatenated(reference.turns, found.turns)
    if reference.spans is not None:
        end_ms = max(found.duration_ms, *(span.end_ms for span in reference.spans), 0)
        heard = spoken(found.turns)
        shares[DER] = _speakers(reference.spans, heard, collar_ms=0, end_ms=end_ms)
        shares[DER_COLLAR] = _speakers(reference.spans, heard, collar_ms=COLLAR_MS, end_ms=end_ms)
    language = reference.language or found.language
    return Judged(name, language, {measure: share for measure, share in shares.items() if share.whole > 0})


def figures(judged: Sequence[Judged]) -> dict[str, Figure]:
    """Every measure over all files, with a bootstrap interval of 95 % over files where there are two or more."""
    return {measure: _figure(list(found)) for measure, found in _by_measure(judged) if found}


def by_language(judged: Sequence[Judged]) -> dict[str, dict[str, Figure]]:
    """The figures of each language, by the alphabet."""
    languages = sorted({one.language for one in judged})
    return {language: figures([one for one in judged if one.language == language]) for language in languages}


def _by_measure(judged: Sequence[Judged]) -> Iterator[tuple[str, list[Share]]]:
    for measure in MEASURES:
        yield measure, [one.shares[measure] for one in judged if measure in one.shares]


def _figure(found: list[Share]) -> Figure:
    parts, wholes = np.array([share.part for share in found]), np.array([share.whole for share in found])
    rate = float(parts.sum() / wholes.sum())
    if len(found) < 2:
        return Figure(rate, float(wholes.sum()), len(found))
    drawn = np.random.default_rng(SEED).integers(0, len(found), (DRAWS, len(found)))
    rates = parts[drawn].sum(axis=1) / wholes[drawn].sum(axis=1)
    low, high = np.quantile(rates, ((1 - SHARE) / 2, (1 + SHARE) / 2))
    return Figure(rate, float(wholes.sum()), len(found), float(low), float(high))


def _words(reference: Reference, found: Transcript) -> dict[str, Share]:
    assert reference.turns is not None
    errors = total = near = right = 0
    for said, heard in _sides(reference.turns, found.turns):
        truth, guess = _tokens(said), _tokens(heard)
        total += len(truth)
        if not truth or not guess:
            errors += len(truth) + len(guess)
            continue
        judged = _jiwer().process_words(" ".join(text for text, _ in truth), " ".join(text for text, _ in guess))
        errors += judged.substitutions + judged.deletions + judged.insertions
        for chunk in judged.alignments[0]:
            if chunk.type != "equal":
                continue
            for place in range(chunk.ref_end_idx - chunk.ref_start_idx):
                true_ms, heard_ms = truth[chunk.ref_start_idx + place][1], guess[chunk.hyp_start_idx + place][1]
                if true_ms is not None and heard_ms is not None:
                    right += 1
                    near += abs(true_ms - heard_ms) <= NEAR_MS
    shares = {WER: Share(errors, total)}
    return shares | {STARTS: Share(near, right)} if reference.timed else shares


def _sides(said: Sequence[Turn], heard: Sequence[Turn]) -> list[tuple[Sequence[Turn], Sequence[Turn]]]:
    """What is compared with what: each party, and whatever nobody is named for, or everything at once."""
    if not all({turn.role for turn in turns} & set(PARTIES) == set(PARTIES) for turns in (said, heard)):
        return [(said, heard)]
    rest = [[turn for turn in turns if turn.role not in PARTIES] for turns in (said, heard)]
    return [*((of_role(said, role), of_role(heard, role)) for role in PARTIES), (rest[0], rest[1])]


def _tokens(turns: Sequence[Turn]) -> list[tuple[str, int | None]]:
    """The words as they are compared, in order of time, each with the start of the word it begins."""
    tokens: list[tuple[str, int | None]] = []
    for word in by_time(turns):
        for place, text in enumerate(_normalised(word.text)):
            tokens.append((text, None if place else word.start_ms))
    return tokens


def _concatenated(said: Sequence[Turn], heard: Sequence[Turn]) -> Share:
    """Word errors with the words of each speaker in a row, speakers matched one to one so that the least goes wrong.

    That is cpWER, the concatenated minimum-permutation word error rate of Watanabe and others (CHiME-6, 2020).
    """
    truth, guess = _by_speaker(said), _by_speaker(heard)
    size = max(len(truth), len(guess))
    truth += [""] * (size - len(truth))
    guess += [""] * (size - len(guess))
    costs = np.array([[_errors(true, told) for told in guess] for true in truth])
    rows, columns = linear_sum_assignment(costs)
    return Share(float(costs[rows, columns].sum()), sum(len(text.split()) for text in truth))


def _by_speaker(turns: Sequence[Turn]) -> list[str]:
    speakers = dict.fromkeys(turn.speaker for turn in turns)
    return [
        " ".join(text for text, _ in _tokens([turn for turn in turns if turn.speaker == speaker]))
        for speaker in speakers
    ]


def _errors(truth: str, guess: str) -> int:
    if not truth or not guess:
        return len(truth.split()) + len(guess.split())
    judged = _jiwer().process_words(truth, guess)
    return int(judged.substitutions + judged.deletions + judged.insertions)


def _speakers(truth: Sequence[SpeakerSpan], heard: Sequence[SpeakerSpan], *, collar_ms: int, end_ms: int) -> Share:
    """Seconds of speech missed, invented or given to someone else, of all seconds of speech."""
    core, metric = _pyannote()
    # Its collar is the whole width around a boundary, half of it on either side.
    judge_ = metric(collar=2 * collar_ms / 1000)
    parts = judge_(
        _annotation(truth), _annotation(heard), detailed=True, uem=core.Timeline([core.Segment(0, end_ms / 1000)])
    )
    wrong = sum(parts[name] for name in ("missed detection", "false alarm", "confusion"))
    total = float(parts["total"])
    return Share(float(wrong), total if math.isfinite(total) else 0.0)


def _annotation(spans: Sequence[SpeakerSpan]) -> Any:
    core, _metric = _pyannote()
    made = core.Annotation()
    for place, span in enumerate(spans):
        made[core.Segment(span.start_ms / 1000, span.end_ms / 1000), place] = span.speaker
    return made


MISSING = N_(
    "{package} is not installed, and nothing can be judged without it. Install Steekproef with its speech parts."
)


def _jiwer() -> Any:
    try:
        import jiwer  # noqa: PLC0415 - only where something is judged
    except ImportError as error:
        raise ModelError(MISSING, package="jiwer") from error
    return jiwer


def _pyannote() -> tuple[Any, Callable[..., Any]]:
    try:
        from pyannote import core  # noqa: PLC0415 - only where something is judged
        from pyannote.metrics.diarization import DiarizationErrorRate  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(MISSING, package="pyannote.metrics") from error
    return core, DiarizationErrorRate


@cache
def _normaliser() -> Callable[[str], str]:
    try:
        from whisper.normalizers import BasicTextNormalizer  # noqa: PLC0415 - only where something is judged
    except ImportError as error:
        raise ModelError(MISSING, package="openai-whisper") from error
    made: Callable[[str], str] = BasicTextNormalizer()
    return made


def _normalised(text: str) -> list[str]:
    return _normaliser()(text).split()
