"""Evaluations whose texts were erased: their figures stay, and nothing is written to them any more."""

from qa.errors import ConflictError
from qa.evaluations.models import Evaluation
from qa.i18n import _

SENTENCE = _("The texts of this evaluation were erased, so nothing is added to it any more.")


def must_have_texts(evaluation: Evaluation) -> None:
    """Refuse to add anything to an evaluation whose texts were erased: it would be kept without an end."""
    if evaluation.erased_at is not None:
        raise ConflictError(SENTENCE)
