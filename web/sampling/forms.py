"""Forms about plans and draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, StringField

from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.i18n import Language, _
from qa.interactions.models import Source
from qa.people.models import Team, User
from qa.sampling.division import BY_AGENT
from qa.sampling.frame import EVERYTHING
from qa.sampling.models import Plan, Purpose, ReplaceReason
from qa.sampling.period import Period, PeriodKind, period_label
from qa.sampling.plans import HIGHEST_GOAL, PlanWish, division_of, population_of
from web.forms import ChecksField, PageForm, at_most, between, choices, label, may_be_empty, required
from web.sampling.design_fields import DesignFields, anchor_of_form, design_data, design_of_form, offer_designs
from web.sampling.filter_fields import FilterFields, filter_data, offer_filters, population_of_form
from web.sampling.words import PURPOSE_WORDS, REASON_WORDS

#: What the names of the fields for goals begin with; the reviewer's number follows.
_GOAL = "goal_"


class PlanForm(FilterFields, DesignFields):
    """A sampling plan."""

    name = StringField(label(_("Name")), [required(), at_most(200)], render_kw={"autocomplete": "off"})
    purpose = SelectField(
        label(_("Purpose")),
        [required()],
        description=label(_("Agents see this. Scores are used for nothing else.")),
    )
    double_percent = IntegerField(
        label(_("Scored twice, in per cent")),
        [required(), between(0, 100)],
        description=label(
            _("A second reviewer scores these as well, without anybody knowing which they are. The first score counts.")
        ),
        render_kw={"min": 0, "max": 100, "inputmode": "numeric"},
    )
    held_for_meeting = BooleanField(
        label(_("Hold evaluations until the review meeting")),
        description=label(
            _(
                "Agents see them once you release them together, also where they are shown at once otherwise. "
                "Counts for draws that were made too."
            )
        ),
    )
    time_zone = StringField(
        label(_("Time zone")),
        [required(), at_most(64)],
        description=label(_("Days begin and end at midnight there.")),
    )
    card = SelectField(label(_("Scorecard")), [required()])
    reviewers = ChecksField(
        label(_("Reviewers")),
        [required(_("Choose at least one reviewer."))],
        description=label(
            _("They share the work evenly, apart from the goals below, and nobody reviews their own interactions.")
        ),
    )

    @property
    def goals(self) -> list[Field]:
        """The fields that ask for each reviewer's goal."""
        return [field for field in self if field.name.startswith(_GOAL)]


class ReplaceForm(PageForm):
    """Why a drawn interaction cannot be reviewed."""

    reason = RadioField(label(_("Reason")), [required(_("Choose a reason."))])


class PeriodForm(PageForm):
    """A period that is over."""

    period = SelectField(label(_("Period")), [required()])


