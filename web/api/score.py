"""The one form of a figure in the API; a score that lacks what says how sure it is cannot be sent."""

from typing import Any

from flask import g
from marshmallow import fields, pre_dump

from qa.estimate.exclusions import Exclusions
from qa.estimate.figure import Figure
from qa.estimate.intervals import Method
from qa.i18n import say
from web.api.parts import Answer, IncompleteAnswerError, exact, one_of, part, text, truth, whole


class IntervalSchema(Answer):
    """Both ends of an interval."""

    low = exact("Low end, 0-100.")
    high = exact("High end, 0-100.")


class ExclusionsSchema(Answer):
    """How far drawn interactions that were set aside could move a score."""

    n = whole("Drawn interactions that were set aside.")
    low = exact("The score if each of them had got 0.")
    high = exact("The score if each of them had got 100.")


class ScoreSchema(Answer):
    """A mean score; made of a `Figure` only, which cannot be without its parts."""

    value = exact("The mean, 0-100; null where too few were reviewed to say anything.", empty=True)
    interval = part(IntervalSchema, "Where the mean of all interactions lies; null as the value is.", empty=True)
    level = exact("How sure the interval is: 0.95 means that 19 in 20 such intervals hold the mean.")
    method = one_of(Method, "How the interval was made.")
    n = whole("Interactions that were reviewed.")
    N = whole("Interactions that the score speaks for; null where that is not known.", empty=True)
    draw_ids = fields.List(fields.Integer(), metadata={"description": "The draws that the score rests on."})
    enough = truth("Whether enough were reviewed to show a score.")
    guard = whole("From how many reviewed interactions on a score is shown, unless all were reviewed.")
    exclusions = part(
        ExclusionsSchema, "What was set aside; null where nothing was, or where no score is shown.", empty=True
    )
    said = text("The score in one sentence of the caller's language.")

    class Meta:
        description = "A mean score from random samples. Never without n, N, interval, level, method and draws."

    @pre_dump
    def of_figure(self, figure: object, **kwargs: object) -> dict[str, Any]:
        """Take a figure apart; refuse anything else, and a score that rests on no draw."""
        del kwargs
        if not isinstance(figure, Figure):
            raise IncompleteAnswerError(
                "A score is sent from a Figure, with its n, its interval, its method and its draws."
            )
        if figure.n and not figure.draw_ids:
            raise IncompleteAnswerError("A score is sent with the draws it rests on.")
        shown = not figure.too_few
        return {
            "value": _points(figure.shown),
            "interval": {"low": _points(figure.low), "high": _points(figure.high)} if shown else None,
            "level": f"{figure.level:.12g}",
            "method": figure.method,
            "n": figure.n,
            "N": figure.N,
            "draw_ids": figure.draw_ids,
            "enough": shown,
            "guard": figure.guard,
            "exclusions": _set_aside(figure.exclusions) if shown else None,
            "said": say(figure.said, g.language),
        }


def _set_aside(found: Exclusions | None) -> dict[str, object] | None:
    return {"n": found.n, "low": _points(found.low), "high": _points(found.high)} if found else None


def _points(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


SCORE_EXAMPLE: dict[str, object] = {
    "value": "82.41",
    "interval": {"low": "76.02", "high": "87.56"},
    "level": "0.95",
    "method": "bounded",
    "n": 24,
    "N": 310,
    "draw_ids": [17],
    "enough": True,
    "guard": 5,
    "exclusions": {"n": 1, "low": "79.11", "high": "83.11"},
    "said": "82.4 (between 76 and 87.6, n = 24)",
}
TOO_FEW_EXAMPLE: dict[str, object] = {
    "value": None,
    "interval": None,
    "level": "0.95",
    "method": "bounded",
    "n": 3,
    "N": 310,
    "draw_ids": [16],
    "enough": False,
    "guard": 5,
    "exclusions": None,
    "said": "too few to say (n = 3)",
}
