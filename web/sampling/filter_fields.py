"""The part of a plan's form that says whom the plan is about."""

import re
from collections.abc import Sequence

from babel.dates import get_day_names
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from qa.i18n import Language, _, duration_text
from qa.i18n.formats import locale_of
from qa.interactions.kinds import CHANNEL_LABELS, DIRECTION_LABELS, Channel, Direction
from qa.interactions.models import Source
from qa.people.models import Team, User
from qa.sampling.frame import Population
from qa.sampling.told import clock, language_name
from qa.sampling.windows import DAY_MINUTES
from web.forms import Check, ChecksField, PageForm, at_most, between, choices, label, may_be_empty

LONGEST_QUEUE = 100
_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_TIME = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")


def clock_position() -> Check:
    """Refuse a length that is not written as minutes and seconds."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data and field.data.strip() and length_ms(field.data) is None:
            raise ValidationError(label(_("Write a length as minutes and seconds, such as 1:30.")))

    return check


def time_of_day() -> Check:
    """Refuse a time that is not written as hours and minutes."""

    def check(form: BaseForm, field: Field) -> None:
        del form
        if field.data and field.data.strip() and minute_of(field.data) is None:
            raise ValidationError(label(_("Write a time as hours and minutes, such as 09:30.")))

    return check


def length_ms(written: str | None) -> int | None:
    """Read minutes and seconds, such as 1:30, or hours before them; None where it is neither."""
    found = _LENGTH.fullmatch((written or "").strip())
    if found is None or int(found[3]) > 59:
        return None
    return (int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])) * 1000


def minute_of(written: str | None) -> int | None:
    """Read a time of day, such as 09:30, as minutes after midnight up to 24:00; None where it is none."""
    found = _TIME.fullmatch((written or "").strip())
    if found is None:
        return None
    minute = int(found[1]) * 60 + int(found[2])
    return minute if minute <= DAY_MINUTES else None


class FilterFields(PageForm):
    """Whom a plan is about."""

    channels = ChecksField(label(_("Channels")), description=label(_("None chosen means all.")))
    directions = ChecksField(label(_("Direction")), description=label(_("None chosen means all.")))
    teams = ChecksField(
        label(_("Teams")),
        description=label(_("None chosen means all. The team at the time of the interaction counts.")),
    )
    agents = ChecksField(label(_("Agents")), description=label(_("None chosen means all.")))
    queues = TextAreaField(
        label(_("Queues")),
        [at_most(2000)],
        description=label(_("One on each line, as the source writes it. Empty means all.")),
        render_kw={"rows": 2},
    )
    languages = ChecksField(label(_("Languages")), description=label(_("None chosen means all.")))
    sources = ChecksField(label(_("Sources")), description=label(_("None chosen means all.")))
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
    weekdays = ChecksField(label(_("Weekdays")), description=label(_("None chosen means all.")))
    since_time = StringField(
        label(_("Begun from")),
        [time_of_day()],
        render_kw={"placeholder": "09:00", "autocomplete": "off", "size": 8},
    )
    until_time = StringField(
        label(_("Begun before")),
        [time_of_day()],
        render_kw={"placeholder": "17:30", "autocomplete": "off", "size": 8},
    )
    min_csat = IntegerField(
        label(_("Rated from, in %")),
        [may_be_empty(), between(0, 100)],
        description=label(
            _(
                "In per cent of the scale: 1 of 5 is 0, 5 of 5 is 100. With a rating only interactions take part on which a customer answered."
            )
        ),
    )
    max_csat = IntegerField(label(_("Rated to, in %")), [may_be_empty(), between(0, 100)])
    with_transcript = BooleanField(label(_("Only with a transcript")))
    not_evaluated = BooleanField(
        label(_("Leave out what was scored already")),
        description=label(_("Also what lies on a desk. A score then tells of the interactions that are left.")),
    )
    not_held = BooleanField(label(_("Leave out what is under legal hold")))


def filter_data(population: Population) -> dict[str, object]:
    """Return what the fields show of a filter."""
    return {
        "channels": [channel.value for channel in population.channels],
        "directions": [direction.value for direction in population.directions],
        "teams": [str(number) for number in population.team_ids],
        "agents": [str(number) for number in population.agent_ids],
        "queues": "\n".join(population.queues),
        "languages": list(population.languages),
        "sources": [str(number) for number in population.source_ids],
        "min_duration": _written(population.min_duration_ms),
        "max_duration": _written(population.max_duration_ms),
        "weekdays": [str(day) for day in population.weekdays],
        "since_time": "" if population.since_minute is None else clock(population.since_minute),
        "until_time": "" if population.until_minute is None else clock(population.until_minute),
        "min_csat": population.min_csat,
        "max_csat": population.max_csat,
        "with_transcript": population.with_transcript,
        "not_evaluated": population.not_evaluated,
        "not_held": population.not_held,
    }


def offer_filters(
    form: FilterFields,
    *,
    teams: Sequence[Team],
    agents: Sequence[User],
    sources: Sequence[Source],
    languages: Sequence[str],
    language: Language,
) -> None:
    """Give the fields their choices."""
    days = get_day_names("wide", locale=locale_of(language))
    form.channels.choices = choices((channel.value, text) for channel, text in CHANNEL_LABELS.items())
    form.directions.choices = choices((direction.value, text) for direction, text in DIRECTION_LABELS.items())
    form.teams.choices = choices((str(team.id), team.name) for team in teams)
    form.agents.choices = choices((str(agent.id), agent.name) for agent in agents)
    form.languages.choices = choices((code, language_name(code, language)) for code in languages)
    form.sources.choices = choices((str(source.id), source.name) for source in sources)
    form.weekdays.choices = choices((str(day), days[day]) for day in range(7))


def readable_filter(form: FilterFields) -> bool:
    """Whether lengths and times are written so that they can be read."""
    lengths = all(
        not field.data or length_ms(field.data) is not None for field in (form.min_duration, form.max_duration)
    )
    return lengths and all(
        not field.data or minute_of(field.data) is not None for field in (form.since_time, form.until_time)
    )


def population_of_form(form: FilterFields) -> Population:
    """Return the filter that the form asks for."""
    queues = (line.strip()[:LONGEST_QUEUE] for line in (form.queues.data or "").splitlines())
    return Population(
        channels=tuple(Channel(one) for one in form.channels.data or ()),
        team_ids=tuple(int(one) for one in form.teams.data or ()),
        min_duration_ms=length_ms(form.min_duration.data),
        max_duration_ms=length_ms(form.max_duration.data),
        agent_ids=tuple(int(one) for one in form.agents.data or ()),
        queues=tuple(dict.fromkeys(queue for queue in queues if queue)),
        directions=tuple(Direction(one) for one in form.directions.data or ()),
        languages=tuple(form.languages.data or ()),
        source_ids=tuple(int(one) for one in form.sources.data or ()),
        weekdays=tuple(int(one) for one in form.weekdays.data or ()),
        since_minute=minute_of(form.since_time.data),
        until_minute=minute_of(form.until_time.data),
        min_csat=form.min_csat.data,
        max_csat=form.max_csat.data,
        with_transcript=bool(form.with_transcript.data),
        not_evaluated=bool(form.not_evaluated.data),
        not_held=bool(form.not_held.data),
    )


def _written(length: int | None) -> str:
    return "" if length is None else duration_text(length)
