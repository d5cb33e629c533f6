"""Refusals of the scorecard ring: a sentence in English with its parameters and the place it is about."""

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


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the exact place, such as ``sections[2].criteria[0].options``; empty for the whole card."""

    where: str
    sentence: Sentence

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else str(self.sentence)


class CardError(Exception):
    """Something about a card or its answers was refused; ``str()`` gives the English sentence without the place."""

    def __init__(self, msgid: str, *, where: str = "", **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params
        self.where = where

    def __str__(self) -> str:
        return self.msgid.format(**self.params)


class CardFileError(CardError):
    """The text is no YAML that can hold a card."""


class CardProblemsError(CardError):
    """The card cannot be used; ``problems`` holds all that is wrong with it, in the order of the card."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(first.sentence.msgid, where=first.where, **first.sentence.params)
        self.problems = problems


class AnswersError(CardError):
    """The answers do not belong to the card, or are not complete; ``where`` is the key of the criterion."""


class AgreementError(CardError):
    """The ratings cannot carry the coefficient that was asked for."""


class SeverityError(CardError):
    """The scores cannot tell how severe reviewers are."""
