"""Small words that only one language has: a recogniser that is told the wrong one often writes them all the same."""

from collections.abc import Collection, Sequence

from transcribe.types import Word
from transcribe.words import plain

TELLING: dict[str, frozenset[str]] = {
    "nl": frozenset(
        [
            "de",
            "het",
            "een",
            "en",
            "dat",
            "niet",
            "ik",
            "uw",
            "van",
            "voor",
            "met",
            "op",
            "zijn",
            "heb",
            "heeft",
            "naar",
            "maar",
            "ook",
            "nog",
            "als",
            "wat",
            "mijn",
            "kunt",
            "deze",
            "dit",
            "bij",
            "te",
            "wij",
            "graag",
            "bedankt",
        ]
    ),
    "en": frozenset(
        [
            "the",
            "and",
            "that",
            "not",
            "you",
            "your",
            "for",
            "with",
            "have",
            "has",
            "my",
            "but",
            "this",
            "it",
            "to",
            "are",
            "what",
            "can",
            "will",
            "from",
            "on",
            "be",
            "would",
            "please",
            "thank",
            "there",
        ]
    ),
}
#: Words looked at together, how many of them must tell of another language, and how many times those of the own one.
TOGETHER, ENOUGH, TIMES = 20, 5, 3


#: In a recording of more than one language so many small words of the other tell, if none is of the own.
FEW = 2


def sentences_read_as(words: Sequence[Word], *, language: str, among: Collection[str]) -> list[str]:
    """Return what each of ``words`` reads as, sentence by sentence: a window may lie on both sides of a change.

    A sentence that tells nothing is of the language before it, at the beginning of the one after; where none tells
    anything all of them are what they read as together.
    """
    sentences: list[list[Word]] = [[]]
    for word in words:
        sentences[-1].append(word)
        if word.text.rstrip().endswith((".", "?", "!")):
            sentences.append([])
    told = [_told(sentence, language=language, among=among) for sentence in sentences]
    if not any(told):
        return [reads_as(words, language=language, among=among)] * len(words)
    now = next(found for found in told if found)
    languages: list[str] = []
    for sentence, found in zip(sentences, told, strict=True):
        now = found or now
        languages += [now] * len(sentence)
    return languages


def _told(words: Sequence[Word], *, language: str, among: Collection[str]) -> str | None:
    """What a sentence reads as; nothing where too few of its words tell."""
    read = reads_as(words, language=language, among=among)
    own = TELLING.get(language, frozenset())
    return read if read != language or sum(plain(word.text) in own for word in words) >= FEW else None


def reads_as(words: Sequence[Word], *, language: str, among: Collection[str]) -> str:
    """Return which of ``among``, the languages of a recording, some words of it read as; ``language`` unless they tell."""
    if language not in TELLING:
        return language
    texts = [plain(word.text) for word in words]
    own = sum(text in TELLING[language] for text in texts)
    counts = {other: sum(text in TELLING[other] for text in texts) for other in among if other in TELLING}
    best = max(counts, key=lambda other: counts[other], default=language)
    return best if best != language and counts[best] >= max(FEW, TIMES * own) else language


def tells_another(words: Sequence[Word], *, language: str, among: Sequence[str]) -> bool:
    """Whether some twenty words in a row read as another of the languages ``among``; only Dutch and English are known."""
    known = TELLING.get(language)
    others = [TELLING[other] for other in among if other != language and other in TELLING]
    if known is None or not others:
        return False
    texts = [plain(word.text) for word in words]
    for start in range(0, max(1, len(texts) - TOGETHER // 2), TOGETHER // 2):
        part = texts[start : start + TOGETHER]
        own = sum(text in known for text in part)
        if any(sum(text in other for text in part) >= max(ENOUGH, TIMES * own) for other in others):
            return True
    return False
