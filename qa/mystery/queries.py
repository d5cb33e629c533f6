"""Which visits an actor may see, and the lists made of them."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.models import CardVersion
from qa.cards.queries import published_cards
from qa.errors import NotFoundError
from qa.evaluations.models import Answer, Evaluation, EvaluationKind
from qa.evaluations.queries import visible_evaluations
from qa.i18n import _
from qa.interactions.models import Interaction
from qa.mystery.models import Attachment, Programme, Scenario, Visit, VisitState
from scorecards.shoppers import for_shoppers


def visible_programmes(act: Act) -> Select[Programme]:
    """Supervisors see all programmes; nobody else sees one as a whole."""
    asked = select(Programme)
    if act.actor is None or act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return asked
    return asked.where(Programme.id.is_(None))


def visible_visits(act: Act) -> Select[Visit]:
    """Supervisors see all visits, shoppers their own; who was visited sees only the evaluation, once released."""
    asked = select(Visit)
    if act.actor is None or act.actor.role in {Role.ADMIN, Role.SUPERVISOR}:
        return asked
    if act.actor.role is Role.SHOPPER:
        return asked.where(Visit.shopper_id == act.actor.id)
    return asked.where(Visit.id.is_(None))


def mystery_cards(act: Act) -> list[CardVersion]:
    """Return the newest published version of every card for shoppers."""
    return [version for version in published_cards(act) if for_shoppers(version.scorecard.key)]


def list_programmes(act: Act) -> list[Programme]:
    """Return the programmes, running ones first, by name."""
    asked = visible_programmes(act).options(joinedload(Programme.scorecard), selectinload(Programme.scenarios))
    return list(act.session.scalars(asked.order_by(Programme.active.desc(), func.lower(Programme.name))))


def get_programme(act: Act, programme_id: int) -> Programme:
    """Return a programme the actor may see, with its scenarios."""
    found = act.session.scalar(
        visible_programmes(act)
        .where(Programme.id == programme_id)
        .options(joinedload(Programme.scorecard), selectinload(Programme.scenarios))
    )
    if found is None:
        raise NotFoundError(_("There is no such programme."))
    return found


def get_scenario(act: Act, scenario_id: int) -> Scenario:
    """Return a scenario of a programme the actor may see."""
    found = act.session.get(Scenario, scenario_id)
    if found is None:
        raise NotFoundError(_("There is no such scenario."))
    get_programme(act, found.programme_id)
    return found


def count_visits(act: Act) -> dict[int, dict[VisitState, int]]:
    """Return how many visits of each programme stand in each state."""
    visible = visible_visits(act).subquery()
    rows = act.session.execute(
        select(Scenario.programme_id, visible.c.state, func.count())
        .join(visible, visible.c.scenario_id == Scenario.id)
        .group_by(Scenario.programme_id, visible.c.state)
    )
    found: dict[int, dict[VisitState, int]] = {}
    for programme_id, state, number in rows:
        found.setdefault(programme_id, {})[VisitState(state)] = number
    return found


def visits_of(act: Act, programme: Programme) -> list[Visit]:
    """Return the programme's visits that the actor may see, newest plan first."""
    asked = (
        visible_visits(act)
        .join(Scenario, Visit.scenario_id == Scenario.id)
        .where(Scenario.programme_id == programme.id)
        .options(joinedload(Visit.scenario), joinedload(Visit.shopper), joinedload(Visit.agent))
    )
    return list(act.session.scalars(asked.order_by(Visit.planned_for.desc(), Visit.id.desc())))


def own_visits(act: Act) -> list[Visit]:
    """Return the visits of the shopper who acts, in the order they are planned."""
    asked = (
        select(Visit)
        .where(Visit.shopper_id == act.person().id)
        .options(
            joinedload(Visit.scenario).joinedload(Scenario.programme),
            joinedload(Visit.agent),
            joinedload(Visit.card_version),
        )
    )
    return list(act.session.scalars(asked.order_by(Visit.planned_for, Visit.id)))


def get_visit(act: Act, visit_id: int) -> Visit:
    """Return a visit the actor may see, with everything its pages show."""
    found = act.session.scalar(
        visible_visits(act)
        .where(Visit.id == visit_id)
        .options(
            joinedload(Visit.scenario).joinedload(Scenario.programme),
            joinedload(Visit.shopper),
            joinedload(Visit.agent),
            joinedload(Visit.card_version).joinedload(CardVersion.scorecard),
            joinedload(Visit.interaction).selectinload(Interaction.recordings),
            selectinload(Visit.attachments),
        )
    )
    if found is None:
        raise NotFoundError(_("There is no such visit, or you may not see it."))
    return found


def get_attachment(act: Act, attachment_id: int) -> Attachment:
    """Return a photo or recording of a visit the actor may see."""
    visible = visible_visits(act).with_only_columns(Visit.id)
    found = act.session.scalar(
        select(Attachment).where(Attachment.id == attachment_id, Attachment.visit_id.in_(visible))
    )
    if found is None:
        raise NotFoundError(_("There is no such file, or you may not see it."))
    return found


def evaluation_of(act: Act, visit: Visit) -> Evaluation | None:
    """Return the evaluation that a handed-in visit became."""
    if visit.interaction_id is None:
        return None
    return act.session.scalar(
        select(Evaluation)
        .where(Evaluation.interaction_id == visit.interaction_id, Evaluation.kind == EvaluationKind.MYSTERY)
        .options(selectinload(Evaluation.answers).selectinload(Answer.evidence), joinedload(Evaluation.card_version))
    )


def evaluations_of_visits(act: Act, visits: list[Visit]) -> dict[int, Evaluation]:
    """Return the evaluations of the visits, by the number of the visit."""
    by_interaction = {visit.interaction_id: visit.id for visit in visits if visit.interaction_id is not None}
    found = act.session.scalars(
        select(Evaluation).where(
            Evaluation.interaction_id.in_(by_interaction), Evaluation.kind == EvaluationKind.MYSTERY
        )
    )
    return {by_interaction[evaluation.interaction_id]: evaluation for evaluation in found}


def mystery_results(act: Act, agent_id: int) -> list[Evaluation]:
    """Return what the actor may see of visits to an agent, newest first; shown beside sampled work, never counted."""
    asked = (
        visible_evaluations(act)
        .where(
            Evaluation.agent_id == agent_id,
            Evaluation.kind == EvaluationKind.MYSTERY,
            Evaluation.submitted_at.is_not(None),
        )
        .options(joinedload(Evaluation.interaction), joinedload(Evaluation.card_version))
    )
    return list(act.session.scalars(asked.order_by(Evaluation.submitted_at.desc(), Evaluation.id.desc())))
