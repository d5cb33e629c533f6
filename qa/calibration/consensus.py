"""What an answer comes to when answers of several reviewers are laid side by side."""

from decimal import Decimal, InvalidOperation

from qa.errors import InvalidError
from qa.evaluations.marks import Mark
from qa.evaluations.models import Answer
from qa.i18n import Language, _, say
from scorecards.definition import Criterion, Kind

#: How an answer that a criterion does not apply is written.
NOT_APPLICABLE = "n/a"


def answer_key(answer: Answer | Mark | None) -> str:
    """Return the key of the option, the number or the word for not applicable; empty when there is no answer."""
    if answer is None:
        return ""
    if answer.not_applicable:
        return NOT_APPLICABLE
    return answer.option or (answer.number or "").strip()


def value_of(criterion: Criterion, key: str) -> float | None:
    """Return the value (0-100) of an option, or the number itself; none where there is nothing to lay side by side."""
    if criterion.kind is Kind.TEXT or key in {"", NOT_APPLICABLE}:
        return None
    if criterion.kind is Kind.NUMERIC:
        return _number(key)
    option = criterion.option(key)
    return None if option is None else float(option.value)


def answer_words(criterion: Criterion, key: str, *, language: Language) -> str:
    """Return what an answer is called; a dash where there is none."""
    if not key:
        return "–"
    if key == NOT_APPLICABLE:
        return say(_("Not applicable"), language)
    if criterion.kind is Kind.TEXT:
        return key
    if criterion.kind is Kind.NUMERIC:
        return f"{key} {criterion.unit.in_(language.value)}".strip()
    option = criterion.option(key)
    return key if option is None else option.label.in_(language.value)


def check_consensus(criterion: Criterion, given: str) -> str:
    """Return the answer as it is kept; refuse one that the criterion does not know."""
    key = given.strip()
    if not key or (key == NOT_APPLICABLE and criterion.allow_not_applicable):
        return key
    known = _number(key) is not None if criterion.kind is Kind.NUMERIC else criterion.option(key) is not None
    if not known or len(key) > 60:
        raise InvalidError(_("This is no answer of this criterion."), field="consensus")
    return key


def _number(text: str) -> float | None:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return float(found) if found.is_finite() else None
