"""Forms about plans and draws."""

import re
from collections.abc import Iterable, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.i18n import Language, _, duration_text
from qa.interactions.kinds import CHANNEL_LABELS, Channel
from qa.people.models import Team, User
from qa.sampling.frame import Population
from qa.sampling.models import Plan, Purpose, ReplaceReason
from qa.sampling.period import Period, PeriodKind, period_label
from qa.sampling.plans import MOST_PER_AGENT, PlanWish
from web.forms import Check, ChecksField, PageForm, at_most, between, choices, label, required
from web.sampling.words import PERIOD_WORDS, PURPOSE_WORDS, REASON_WORDS

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")


def clock_position() -> Check:
    """Refuse a length that is not written as minutes and seconds."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data and field.data.strip() and length_ms(field.data) is None:
            raise ValidationError(label(_("Write a length as minutes and seconds, such as 1:30.")))

    return check


def length_ms(written: str | None) -> int | None:
    """Read minutes and seconds, such as 1:30, or hours before them; None where it is neither."""
    found = _CLOCK.fullmatch((written or "").strip())
    if found is None or int(found[3]) > 59:
        return None
    return (int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])) * 1000


class PlanForm(PageForm):
    """A sampling plan."""

    name = StringField(label(_("Name")), [required(), at_most(200)], render_kw={"autocomplete": "off"})
    purpose = SelectField(
        label(_("Purpose")),
        [required()],
        description=label(_("Agents see this. Scores are used for nothing else.")),
    )
    per_agent = IntegerField(
        label(_("Interactions for each agent")),
        [required(), between(1, MOST_PER_AGENT)],
        render_kw={"min": 1, "max": MOST_PER_AGENT, "inputmode": "numeric"},
    )
    period = SelectField(label(_("How often")), [required()])
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
    channels = ChecksField(label(_("Channels")), description=label(_("None chosen means all.")))
    teams = ChecksField(
        label(_("Teams")),
        description=label(_("None chosen means all. The team at the time of the interaction counts.")),
    )
    min_duration = StringField(
        label(_("Shortest")),
        [clock_position()],
        render_kw={"placeholder": "0:30", "autocomplete": "off", "size": 8},
    )
    max_duration = StringField(
        label(_("Longest")),
        [clock_position()],
        render_kw={"placeholder": "30:00", "autocomplete": "off", "size": 8},
    )
    card = SelectField(label(_("Scorecard")), [required()])
    reviewers = ChecksField(
        label(_("Reviewers")),
        [required(_("Choose at least one reviewer."))],
        description=label(_("They share the work evenly, and nobody reviews their own interactions.")),
    )


class ReplaceForm(PageForm):
    """Why a drawn interaction cannot be reviewed."""

    reason = RadioField(label(_("Reason")), [required(_("Choose a reason."))])


class PeriodForm(PageForm):
    """A period that is over."""

    period = SelectField(label(_("Period")), [required()])


def plan_form(
    sent: "MultiDict[str, str] | None",
    *,
    plan: Plan | None,
    teams: Sequence[Team],
    reviewers: Sequence[User],
    cards: Sequence[CardVersion],
    language: Language,
    zone: str,
) -> PlanForm:
    """Return the form, filled with what was sent, else with the plan, else with what most plans have."""
    form = PlanForm(
        sent,
        data={
            "name": plan.name if plan else "",
            "purpose": (plan.purpose if plan else Purpose.DEVELOPMENT).value,
            "per_agent": plan.per_agent if plan else 5,
            "double_percent": plan.double_percent if plan else 10,
            "held_for_meeting": plan.held_for_meeting if plan else False,
            "period": (plan.period if plan else PeriodKind.MONTH).value,
            "time_zone": plan.time_zone if plan else zone,
            "channels": [str(channel) for channel in plan.channels] if plan else [],
            "teams": [str(team_id) for team_id in plan.team_ids] if plan else [],
            "min_duration": _clock(plan.min_duration_ms if plan else None),
            "max_duration": _clock(plan.max_duration_ms if plan else None),
            "card": str(plan.scorecard_id) if plan else "",
            "reviewers": [str(one.user_id) for one in plan.reviewers] if plan else [str(one.id) for one in reviewers],
        },
    )
    form.purpose.choices = choices((purpose.value, text) for purpose, text in PURPOSE_WORDS.items())
    form.period.choices = choices((kind.value, text) for kind, text in PERIOD_WORDS.items())
    form.channels.choices = choices((channel.value, text) for channel, text in CHANNEL_LABELS.items())
    form.teams.choices = choices((str(team.id), team.name) for team in teams)
    form.reviewers.choices = choices((str(one.id), one.name) for one in _with_present(reviewers, plan))
    form.card.choices = choices((str(one.scorecard_id), card_name(one, language)) for one in cards)
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
    return PlanWish(
        name=form.name.data or "",
        per_agent=form.per_agent.data or 0,
        period=PeriodKind(form.period.data),
        time_zone=(form.time_zone.data or "").strip(),
        scorecard_id=int(form.card.data),
        reviewer_ids=tuple(int(one) for one in form.reviewers.data or ()),
        purpose=Purpose(form.purpose.data),
        population=population_of_form(form),
        double_percent=form.double_percent.data or 0,
        held_for_meeting=bool(form.held_for_meeting.data),
    )


def population_of_form(form: PlanForm) -> Population:
    """Return the filter that the form asks for."""
    return Population(
        tuple(Channel(one) for one in form.channels.data or ()),
        tuple(int(one) for one in form.teams.data or ()),
        length_ms(form.min_duration.data),
        length_ms(form.max_duration.data),
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


def _clock(length: int | None) -> str:
    return "" if length is None else duration_text(length)
