"""How many words end up with the wrong speaker, and how well the shipped models tell synthetic voices apart.

Words: conversations of two parties whose words and turns are known; the words' times and the turns' edges are moved a
little at random, as a recogniser and a diariser move them, and each word is given to a speaker as in the product.
Figures: cpWER in per cent (all words of each speaker in a row, the speakers paired in the order that gives the fewest
errors), for 0 and 15 % of all speech overlapped, and the part that really was overlapped.

Voices: diarisation error of the tiny pyannote models on synthetic calls of clearly different voices, in per cent,
without a collar and with 0.25 s on either side; only where espeak-ng is installed.
"""

import random
import shutil
from dataclasses import dataclass, replace
from itertools import pairwise, permutations

import jiwer

from benchmarks.tiny_speakers.measure import measure_kind
from benchmarks.tiny_speakers.sentences import SENTENCES
from transcribe.assignment import assign, overlapped
from transcribe.types import Span, SpeakerSpan, Word

CALLS = 30
TURNS = 40
#: Standard deviations: of a word's time, of the edge of a turn.
WORD_JITTER_MS, EDGE_JITTER_MS = 150, 100
#: How fast people speak: about 160 words a minute.
MS_PER_LETTER = 65


@dataclass(frozen=True, slots=True)
class Said:
    """One word and who really said it."""

    word: Word
    speaker: str


def conversation(seed: int, *, overlap: float) -> tuple[list[Said], list[SpeakerSpan]]:
    """Two parties in turn; about ``overlap`` of all that is said lies under or over what the other one says."""
    dice = random.Random(seed)
    language = dice.choice(("en", "nl"))
    said: list[Said] = []
    turns: list[SpeakerSpan] = []
    clock_ms = 500
    for number in range(TURNS):
        speaker = "AB"[number % 2]
        words = dice.choice(SENTENCES[language]).split()
        lengths = [MS_PER_LETTER * (len(word) + 1) for word in words]
        before_ms = turns[-1].end_ms - turns[-1].start_ms if turns else 0
        # Each overlap counts for two turns, and each turn has one at either end: a quarter of ``overlap`` of both.
        early_ms = min(round(dice.uniform(0.5, 1.5) * overlap / 4 * (before_ms + sum(lengths))), before_ms)
        start_ms = clock_ms - early_ms if overlap and turns else clock_ms + dice.choice((50, 200, 400, 800, 1_500))
        edges = [start_ms]
        for length in lengths:
            edges.append(edges[-1] + length)
        said += [Said(Word(word, *times), speaker) for word, times in zip(words, pairwise(edges), strict=True)]
        turns.append(SpeakerSpan(start_ms, edges[-1], speaker))
        clock_ms = edges[-1]
    return sorted(said, key=lambda one: one.word.start_ms), turns


def overlapped_part(turns: list[SpeakerSpan]) -> float:
    """The part of all speech, both parties' taken together, during which the other one speaks too."""
    twice = sum(span.end_ms - span.start_ms for span in overlapped(turns))
    return 2 * twice / sum(turn.end_ms - turn.start_ms for turn in turns)


def moved(said: list[Said], turns: list[SpeakerSpan], *, dice: random.Random) -> tuple[list[Said], list[SpeakerSpan]]:
    """Words a little early or late, turns with edges a little wrong."""
    words = []
    for one in said:
        by_ms = round(dice.gauss(0, WORD_JITTER_MS))
        span = Span(max(0, one.word.start_ms + by_ms), max(1, one.word.end_ms + by_ms))
        words.append(replace(one, word=replace(one.word, start_ms=span.start_ms, end_ms=span.end_ms)))
    spans = []
    for turn in turns:
        start_ms = max(0, turn.start_ms + round(dice.gauss(0, EDGE_JITTER_MS)))
        end_ms = turn.end_ms + round(dice.gauss(0, EDGE_JITTER_MS))
        spans.append(replace(turn, start_ms=start_ms, end_ms=max(start_ms + 1, end_ms)))
    return sorted(words, key=lambda one: one.word.start_ms), spans


def cp_wer(truth: dict[str, str], found: dict[str, str]) -> tuple[int, int]:
    """Word errors under the best pairing of speakers, and words; a speaker without a partner counts in full."""
    missing = max(0, len(truth) - len(found))
    wanted = [*truth.values(), *[""] * max(0, len(found) - len(truth))]
    given = [*found.values(), *[""] * missing]
    errors = [[_errors(one, other) for other in given] for one in wanted]
    best = min(
        sum(errors[row][column] for row, column in enumerate(order)) for order in permutations(range(len(given)))
    )
    return best, sum(len(text.split()) for text in truth.values())


def _errors(wanted: str, given: str) -> int:
    if not wanted.split() or not given.split():
        return len(wanted.split()) + len(given.split())
    found = jiwer.process_words(wanted, given)
    return int(found.substitutions + found.deletions + found.insertions)


def _texts(spoken: list[tuple[str, str]]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for speaker, word in spoken:
        texts.setdefault(speaker, []).append(word)
    return {speaker: " ".join(words) for speaker, words in texts.items()}


def measure_words(*, overlap: float, calls: int = CALLS) -> tuple[float, float]:
    """CpWER, and the part of speech that was overlapped, both in per cent."""
    errors = words = 0
    parts = []
    for seed in range(calls):
        said, turns = conversation(seed, overlap=overlap)
        parts.append(overlapped_part(turns))
        heard, spans = moved(said, turns, dice=random.Random(1_000 + seed))
        given = assign([one.word for one in heard], spans)
        # What is measured is who gets a word: the truth keeps the order in which the words were heard.
        wrong, total = cp_wer(
            _texts([(one.speaker, one.word.text) for one in heard]),
            _texts([(speaker, word.text) for speaker, word in given]),
        )
        errors, words = errors + wrong, words + total
    return 100 * errors / words, 100 * sum(parts) / len(parts)


def run() -> dict[str, float]:
    """Words first, then voices."""
    figures: dict[str, float] = {}
    for name, overlap in (("none", 0.0), ("15", 0.15)):
        rate, part = measure_words(overlap=overlap)
        figures |= {f"cpwer_overlap_{name}": round(rate, 2), f"overlapped_part_{name}": round(part, 1)}
    if shutil.which("espeak-ng"):
        found = measure_kind("distinct")
        figures |= {"tiny_der": found["der"], "tiny_der_collar": found["der_collar"], "tiny_calls": found["calls"]}
    return figures
