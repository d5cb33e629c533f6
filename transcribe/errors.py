"""Refusals of the transcription ring: a sentence in English with its parameters, translated by the caller."""

from dataclasses import dataclass, field


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate"
    """Mark a sentence for the catalogue and return it unchanged."""
    return msgid


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence for people: ``msgid`` is the English text with ``{name}`` fields, ``params`` fills them."""

    msgid: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid.format(**self.params)


class TranscribeError(Exception):
    """Something was refused; ``str()`` gives the English sentence."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params

    def __str__(self) -> str:
        return self.msgid.format(**self.params)


class AudioError(TranscribeError):
    """The file is no recording this product can read."""


class ModelError(TranscribeError):
    """A speech or speaker model is missing, unreadable or not allowed."""


class FormatError(TranscribeError):
    """A ready transcript does not follow its format."""


class CancelledError(TranscribeError):
    """The caller asked to stop."""