class SeedForm(PageForm):
    """A seed as somebody copied it, to hold against the commitment."""

    seed = StringField(
        label(_("A seed that you copied")),
        [required()],
        description=label(_("64 digits and letters a-f. Spaces and capitals do not matter.")),
        id="copied-seed",
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": 200},
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """What a plan can be about and who can review it."""

    teams: Sequence[Team]
    agents: Sequence[User]
    sources: Sequence[Source]
    reviewers: Sequence[User]
    cards: Sequence[CardVersion]
    #: Languages that interactions can be in.
    languages: Sequence[str]


def plan_form(
    sent: "MultiDict[str, str] | None", *, plan: Plan | None, offered: Offered, language: Language, zone: str
) -> PlanForm:
    """Return the form, filled with what was sent, else with the plan, else with what most plans have."""
    population, design = (population_of(plan), division_of(plan)) if plan else (EVERYTHING, BY_AGENT)
    reviewers = _with_present(offered.reviewers, plan)
    goals = {one.user_id: one.goal for one in plan.reviewers} if plan else {}
    form = _with_goals(reviewers)(
        sent,
        data={
            "name": plan.name if plan else "",
            "purpose": (plan.purpose if plan else Purpose.DEVELOPMENT).value,
            "double_percent": plan.double_percent if plan else 10,
            "held_for_meeting": plan.held_for_meeting if plan else False,
            "time_zone": plan.time_zone if plan else zone,
            "card": str(plan.scorecard_id) if plan else "",
            "reviewers": [str(one.user_id) for one in plan.reviewers]
            if plan
            else [str(one.id) for one in offered.reviewers],
            **filter_data(population),
            **design_data(design, kind=plan.period if plan else PeriodKind.MONTH, anchor=plan.anchor if plan else None),
            **{f"{_GOAL}{user_id}": goal for user_id, goal in goals.items()},
        },
    )
    form.purpose.choices = choices((purpose.value, text) for purpose, text in PURPOSE_WORDS.items())
    form.reviewers.choices = choices((str(one.id), one.name) for one in reviewers)
    form.card.choices = choices((str(one.scorecard_id), card_name(one, language)) for one in offered.cards)
    spoken = list(dict.fromkeys([*offered.languages, *population.languages]))
    offer_filters(
        form,
        teams=offered.teams,
        agents=offered.agents,
        sources=offered.sources,
        languages=spoken,
        language=language,
    )
    offer_designs(
        form, teams=offered.teams, agents=offered.agents, languages=spoken, language=language, kept=design.fill
    )
    return form


def replace_form(sent: "MultiDict[str, str] | None") -> ReplaceForm:
    """Return the form with every reason there is."""
    form = ReplaceForm(sent)
    form.reason.choices = choices((reason.value, text) for reason, text in REASON_WORDS.items())
    return form


def period_form(sent: "MultiDict[str, str] | None", *, periods: Iterable[Period], language: Language) -> PeriodForm:
    """Return the form with the periods to choose from."""
    form = PeriodForm(sent)
    form.period.choices = choices((one.code, period_label(one, language)) for one in periods)
    return form


def wish_of(form: PlanForm) -> PlanWish:
    """Return the plan that the form asks for."""
    reviewers = tuple(int(one) for one in form.reviewers.data or ())
    goals = {int(field.name.removeprefix(_GOAL)): field.data for field in form.goals if field.data is not None}
    return PlanWish(
        name=form.name.data or "",
        per_agent=form.per_agent.data or 0,
        period=PeriodKind(form.period.data),
        time_zone=(form.time_zone.data or "").strip(),
        scorecard_id=int(form.card.data),
        reviewer_ids=reviewers,
        purpose=Purpose(form.purpose.data),
        population=population_of_form(form),
        double_percent=form.double_percent.data or 0,
        held_for_meeting=bool(form.held_for_meeting.data),
        design=design_of_form(form),
        anchor=anchor_of_form(form),
        goals={user_id: goal for user_id, goal in goals.items() if user_id in reviewers},
    )


def reason_of(form: ReplaceForm) -> ReplaceReason:
    """Return the chosen reason."""
    return ReplaceReason(form.reason.data)


def card_name(version: CardVersion, language: Language) -> str:
    """Return the name of a scorecard in the reader's language."""
    name = card_of(version).name
    return name.nl if language is Language.NL else name.en


def _with_present(reviewers: Sequence[User], plan: Plan | None) -> list[User]:
    """Reviewers who can be chosen, and those of the plan who have left since, so that they can be taken out."""
    known = {one.id for one in reviewers}
    gone = [one.user for one in plan.reviewers if one.user_id not in known] if plan else []
    return [*reviewers, *gone]


def _with_goals(reviewers: Sequence[User]) -> type[PlanForm]:
    """Return the form with a field for the goal of each reviewer."""
    fields: dict[str, Any] = {
        f"{_GOAL}{one.id}": IntegerField(
            label(_("Goal of {name}", name=one.name)),
            [may_be_empty(), between(1, HIGHEST_GOAL)],
            render_kw={"min": 1, "max": HIGHEST_GOAL, "inputmode": "numeric"},
        )
        for one in reviewers
    }
    return type("PlanFormWithGoals", (PlanForm,), fields)
