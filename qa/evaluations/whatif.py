"""Past evaluations of a scorecard scored again under a draft, read in chunks so that a long history needs little memory."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.disputes.visibility import unsettled_evaluations
from qa.errors import InvalidError
from qa.evaluations.models import Answer, Evaluation
from qa.i18n import _
from scorecards.checks import check
from scorecards.definition import Card
from scorecards.rescoring import Rescorer
from scorecards.whatif import Carrier, ChangedContact, Contact, GivenAnswer, Tally, WhatIf

#: How many evaluations one question to the database is about.
AT_ONCE = 2_000
LONGEST_DAYS = 3_650

#: What stands between the parts of an answer and between answers; neither can be part of a key or a number.
_WITHIN, _BETWEEN = "\x1f", "\x1e"

#: Told how many of how many evaluations are done.
Progress = Callable[[int, int], None]


def what_if(act: Act, draft: CardVersion, *, days: int, progress: Progress | None = None) -> WhatIf:
    """Score the card's evaluations of the last ``days`` again under ``draft``; nothing is stored.

    Raises InvalidError while the draft cannot be used.
    """
    tally = Tally()
    for _row in _rows(act, draft, days=days, tally=tally, progress=progress):
        pass
    return tally.close()


def changed_rows(act: Act, draft: CardVersion, *, days: int) -> Iterator[ChangedContact]:
    """Every evaluation whose score or outcome would be another, oldest first."""
    for row in _rows(act, draft, days=days, tally=Tally(), progress=None):
        if row.flips or row.before_bp != row.after_bp:
            yield row


def count_scored(act: Act, draft: CardVersion, *, days: int) -> int:
    """How many evaluations would be scored again."""
    return act.session.scalar(select(func.count()).select_from(_asked(act, draft, days=days).subquery())) or 0


def state_of_history(act: Act, draft: CardVersion, *, days: int) -> str:
    """Return what tells this history from another: evaluations handed in, corrected, or grown too old make another one."""
    asked = _asked(act, draft, days=days).with_only_columns(
        func.count(), func.coalesce(func.min(Evaluation.id), 0), func.coalesce(func.sum(Evaluation.revision), 0)
    )
    return "-".join(str(number) for number in act.session.execute(asked).one())


def _rows(
    act: Act, draft: CardVersion, *, days: int, tally: Tally, progress: Progress | None
) -> Iterator[ChangedContact]:
    act.require(Permission.CARD_DESIGN)
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(_("Give a number from {low} to {high}.", low=1, high=LONGEST_DAYS), field="days")
    card = card_of(draft)
    if check(card):
        raise InvalidError(_("This draft cannot be used yet. Mend what is wrong with it first."))
    after, carriers = Rescorer(card), dict[int, Carrier]()
    total = count_scored(act, draft, days=days) if progress else 0
    for done, (version_id, contact) in enumerate(_contacts(act.session, _asked(act, draft, days=days)), start=1):
        carrier = carriers.get(version_id)
        if carrier is None:
            carrier = carriers[version_id] = Carrier(_card(act.session, version_id), after)
        yield tally.add(contact, carrier)
        if progress and done % AT_ONCE == 0:
            progress(done, total)


def _asked(act: Act, draft: CardVersion, *, days: int) -> Select[int, int, int, int | None, bool | None]:
    since: datetime = act.now - timedelta(days=days)
    return (
        select(Evaluation.id, Evaluation.agent_id, Evaluation.card_version_id, Evaluation.final_bp, Evaluation.passed)
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .where(
            CardVersion.scorecard_id == draft.scorecard_id,
            Evaluation.submitted_at >= since,
            Evaluation.probe.is_(None),
            Evaluation.id.not_in(unsettled_evaluations()),
        )
    )


def _contacts(session: Session, asked: Select[int, int, int, int | None, bool | None]) -> Iterator[tuple[int, Contact]]:
    """The evaluations with their answers, by the number of their version."""
    last, known = 0, dict[str, GivenAnswer]()
    while True:
        found = session.execute(asked.where(Evaluation.id > last).order_by(Evaluation.id).limit(AT_ONCE)).all()
        if not found:
            return
        answers = dict(_answers(session, asked, first=found[0][0], last=found[-1][0]))
        for number, agent, version_id, final_bp, passed in found:
            texts = answers[number].split(_BETWEEN) if number in answers else []
            for text in texts:
                if text not in known:
                    known[text] = _given(text)
            given = [known[text] for text in texts]
            yield version_id, Contact(number, agent, given, final_bp, passed)
        last = found[-1][0]


def _answers(
    session: Session, asked: Select[int, int, int, int | None, bool | None], *, first: int, last: int
) -> Iterator[tuple[int, str]]:
    """Each evaluation's answers in one text: a history has a dozen times as many answers as evaluations."""
    absent = case((Answer.not_applicable, "1"), else_="")
    parts = (Answer.criterion, func.coalesce(Answer.option, ""), func.coalesce(Answer.number, ""), absent)
    written = parts[0] + _WITHIN + parts[1] + _WITHIN + parts[2] + _WITHIN + parts[3]
    chunk = asked.where(Evaluation.id.between(first, last)).with_only_columns(Evaluation.id)
    rows = session.execute(
        select(Answer.evaluation_id, func.aggregate_strings(written, _BETWEEN))
        .where(Answer.evaluation_id.between(first, last), Answer.evaluation_id.in_(chunk))
        .group_by(Answer.evaluation_id)
    )
    return ((number, text) for number, text in rows)


def _given(text: str) -> GivenAnswer:
    criterion, option, number, absent = text.split(_WITHIN)
    return GivenAnswer(criterion, option or None, number or None, bool(absent))


def _card(session: Session, version_id: int) -> Card:
    return card_of(session.get_one(CardVersion, version_id))
