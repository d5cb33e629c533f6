"""Hiding personal numbers in what is said and written before it is stored, and where the sound must be silent."""

from dataclasses import dataclass, replace

from qa.errors import InvalidError
from qa.i18n import Language, _
from qa.interactions.reading.values import IncomingConversation
from qa.privacy.redaction import PersonalKind, find_personal, label, redact
from qa.settings import Settings
from transcribe.types import Span, Transcript, Turn, Word

NOTHING = "none"
#: Nobody may keep these, whoever says them: what a card pays with is also taken out of the sound.
SILENCED = frozenset({PersonalKind.CARD, PersonalKind.CARD_CODE})
#: Words are timed to about a fifth of a second; so much around them is silenced too.
MARGIN_MS = 200


@dataclass(frozen=True, slots=True)
class RedactedTranscript:
    """A transcript with labels for what was hidden, and the stretches of sound in which it was said."""

    transcript: Transcript
    silenced: tuple[Span, ...]


def kinds_to_hide(settings: Settings) -> frozenset[PersonalKind]:
    """Return what the setting says to hide; raises ``InvalidError`` for a name that is none."""
    names = [part.strip() for part in settings.redact.split(",") if part.strip() and part.strip() != NOTHING]
    for name in names:
        if name not in set(PersonalKind):
            raise InvalidError(
                _(
                    "STEEKPROEF_REDACT names {name}, which is not one of: {known}.",
                    name=name,
                    known=", ".join(PersonalKind),
                )
            )
    return frozenset(PersonalKind(name) for name in names)


def redact_transcript(transcript: Transcript, *, settings: Settings) -> RedactedTranscript:
    """Hide what the setting names in every turn's words."""
    kinds = kinds_to_hide(settings)
    silenced: list[Span] = []
    turns = tuple(
        redact_turn(turn, kinds=kinds, language=Language.of(turn.language or transcript.language), silenced=silenced)
        for turn in transcript.turns
    )
    removed = tuple(
        replace(gone, text=redact(gone.text, language=Language.of(transcript.language), kinds=kinds).text)
        for gone in transcript.removed
    )
    return RedactedTranscript(replace(transcript, turns=turns, removed=removed), tuple(silenced))


def redact_conversation(conversation: IncomingConversation, *, settings: Settings) -> IncomingConversation:
    """Hide what the setting names in every message and the subject; all else stays to the letter."""
    kinds = kinds_to_hide(settings)
    language = Language.of(conversation.language or settings.language.value)
    messages = tuple(
        replace(message, text=redact(message.text, language=language, kinds=kinds).text)
        for message in conversation.messages
    )
    subject = redact(conversation.subject, language=language, kinds=kinds).text
    return replace(conversation, messages=messages, subject=subject)


def redact_turn(turn: Turn, *, kinds: frozenset[PersonalKind], language: Language, silenced: list[Span]) -> Turn:
    """Hide numbers of the kinds in a turn's words; what of the sound must be silent is added to ``silenced``."""
    found = find_personal(turn.text, kinds=kinds)
    if not found:
        return turn
    kept: list[Word] = []
    at = index = 0
    for span in found:
        # Words before the find stay; those it touches become one word with the label in it.
        touched: list[tuple[int, Word]] = []
        while index < len(turn.words) and at < span.end:
            word = turn.words[index]
            if at + len(word.text) <= span.start:
                kept.append(word)
            else:
                touched.append((at, word))
            at += len(word.text) + 1
            index += 1
        if not touched:
            # A second find inside a word that already holds a label: that word is hidden whole.
            kept[-1] = replace(kept[-1], text=label(span.kind, language=language))
            continue
        (first_at, first), (last_at, last) = touched[0], touched[-1]
        text = (
            first.text[: max(0, span.start - first_at)]
            + label(span.kind, language=language)
            + last.text[span.end - last_at :]
        )
        probability = min(word.probability for _at, word in touched)
        kept.append(Word(text, first.start_ms, last.end_ms, probability, first.doubts))
        if span.kind in SILENCED:
            silenced.append(Span(max(0, first.start_ms - MARGIN_MS), last.end_ms + MARGIN_MS))
    return replace(turn, words=(*kept, *turn.words[index:]))
