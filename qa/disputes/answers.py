"""Answers in disputes: whether a mark answers a criterion, and whether two marks give the same answer."""

from qa.errors import InvalidError
from qa.evaluations.marks import Mark, Marks, scored
from qa.i18n import Text, _
from scorecards.answers import Answer, chosen
from scorecards.definition import Card, Criterion, Kind
from scorecards.errors import AnswersError


def answer_of(mark: Mark) -> tuple[object, ...]:
    """Return what the mark answers, without its comment, cause and evidence; equal ones give the same answer."""
    given: Answer = scored({"": mark})[""]
    return (given.option, given.number, given.text.strip(), given.not_applicable)


def checked_answer(criterion: Criterion, mark: Mark, *, field: str) -> None:
    """Refuse a mark that gives no answer, or one that the criterion does not know."""
    given = scored({criterion.key: mark})[criterion.key]
    if not given.given:
        raise InvalidError(_("Choose what the answer should have been."), field=field)
    try:
        chosen(criterion, given)
    except AnswersError as error:
        raise InvalidError(Text(error.msgid, error.params), field=field) from error


def disputable(card: Card, marks: Marks) -> list[Criterion]:
    """Return the criteria that were answered and have a score, in the order of the card."""
    return [
        criterion
        for _section, criterion in card.criteria()
        if criterion.kind is not Kind.TEXT and not marks.get(criterion.key, Mark()).empty
    ]
