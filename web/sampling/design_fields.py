"""The part of a plan's form that says how the sample is divided, and over which periods."""

from collections.abc import Iterable
from decimal import Decimal

from babel.dates import get_day_names
from wtforms import IntegerField, SelectField

from qa.i18n import Language, Text, _, say
from qa.i18n.formats import locale_of
from qa.interactions.kinds import CHANNEL_LABELS
from qa.people.models import Team, User
from qa.sampling.division import BY_AGENT, Allocation, Division
from qa.sampling.period import LAST, Anchor, PeriodKind
from qa.sampling.plans import MOST_IN_ALL, MOST_MINUTES, MOST_PER_AGENT
from qa.sampling.strata import MOST_PARTS, Dimension, part_name
from qa.sampling.told import ALLOCATION_LABELS, DIMENSION_LABELS, language_name
from web.forms import ChecksField, DecimalSignField, PageForm, between, choices, label, required
from web.sampling.words import NTH_WORDS, PERIOD_WORDS


class DesignFields(PageForm):
    """How a plan divides its sample, and over which periods."""

    period = SelectField(label(_("How often")), [required()])
    anchor_nth = SelectField(label(_("Months begin")))
    anchor_weekday = SelectField(label(_("Weekday")))
    strata = ChecksField(
        label(_("Divided by")),
        description=label(_("Each combination that occurs is a stratum. None chosen means by agent.")),
    )
    allocation = SelectField(label(_("How many")), [required()])
    per_agent = IntegerField(
        label(_("Interactions of each stratum")),
        [required(), between(1, MOST_PER_AGENT)],
        description=label(_("For the same number of each; by agent that is so many of each agent.")),
        render_kw={"min": 1, "max": MOST_PER_AGENT, "inputmode": "numeric"},
    )
    share = DecimalSignField(
        label(_("Share of each stratum, in per cent")),
        [required(), between(Decimal("0.01"), 100)],
        description=label(_("For a share of each.")),
    )
    total = IntegerField(
        label(_("Interactions in all")),
        [required(), between(1, MOST_IN_ALL)],
        description=label(_("For a number in all.")),
        render_kw={"min": 1, "max": MOST_IN_ALL, "inputmode": "numeric"},
    )
    budget_minutes = IntegerField(
        label(_("Minutes of review in all")),
        [required(), between(1, MOST_MINUTES)],
        description=label(_("For minutes of review in all.")),
        render_kw={"min": 1, "max": MOST_MINUTES, "inputmode": "numeric"},
    )
    minimum = IntegerField(
        label(_("At least, of every stratum")),
        [required(), between(1, MOST_PER_AGENT)],
        description=label(_("For everything but the same number of each.")),
        render_kw={"min": 1, "max": MOST_PER_AGENT, "inputmode": "numeric"},
    )
    parts = IntegerField(
        label(_("Spread over so many stretches of time")),
        [required(), between(1, MOST_PARTS)],
        description=label(_("Equally long ones; 1 does not spread. Every interaction keeps the same chance.")),
        render_kw={"min": 1, "max": MOST_PARTS, "inputmode": "numeric"},
    )
    fill = SelectField(label(_("Where a stratum holds too few")))


def design_data(design: Division, *, kind: PeriodKind, anchor: Anchor | None) -> dict[str, object]:
    """Return what the fields show of a design."""
    return {
        "period": kind.value,
        "anchor_nth": str(anchor.nth) if anchor else "",
        "anchor_weekday": str(anchor.weekday) if anchor else "0",
        "strata": [one.value for one in design.strata],
        "allocation": design.allocation.value,
        "per_agent": design.each,
        "share": Decimal(design.share_bp) / 100,
        "total": design.total,
        "budget_minutes": design.minutes,
        "minimum": design.minimum,
        "parts": design.parts,
        "fill": design.fill,
    }


def offer_designs(
    form: DesignFields,
    *,
    teams: Iterable[Team],
    agents: Iterable[User],
    languages: Iterable[str],
    language: Language,
    kept: str,
) -> None:
    """Give the fields their choices; ``kept`` is from where the plan fills now."""
    days = get_day_names("wide", locale=locale_of(language))
    form.period.choices = choices((kind.value, text) for kind, text in PERIOD_WORDS.items())
    form.anchor_nth.choices = choices(
        [("", _("on the first of the month")), *((str(nth), NTH_WORDS[nth]) for nth in range(1, LAST + 1))]
    )
    form.anchor_weekday.choices = choices((str(day), days[day]) for day in range(7))
    form.strata.choices = choices((one.value, text) for one, text in DIMENSION_LABELS.items())
    form.allocation.choices = choices((one.value, text) for one, text in ALLOCATION_LABELS.items())
    offered: list[tuple[str, Text | str]] = [("", _("Take all of it and say so"))]
    parts: list[tuple[Dimension, object, Text | str]] = [
        *((Dimension.CHANNEL, channel.value, text) for channel, text in CHANNEL_LABELS.items()),
        *((Dimension.TEAM, team.id, team.name) for team in teams),
        *((Dimension.LANGUAGE, code, language_name(code, language)) for code in languages),
        *((Dimension.AGENT, agent.id, agent.name) for agent in agents),
    ]
    for dimension, value, text in parts:
        kind, name = (say(one, language) for one in (DIMENSION_LABELS[dimension], text))
        offered.append((part_name(dimension, value), _("Take the rest from: {kind} {name}", kind=kind, name=name)))
    if kept and kept not in {value for value, _text in offered}:
        offered.append((kept, _("Take the rest from: {kind} {name}", kind="", name=kept)))
    form.fill.choices = choices(offered)


def readable_design(form: DesignFields) -> bool:
    """Whether every number is there and makes a plan."""
    fields = (form.per_agent, form.share, form.total, form.budget_minutes, form.minimum, form.parts)
    within = (MOST_PER_AGENT, 100, MOST_IN_ALL, MOST_MINUTES, MOST_PER_AGENT, MOST_PARTS)
    return all(field.data is not None and 0 < field.data <= most for field, most in zip(fields, within, strict=True))


def design_of_form(form: DesignFields) -> Division:
    """Return the design that the form asks for."""
    return Division(
        strata=tuple(Dimension(one) for one in form.strata.data or ()) or BY_AGENT.strata,
        allocation=Allocation(form.allocation.data),
        each=form.per_agent.data or 0,
        share_bp=int((form.share.data or 0) * 100),
        total=form.total.data or 0,
        minutes=form.budget_minutes.data or 0,
        minimum=form.minimum.data or 0,
        parts=form.parts.data or 0,
        fill=form.fill.data or "",
    )


def anchor_of_form(form: DesignFields) -> Anchor | None:
    """Return the weekday on which months begin, where one was chosen."""
    return Anchor(int(form.anchor_nth.data), int(form.anchor_weekday.data)) if form.anchor_nth.data else None
