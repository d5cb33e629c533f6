"""Refusals: what a user may read when something cannot be done."""

from qa.i18n import Text


class RefusedError(Exception):
    """Something was refused; ``sentence`` says why and what to do, in words for the user."""

    status = 400

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class InvalidError(RefusedError):
    """What was given does not make sense; ``field`` names the form field it belongs to."""

    status = 422

    def __init__(self, sentence: Text, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field

    @property
    def fields(self) -> dict[str, Text]:
        """What is wrong, by the fields it belongs to."""
        return {self.field: self.sentence} if self.field is not None else {}


class ForbiddenError(RefusedError):
    """The actor may not do this."""

    status = 403


class NotFoundError(RefusedError):
    """There is no such thing, or the actor may not know of it."""

    status = 404


class ConflictError(RefusedError):
    """It was done before, or something else happened meanwhile."""

    status = 409


class TooLargeError(RefusedError):
    """More was sent than the settings allow."""

    status = 413
