"""Plans in words: whom they are about, how they divide and spread a sample, and what their strata are called."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from babel import Locale
from babel.dates import get_day_names
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from qa.act import Act
from qa.i18n import Language, Text, _, duration_text, ngettext_, say
from qa.i18n.formats import locale_of
from qa.interactions.kinds import CHANNEL_LABELS, DIRECTION_LABELS, Channel
from qa.interactions.models import Source
from qa.people.models import Team, User
from qa.sampling.allocation import MINUTE_MS, Allotment, Cell
from qa.sampling.division import BY_AGENT, Allocation, Division
from qa.sampling.frame import LeftOut, Population
from qa.sampling.strata import Dimension, values_of

DIMENSION_LABELS: dict[Dimension, Text] = {
    Dimension.AGENT: _("Agent"),
    Dimension.CHANNEL: _("Channel"),
    Dimension.TEAM: _("Team"),
    Dimension.QUEUE: _("Queue"),
    Dimension.LANGUAGE: _("Language"),
}

ALLOCATION_LABELS: dict[Allocation, Text] = {
    Allocation.EACH: _("The same number of each"),
    Allocation.SHARE: _("A share of each"),
    Allocation.PROPORTIONAL: _("A number in all, divided by size"),
    Allocation.NEYMAN: _("A number in all, divided by size and by how far scores lie apart"),
    Allocation.BUDGET: _("Minutes of review in all"),
}

_WITHOUT: dict[Dimension, Text] = {
    Dimension.TEAM: _("no team"),
    Dimension.QUEUE: _("no queue"),
    Dimension.LANGUAGE: _("no known language"),
}


def population_sentences(act: Act, population: Population, *, zone: str, named: bool = True) -> list[Text]:
    """Say whom a plan is about, in whole sentences for whoever acts; agents are only counted unless they may be named."""
    told = list(_about(act, population, named=named))
    told += _how_long(population)
    if population.weekdays:
        days = get_day_names("wide", locale=locale_of(act.language))
        told.append(_("Only on {days}.", days=", ".join(days[day] for day in sorted(population.weekdays))))
    if population.since_minute is not None or population.until_minute is not None:
        told.append(
            _(
                "Only what began from {since} to {until} by the clock of {zone}.",
                since=clock(population.since_minute or 0),
                until=clock(24 * 60 if population.until_minute is None else population.until_minute),
                zone=zone,
            )
        )
    if population.min_csat is not None or population.max_csat is not None:
        told.append(
            _(
                "Only what a customer rated from {low} to {high} % of the scale: such a sample says nothing of interactions "
                "on which nobody answered.",
                low=population.min_csat or 0,
                high=100 if population.max_csat is None else population.max_csat,
            )
        )
    if population.with_transcript:
        told.append(_("Only with a transcript."))
    if population.not_evaluated:
        told.append(_("Not what somebody scored already or has on the desk."))
    if population.not_held:
        told.append(_("Not what is under legal hold."))
    return told or [_("All interactions of the period.")]


def design_sentences(act: Act, design: Division) -> list[Text]:
    """Say how a plan divides its sample, in whole sentences for whoever acts."""
    told = [_divided(act, design), allocation_sentence(design)]
    if design.allocation is not Allocation.EACH:
        told.append(
            ngettext_(
                "Of every stratum at least one is drawn.",
                "Of every stratum at least {n} are drawn, as far as it holds them.",
                n=design.minimum,
            )
        )
    if design.parts > 1:
        told.append(
            _(
                "Spread evenly over the period: it is cut into {n} equal stretches of time, and each gives its part.",
                n=design.parts,
            )
        )
    if design.fill:
        told.append(
            _(
                "What a stratum lacks is taken from {stratum} instead.",
                stratum=stratum_names(act, [design.fill])[design.fill],
            )
        )
    else:
        told.append(_("Where a stratum holds fewer than asked, all of it is taken, and the draw says so."))
    if Dimension.AGENT in design.strata:
        told.append(_("Every interaction has an agent: without one it is not taken in."))
    if {Dimension.TEAM, Dimension.QUEUE, Dimension.LANGUAGE} & set(design.strata):
        told.append(_("Interactions without a team, queue or language are a stratum of their own."))
    return told


def allotment_notes(act: Act, design: Division, allotment: Allotment, cells: Mapping[str, Cell]) -> list[Text]:
    """Say what a reader should know of how the numbers came about."""
    told: list[Text] = []
    held = sum(cell.population for cell in cells.values())
    asked = sum(allotment.wanted.values())
    if design.allocation is Allocation.NEYMAN and not allotment.from_past:
        told.append(
            _("Too little was scored on this card to know how far scores lie apart, so the number is divided by size.")
        )
    if design.allocation is Allocation.BUDGET and not allotment.from_past:
        told.append(
            _(
                "Too little was scored on this card to know how far scores lie apart, so that counts the same everywhere."
            )
        )
    if design.allocation in (Allocation.PROPORTIONAL, Allocation.NEYMAN) and cells:
        if design.total > held:
            told.append(
                _("The plan asks for {total} interactions and there are {held}.", total=design.total, held=held)
            )
        elif asked > design.total:
            told.append(
                _(
                    "The least number of each stratum comes to {asked} interactions, more than the {total} of the plan.",
                    asked=asked,
                    total=design.total,
                )
            )
    minutes = -(-sum(cells[name].cost_ms * number for name, number in allotment.wanted.items()) // MINUTE_MS)
    if design.allocation is Allocation.BUDGET and minutes > design.minutes:
        told.append(
            _(
                "The least number of each stratum takes {minutes} minutes of review, more than the {budget} of the plan.",
                minutes=minutes,
                budget=design.minutes,
            )
        )
    if allotment.filled:
        told.append(
            ngettext_(
                "{n} interaction that another stratum lacks comes from {stratum}.",
                "{n} interactions that other strata lack come from {stratum}.",
                n=allotment.filled,
                stratum=stratum_names(act, [design.fill])[design.fill],
            )
        )
    return told


def left_out_notes(found: LeftOut) -> Iterator[Text]:
    """Say what matched a plan and took no part, apart from what is not ready."""
    if found.erased:
        yield ngettext_(
            "{n} interaction was erased and takes no part.",
            "{n} interactions were erased and take no part.",
            n=found.erased,
        )
    if found.evaluated:
        yield ngettext_(
            "{n} interaction was scored already or lies on a desk, and takes no part.",
            "{n} interactions were scored already or lie on a desk, and take no part.",
            n=found.evaluated,
        )
    if found.held:
        yield ngettext_(
            "{n} interaction is under legal hold and takes no part.",
            "{n} interactions are under legal hold and take no part.",
            n=found.held,
        )


def stratum_names(act: Act, strata: Collection[str]) -> dict[str, str]:
    """Return what each stratum, or part of a stratum's name, is called for whoever acts."""
    values = {stratum: values_of(stratum) for stratum in strata}
    people = _named(act, User.name, _numbers(values.values(), Dimension.AGENT))
    teams = _named(act, Team.name, _numbers(values.values(), Dimension.TEAM))

    def called(dimension: Dimension, value: str) -> str:
        if not value:
            return say(_WITHOUT[dimension], act.language) if dimension in _WITHOUT else "–"
        if dimension in (Dimension.AGENT, Dimension.TEAM):
            return (people if dimension is Dimension.AGENT else teams).get(int(value), f"#{value}")
        if dimension is Dimension.CHANNEL:
            return say(CHANNEL_LABELS[Channel(value)], act.language)
        return language_name(value, act.language) if dimension is Dimension.LANGUAGE else value

    return {
        stratum: " · ".join(called(dimension, value) for dimension, value in parts.items())
        for stratum, parts in values.items()
    }


