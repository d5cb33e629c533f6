"""What the page on which a plan is written works with: its form, and what the plan would find."""

from flask import g, request

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import published_cards
from qa.errors import InvalidError
from qa.insight.expected import expected_margins
from qa.interactions.sources import all_sources
from qa.people.models import User
from qa.people.queries import agents, teams, with_role
from qa.sampling.models import Plan
from qa.sampling.period import PeriodKind, period_of, previous_period
from qa.sampling.preview import preview
from qa.sampling.told import design_sentences, population_sentences
from web.sampling.design_fields import anchor_of_form, design_of_form, readable_design
from web.sampling.filter_fields import population_of_form, readable_filter
from web.sampling.forms import Offered, PlanForm, plan_form


def form_of(act: Act, plan: Plan | None, *, sent: bool = False) -> PlanForm:
    """Return the form of a plan, with what was posted, or with what stands in the address."""
    written = request.form if request.method == "POST" else None
    places = all_sources(act)
    spoken = (*act.settings.languages, *(one.language for one in places if one.language))
    return plan_form(
        request.args if sent else written,
        plan=plan,
        offered=Offered(
            teams=teams(act),
            agents=_agents_of(act, plan),
            sources=places,
            reviewers=with_role(act, Role.REVIEWER),
            cards=published_cards(act),
            languages=tuple(dict.fromkeys(spoken)),
        ),
        language=g.language,
        zone=act.time_zone,
    )


def _agents_of(act: Act, plan: Plan | None) -> list[User]:
    """Agents who can be chosen, and those of the plan who have left since, so that they can be taken out."""
    known = agents(act)
    gone = set(plan.agent_ids) - {one.id for one in known} if plan else set()
    return [*known, *(act.session.get_one(User, number) for number in sorted(gone))]


def foreseen(act: Act, form: PlanForm) -> dict[str, object]:
    """Tell the preview what the form's plan would find in the last whole period; nothing while the form is not yet a plan."""
    nothing: dict[str, object] = {"preview": None, "expected": None, "sentences": ()}
    if not (readable_filter(form) and readable_design(form)):
        return nothing
    cards = [str(version.scorecard_id) for version in published_cards(act)]
    try:
        kind, scorecard_id = PeriodKind(form.period.data), int(form.card.data if form.card.data in cards else cards[0])
        present = period_of(act.now, kind=kind, zone=(form.time_zone.data or "").strip(), anchor=anchor_of_form(form))
        population, design = population_of_form(form), design_of_form(form)
        found = preview(
            act,
            population,
            period=previous_period(present),
            design=design,
            scorecard_id=scorecard_id,
        )
    except (IndexError, InvalidError, TypeError, ValueError):
        return nothing
    told = population_sentences(act, population, zone=present.zone)
    return {
        "preview": found,
        "expected": expected_margins(act, found, scorecard_id=scorecard_id),
        "sentences": (*told, *design_sentences(act, design)),
    }
