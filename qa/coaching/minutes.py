"""The content of a calibration's minutes: who scored what, how far apart, what the meeting decided; no agent is named."""

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from qa.act import Act
from qa.auth.roles import Permission, Role
from qa.calibration.agreement import Compared, agreement_in
from qa.calibration.consensus import answer_words
from qa.calibration.labels import NO_CONSENSUS, OUTCOME_LABELS
from qa.calibration.models import CalibrationItem, CalibrationSession, Decision, Outcome
from qa.calibration.queries import CriterionRow, ItemResult, results, results_open
from qa.cards.queries import card_of
from qa.coaching.around import contact_of
from qa.coaching.discretion import Discretion, Names
from qa.errors import ConflictError
from qa.evaluations.models import EvaluationState
from qa.i18n import Language, Text, _, number_text, say
from qa.interactions.whose import reference_for_all
from qa.people.models import User
from qa.privacy.terms import kept_until
from qa.reports.content import Contact
from qa.reports.minutes_content import Agreed, Decided, Discussed, Minutes, MinutesItem, Opinion, ReviewerScore
from scorecards.agreement_report import Standing
from scorecards.definition import Criterion


def minutes_of(act: Act, session: CalibrationSession, *, language: Language) -> Minutes:
    """Return what the minutes of a calibration say now; ``session`` is one that the actor may see."""
    act.require(Permission.CALIBRATION_SEE)
    if not results_open(act, session):
        raise ConflictError(_("Reviewers are still scoring. There are minutes once the calibration is locked."))
    zone, card = act.settings.time_zone, card_of(session.card_version)
    hidden = Discretion(language=language, own_name="", names=_agents(act, session), address=act.settings.address)
    found = results(act, session)
    present = {reviewer.id for result in found for reviewer, _score in result.scores}
    invited = sorted((one.user for one in session.reviewers), key=lambda user: (user.name.casefold(), user.id))
    compared = [row for result in found if len(result.scores) > 1 for row in result.rows if _was_asked(row)]
    return Minutes(
        language=language,
        zone=zone,
        company=act.settings.company,
        name=hidden.text(session.name),
        card=card.name.in_(language),
        card_version=str(session.card_version.number),
        made_on=act.now.astimezone(ZoneInfo(zone)).date(),
        locked_at=min(session.locks_at, act.now),
        closed_at=session.closed_at,
        purpose=say(_("one understanding of the scorecard among all who score by it"), language),
        keep_until=kept_until(act.settings, min(session.locks_at, act.now)),
        present=tuple(user.name for user in invited if user.id in present),
        absent=tuple(user.name for user in invited if user.id not in present),
        items=tuple(_item(result, hidden=hidden) for result in found),
        same=sum(row.agreed for row in compared),
        asked=len(compared),
        agreement=_agreement(agreement_in(card, found), language=language),
        remarks=()
        if session.closed_at
        else (say(_("The meeting is not ended yet: decisions can still change."), language),),
    )


def _agents(act: Act, session: CalibrationSession) -> Names:
    """Names of agents, whatever the role is today of those whose interactions these are."""
    whose = [item.interaction.agent_id for item in session.items]
    return Names(act.session.scalars(select(User.name).where(or_(User.role == Role.AGENT, User.id.in_(whose)))))


def _item(result: ItemResult, *, hidden: Discretion) -> MinutesItem:
    language = hidden.language
    late = [one.evaluation for one in result.item.scores if one.evaluation.state is EvaluationState.OPEN]
    return MinutesItem(
        contact=_contact(result.item, hidden=hidden),
        scores=tuple(
            ReviewerScore(reviewer.name, None if score is None else Decimal(score) / 100)
            for reviewer, score in result.scores
        ),
        criteria=tuple(
            Discussed(
                row.criterion.name.in_(language),
                tuple(
                    Opinion(
                        one.reviewer.name,
                        hidden.text(answer_words(row.criterion, one.key, language=language)),
                        hidden.text(one.comment),
                    )
                    for one in row.given
                ),
                say(_spread(row, language=language), language),
                _decided(row.criterion, row.decision, hidden=hidden),
            )
            for row in result.rows
            if _was_asked(row) or row.decision
        ),
        absent=tuple(sorted(one.reviewer.name for one in late)),
    )


def _contact(item: CalibrationItem, *, hidden: Discretion) -> Contact:
    interaction = item.interaction
    contact = contact_of(interaction, hidden=hidden)
    return Contact(
        hidden.reference(say(reference_for_all(interaction), hidden.language), number=interaction.id),
        contact.occurred_at,
        contact.channel,
        contact.link,
    )


def _was_asked(row: CriterionRow) -> bool:
    return any(one.key for one in row.given)


def _spread(row: CriterionRow, *, language: Language) -> Text | str:
    if len(row.given) < 2:
        return "–"
    if row.agreed:
        return _("Same")
    return _("{n} apart", n=number_text(row.spread, language)) if row.spread else _("Differs")


def _decided(criterion: Criterion, decision: Decision | None, *, hidden: Discretion) -> Decided | None:
    if decision is None:
        return None
    language = hidden.language
    follows = decision.outcome is not Outcome.NONE
    return Decided(
        consensus=answer_words(criterion, decision.consensus, language=language)
        if decision.consensus
        else say(NO_CONSENSUS, language),
        note=hidden.text(decision.note),
        outcome=say(OUTCOME_LABELS[decision.outcome], language) if follows else "",
        owner=decision.owner.name if decision.owner else "",
        due=decision.due_on,
    )


def _agreement(compared: Sequence[Compared], *, language: Language) -> tuple[Agreed, ...]:
    """Give coefficients where enough was scored by two for one to mean something."""
    lines = []
    for one in compared:
        estimate = one.report.estimates["krippendorff_alpha"] if one.report else None
        if estimate is None or one.report is None or one.report.standing is Standing.TOO_FEW:
            continue
        if estimate.value is None or estimate.low is None or estimate.high is None:
            continue
        name = _("Quality score of the whole card") if one.criterion is None else one.criterion.name.in_(language)
        value, low, high = (Decimal(str(round(end, 2))) for end in (estimate.value, estimate.low, estimate.high))
        lines.append(Agreed(say(name, language), estimate.n_items, value, low, high))
    return tuple(lines)