def language_name(code: str, language: Language) -> str:
    """Return what a reader calls a language; its code where that names none."""
    return str(Locale(locale_of(language)[:2]).languages.get(code, code))


def clock(minute: int) -> str:
    """Write minutes after midnight as 09:30; the end of a day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _about(act: Act, population: Population, *, named: bool) -> Iterator[Text]:
    def listed(texts: Iterable[Text | str]) -> str:
        return ", ".join(say(text, act.language) for text in texts)

    if population.channels:
        labels = listed(CHANNEL_LABELS[channel] for channel in population.channels)
        yield _("Only these channels: {channels}.", channels=labels)
    if population.directions:
        labels = listed(DIRECTION_LABELS[direction] for direction in population.directions)
        yield _("Only in this direction: {directions}.", directions=labels)
    if population.team_ids:
        names = _named(act, Team.name, population.team_ids)
        yield _("Only of these teams, as they were that day: {teams}.", teams=listed(sorted(names.values())))
    if population.agent_ids and named:
        names = _named(act, User.name, population.agent_ids)
        yield _("Only of these agents: {agents}.", agents=", ".join(sorted(names.values(), key=str.casefold)))
    elif population.agent_ids:
        yield ngettext_("Only of {n} agent.", "Only of {n} agents.", n=len(population.agent_ids))
    if population.queues:
        yield _("Only of these queues: {queues}.", queues=listed(sorted(population.queues)))
    if population.languages:
        languages = listed(language_name(code, act.language) for code in population.languages)
        yield _("Only in these languages: {languages}.", languages=languages)
    if population.source_ids:
        names = _named(act, Source.name, population.source_ids)
        yield _("Only from these sources: {sources}.", sources=listed(sorted(names.values())))


def _how_long(population: Population) -> Iterator[Text]:
    shortest, longest = population.min_duration_ms, population.max_duration_ms
    if shortest is not None and longest is not None:
        yield _("Only from {low} to {high} long.", low=duration_text(shortest), high=duration_text(longest))
    elif shortest is not None:
        yield _("Only of {low} or longer.", low=duration_text(shortest))
    elif longest is not None:
        yield _("Only of {high} or shorter.", high=duration_text(longest))


def _divided(act: Act, design: Division) -> Text:
    labels = ", ".join(say(DIMENSION_LABELS[one], act.language).lower() for one in design.strata)
    return _("Divided into strata by {divisions}.", divisions=labels)


def allocation_sentence(design: Division) -> Text:
    """Say how many are drawn of what, in one sentence."""
    if design.allocation is Allocation.EACH and design.strata == BY_AGENT.strata:
        return ngettext_(
            "{n} interaction of each agent is drawn.", "{n} interactions of each agent are drawn.", n=design.each
        )
    if design.allocation is Allocation.EACH:
        return ngettext_(
            "{n} interaction of each stratum is drawn.", "{n} interactions of each stratum are drawn.", n=design.each
        )
    if design.allocation is Allocation.SHARE:
        return _("Of each stratum {share} % is drawn, rounded up.", share=design.share_bp / 100)
    if design.allocation is Allocation.PROPORTIONAL:
        return _("{n} interactions in all, over the strata by how many each holds.", n=design.total)
    if design.allocation is Allocation.NEYMAN:
        return _(
            "{n} interactions in all, over the strata by how many each holds and how far its scores lay apart before.",
            n=design.total,
        )
    return _(
        "{n} minutes of review in all, over the strata by how many each holds, how far its scores lay apart before, and "
        "how long its interactions take.",
        n=design.minutes,
    )


def _numbers(values: Iterable[Mapping[Dimension, str]], dimension: Dimension) -> list[int]:
    return [int(number) for of in values if (number := of.get(dimension, "")).isdecimal()]


def _named(act: Act, name: InstrumentedAttribute[str], numbers: Collection[int]) -> dict[int, str]:
    table = name.class_
    return dict(act.session.execute(select(table.id, name).where(table.id.in_(numbers))).all()) if numbers else {}
